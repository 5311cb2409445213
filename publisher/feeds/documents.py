"""Finished documents: every entry is written once for each format and stitched into all its feeds.

An entry is written alone, in every format or in none, so one that cannot be written costs nothing but itself and the
formats always agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from publisher.feeds.formats import FORMATS, Format
from publisher.feeds.fragments import Fragment
from publisher.model.feed import Feed
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


def stitch_documents(feed: Feed, fragments: Sequence[Fragment]) -> tuple[Document, ...]:
    """The feed in every format, out of entries that were written before; byte for byte what a whole writing gives.

    `feed.entries` is not looked at. `fragments` are in order.
    """
    ids = tuple(fragment.id for fragment in fragments)
    return tuple(
        Document(
            path=feed.path + format_.ending,
            url=feed.url(format_.ending),
            format=format_,
            data=format_.render(feed, [fragment.forms[place] for fragment in fragments]),
            ids=ids,
        )
        for place, format_ in enumerate(FORMATS)
    )


def check_document(document: Document) -> Reason | None:
    """Read a document back as a reader would: None if it is what was meant, else what is wrong with it."""
    try:
        found = document.format.read_ids(document.data)
    except ValueError as error:
        return reason("feeds.document.damaged", detail=str(error))
    return None if found == document.ids else reason("feeds.document.incomplete")
