"""From feeds to finished documents: every entry is written once for each format and stitched into all its feeds.

Promise: one bad article never costs the feed. An entry is written alone first; one that fails in any format is left
out of all of them, so that the formats agree, and is named with its reason.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from publisher.feeds.entries import describe_failure
from publisher.feeds.formats import FORMATS, Format
from publisher.model.feed import Entry, FailedEntry, Feed, latest
from publisher.model.reason import Reason, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One feed in one format, ready to be published.

    `path` is the file below the feeds folder (`lang/ar.rss`), `url` its absolute address, `ids` its entries in order.
    """

    path: str
    url: str
    format: Format
    data: bytes
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The documents of every feed, feed by feed, and the entries left out."""

    documents: tuple[Document, ...]
    failed: tuple[FailedEntry, ...]


def render_documents(feeds: Sequence[Feed]) -> Rendered:
    """Write every feed in every format."""
    fragments: dict[Entry, tuple[bytes, ...]] = {}
    failed: dict[str, FailedEntry] = {}
    for entry in dict.fromkeys(entry for feed in feeds for entry in feed.entries):
        try:
            fragments[entry] = _write_entry(entry)
        # The promise: whatever one entry holds, the others are published, and this one is named to the operator.
        except Exception as error:
            failed[entry.id] = FailedEntry(id=entry.id, reason=describe_failure(error))
    kept = (_without(feed, failed.keys()) for feed in feeds)
    documents = tuple(
        _document(feed, format_, [fragments[entry][place] for entry in feed.entries])
        for feed in kept
        for place, format_ in enumerate(FORMATS)
    )
    return Rendered(documents=documents, failed=tuple(failed.values()))


def _write_entry(entry: Entry) -> tuple[bytes, ...]:
    """The entry in each format, in the order of FORMATS."""
    return tuple(format_.render_entry(entry) for format_ in FORMATS)


def _without(feed: Feed, ids: Collection[str]) -> Feed:
    """The feed without the entries of these ids."""
    if not ids:
        return feed
    entries = tuple(entry for entry in feed.entries if entry.id not in ids)
    return replace(feed, entries=entries, updated_at=latest(entries))


def _document(feed: Feed, format_: Format, fragments: Sequence[bytes]) -> Document:
    return Document(
        path=feed.path + format_.ending,
        url=feed.url(format_.ending),
        format=format_,
        data=format_.render(feed, fragments),
        ids=tuple(entry.id for entry in feed.entries),
    )


def check_document(document: Document) -> Reason | None:
    """Read a document back as a reader would: None if it is what was meant, else what is wrong with it."""
    try:
        found = document.format.read_ids(document.data)
    except ValueError as error:
        return reason("feeds.document.damaged", detail=str(error))
    return None if found == document.ids else reason("feeds.document.incomplete")
