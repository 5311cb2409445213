"""Addresses that may be published: absolute http(s) URLs in ASCII (RFC 3986), and mailto for links in text."""

import re
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from publisher.model.identity import drop_tracking
from publisher.model.page import encode_address_part, normalise_address

_MAX_CHARS = 2000
_MAX_HOST = 253
_FORBIDDEN = re.compile(r"[\s\x00-\x1f\x7f-\x9f\\<>\"`{}|^\ufffd]")
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_DEVIATIONS = frozenset("ßς\u200c\u200d")
"""Letters that two editions of IDNA send to two different hosts (UTS #46, section 7)."""
_MAILTO = re.compile(
    r"mailto:[^\s<>\"@?&]{1,64}@[A-Za-z0-9.-]{1,253}(?:\?[\x21-\x7e]{0,500})?", re.IGNORECASE
)


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


def resolve_address(text: str | None, base: str = "") -> str | None:
    """As `parse_web_address`, of one that may hang on `base` (RFC 3986 section 5); None where nothing is written."""
    written = (text or "").strip()
    try:
        return parse_web_address(urljoin(base, written)) if written else None
    except ValueError:  # brackets in a host that are none
        return None


def parse_page_address(text: str) -> str | None:
    """The address of an article's own page, as `parse_web_address`, without what only tells where a visitor came from:
    feeds and mails would tell it of every reader, and one page would be two articles. In its normal form
    (`model.page`), which a picture's or a link's address is not brought to: it may be signed as it is written.
    """
    address = parse_web_address(text)
    if address is None:
        return None
    parts = urlsplit(normalise_address(address))
    return urlunsplit(parts._replace(query=drop_tracking(parts.query)))


def parse_link(text: str) -> str | None:
    """The target of a link in text: as `parse_web_address`, or a mailto URL of one address (RFC 6068)."""
    return text if _MAILTO.fullmatch(text) else parse_web_address(text)


def _spell(parts: SplitResult) -> str | None:
    host = _spell_host(parts.hostname or "")
    if host is None:
        return None
    address = f"{parts.scheme}://{host}"
    if parts.port is not None:
        address += f":{parts.port}"
    address += encode_address_part(parts.path)
    if parts.query:
        address += "?" + encode_address_part(parts.query)
    return address + ("#" + encode_address_part(parts.fragment) if parts.fragment else "")


def _spell_host(host: str) -> str | None:
    """The host in ASCII. Figures are an address only as four plain numbers: `0x7f.1` and `010.0.0.1` hide theirs."""
    if ":" in host:
        return None if "%" in host else f"[{IPv6Address(host).compressed}]"
    if len(host) > _MAX_HOST or _DEVIATIONS & set(host):
        return None
    host = host if host.isascii() else host.encode("idna").decode("ascii")
    if not _HOST.fullmatch(host) or len(host) > _MAX_HOST:
        return None
    last = host.rstrip(".").rpartition(".")[2]
    return str(IPv4Address(host)) if _NUMBER.fullmatch(last) else host
