"""OPML 2.0 (http://opml.org/spec2.opml), as a list of subscriptions."""

from collections.abc import Iterator

from lxml import etree

from publisher.feeds.validate.elements import place_of
from publisher.feeds.validate.finding import Finding, error, warning
from publisher.feeds.validate.urls import check_url
from publisher.feeds.validate.words import check_plain

_SPEC = "OPML 2.0"
VERSION = warning("opml.version", 'write version="2.0", not {value}', f"{_SPEC}, opml")
PART = error(
    "opml.part", "opml holds one head and one body; {value} is missing or repeated", f"{_SPEC}, opml"
)
NO_OUTLINE = error("opml.empty", "the body holds no outline", f"{_SPEC}, body")
NO_TEXT = error("opml.text", "give the outline a text", f"{_SPEC}, text attribute")
NO_FEED = error("opml.xmlUrl", "an outline of type rss needs xmlUrl", f"{_SPEC}, Subscription lists")
NO_TYPE = warning(
    "opml.type", 'write type="rss": readers pass over outlines without it', f"{_SPEC}, Subscription lists"
)
TWICE = warning("opml.repeated", "{value} stands twice in one list", f"{_SPEC}, Subscription lists")


def check_opml(root: etree._Element) -> Iterator[Finding]:
    """The whole list."""
    if root.get("version") != "2.0":
        yield VERSION.at(place_of(root), value=root.get("version"))
    for name in ("head", "body"):
        if len(root.findall(name)) != 1:
            yield PART.at(place_of(root), value=name)
    outlines = list(root.iterfind("body//outline"))
    if not outlines:
        yield NO_OUTLINE.at(place_of(root))
    for outline in outlines:
        yield from _check_outline(outline)
    # A feed may stand in several folders, but not twice in one.
    for parent in dict.fromkeys(outline.getparent() for outline in outlines):
        addresses = [
            o.get("xmlUrl")
            for o in (() if parent is None else parent.iterchildren("outline"))
            if o.get("xmlUrl")
        ]
        for address in dict.fromkeys(a for a in addresses if addresses.count(a) > 1):
            yield TWICE.at(place_of(root), value=address)


def opml_ids(root: etree._Element) -> tuple[str, ...]:
    """The addresses of the feeds, in order."""
    return tuple(o.get("xmlUrl", "") for o in root.iterfind("body//outline") if o.get("xmlUrl"))


def _check_outline(outline: etree._Element) -> Iterator[Finding]:
    place = place_of(outline)
    if not (outline.get("text") or "").strip():
        yield NO_TEXT.at(place)
    else:
        yield from check_plain(outline.get("text", ""), "text", place)
    kind, feed = outline.get("type"), outline.get("xmlUrl")
    if kind == "rss" and not feed:
        yield NO_FEED.at(place)
    if feed and kind is None:
        yield NO_TYPE.at(place)
    for name in ("xmlUrl", "htmlUrl"):
        if (address := outline.get(name)) is not None:
            yield from check_url(address, name, place)
