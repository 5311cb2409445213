"""What feed and items share in JSON Feed: kinds of values, unknown keys, authors."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from publisher.feeds.validate.finding import Finding, Point, error, warning
from publisher.feeds.validate.urls import check_url
from publisher.feeds.validate.words import EMPTY, check_plain

_SPEC = "JSON Feed 1.1"
KIND = error("json.kind", "{name} must be {expected}, not {value}", f"{_SPEC}, Items")
NULL = error("json.null", "leave {name} out instead of writing null", f"{_SPEC}, Top-level")
UNKNOWN = error(
    "json.unknown-key",
    "JSON Feed has no {value} here: names of one's own begin with _",
    f"{_SPEC}, Extensions",
)
OLD_AUTHOR = warning("json.author", "write authors, a list: author is deprecated", f"{_SPEC}, authors")
AUTHOR = error("json.author-empty", "an author needs name, url or avatar", f"{_SPEC}, authors")

_SAID = {str: "a string", list: "a list", dict: "an object", bool: "true or false", int: "a number"}
_PERSON = {"name": str, "url": str, "avatar": str}


def is_object(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether it is a JSON object."""
    return isinstance(value, dict)


def check_fields(
    fields: Mapping[str, Any], known: Mapping[str, type], where: str, entry: str | None = None
) -> Iterator[Finding]:
    """Every key known or one's own, every value of its kind."""
    for name, value in fields.items():
        place = Point(where=f"{where}.{name}", entry=entry)
        expected = known.get(name)
        if expected is None:
            if not name.startswith("_"):
                yield UNKNOWN.at(place, value=name)
        elif value is None:
            yield NULL.at(place, name=name)
        elif not _is_kind(value, expected):
            yield KIND.at(place, name=name, expected=_SAID[expected], value=type(value).__name__)


def _is_kind(value: object, expected: type) -> bool:
    if expected is int:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, expected)


def check_authors(fields: Mapping[str, Any], where: str, entry: str | None) -> Iterator[Finding]:
    """`authors`, and `author` of version 1."""
    found = [(f"{where}.authors[{n}]", person) for n, person in enumerate(_list(fields.get("authors")))]
    if "author" in fields:
        place = f"{where}.author"
        found.append((place, fields["author"]))
        if "authors" not in fields:
            yield OLD_AUTHOR.at(Point(where=place, entry=entry))
    for where_person, person in found:
        place_person = Point(where=where_person, entry=entry)
        if not is_object(person) or not any(person.get(name) for name in _PERSON):
            yield AUTHOR.at(place_person)
            continue
        yield from check_fields(person, _PERSON, where_person, entry)
        yield from _check_person(person, place_person)


def _check_person(person: Mapping[str, Any], place: Point) -> Iterator[Finding]:
    if isinstance(name := person.get("name"), str):
        if not name.strip():
            yield EMPTY.at(place, name="name")
        yield from check_plain(name, "name", place)
    for key in ("url", "avatar"):
        if isinstance(address := person.get(key), str):
            yield from check_url(address, key, place)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
