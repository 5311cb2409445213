"""RSS of every age, and WordPress's export, which is RSS with everything in it (WXR).

An item without a guid is known to readers by its link, so its link is its id here too.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from publisher.model.media import Enclosure, Image, Tag
from publisher.model.reason import Reason, reason
from publisher.sources.moving.entry import FormerEntry, Onward
from publisher.sources.moving.parts import build_enclosure, build_image, build_tags, part_pictures, read_words
from publisher.sources.moving.xml_stream import Event, free, text_of

WORDPRESS = "http://wordpress.org/export/"
"""What the namespace of an export begins with; its version follows."""

_ATOM = "{http://www.w3.org/2005/Atom}"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ONWARD = ("prev-archive", "next")
_NAMED = re.compile(r"\S+@\S+\s*\((.+)\)")


@dataclass(slots=True)
class _Channel:
    """What the channel said before its items."""

    language: str = ""
    home: str = ""
    is_export: bool = False
    names: dict[str, str] = field(default_factory=dict)
    """Of an export: who is behind a login."""


def read_rss(
    events: Iterator[Event], root: etree._Element, *, kinds: Collection[str], attachments: Mapping[str, str]
) -> Iterator[FormerEntry | Onward]:
    """The items in order, and where the feed goes on. `kinds` are the kinds of post of an export that are articles;
    `attachments` are its pictures by their number (`find_attachments`).
    """
    channel = _Channel(language=root.get(_LANG) or "")
    channel.is_export = any(uri.startswith(WORDPRESS) for uri in root.nsmap.values())
    number = 0
    for event, element in events:
        name = _local(element)
        if event == "start":
            continue
        if name == "item":
            number += 1
            yield _read_item(element, f"item {number}", channel, kinds, attachments)
            free(element)
        elif (parent := element.getparent()) is not None and _local(parent) == "channel":
            _note(element, name, channel)
            if element.tag == f"{_ATOM}link" and element.get("rel") in _ONWARD and element.get("href"):
                yield Onward(element.get("href", ""))


def find_attachments(events: Iterator[Event]) -> dict[str, str]:
    """The address of every file of an export, by its number."""
    found = {}
    for event, element in events:
        if event == "end" and _local(element) == "item":
            parts = _Parts.of(element)
            if parts.text("attachment_url"):
                found[parts.text("post_id")] = parts.text("attachment_url")
            free(element)
    return found


def _note(element: etree._Element, name: str, channel: _Channel) -> None:
    text = text_of(element)
    if name == "language":
        channel.language = text
    elif element.tag == "link" and text:
        channel.home = text
    elif name == "author" and channel.is_export:
        parts = _Parts.of(element)
        channel.names[parts.text("author_login")] = parts.text("author_display_name")


@dataclass(frozen=True, slots=True)
class _Parts:
    """An item's own elements by local name, and by full name."""

    by_local: Mapping[str, list[etree._Element]]
    by_tag: Mapping[str, list[etree._Element]]

    @classmethod
    def of(cls, element: etree._Element) -> "_Parts":
        by_local: dict[str, list[etree._Element]] = {}
        by_tag: dict[str, list[etree._Element]] = {}
        for child in element:
            if isinstance(child.tag, str):
                by_local.setdefault(_local(child), []).append(child)
                by_tag.setdefault(child.tag, []).append(child)
        return cls(by_local, by_tag)

    def text(self, *names: str) -> str:
        """The text of the first of these that says something: full names, or local ones."""
        listed = (found for name in names for found in self.by_tag.get(name) or self.by_local.get(name) or ())
        return next(filter(None, map(text_of, listed)), "")


def _read_item(
    item: etree._Element,
    place: str,
    channel: _Channel,
    kinds: Collection[str],
    attachments: Mapping[str, str],
) -> FormerEntry:
    parts = _Parts.of(item)
    link = text_of(next(iter(parts.by_tag.get("link", ())), None)) or _plain_link(parts)
    base = link or channel.home
    full, described = parts.text(_CONTENT), _described(parts)
    images, enclosures = _read_files(item, parts, base)
    featured = attachments.get(_thumbnail(parts), "")
    export = channel.is_export
    section, tags = _read_categories(parts, export)
    return FormerEntry(
        place=place,
        guid=parts.text("guid") or item.get(_RDF_ABOUT, "").strip() or link,
        url=link or _permalink(parts),
        title=parts.text("title"),
        published=_published(parts, export),
        updated=parts.text(f"{_ATOM}updated"),
        content=full or described,
        summary=_excerpt(parts) or (described if full else ""),
        is_autop=export,
        language=item.get(_LANG) or "",
        feed_language=channel.language,
        base=base,
        authors=_read_authors(parts, channel),
        section=section,
        tags=tags,
        images=(*filter(None, [build_image(featured)]), *images),
        enclosures=enclosures,
        left_out=_judge_post(parts, kinds) if export else None,
    )


def _described(parts: _Parts) -> str:
    return parts.text("description", f"{_DC}description")


def _excerpt(parts: _Parts) -> str:
    """An export's own summary; its namespace has the version in it."""
    named = (found for found in parts.by_local.get("encoded", ()) if "/excerpt/" in found.tag)
    return next(filter(None, map(text_of, named)), "")


def _plain_link(parts: _Parts) -> str:
    """RSS 1.0 has its link in a namespace; Atom's own in an item is an attribute."""
    named = (found for found in parts.by_local.get("link", ()) if not found.tag.startswith(_ATOM))
    return next(filter(None, map(text_of, named)), "")


def _permalink(parts: _Parts) -> str:
    """A guid that says of itself, or by saying nothing, that it is the page's address (RSS 2.0, guid)."""
    for guid in parts.by_local.get("guid", ()):
        if guid.get("isPermaLink", "true") != "false":
            return text_of(guid)
    return ""


def _published(parts: _Parts, export: bool) -> str:
    """An export's own date is UTC; `0000-00-00` is a draft's."""
    stated = parts.text("post_date_gmt") if export else ""
    if stated and not stated.startswith("0000"):
        return f"{stated.replace(' ', 'T')}Z"
    return parts.text("pubDate", f"{_DC}date", f"{_ATOM}published")


def _read_authors(parts: _Parts, channel: _Channel) -> tuple[str, ...]:
    """Names for people. An e-mail address is nobody's name and stays where it is."""
    creators = [text_of(found) for found in parts.by_tag.get(f"{_DC}creator", ())]
    named = [channel.names.get(name) or name for name in creators]
    for author in map(text_of, parts.by_tag.get("author", ())):
        found = _NAMED.fullmatch(author)
        named.append(found[1] if found else author)
    words = (read_words(name) for name in named if "@" not in name)
    return tuple(dict.fromkeys(filter(None, words)))


def _read_categories(parts: _Parts, export: bool) -> tuple[str, tuple[Tag, ...]]:
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
    item: etree._Element, parts: _Parts, base: str
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


def _thumbnail(parts: _Parts) -> str:
    """The number of the picture that an export's post is shown with."""
    metas = (_Parts.of(found) for found in parts.by_local.get("postmeta", ()))
    return next((meta.text("meta_value") for meta in metas if meta.text("meta_key") == "_thumbnail_id"), "")


def _judge_post(parts: _Parts, kinds: Collection[str]) -> Reason | None:
    """Why a post of an export was never an article in a feed."""
    kind, status = parts.text("post_type"), parts.text("status")
    if kind not in kinds:
        return reason("moving.other_kind", kind=kind[:60])
    if status != "publish":
        return reason("moving.not_published", status=status[:60])
    return reason("moving.protected") if parts.text("post_password") else None


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]
