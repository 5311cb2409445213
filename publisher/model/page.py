"""When two addresses mean one page (RFC 3986 section 6).

Systems write one address in several ways: WordPress has `%d8%ae` where a document has `خ`, a former site was read by
http, its feed added `:443` or `#rss`. As strings they differ, and one page would be two articles. A trailing slash and
`www.` are no spelling: whether they lead to the same page, only the server knows.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote, urlsplit, urlunsplit

from publisher.model.identity import drop_tracking

_TRIPLET = re.compile(r"%([0-9A-Fa-f]{2})")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
"""RFC 3986 section 2.3."""
_SAFE = "/%:@!$&'()*+,;=~-._?"
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def encode_address_part(part: str) -> str:
    """A path, query or fragment in ASCII; what is percent-encoded already stays as it is written."""
    return quote(_LONE_PERCENT.sub("%25", part), safe=_SAFE)


def normalise_address(address: str) -> str:
    """One spelling of an absolute http(s) URL: `%xx` in capitals (RFC 3986 section 6.2.2.1), nothing encoded that need
    not be (6.2.2.2), no default port (6.2.3). Raises ValueError for what is no URL.
    """
    parts = urlsplit(address)
    path, query, fragment = (
        _TRIPLET.sub(_spell_octet, encode_address_part(part))
        for part in (parts.path, parts.query, parts.fragment)
    )
    host = parts.netloc.lower().removesuffix(_DEFAULT_PORTS.get(parts.scheme, ""))
    return urlunsplit((parts.scheme, host, path, query, fragment))


def build_page_key(address: str) -> str:
    """What is equal for every spelling of a page's address: its normal form without scheme, fragment and what only
    tells where a visitor came from. Raises ValueError for what is no URL.
    """
    parts = urlsplit(normalise_address(address))
    return urlunsplit(("", parts.netloc, parts.path or "/", drop_tracking(parts.query), ""))


def choose_same_page(address: str, others: Sequence[str]) -> int | None:
    """Which of these addresses, all of the same page key, is that of the same article: its place; None for none.

    The first with an equal fragment; else the only one, where one of the two has no fragment (`#rss` is a mark of a
    feed). Different fragments, or several of them, are the entries of a running report: each is an article.
    """
    fragment, found = _fragment(address), [_fragment(other) for other in others]
    if fragment in found:
        return found.index(fragment)
    return 0 if len(found) == 1 and not (fragment and found[0]) else None


def _fragment(address: str) -> str:
    return urlsplit(normalise_address(address)).fragment


def _spell_octet(found: re.Match[str]) -> str:
    char = chr(int(found[1], 16))
    return char if char in _UNRESERVED else found[0].upper()
