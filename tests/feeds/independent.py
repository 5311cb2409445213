"""An independent writer of RSS and Atom over the same model, by lxml alone: the oracle for what feedgen writes.

It knows nothing of feedgen or its extensions. `canonical` forgets the order of elements, which means nothing in
either format, except that of the entries.
"""

from collections.abc import Callable
from html import escape

from lxml import etree

from publisher.model.feed import Entry, Feed
from publisher.model.media import Enclosure, Image, Wire

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
Made = etree._Element


def maker(namespace: str, name: str) -> Callable[..., Made]:
    """A function that makes elements of one name out of a text, children and attributes."""

    def make(*contents: str | Made, **attributes: str) -> Made:
        element = etree.Element(f"{{{namespace}}}{name}" if namespace else name)
        for key, value in attributes.items():
            element.set(key, value)
        for content in contents:
            if isinstance(content, str):
                element.text = content
            else:
                element.append(content)
        return element

    return make


class Namespace:
    """`A.title("x")` makes a `title` of this namespace."""

    def __init__(self, namespace: str = "") -> None:
        self.namespace = namespace

    def __getattr__(self, tag: str) -> Callable[..., Made]:
        return maker(self.namespace, tag)


A = Namespace("http://www.w3.org/2005/Atom")
R = Namespace()
C = Namespace("http://purl.org/rss/1.0/modules/content/")
D = Namespace("http://purl.org/dc/elements/1.1/")
M = Namespace("http://search.yahoo.com/mrss/")
H = Namespace("http://purl.org/syndication/history/1.0")
T = Namespace("http://purl.org/atompub/tombstones/1.0")
RFC822 = "%a, %d %b %Y %H:%M:%S %z"
Canonical = tuple[str, tuple[tuple[str, str], ...], str, tuple[object, ...]]


def write_rss(feed: Feed) -> etree._Element:
    """The feed as an RSS tree."""
    channel = R.channel(
        R.title(feed.title),
        R.link(feed.home),
        R.description(feed.description),
        R.language(feed.language),
        R.docs("http://www.rssboard.org/rss-specification"),
        R.generator("Nashra"),
        R.lastBuildDate(feed.updated_at.strftime(RFC822)),
        *_neighbours(feed, "rss", "application/rss+xml"),
    )
    if feed.rights:
        channel.append(R.copyright(feed.rights))
    if feed.icon:
        channel.append(R.image(R.url(feed.icon), R.title(feed.title), R.link(feed.home)))
    channel.append(H.archive() if feed.is_archive else R.ttl("5"))
    channel.extend(map(_item, feed.entries))
    return R.rss(channel, version="2.0", **{LANG: feed.language})


def _neighbours(feed: Feed, ending: str, media_type: str) -> list[etree._Element]:
    links = [A.link(rel="hub", href=hub) for hub in feed.hubs]
    found = {
        "self": feed.path, "current": feed.current, "prev-archive": feed.previous, "next-archive": feed.next
    }  # fmt: skip
    for rel, path in found.items():
        if path is not None:
            links.append(A.link(rel=rel, type=media_type, href=f"{feed.base_url}/{path}.{ending}"))
    return links


def _item(entry: Entry) -> etree._Element:
    item = R.item(R.title(entry.title), R.guid(entry.id, isPermaLink="false"), **{LANG: entry.language})
    item.append(R.pubDate(entry.published_at.strftime(RFC822)))
    if entry.url:
        item.append(R.link(entry.url))
    if entry.content_html and entry.summary:
        item.append(C.encoded(entry.content_html))
    description = escape(entry.summary, quote=False) or entry.content_html
    if description:
        item.append(R.description(description))
    for category in entry.categories:
        domain = {"domain": category.scheme} if category.scheme else {}
        item.append(R.category(category.term, **domain))
    item.extend(D.creator(author) for author in entry.authors)
    if entry.updated_at > entry.published_at:
        item.append(A.updated(entry.updated_at.isoformat()))
    if entry.rights:
        item.append(D.rights(entry.rights))
    if entry.source and entry.source.feed:
        item.append(R.source(entry.source.name, url=entry.source.feed))
    elif entry.source:
        item.append(D.source(entry.source.url or entry.source.name))
    for sound in [sound for sound in entry.enclosures if sound.size_bytes][:1]:
        item.append(R.enclosure(url=sound.url, length=f"{sound.size_bytes}", type=sound.media_type))
    item.extend(_media(entry))
    return item


