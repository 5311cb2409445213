"""The formats a feed is published in. A new one is a module of the same shape and one line here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from publisher.feeds import atom, json_feed, rss
from publisher.model.feed import Entry, Feed


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How one format is named, written and read back.

    `ending` includes its dot. `render` takes a feed and its entries as `render_entry` wrote them, in order.
    `between` is what stands between two entries.
    """

    name: str
    ending: str
    media_type: str
    render_entry: Callable[[Entry], bytes]
    render: Callable[[Feed, Sequence[bytes]], bytes]
    between: bytes = b""


RSS = Format(
    name="rss",
    ending=rss.ENDING,
    media_type="application/rss+xml",
    render_entry=rss.render_rss_item,
    render=rss.render_rss,
)
ATOM = Format(
    name="atom",
    ending=atom.ENDING,
    media_type="application/atom+xml",
    render_entry=atom.render_atom_entry,
    render=atom.render_atom,
)
JSON = Format(
    name="json",
    ending=json_feed.ENDING,
    media_type="application/feed+json",
    render_entry=json_feed.render_json_item,
    render=json_feed.render_json,
    between=b",",
)

FORMATS: tuple[Format, ...] = (RSS, ATOM, JSON)
BY_ENDING: Mapping[str, Format] = {format_.ending: format_ for format_ in FORMATS}
