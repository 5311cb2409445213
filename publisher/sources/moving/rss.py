"""RSS of every age, and WordPress's export, which is RSS with everything in it (WXR).

An item without a guid is known to readers by its link, so its link is its id here too.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from publisher.model.media import Enclosure, Image, Tag
from publisher.sources.moving.entry import FormerEntry, Onward
from publisher.sources.moving.item_parts import Parts, local_name
from publisher.sources.moving.parts import build_enclosure, build_image, build_tags, part_pictures, read_words
from publisher.sources.moving.shortcodes import find_gallery
from publisher.sources.moving.wordpress_gate import is_export_item, is_export_name, judge_post
from publisher.sources.moving.xml_stream import Event, base_of, free, text_of
from publisher.sources.web_address import resolve_address

_ATOM = "{http://www.w3.org/2005/Atom}"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ONWARD = ("prev-archive", "next")
_NO_DATE = re.compile(r"0000-00-00|-0001")
"""How WordPress writes a date that it does not have."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_NAMED = re.compile(r"\S+@\S+\s*\((.+)\)")

Attachments = Callable[[], Mapping[str, str]]
"""Reads an export once more for the addresses of its files."""


@dataclass(slots=True)
class _Channel:
    """What the document said before its items. `is_export`: it is WordPress's, so that an item without a word of its
    status must not be taken for published.
    """

    language: str = ""
    home: str = ""
    is_export: bool = False
    names: dict[str, str] = field(default_factory=dict)
    """Of an export: who is behind a login."""


def read_rss(
    events: Iterator[Event],
    root: etree._Element,
    *,
    kinds: Collection[str],
    attachments: Attachments,
    address: str = "",
) -> Iterator[FormerEntry | Onward]:
    """The items in order, and where the feed goes on. `kinds` are the kinds of post of an export that are articles;
    `attachments` gives its pictures by their number (`find_attachments`), and is asked only of an export.
    `address` is the document's own.
    """
    channel = _Channel(home=address, language=root.get(_LANG) or "")
    number = 0
    for event, element in events:
        name = local_name(element)
        if event == "start":
            continue
        if name == "item":
            number += 1
            yield _read_item(element, f"item {number}", channel, kinds, attachments)
            free(element)
        elif (parent := element.getparent()) is not None and local_name(parent) == "channel":
            _note(element, name, channel)
            if element.tag == f"{_ATOM}link" and element.get("rel") in _ONWARD and element.get("href"):
                yield Onward(element.get("href", ""))


def find_attachments(events: Iterator[Event]) -> dict[str, str]:
    """The address of every file of an export, by its number."""
    found = {}
    for event, element in events:
        if event == "end" and local_name(element) == "item":
            parts = Parts.of(element)
            if parts.text("attachment_url"):
                found[parts.text("post_id")] = parts.text("attachment_url")
            free(element)
    return found


def _note(element: etree._Element, name: str, channel: _Channel) -> None:
    text = text_of(element)
    if name == "language":
        channel.language = text
    elif element.tag == "link" and text:
        channel.home = resolve_address(text, base_of(element, channel.home)) or text
    elif is_export_name(str(element.tag)):
        channel.is_export = True
        if name == "author":
            _note_author(element, channel)


def _note_author(element: etree._Element, channel: _Channel) -> None:
    parts = Parts.of(element)
    channel.names[parts.text("author_login")] = parts.text("author_display_name")


def _read_item(
    item: etree._Element,
    place: str,
    channel: _Channel,
    kinds: Collection[str],
    attachments: Attachments,
) -> FormerEntry:
    parts = Parts.of(item)
    link = text_of(next(iter(parts.by_tag.get("link", ())), None)) or _plain_link(parts)
    around = base_of(item, channel.home)
    page = _resolve(link, around)
    base = around if base_of(item) else page or channel.home
    full, described = parts.text(_CONTENT), _described(parts)
    images, enclosures = _read_files(item, parts, base)
    export = channel.is_export or is_export_item(item, parts)
    thumbnail = _thumbnail(parts) if export else ""
    numbers = [*filter(None, [thumbnail]), *(find_gallery(full) if export else ())]
    shown = [build_image(attachments().get(number)) for number in numbers]
    title, excerpt = parts.text("title"), _excerpt(parts)
    section, tags = _read_categories(parts, export)
    return FormerEntry(
        place=place,
        guid=parts.text("guid") or item.get(_RDF_ABOUT, "").strip() or link,
        url=page or _permalink(parts),
        title=title,
        published=_published(parts, export),
        updated=parts.text(f"{_ATOM}updated"),
        content=full or described,
        summary=excerpt or (described if full else ""),
        is_autop=export,
        language=item.get(_LANG) or "",
        feed_language=channel.language,
        base=base,
        authors=_read_authors(parts, channel),
        section=section,
        tags=tags,
        images=(*filter(None, shown), *images),
        enclosures=enclosures,
        left_out=judge_post(parts, kinds, (title, full, described, excerpt)) if export else None,
    )


