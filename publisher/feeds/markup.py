"""XML by hand, quickly and safely: elements made of escaped text and of other elements, and of nothing else.

Text reaches a document only through `escape` and `attributes`, so escaping cannot fail. What comes out is byte for byte
what lxml writes for the same tree (a test keeps it so), at a third of its time: docs/performance.md.
"""

from collections.abc import Iterable
from functools import lru_cache

_REFUSED = bytes({*range(0x20)} - {0x09, 0x0A, 0x0D})
_NONCHARACTERS = ("\ufffe", "\uffff")
_MARKS = frozenset("&<>")
"""What must be escaped in ASCII."""
_LONG = 1_000
"""Characters from which a text's escaped bytes are remembered, for the next format's writer."""


def escape(text: str) -> bytes:
    """The text as content of an element, UTF-8. Raises ValueError for characters outside XML 1.0 section 2.2."""
    if text.isascii() and text.isprintable() and _MARKS.isdisjoint(text):
        return text.encode("ascii")
    # A body is written for RSS and for Atom, one right after the other.
    return _escape_long(text) if len(text) > _LONG else _escape(text)


def _escape(text: str) -> bytes:
    data = text.encode("utf-8")
    # Looked for in the text and not in its bytes: half of all Arabic letters begin with a byte that repeats.
    if len(data.translate(None, _REFUSED)) != len(data) or any(c in text for c in _NONCHARACTERS):
        raise ValueError("XML cannot carry a control character, a noncharacter or a lone surrogate")
    data = data.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
    return data.replace(b"\r", b"&#13;") if b"\r" in data else data


_escape_long = lru_cache(maxsize=2)(_escape)


def attributes(values: Iterable[tuple[bytes, str | int | None]]) -> bytes:
    """` name="value"` for each pair; None and what is empty is left out."""
    return b"".join(
        [
            b' %s="%d"' % (name, value) if isinstance(value, int) else b' %s="%s"' % (name, _quote(value))
            for name, value in values
            if value
        ]
    )


def element(name: bytes, content: bytes, attached: bytes = b"") -> bytes:
    """An element around content that is escaped already, or made of elements. `attached` comes from `attributes`."""
    if not content:
        return b"<%s%s/>" % (name, attached)
    return b"<%s%s>%s</%s>" % (name, attached, content, name)


def words(name: bytes, text: str) -> bytes:
    """An element of text alone, which is not empty."""
    return b"<%s>%s</%s>" % (name, escape(text), name)


def _quote(text: str) -> bytes:
    data = escape(text).replace(b'"', b"&quot;")
    return data.replace(b"\n", b"&#10;").replace(b"\t", b"&#9;")
