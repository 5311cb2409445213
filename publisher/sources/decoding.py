"""Bytes of a document to text, or the reason why not. Nothing is guessed: text is published, so doubt holds it back.

Order (facts: R1): a byte order mark, then strict UTF-8, then the charset the document declares, then windows-1256 and
windows-1254, each only if the result reads like Arabic or Turkish.
"""

import codecs
import re
from collections.abc import Callable

from publisher.model.reason import Reason, reason
from publisher.sources.mojibake import find_mojibake

MAX_BYTES = 2_000_000
"""A document's size in octets, at most. A saved article is about 5,000."""

_MAGIC = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "Word, ZIP"),
    (b"\xd0\xcf\x11\xe0", "Word"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "gzip"),
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHARSETS = frozenset(
    {
        *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"),
        *("cp1256", "cp1254", "cp1252", "iso8859-1", "iso8859-6", "iso8859-9", "iso8859-15"),
    }
)
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?([A-Za-z0-9._:-]{2,40})", re.IGNORECASE)
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_PAGE = re.compile(r"\s*<(?:!doctype|html|\?xml)\b", re.IGNORECASE)
_ARABIC_WORD = re.compile(r"[\u0621-\u0652]{2,}")
_ARTICLE = re.compile(r"(?:[وفبك]?ال|لل)[\u0621-\u0652]{2,}")
_TURKISH = frozenset("çÇğĞıİöÖşŞüÜâÂîÎûÛ")


def decode_document(data: bytes) -> str | Reason:
    """The text of a document, without byte order mark.

    Reasons: `sources.too_large`, `sources.empty`, `sources.binary`, `sources.binary_kind`, `sources.html_page`,
    `sources.encoding_unknown`, `sources.mojibake`.
    """
    if len(data) > MAX_BYTES:
        return too_large(len(data))
    if not data.strip():
        return reason("sources.empty")
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return reason("sources.binary_kind", kind=kind)
    text = _decode(data)
    if isinstance(text, Reason):
        return text
    if not text.strip("\ufeff \t\r\n\u00a0"):
        return reason("sources.empty")
    if "\x00" in text:
        return reason("sources.binary")
    if _PAGE.match(text):
        return reason("sources.html_page")
    damage = find_mojibake(text)
    if damage is not None:
        return reason("sources.mojibake", line=damage.line, sample=damage.sample)
    return text


def too_large(size_bytes: int) -> Reason:
    """The reason for a document over `MAX_BYTES`; both sizes in megabytes, rounded up."""
    return reason("sources.too_large", size=-(-size_bytes // 1_000_000), limit=MAX_BYTES // 1_000_000)


def _decode(data: bytes) -> str | Reason:
    marked = next((codec for mark, codec in _MARKS if data.startswith(mark)), None)
    if marked:
        return _or_unknown(_try(data, marked))
    if len(_CONTROLS.findall(data[:4096])) > 3 or b"\x00" in data:
        return reason("sources.binary")
    text = _try(data, "utf-8")
    if text is not None:
        return text
    declared = _DECLARED.search(data[:2048])
    codec = _known_codec(declared[1].decode("ascii")) if declared else None
    text = _try(data, codec) if codec else None
    return text if text is not None else _decode_by_looks(data)


def _or_unknown(text: str | None) -> str | Reason:
    return reason("sources.encoding_unknown") if text is None else text


def _decode_by_looks(data: bytes) -> str | Reason:
    for codec, is_plausible in _FALLBACKS:
        text = _try(data, codec)
        if text is not None and is_plausible(text):
            return text
    return _or_unknown(None)


def _known_codec(charset: str) -> str | None:
    try:
        name = codecs.lookup(charset.strip()).name
    except (LookupError, ValueError):
        return None
    return name if name in _CHARSETS else None


def _try(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec).removeprefix("\ufeff")
    except UnicodeError:
        return None


def _reads_like_arabic(text: str) -> bool:
    """Whether Arabic letters make up what is not ASCII, and words carry the article as Arabic words do.

    The article is what random bytes and other 8-bit charsets cannot fake: in ISO 8859-6 the same octets give no ل.
    """
    foreign = [c for c in text if not c.isascii() and c.isalpha()]
    arabic = sum("\u0621" <= c <= "\u064a" for c in foreign)
    words = _ARABIC_WORD.findall(text)
    with_article = sum(_ARTICLE.match(word) is not None for word in words)
    return arabic >= 0.95 * len(foreign) and with_article >= 2 and with_article >= 0.1 * len(words)


def _reads_like_turkish(text: str) -> bool:
    """Whether every letter beyond ASCII is one of Turkish, several kinds of them, among mostly ASCII letters."""
    letters = [c for c in text if c.isalpha()]
    foreign = [c for c in letters if not c.isascii()]
    only = set(foreign)
    return only <= _TURKISH and len(only & frozenset("ğĞıİşŞ")) >= 2 and len(foreign) < 0.4 * len(letters)


_FALLBACKS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("cp1256", _reads_like_arabic),
    ("cp1254", _reads_like_turkish),
)
