"""Finished documents: every entry is written once for each format and stitched into all its feeds.

An entry is written alone, in every format or in none, so one that cannot be written costs nothing but itself and the
formats always agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from publisher.feeds.formats import FORMATS, Format
from publisher.feeds.fragments import Fragment
from publisher.model.feed import Feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One feed in one format, ready to be published.

    `path` is the file below the feeds folder (`lang/ar.rss`), `url` its absolute address. `ids` are its entries in
    order, `forms` their bytes.
    """

    path: str
    url: str
    format: Format
    data: bytes
    ids: tuple[str, ...]
    forms: tuple[bytes, ...]


def stitch_documents(feed: Feed, fragments: Sequence[Fragment]) -> tuple[Document, ...]:
    """The feed in every format, out of entries that were written before; byte for byte what a whole writing gives.

    `feed.entries` is not looked at. `fragments` are in order.
    """
    ids = tuple(fragment.id for fragment in fragments)
    return tuple(
        _stitch(feed, format_, ids, tuple(fragment.forms[place] for fragment in fragments))
        for place, format_ in enumerate(FORMATS)
    )


def _stitch(feed: Feed, format_: Format, ids: tuple[str, ...], forms: tuple[bytes, ...]) -> Document:
    return Document(
        path=feed.path + format_.ending,
        url=feed.url(format_.ending),
        format=format_,
        data=format_.render(feed, forms),
        ids=ids,
        forms=forms,
    )
