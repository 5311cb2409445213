"""A feed document's links to itself, its hubs and its other documents: the same for RSS and Atom.

WebSub section 4: `hub` and `self`. RFC 5005 section 4: `current`, `prev-archive` and `next-archive`.
"""

from collections.abc import Iterator

from publisher.model.feed import Feed

Link = dict[str, str]
"""The attributes of an Atom link (RFC 4287 section 4.2.7)."""


def document_links(feed: Feed, *, ending: str, media_type: str) -> Iterator[Link]:
    """Self first, then hubs, then neighbours. `ending` and `media_type` are the format's."""
    yield {"href": feed.url(ending), "rel": "self", "type": media_type}
    for hub in feed.hubs:
        yield {"href": hub, "rel": "hub"}
    for rel, path in (
        ("current", feed.current),
        ("prev-archive", feed.previous),
        ("next-archive", feed.next),
    ):
        if path:
            yield {"href": feed.place(path, ending), "rel": rel, "type": media_type}