def _resolve(link: str, base: str) -> str:
    """A relative link, absolute; any other as it stands."""
    return link if _SCHEME.match(link) else resolve_address(link, base) or link


def _described(parts: Parts) -> str:
    return parts.text("description", f"{_DC}description")


def _excerpt(parts: Parts) -> str:
    """An export's own summary; its namespace has the version in it."""
    named = (found for found in parts.by_local.get("encoded", ()) if "/excerpt/" in found.tag)
    return next(filter(None, map(text_of, named)), "")


def _plain_link(parts: Parts) -> str:
    """RSS 1.0 has its link in a namespace; Atom's own in an item is an attribute."""
    named = (found for found in parts.by_local.get("link", ()) if not found.tag.startswith(_ATOM))
    return next(filter(None, map(text_of, named)), "")


def _permalink(parts: Parts) -> str:
    """A guid that says of itself, or by saying nothing, that it is the page's address (RSS 2.0, guid)."""
    for guid in parts.by_local.get("guid", ()):
        if guid.get("isPermaLink", "true") != "false":
            return text_of(guid)
    return ""


def _published(parts: Parts, export: bool) -> str:
    """An export's own date is UTC. Where WordPress lost that, the date on the site's own clock is left."""
    local = ("post_date",) if export else ()
    if export and (stated := _date(parts, "post_date_gmt")):
        return f"{stated.replace(' ', 'T')}Z"
    return _date(parts, "pubDate", f"{_DC}date", f"{_ATOM}published", *local)


def _date(parts: Parts, *names: str) -> str:
    """The first of these that is stated and is none of WordPress's dates that mean nothing."""
    return next((found for name in names if (found := parts.text(name)) and not _NO_DATE.search(found)), "")


def _read_authors(parts: Parts, channel: _Channel) -> tuple[str, ...]:
    """Names for people. An e-mail address is nobody's name and stays where it is."""
    creators = [text_of(found) for found in parts.by_tag.get(f"{_DC}creator", ())]
    named = [channel.names.get(name) or name for name in creators]
    for author in map(text_of, parts.by_tag.get("author", ())):
        found = _NAMED.fullmatch(author)
        named.append(found[1] if found else author)
    words = (read_words(name) for name in named if "@" not in name)
    return tuple(dict.fromkeys(filter(None, words)))


def _read_categories(parts: Parts, export: bool) -> tuple[str, tuple[Tag, ...]]:
    """WordPress's first category is the section, as its pages show it; plain RSS tells no section from a topic."""
    listed = [(text_of(found), found.get("domain")) for found in parts.by_local.get("category", ())]
    if not export:
        return "", build_tags(listed)
    sections = [
        text_of(found)
        for found in parts.by_local.get("category", ())
        if found.get("domain") == "category" and found.get("nicename") != "uncategorized"
    ]
    topics = [name for name, domain in listed if domain == "post_tag"]
    return next(iter(sections), ""), build_tags((name, None) for name in (*sections[1:], *topics))


def _read_files(
    item: etree._Element, parts: Parts, base: str
) -> tuple[tuple[Image, ...], tuple[Enclosure, ...]]:
    listed = [
        build_enclosure(found.get("url"), base=base, media_type=found.get("type"), size=found.get("length"))
        for found in parts.by_tag.get("enclosure", ())
    ]
    shown: list[Image | None] = []
    for media in item.iter(f"{_MEDIA}content"):
        kind = media.get("medium") or (media.get("type") or "image").partition("/")[0]
        if kind == "image":
            shown.append(_read_media(media, base))
        elif kind in ("audio", "video"):
            type_, size, length = media.get("type"), media.get("fileSize"), media.get("duration")
            listed.append(
                build_enclosure(media.get("url"), base=base, media_type=type_, size=size, seconds=length)
            )
    if not any(shown):
        shown += [_read_media(small, base) for small in item.iter(f"{_MEDIA}thumbnail")][:1]
    pictures, recordings = part_pictures(listed)
    return (*filter(None, shown), *pictures), recordings


def _read_media(media: etree._Element, base: str) -> Image | None:
    return build_image(
        media.get("url"),
        base=base,
        alt=text_of(media.find(f"{_MEDIA}description")),
        credit=text_of(media.find(f"{_MEDIA}credit")),
        width=media.get("width"),
        height=media.get("height"),
    )


def _thumbnail(parts: Parts) -> str:
    """The number of the picture that an export's post is shown with."""
    metas = (Parts.of(found) for found in parts.by_local.get("postmeta", ()))
    return next((meta.text("meta_value") for meta in metas if meta.text("meta_key") == "_thumbnail_id"), "")
