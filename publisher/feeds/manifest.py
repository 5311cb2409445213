"""What Nashra itself put into the feeds folder: its files as they were left, the feeds that pages may name, and which
version of each feed the files are of.

The folder can hold an operator's own files (a favicon, an old feed kept by hand); only what stands here is ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from publisher.feeds.replace import replace_file
from publisher.model.direction import Direction
from publisher.model.feed import FeedListing
from publisher.model.reason import Reason

MANIFEST = ".manifest.json"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file as it was left: a file of another size or date is not the one we wrote. Empty where it may be ours and
    nothing is known of it. `refused` is why its newest document was not published, None where it was; `since` is when
    the first was refused, unknown (None) where an older release refused it. `large`: its size has been told of.
    """

    sha256: str = ""
    size: int = -1
    mtime_ns: int = -1
    entries: int = 0
    refused: Reason | None = None
    since: datetime | None = None
    large: bool = False

    def is_of(self, path: Path) -> bool:
        """Whether the file is still as it was left. It is not read."""
        try:
            status = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        return (status.st_size, status.st_mtime_ns) == (self.size, self.mtime_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`files` are by path below the feeds folder, with `/`, without their twins; `listings` in published order;
    `versions` by the path of a feed, as `store/feed_slices.py` counts them.
    """

    files: Mapping[str, FileRecord] = field(default_factory=dict)
    listings: tuple[FeedListing, ...] = ()
    versions: Mapping[str, int] = field(default_factory=dict)


def load_manifest(folder: Path) -> Manifest:
    """What the last publication left; empty before the first. A damaged manifest raises ValueError with its path."""
    path = folder / MANIFEST
    try:
        document = msgspec.json.decode(path.read_bytes())
        return Manifest(
            files={name: _record(fields) for name, fields in _files(document["files"]).items()},
            listings=tuple(_listing(fields) for fields in document["feeds"]),
            versions={str(name): int(version) for name, version in document.get("versions", {}).items()},
        )
    except FileNotFoundError:
        return Manifest()
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"{path} is damaged: remove it and publish the feeds again") from error


def save_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest, unless it says the same already."""
    document = {
        "files": {name: _fields(record) for name, record in sorted(manifest.files.items())},
        "feeds": [_named(listing) for listing in manifest.listings],
        "versions": dict(sorted(manifest.versions.items())),
    }
    data = msgspec.json.encode(document) + b"\n"
    path = folder / MANIFEST
    if not path.exists() or path.read_bytes() != data:
        replace_file(path, data)


def load_listings(folder: Path) -> tuple[FeedListing, ...]:
    """The published feeds, the whole site's first; none before the first publication."""
    return load_manifest(folder).listings


def _files(found: Any) -> Mapping[str, Any]:
    """The first release wrote the names alone."""
    return {name: [] for name in found} if isinstance(found, list) else dict(found)


def _named(listing: FeedListing) -> dict[str, str]:
    return {
        "path": listing.path,
        "title": listing.title,
        "language": listing.language,
        "direction": listing.direction.value,
        "base_url": listing.base_url,
    }


def _fields(record: FileRecord) -> list[object]:
    known: list[object] = [record.sha256, record.size, record.mtime_ns, record.entries]
    more: dict[str, object] = {"large": True} if record.large else {}
    if record.refused:
        more |= {"refused": record.refused.key, "arguments": dict(record.refused.arguments)}
    if record.since:
        more["since"] = record.since.isoformat()
    return [*known, more] if more else known


def _record(fields: list[Any]) -> FileRecord:
    if not fields:
        return FileRecord()
    more = _more(fields[4:])
    return FileRecord(
        str(fields[0]),
        int(fields[1]),
        int(fields[2]),
        int(fields[3]),
        Reason(key=more["refused"], arguments=more["arguments"]) if "refused" in more else None,
        datetime.fromisoformat(more["since"]) if "since" in more else None,
        bool(more.get("large")),
    )


def _more(fields: list[Any]) -> dict[str, Any]:
    """What is not said of every file. Earlier releases wrote key and arguments of a refusal, without a name."""
    if len(fields) == 2:
        return {"refused": fields[0], "arguments": fields[1]}
    return dict(fields[0]) if fields else {}


def _listing(fields: Mapping[str, str]) -> FeedListing:
    return FeedListing(
        path=fields["path"],
        title=fields["title"],
        language=fields["language"],
        direction=Direction(fields["direction"]),
        base_url=fields["base_url"],
    )
