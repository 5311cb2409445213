"""Web addresses as strangers write them: the only way in for one that will be fetched.

What is checked and what is connected to must be the same thing, so an address is read once, strictly, and travels as
its parts from then on. Nothing is repaired: two programs that repair an address differently are how filters are passed.
"""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address

MAX_LENGTH = 2048
USUAL_PORTS = {"http": 80, "https": 443}

_SHAPE = re.compile(r"(https?)://([^/?#]*)([^#]*)(?:#.*)?", re.IGNORECASE)
_AUTHORITY = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\[\]:@]+))(?::([0-9]{1,5}))?")
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.(?!-)[a-z0-9_-]{1,63})*\.?")
_TARGET = re.compile(r"[\x21-\x5b\x5d-\x7e]*")
_HOST_LIMIT = 253


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAddress:
    """An absolute http(s) address. `host` is a name in lower-case ASCII or an IP address without brackets; `target` is
    path and query, from the slash on. No user name, no fragment.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host, and the port where it is not the scheme's own: what the Host header says (RFC 9110 section 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == USUAL_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port: whom we would be talking to."""
        return f"{self.scheme}://{self.authority}"

    def __str__(self) -> str:
        return self.origin + self.target


def parse_web_address(text: str) -> WebAddress:
    """Read an absolute http or https address. Raises ValueError, with the reason, for anything else.

    The path and query are ASCII already, as RFC 3986 wants them; a host of other letters becomes its A-labels
    (RFC 5890).
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"is longer than {MAX_LENGTH} characters")
    found = _SHAPE.fullmatch(text)
    if found is None:
        raise ValueError("is no absolute http or https address")
    scheme, authority, target = found[1].lower(), found[2], found[3]
    if _TARGET.fullmatch(target) is None:
        raise ValueError("has characters that an address must percent-encode")
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None:
        raise ValueError("names no host, or a user name beside it")
    port = int(parts[3]) if parts[3] else USUAL_PORTS[scheme]
    if not 0 < port < 65536:
        raise ValueError("has a port that is none")
    host = _read_ipv6(parts[1]) if parts[1] else _read_name(parts[2])
    return WebAddress(
        scheme=scheme, host=host, port=port, target=target if target.startswith("/") else f"/{target}"
    )


def _read_ipv6(text: str) -> str:
    try:
        return str(IPv6Address(text))
    except AddressValueError as error:
        raise ValueError("has an IPv6 address that is none") from error


def _read_name(text: str) -> str:
    if len(text) > _HOST_LIMIT:
        raise ValueError("has a host name that is too long")
    try:
        name = text.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise ValueError("has a host name that is none") from error
    if _HOST.fullmatch(name) is None or len(name) > _HOST_LIMIT:
        raise ValueError("has a host name that is none")
    return name
