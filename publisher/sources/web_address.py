"""Addresses that may be published: absolute http(s) URLs in ASCII (RFC 3986), and mailto for links in text."""

import re
from urllib.parse import SplitResult, quote, urlsplit

_MAX_CHARS = 2000
_FORBIDDEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\\<>\"`{}|^\ufffd]")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.?|[0-9a-f:.]+"
)
_MAILTO = re.compile(
    r"mailto:[^\s<>\"@?&]{1,64}@[A-Za-z0-9.-]{1,253}(?:\?[\x21-\x7e]{0,500})?", re.IGNORECASE
)
_SAFE = "/%:@!$&'()*+,;=~-._?"


def parse_web_address(text: str) -> str | None:
    """The URL in ASCII: host in lower-case A-labels (RFC 5890), the rest percent-encoded; None unless it is an absolute
    http(s) URL with a host, without user name, white space or control characters.
    """
    if len(text) > _MAX_CHARS or _FORBIDDEN.search(text):
        return None
    try:
        parts = urlsplit(text)
        return _spell(parts) if parts.scheme in ("http", "https") and "@" not in parts.netloc else None
    except ValueError:  # an impossible port or bracket, a host IDNA refuses, a lone surrogate
        return None


def parse_link(text: str) -> str | None:
    """The target of a link in text: as `parse_web_address`, or a mailto URL of one address (RFC 6068)."""
    return text if _MAILTO.fullmatch(text) else parse_web_address(text)


def _spell(parts: SplitResult) -> str | None:
    host = parts.hostname or ""
    host = host if host.isascii() or len(host) > 253 else host.encode("idna").decode("ascii")
    if not _HOST.fullmatch(host) or len(host) > 253:
        return None
    address = f"{parts.scheme}://" + (f"[{host}]" if ":" in host else host)
    if parts.port is not None:
        address += f":{parts.port}"
    address += _encode(parts.path)
    if parts.query:
        address += "?" + _encode(parts.query)
    return address + ("#" + _encode(parts.fragment) if parts.fragment else "")


def _encode(part: str) -> str:
    return quote(_LONE_PERCENT.sub("%25", part), safe=_SAFE)
