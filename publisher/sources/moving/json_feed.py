"""JSON Feed 1.0 and 1.1."""

from collections.abc import Iterator, Mapping
from typing import Any

from publisher.sources.moving.entry import FormerEntry, Onward
from publisher.sources.moving.json_values import find_maps, text_in
from publisher.sources.moving.parts import build_enclosure, build_image, build_tags, part_pictures, read_words


def read_json_feed(document: Mapping[str, Any]) -> Iterator[FormerEntry | Onward]:
    """The items in order, and where the feed goes on."""
    base = text_in(document, "home_page_url") or text_in(document, "feed_url")
    language = text_in(document, "language")
    authors = _read_authors(document)
    for number, item in enumerate(find_maps(document.get("items")), 1):
        yield _read_item(item, f"item {number}", base=base, language=language, authors=authors)
    if onward := text_in(document, "next_url"):
        yield Onward(onward)


def _read_item(
    item: Mapping[str, Any], place: str, *, base: str, language: str, authors: tuple[str, ...]
) -> FormerEntry:
    """`base`, `language` and `authors` are the feed's, for items that do not say their own (JSON Feed 1.1, authors)."""
    url = text_in(item, "url") or text_in(item, "external_url")
    markup = text_in(item, "content_html")
    files = [
        build_enclosure(
            text_in(found, "url"),
            base=url or base,
            media_type=found.get("mime_type"),
            size=found.get("size_in_bytes"),
            title=found.get("title"),
            seconds=found.get("duration_in_seconds"),
        )
        for found in find_maps(item.get("attachments"))
    ]
    pictures, recordings = part_pictures(files)
    shown = (build_image(text_in(item, name), base=url or base) for name in ("image", "banner_image"))
    tags = item.get("tags")
    return FormerEntry(
        place=place,
        guid=_read_id(item.get("id")) or url,
        url=url,
        title=text_in(item, "title"),
        published=text_in(item, "date_published"),
        updated=text_in(item, "date_modified"),
        content=markup or text_in(item, "content_text") or text_in(item, "summary"),
        summary=text_in(item, "summary") if markup or text_in(item, "content_text") else "",
        is_plain=not markup,
        language=text_in(item, "language"),
        feed_language=language,
        base=url or base,
        authors=_read_authors(item) or authors,
        tags=build_tags((tag, None) for tag in tags) if isinstance(tags, list) else (),
        images=(*dict.fromkeys(filter(None, shown)), *pictures),
        enclosures=recordings,
    )


def _read_id(value: object) -> str:
    """The id as readers keep it: a number becomes its figures (JSON Feed 1.1, id)."""
    is_id = isinstance(value, str | int) and not isinstance(value, bool)
    return str(value).strip() if is_id else ""


def _read_authors(item: Mapping[str, Any]) -> tuple[str, ...]:
    listed = find_maps(item.get("authors")) or find_maps([item.get("author")])
    return tuple(dict.fromkeys(filter(None, (read_words(author.get("name")) for author in listed))))
