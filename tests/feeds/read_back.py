"""Independent readers of Python over one document: what each finds of every entry, in one shape."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import atoma
import fastfeedparser
import feedparser
import reader

from publisher.model.feed import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a reader found of an entry."""

    id: str
    title: str
    link: str
    published_at: datetime
    content: str


def as_written(entry: Entry) -> Read:
    """What every reader should find."""
    return Read(
        id=entry.id,
        title=entry.title,
        link=entry.url or "",
        published_at=entry.published_at,
        content=entry.content_html or "",
    )


def with_feedparser(data: bytes) -> list[Read]:
    """feedparser: RSS and Atom."""
    document = feedparser.parse(data)
    assert not document.bozo, document.get("bozo_exception")
    return [
        Read(
            id=found.id,
            title=found.title,
            link=found.link,
            published_at=parse_moment(found.published),
            content=found.content[0].value,
        )
        for found in document.entries
    ]


def with_fastfeedparser(data: bytes) -> list[Read]:
    """fastfeedparser: all three."""
    return [
        Read(
            id=found.id,
            title=found.title,
            link=found.link,
            published_at=parse_moment(found.published),
            content=found.content[0]["value"],
        )
        for found in fastfeedparser.parse(data).entries
    ]


def with_atoma(name: str, data: bytes) -> list[Read]:
    """atoma: all three, each by a parser of its own."""
    if name == "rss":
        return [
            Read(
                id=i.guid,
                title=i.title,
                link=i.link,
                published_at=i.pub_date,
                content=i.content_encoded or i.description,
            )
            for i in atoma.parse_rss_bytes(data).items
        ]
    if name == "atom":
        return [
            Read(
                id=e.id_,
                title=e.title.value,
                link=e.links[0].href,
                published_at=e.published,
                content=e.content.value,
            )
            for e in atoma.parse_atom_bytes(data).entries
        ]
    return [
        Read(id=i.id_, title=i.title, link=i.url, published_at=i.date_published, content=i.content_html)
        for i in atoma.parse_json_feed_bytes(data).items
    ]


def with_reader(folder: Path, documents: Mapping[str, bytes]) -> dict[str, list[Read]]:
    """`reader` over documents named by their format, as files of this folder: the entries of each, newest first."""
    for name, data in documents.items():
        (folder / f"index.{name}").write_bytes(data)
    found: dict[str, list[Read]] = {}
    with closing(reader.make_reader(":memory:", feed_root=str(folder))) as shelf:
        for name in documents:
            shelf.add_feed(f"index.{name}")
        for updated in shelf.update_feeds_iter():
            assert not isinstance(updated.value, Exception), (updated.url, updated.value)
        for name in documents:
            entries = [_read(entry) for entry in shelf.get_entries(feed=f"index.{name}")]
            found[name] = sorted(entries, key=lambda entry: entry.published_at, reverse=True)
    return found


def parse_moment(text: str) -> datetime:
    """A date by RFC 3339 or 822."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)


def _read(entry: reader.Entry) -> Read:
    assert entry.published is not None
    return Read(
        id=entry.id,
        title=entry.title or "",
        link=entry.link or "",
        published_at=entry.published,
        content=entry.content[0].value,
    )
