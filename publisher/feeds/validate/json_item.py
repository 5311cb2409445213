"""One item of JSON Feed 1.1."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from publisher.feeds.validate.dates import check_rfc3339
from publisher.feeds.validate.finding import Finding, Point, error, warning
from publisher.feeds.validate.html_content import check_html
from publisher.feeds.validate.json_values import check_authors, check_fields, is_object
from publisher.feeds.validate.modules import is_media_type
from publisher.feeds.validate.urls import check_url
from publisher.feeds.validate.words import EMPTY_TITLE, check_characters, check_language, check_plain

_SPEC = "JSON Feed 1.1"
NOT_OBJECT = error("json.item", "an item must be an object", f"{_SPEC}, Items")
NO_ID = error("json.item.id", "give the item an id that never changes", f"{_SPEC}, id")
NUMBER_ID = warning("json.item.id-number", "write the id {value} as a string", f"{_SPEC}, id")
NO_CONTENT = error(
    "json.item.content",
    "give the item content_html or content_text",
    f"{_SPEC}, content_html and content_text",
)
ATTACHMENT = error("json.attachment", "an attachment needs {value}", f"{_SPEC}, attachments")
TYPE = error(
    "enclosure.type",
    "write mime_type as a media type such as audio/mpeg, not {value}",
    f"{_SPEC}, attachments",
)
SIZE = error(
    "enclosure.length", "size_in_bytes is the file's size, above 0, not {value}", f"{_SPEC}, attachments"
)
NO_DATE = warning(
    "json.item.date",
    "give the item date_published: readers date it by when they saw it",
    f"{_SPEC}, date_published",
)

_ITEM = {
    "id": str, "url": str, "external_url": str, "title": str, "content_html": str, "content_text": str, "summary": str,
    "image": str, "banner_image": str, "date_published": str, "date_modified": str, "author": dict, "authors": list,
    "tags": list, "language": str, "attachments": list,
}  # fmt: skip
_ATTACHMENT = {"url": str, "mime_type": str, "title": str, "size_in_bytes": int, "duration_in_seconds": int}


def check_json_item(item: object, where: str, now: datetime | None = None) -> Iterator[Finding]:
    """One item, alone."""
    if not is_object(item):
        yield NOT_OBJECT.at(Point(where=where))
        return
    entry = str(item["id"]) if "id" in item else None
    yield from _check_id(item, where, entry)
    yield from check_fields({k: v for k, v in item.items() if k != "id"}, _ITEM, where, entry)
    yield from _check_text(item, where, entry)
    for name in ("url", "external_url", "image", "banner_image"):
        if isinstance(address := item.get(name), str):
            yield from check_url(address, name, Point(where=f"{where}.{name}", entry=entry))
    yield from _check_dates(item, where, entry, now)
    yield from check_authors(item, where, entry)
    if isinstance(language := item.get("language"), str):
        yield from check_language(language, Point(where=f"{where}.language", entry=entry))
    yield from _check_attachments(item, where, entry)


def _check_id(item: Mapping[str, Any], where: str, entry: str | None) -> Iterator[Finding]:
    id_, place = item.get("id"), Point(where=f"{where}.id", entry=entry)
    if isinstance(id_, int | float) and not isinstance(id_, bool):
        yield NUMBER_ID.at(place, value=id_)
    elif not isinstance(id_, str) or not id_.strip():
        yield NO_ID.at(place)


def _check_text(item: Mapping[str, Any], where: str, entry: str | None) -> Iterator[Finding]:
    html, text = item.get("content_html"), item.get("content_text")
    if not html and not text:
        yield NO_CONTENT.at(Point(where=where, entry=entry))
    if isinstance(html, str):
        yield from check_html(html, "content_html", Point(where=f"{where}.content_html", entry=entry))
    if isinstance(text, str):
        yield from check_characters(text, "content_text", Point(where=f"{where}.content_text", entry=entry))
    for name in ("title", "summary"):
        if isinstance(words := item.get(name), str):
            place = Point(where=f"{where}.{name}", entry=entry)
            if not words.strip():
                yield EMPTY_TITLE.at(place, name=name)
            yield from check_plain(words, name, place)
    tags = item.get("tags")
    for number, tag in enumerate(tags if isinstance(tags, list) else ()):
        if isinstance(tag, str):
            yield from check_plain(tag, "tag", Point(where=f"{where}.tags[{number}]", entry=entry))


def _check_dates(
    item: Mapping[str, Any], where: str, entry: str | None, now: datetime | None
) -> Iterator[Finding]:
    published, modified = item.get("date_published"), item.get("date_modified")
    for name, text in (("date_published", published), ("date_modified", modified)):
        if isinstance(text, str):
            yield from check_rfc3339(text, Point(where=f"{where}.{name}", entry=entry), now)
    if published is None:
        yield NO_DATE.at(Point(where=where, entry=entry))


def _check_attachments(item: Mapping[str, Any], where: str, entry: str | None) -> Iterator[Finding]:
    found = item.get("attachments")
    for number, attachment in enumerate(found if isinstance(found, list) else ()):
        inside = f"{where}.attachments[{number}]"
        place = Point(where=inside, entry=entry)
        if not is_object(attachment):
            yield ATTACHMENT.at(place, value="url and mime_type")
            continue
        yield from check_fields(attachment, _ATTACHMENT, inside, entry)
        for name in ("url", "mime_type"):
            if not isinstance(attachment.get(name), str):
                yield ATTACHMENT.at(place, value=name)
        if isinstance(url := attachment.get("url"), str):
            yield from check_url(url, "attachment url", place)
        if isinstance(type_ := attachment.get("mime_type"), str) and not is_media_type(type_):
            yield TYPE.at(place, value=type_)
        size = attachment.get("size_in_bytes")
        if isinstance(size, int | float) and size <= 0:
            yield SIZE.at(place, value=size)
