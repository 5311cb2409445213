"""Deleted entries in an Atom feed (RFC 6721)."""

from collections.abc import Iterator

from publisher.feeds.namespaces import ATOM
from publisher.feeds.validate.dates import check_rfc3339, moment3339
from publisher.feeds.validate.elements import TOMBSTONE, Children, place_of
from publisher.feeds.validate.finding import Finding, error
from publisher.feeds.validate.urls import check_iri

MISSING = error("tombstone.attribute", "at:deleted-entry needs the attribute {value}", "RFC 6721 section 2")
REPEATED = error("tombstone.repeated", "{value} is deleted twice", "RFC 6721 section 2")
ALIVE = error(
    "tombstone.alive",
    "{value} is deleted and still stands in the feed: take one of them out",
    "RFC 6721 section 4",
)

_A = f"{{{ATOM}}}"


def check_tombstones(head: Children) -> Iterator[Finding]:
    """Every `at:deleted-entry` of a feed, beside its entries."""
    living = {
        (entry.findtext(f"{_A}id") or "").strip(): moment3339(entry.findtext(f"{_A}updated") or "")
        for entry in head.all(f"{_A}entry")
    }
    seen: set[str] = set()
    for stone in head.all(f"{{{TOMBSTONE}}}deleted-entry"):
        ref, when, place = stone.get("ref"), stone.get("when"), place_of(stone)
        for name, value in (("ref", ref), ("when", when)):
            if value is None:
                yield MISSING.at(place, value=name)
        if ref is None or when is None:
            continue
        yield from check_iri(ref, "ref", place)
        yield from check_rfc3339(when, place)
        if ref in seen:
            yield REPEATED.at(place, value=ref)
        seen.add(ref)
        died, updated = moment3339(when), living.get(ref)
        if ref in living and not (died and updated and updated > died):
            yield ALIVE.at(place, value=ref)
