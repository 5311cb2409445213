"""Atom (RFC 4287), and Atom 0.3 as far as its elements have the same names."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from lxml import etree

from publisher.sources.moving.atom_gate import is_kind, judge_entry
from publisher.sources.moving.entry import FormerEntry, Onward
from publisher.sources.moving.parts import (
    build_enclosure,
    build_image,
    build_tags,
    part_pictures,
    read_words,
)
from publisher.sources.moving.xml_stream import Event, base_of, free, text_of
from publisher.sources.web_address import resolve_address

_XML = "{http://www.w3.org/XML/1998/namespace}"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_ONWARD = ("prev-archive", "next")


@dataclass(slots=True)
class _Feed:
    """What the feed says for all of its entries. `authors` are those that were named before the entry."""

    address: str
    language: str
    authors: list[etree._Element] = field(default_factory=list)


def read_atom(
    events: Iterator[Event], root: etree._Element, *, kinds: Collection[str], address: str = ""
) -> Iterator[FormerEntry | Onward]:
    """The entries in order, and where the feed goes on. Of a backup, `kinds` are the kinds that are articles.
    `address` is the document's own.
    """
    namespace = str(root.tag).partition("}")[0] + "}"
    feed = _Feed(address=address, language=root.get(f"{_XML}lang") or "")
    number = 0
    for event, element in events:
        if event == "start" or element.getparent() is not root:
            continue
        if element.tag == f"{namespace}entry":
            number += 1
            yield _read_entry(element, f"entry {number}", namespace, feed, kinds)
            free(element)
        elif element.tag == f"{namespace}author":
            feed.authors.append(element)
        elif element.tag == f"{namespace}link" and element.get("rel") in _ONWARD and element.get("href"):
            yield Onward(element.get("href", ""))


def _read_entry(
    entry: etree._Element, place: str, name: str, feed: _Feed, kinds: Collection[str]
) -> FormerEntry:
    links = entry.findall(f"{name}link")
    page = next((link for link in links if link.get("rel", "alternate") == "alternate"), None)
    link = "" if page is None else page.get("href", "")
    url = "" if page is None else resolve_address(link, base_of(page, feed.address)) or link
    content = entry.find(f"{name}content")
    markup, is_plain = _read_text(content, name)
    summary, _ = _read_text(entry.find(f"{name}summary"), name)
    files = [
        build_enclosure(
            link.get("href"),
            base=base_of(link, feed.address),
            media_type=link.get("type"),
            size=link.get("length"),
            title=link.get("title"),
        )
        for link in links
        if link.get("rel") == "enclosure"
    ]
    pictures, recordings = part_pictures(files)
    shown = [
        build_image(
            found.get("url"),
            base=base_of(found, feed.address),
            width=found.get("width"),
            height=found.get("height"),
        )
        for found in (*entry.iter(f"{_MEDIA}content"), *entry.iter(f"{_MEDIA}thumbnail"))
        if (found.get("medium") or found.get("type") or "image").startswith("image")
    ]
    return FormerEntry(
        place=place,
        guid=text_of(entry.find(f"{name}id")) or link,
        url=url,
        title=_read_text(entry.find(f"{name}title"), name)[0],
        published=_first(entry, f"{name}published", f"{name}issued", f"{name}created", f"{name}updated"),
        updated=_first(entry, f"{name}updated", f"{name}modified"),
        content=markup or summary,
        summary=summary if markup else "",
        is_plain=is_plain,
        language=_language(content, entry),
        feed_language=feed.language,
        base=_content_base(entry if content is None else content, feed.address or url) or url,
        authors=_read_authors(entry, name, feed),
        tags=build_tags(
            (found.get("label") or found.get("term"), found.get("scheme"))
            for found in entry.findall(f"{name}category")
            if not is_kind(found)
        ),
        images=(*dict.fromkeys(filter(None, shown)), *pictures),
        enclosures=recordings,
        left_out=judge_entry(entry, name, kinds),
    )


def _read_text(element: etree._Element | None, name: str) -> tuple[str, bool]:
    """The markup or plain text of a text construct (RFC 4287 section 3.1), and whether it is plain."""
    if element is None:
        return "", False
    kind = element.get("type", "text")
    if kind == "xhtml" or element.get("mode") == "xml":
        return "".join(etree.tostring(child, encoding="unicode") for child in element), False
    is_html = kind in ("html", "text/html") or name.startswith("{http://purl.org/atom/")
    return text_of(element), not is_html


def _language(*elements: etree._Element | None) -> str:
    stated = (found.get(f"{_XML}lang") for found in elements if found is not None)
    return next(filter(None, stated), "")


def _content_base(content: etree._Element, outside: str) -> str:
    """Empty where no element says: then the page's own address is nearer than the feed's."""
    inside = next(iter(content), content)  # of XHTML its div
    return base_of(inside, outside) if base_of(inside) else ""


def _read_authors(entry: etree._Element, name: str, feed: _Feed) -> tuple[str, ...]:
    """The entry's own, else those of the feed it was taken from, else those of this one (RFC 4287 section 4.2.1)."""
    listed = entry.findall(f"{name}author") or entry.findall(f"{name}source/{name}author") or feed.authors
    named = (read_words(text_of(author.find(f"{name}name"))) for author in listed)
    return tuple(dict.fromkeys(filter(None, named)))


def _first(entry: etree._Element, *tags: str) -> str:
    return next(filter(None, (text_of(entry.find(tag)) for tag in tags)), "")
