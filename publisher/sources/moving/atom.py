"""Atom (RFC 4287), and Atom 0.3 as far as its elements have the same names."""

from collections.abc import Collection, Iterator

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
from publisher.sources.moving.xml_stream import Event, free, text_of
from publisher.sources.web_address import resolve_address

_XML = "{http://www.w3.org/XML/1998/namespace}"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_ONWARD = ("prev-archive", "next")


def read_atom(
    events: Iterator[Event], root: etree._Element, *, kinds: Collection[str]
) -> Iterator[FormerEntry | Onward]:
    """The entries in order, and where the feed goes on. Of a backup, `kinds` are the kinds that are articles."""
    namespace = str(root.tag).partition("}")[0] + "}"
    number = 0
    for event, element in events:
        if event == "start" or element.getparent() is not root:
            continue
        if element.tag == f"{namespace}entry":
            number += 1
            yield _read_entry(element, f"entry {number}", namespace, root, kinds)
            free(element)
        elif element.tag == f"{namespace}link" and element.get("rel") in _ONWARD and element.get("href"):
            yield Onward(element.get("href", ""))


def _read_entry(
    entry: etree._Element, place: str, name: str, root: etree._Element, kinds: Collection[str]
) -> FormerEntry:
    links = entry.findall(f"{name}link")
    base = (entry.get(f"{_XML}base") or root.get(f"{_XML}base") or "").strip()
    url = next((link.get("href", "") for link in links if link.get("rel", "alternate") == "alternate"), "")
    content = entry.find(f"{name}content")
    markup, is_plain = _read_text(content, name)
    summary, _ = _read_text(entry.find(f"{name}summary"), name)
    files = [
        build_enclosure(
            link.get("href"),
            base=base,
            media_type=link.get("type"),
            size=link.get("length"),
            title=link.get("title"),
        )
        for link in links
        if link.get("rel") == "enclosure"
    ]
    pictures, recordings = part_pictures(files)
    shown = [
        build_image(found.get("url"), base=base, width=found.get("width"), height=found.get("height"))
        for found in (*entry.iter(f"{_MEDIA}content"), *entry.iter(f"{_MEDIA}thumbnail"))
        if (found.get("medium") or found.get("type") or "image").startswith("image")
    ]
    return FormerEntry(
        place=place,
        guid=text_of(entry.find(f"{name}id")) or url,
        url=resolve_address(url, base) or url,
        title=_read_text(entry.find(f"{name}title"), name)[0],
        published=_first(entry, f"{name}published", f"{name}issued", f"{name}created", f"{name}updated"),
        updated=_first(entry, f"{name}updated", f"{name}modified"),
        content=markup or summary,
        summary=summary if markup else "",
        is_plain=is_plain,
        language=_language(content, entry),
        feed_language=root.get(f"{_XML}lang") or "",
        base=base or url,
        authors=_read_authors(entry, name),
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


def _read_authors(entry: etree._Element, name: str) -> tuple[str, ...]:
    named = (read_words(text_of(author.find(f"{name}name"))) for author in entry.findall(f"{name}author"))
    return tuple(dict.fromkeys(filter(None, named)))


def _first(entry: etree._Element, *tags: str) -> str:
    return next(filter(None, (text_of(entry.find(tag)) for tag in tags)), "")