def write_atom(feed: Feed) -> etree._Element:
    """The feed as an Atom tree."""
    root = A.feed(
        A.id(feed.id),
        A.title(feed.title),
        A.subtitle(feed.description),
        A.updated(feed.updated_at.isoformat()),
        A.author(A.name(feed.author or feed.title)),
        A.link(rel="alternate", type="text/html", href=feed.home),
        *_neighbours(feed, "atom", "application/atom+xml"),
        A.generator("Nashra"),
        **{LANG: feed.language},
    )
    if feed.rights:
        root.append(A.rights(feed.rights))
    if feed.icon:
        root.append(A.icon(feed.icon))
    if feed.is_archive:
        root.append(H.archive())
    for dead in feed.tombstones:
        root.append(maker(T.namespace, "deleted-entry")(ref=dead.id, when=dead.at.isoformat()))
    root.extend(map(_entry, feed.entries))
    return root


def _entry(entry: Entry) -> etree._Element:
    element = A.entry(A.id(entry.id), A.title(entry.title), **{LANG: entry.language})
    element.append(A.updated(entry.updated_at.isoformat()))
    element.append(A.published(entry.published_at.isoformat()))
    if entry.url:
        element.append(A.link(rel="alternate", type="text/html", hreflang=entry.language, href=entry.url))
    if entry.content_html:
        element.append(A.content(entry.content_html, type="html"))
    if entry.summary:
        element.append(A.summary(entry.summary, type="text"))
    for category in entry.categories:
        scheme = {"scheme": category.scheme} if category.scheme else {}
        element.append(A.category(term=category.term, **scheme))
    if entry.rights:
        element.append(A.rights(entry.rights))
    element.extend(A.author(A.name(author)) for author in entry.authors)
    for sound in entry.enclosures:
        known = {"length": f"{sound.size_bytes}" if sound.size_bytes else "", "title": sound.title or ""}
        said = {name: value for name, value in known.items() if value}
        element.append(A.link(rel="enclosure", href=sound.url, type=sound.media_type, **said))
    if entry.source:
        element.append(_source(entry.source, entry))
    element.extend(_media(entry))
    return element


def _source(wire: Wire, entry: Entry) -> etree._Element:
    source = A.source(A.title(wire.name), A.updated((wire.updated_at or entry.published_at).isoformat()))
    if wire.id or wire.feed:
        source.append(A.id(wire.id or wire.feed or ""))
    if wire.feed:
        source.append(A.link(rel="self", href=wire.feed))
    if wire.url:
        source.append(A.link(rel="alternate", href=wire.url))
    return source


def _media(entry: Entry) -> list[etree._Element]:
    return [*map(_picture, entry.images), *map(_sound, entry.enclosures)]


def _picture(image: Image) -> etree._Element:
    src = image.src or ""
    guessed = "image/jpeg" if src.endswith(".jpg") else None
    size = _known(width=image.width, height=image.height)
    more = _known(type=image.media_type or guessed, fileSize=image.size_bytes)
    content = M.content(url=src, medium="image", **size, **more)
    if image.alt or image.caption:
        content.append(M.description(image.alt or image.caption or ""))
    if image.credit:
        content.append(M.credit(image.credit))
    content.append(M.thumbnail(url=image.thumbnail) if image.thumbnail else M.thumbnail(url=src, **size))
    return content


def _sound(sound: Enclosure) -> etree._Element:
    known = _known(fileSize=sound.size_bytes, duration=sound.duration_seconds)
    content = M.content(url=sound.url, medium="audio", type=sound.media_type, **known)
    if sound.title:
        content.append(M.description(sound.title))
    return content


def _known(**values: object) -> dict[str, str]:
    return {name: f"{value}" for name, value in values.items() if value}


def canonical(element: etree._Element) -> Canonical:
    """The tree as a value: name, attributes, text, children; entries in order, everything else sorted."""
    children = [canonical(child) for child in element]
    entries = [c for c in children if c[0].rpartition("}")[2] in ("item", "entry")]
    others = sorted((c for c in children if c not in entries), key=repr)
    attributes = tuple(sorted((str(k), str(v)) for k, v in element.attrib.items()))
    return str(element.tag), attributes, element.text or "", (*others, *entries)
