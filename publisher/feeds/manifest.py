"""What Nashra itself put into the feeds folder: the files it may remove later, and the feeds that pages may name.

The folder can hold an operator's own files (a favicon, an old feed kept by hand); only what stands here is ours.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from publisher.feeds.replace import replace_file
from publisher.model.direction import Direction
from publisher.model.feed import FeedListing

MANIFEST = ".manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`files` are paths below the feeds folder, with `/`, without their gzip twins; `listings` in published order."""

    files: frozenset[str] = frozenset()
    listings: tuple[FeedListing, ...] = ()


def load_manifest(folder: Path) -> Manifest:
    """What the last publication left; empty before the first. A damaged manifest raises ValueError with its path."""
    path = folder / MANIFEST
    try:
        document = json.loads(path.read_bytes())
        return Manifest(
            files=frozenset(document["files"]),
            listings=tuple(_listing(fields) for fields in document["feeds"]),
        )
    except FileNotFoundError:
        return Manifest()
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is damaged: remove it and publish the feeds again") from error


def save_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest, unless it says the same already."""
    document = {"files": sorted(manifest.files), "feeds": [asdict(listing) for listing in manifest.listings]}
    data = json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
    path = folder / MANIFEST
    if not path.exists() or path.read_bytes() != data:
        replace_file(path, data)


def load_listings(folder: Path) -> tuple[FeedListing, ...]:
    """The published feeds, the whole site's first; none before the first publication."""
    return load_manifest(folder).listings


def _listing(fields: Mapping[str, str]) -> FeedListing:
    return FeedListing(
        path=fields["path"],
        title=fields["title"],
        language=fields["language"],
        direction=Direction(fields["direction"]),
        base_url=fields["base_url"],
    )
