"""An independent writer of RSS and Atom over the same model, by lxml alone: the oracle for what feedgen writes.

It knows nothing of feedgen or its extensions. `canonical` forgets the order of elements, which means nothing in
either format, except that of the entries.
"""

from collections.abc import Callable
from html import escape

from lxml import etree

from publisher.model.article import Image
from publisher.model.feed import Entry, Feed

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
        R.ttl("5"),
        R.lastBuildDate(feed.updated_at.strftime(RFC822)),
        A.link(rel="self", href=f"{feed.base_url}/{feed.path}.rss", type="application/rss+xml"),
        *[R.copyright(feed.rights) for _ in [0] if feed.rights],
        *map(_item, feed.entries),
    )
    return R.rss(channel, version="2.0", **{LANG: feed.language})


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
    if entry.section:
        item.append(R.category(entry.section))
    item.extend(D.creator(author) for author in entry.authors)
    if entry.updated_at > entry.published_at:
        item.append(A.updated(entry.updated_at.isoformat()))
    if entry.rights:
        item.append(D.rights(entry.rights))
    item.extend(_media(entry.image))
    return item


def write_atom(feed: Feed) -> etree._Element:
    """The feed as an Atom tree."""
    return A.feed(
        A.id(feed.id),
        A.title(feed.title),
        A.subtitle(feed.description),
        A.updated(feed.updated_at.isoformat()),
        A.author(A.name(feed.author or feed.title)),
        A.link(rel="alternate", type="text/html", href=feed.home),
        A.link(rel="self", type="application/atom+xml", href=f"{feed.base_url}/{feed.path}.atom"),
        A.generator("Nashra"),
        *[A.rights(feed.rights) for _ in [0] if feed.rights],
        *map(_entry, feed.entries),
        **{LANG: feed.language},
    )


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
    if entry.section:
        element.append(A.category(term=entry.section))
    if entry.rights:
        element.append(A.rights(entry.rights))
    element.extend(A.author(A.name(author)) for author in entry.authors)
    element.extend(_media(entry.image))
    return element


def _media(image: Image | None) -> list[etree._Element]:
    if image is None or not image.src:
        return []
    size = {k: str(v) for k, v in (("width", image.width), ("height", image.height)) if v}
    content = M.content(url=image.src, medium="image", **size)
    if image.caption or image.alt:
        content.append(M.description(image.caption or image.alt or ""))
    if image.credit:
        content.append(M.credit(image.credit))
    return [content]


def canonical(element: etree._Element) -> Canonical:
    """The tree as a value: name, attributes, text, children; entries in order, everything else sorted."""
    children = [canonical(child) for child in element]
    entries = [c for c in children if c[0].rpartition("}")[2] in ("item", "entry")]
    others = sorted((c for c in children if c not in entries), key=repr)
    attributes = tuple(sorted((str(k), str(v)) for k, v in element.attrib.items()))
    return str(element.tag), attributes, element.text or "", (*others, *entries)
