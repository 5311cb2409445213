"""XML of strangers, element by element, in memory that does not grow with the file.

Promise: no entity is expanded, no DTD is loaded, nothing is fetched; a document that declares entities is refused, as
its text could not be trusted to be whole. What exports of real systems have wrong is mended: blanks before the
declaration, and control characters that XML forbids.
"""

import re
from collections.abc import Iterator
from functools import reduce
from typing import Any, BinaryIO
from urllib.parse import urljoin

from lxml import etree

from publisher.model.reason import Reason, reason
from publisher.sources.moving.entry import UnreadableError

_CHUNK = 256 * 1024
_CONTROLS = bytes({*range(0x20)} - {0x09, 0x0A, 0x0D})
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
"""How UTF-16 begins: there a control character is half of a letter."""
_ESCAPED = re.compile(r"(?:\\x[0-9a-f]{2})+")
"""Bytes of a message that end in the middle of a letter: lxml shows all of the message's letters so then."""
_LONGEST_DETAIL = 120

_BASE = "{http://www.w3.org/XML/1998/namespace}base"

Event = tuple[str, etree._Element]


class _Mended:
    """A file that reads as XML wants it."""

    def __init__(self, stream: BinaryIO) -> None:
        first = stream.read(_CHUNK)
        self._stream = stream
        self._is_wide = first.startswith(_WIDE)
        self._first = first if self._is_wide else first.removeprefix(b"\xef\xbb\xbf").lstrip()

    def read(self, _size: int = -1) -> bytes:
        """The next piece; empty at the end. A piece that was nothing but controls is passed over."""
        while data := self._first or self._stream.read(_CHUNK):
            self._first = b""
            kept = data if self._is_wide else data.translate(None, _CONTROLS)
            if kept:
                return kept
        return b""


def stream_xml(stream: BinaryIO) -> Iterator[Event]:
    """`start` and `end` of every element. Raises UnreadableError (`moving.entities`, `moving.broken` with its line).

    Whoever is done with an element frees it (`free`).
    """
    events = etree.iterparse(
        _Mended(stream),
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for number, (event, element) in enumerate(events):
            if number == 0:
                _refuse_entities(element)
            yield event, element
    except etree.XMLSyntaxError as error:
        raise UnreadableError(_tell(error, events.error_log)) from error


def _refuse_entities(root: etree._Element) -> None:
    """What stands before the root was read when it starts, however long: the parser's own word counts, not ours."""
    declared: Any = root.getroottree().docinfo.internalDTD  # None without one; lxml-stubs knows neither
    if declared is not None and next(declared.iterentities(), None) is not None:
        raise UnreadableError(reason("moving.entities"))


def free(element: etree._Element) -> None:
    """Forget an element that was read, and those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and (before := element.getprevious()) is not None:
        parent.remove(before)


def text_of(element: etree._Element | None) -> str:
    """All the text in an element, without blanks around it."""
    return "" if element is None else "".join(map(str, element.itertext())).strip()


def base_of(element: etree._Element, document: str = "") -> str:
    """What relative addresses in an element hang on: the xml:base of each element around it and its own, each upon the
    one outside it, and the first upon the address of the document (XML Base section 4.2, RFC 3986 section 5.1). Empty
    where nobody says.
    """
    around = reversed([element, *element.iterancestors()])
    return reduce(_join, (found.get(_BASE, "").strip() for found in around), document)


def _join(base: str, written: str) -> str:
    try:
        return urljoin(base, written)
    except ValueError:  # brackets in a host that are none
        return base


def _tell(error: etree.XMLSyntaxError, log: etree._ListErrorLog) -> Reason:
    """The first thing that was wrong: the exception itself may only say that nothing came of it."""
    first = next(iter(log), None)
    line, message = (error.lineno, error.msg) if first is None else (first.line, first.message)
    return reason("moving.broken", line=line or 1, detail=_read_detail(message or ""))


def _read_detail(message: str) -> str:
    """One line, with the letters that are meant; half a letter at its end goes."""
    letters = _ESCAPED.sub(lambda found: _decode(found[0]), message)
    return " ".join(letters.split())[:_LONGEST_DETAIL]


def _decode(escaped: str) -> str:
    return bytes.fromhex(escaped.replace("\\x", "")).decode("utf-8", errors="ignore")
