"""The one door for a former system's feed or export: whatever it is, its entries come out, or why it cannot be read."""

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache, partial
from typing import BinaryIO

from lxml import etree

from publisher.model.reason import reason
from publisher.sources.moving.atom import read_atom
from publisher.sources.moving.entry import FormerEntry, Onward, UnreadableError
from publisher.sources.moving.ghost import find_tables, read_ghost
from publisher.sources.moving.json_feed import read_json_feed
from publisher.sources.moving.json_values import load_json
from publisher.sources.moving.rss import find_attachments, read_rss
from publisher.sources.moving.xml_stream import stream_xml

Opened = Callable[[], AbstractContextManager[BinaryIO]]
"""Opens the document from its beginning, as often as it is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a person says of the document. `home` is the former site's front page (a Ghost export does not say it);
    `kinds` are the kinds of post of an export that are articles. `address` is where the document was had from, empty
    for a file.
    """

    home: str
    kinds: Collection[str] = ("post",)
    address: str = ""


def read_entries(opened: Opened, terms: Terms) -> Iterator[FormerEntry | Onward]:
    """Every entry in order, and where a feed goes on. Raises UnreadableError, also in the middle: nothing may be
    brought before it was read to its end once.
    """
    with opened() as stream:
        first = stream.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not first:
        raise UnreadableError(reason("moving.empty"))
    if first[:14].lower() == b"<!doctype html" or first[:5].lower() == b"<html":
        raise UnreadableError(reason("moving.page"))
    with opened() as stream:
        if first[:1] in (b"{", b"["):
            yield from _read_json(stream, terms)
        else:
            yield from _read_xml(stream, opened, terms)


def _read_json(stream: BinaryIO, terms: Terms) -> Iterator[FormerEntry | Onward]:
    document = load_json(stream)
    tables = find_tables(document)
    if tables is not None:
        yield from read_ghost(tables, home=terms.home, kinds=terms.kinds)
    elif isinstance(document.get("items"), list):
        yield from read_json_feed(document)
    else:
        raise UnreadableError(reason("moving.unknown", found="JSON"))


def _read_xml(stream: BinaryIO, opened: Opened, terms: Terms) -> Iterator[FormerEntry | Onward]:
    events = stream_xml(stream)
    _, root = next(events)  # a document without an element is broken, and said so
    name = etree.QName(root).localname
    if name == "feed":
        yield from read_atom(events, root, kinds=terms.kinds, address=terms.address)
    elif name in ("rss", "RDF"):
        attachments = cache(partial(_read_attachments, opened))
        yield from read_rss(events, root, kinds=terms.kinds, attachments=attachments, address=terms.address)
    else:
        raise UnreadableError(reason("moving.unknown", found=f"<{name[:40]}>"))


def _read_attachments(opened: Opened) -> dict[str, str]:
    with opened() as stream:
        return find_attachments(stream_xml(stream))
