"""Addresses of feeds: short, stable, guessable, ASCII.

A feed keeps its address for ever, so it hangs on nothing that moves: not on the order of sections, not on which
other sections there are, not on a transliteration table. docs/notes/feeds.md tells why.
"""

import base64
import hashlib
import re
import unicodedata
from functools import lru_cache
from ipaddress import IPv6Address
from urllib.parse import quote, urlsplit, urlunsplit
from uuid import NAMESPACE_URL, uuid5

INDEX = "index"
"""The feed of the whole site."""
FOLDER = "feeds"
"""Where the feeds folder is served, below the site's `base_url`."""

_PATH = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)*")
_PATH_LIMIT = 100
_PLAIN_NAME = re.compile(r"[A-Za-z0-9]+(?:[ _-]+[A-Za-z0-9]+)*")
_NAME_LIMIT = 60
_AUTHORITY = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\[\]@:]+))(?::([0-9]{0,5}))?")
_HOST = re.compile(r"(?=.{1,254}\Z)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?")
_DEVIATIONS = frozenset("ßς\u200c\u200d")
"""Letters that two editions of IDNA send to two different hosts (UTS #46 section 7)."""
_URL_SAFE = "-._~!$&'()*+,;=:@/?%[]"


def is_path(text: str) -> bool:
    """Whether this is a path of a feed: words of a to z and digits joined by hyphens, in folders. No dot, so no way
    up; short, so a file system takes it.
    """
    return len(text) <= _PATH_LIMIT and _PATH.fullmatch(text) is not None


def language_path(tag: str) -> str:
    """`lang/ar` for `ar` and `ar-IQ`: one feed for each primary language subtag (RFC 5646 section 2.2.1)."""
    return f"lang/{primary_language(tag)}"


def primary_language(tag: str) -> str:
    """The primary language subtag in lower case."""
    return tag.replace("_", "-").split("-")[0].lower()


@lru_cache(maxsize=4096)
def named_path(folder: str, name: str) -> str:
    """`topic/climate-change` for `Climate Change` in `topic`; `topic/s-` and eight letters of its hash for a name that
    is long, not ASCII, or holds signs.

    The hash is of the name alone (NFC, case folded), so it stays whatever other names come and go.
    """
    if len(name) <= _NAME_LIMIT and _PLAIN_NAME.fullmatch(name):
        return f"{folder}/" + re.sub("[ _-]+", "-", name).lower()
    digest = hashlib.sha256(unicodedata.normalize("NFC", name).casefold().encode()).digest()
    return f"{folder}/s-" + base64.b32encode(digest)[:8].decode("ascii").lower()


def feed_id(home: str, path: str) -> str:
    """The id that a feed begins with, the same in every format: a name-based UUID (RFC 9562 section 5.5) of the site's
    home and the path. It is kept (`store/feed_slices.py`), so it survives a move of either (RFC 4287 section 4.2.6).
    """
    return uuid5(NAMESPACE_URL, f"{home.rstrip('/')}/#{FOLDER}/{path}").urn


def ascii_url(url: str) -> str:
    """An absolute http(s) URL in ASCII: the host in A-labels (RFC 5890), the rest percent-encoded (RFC 3987 section
    3.1). What is ASCII already stays as it is written.

    Raises ValueError for anything else: a relative or a `javascript:` address never reaches a feed, nor does a host or
    port that is none, or a user name.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"not an absolute http or https address: {url!r}")
    rest = (quote(part, safe=_URL_SAFE) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, _ascii_authority(parts.netloc, url), *rest))


def _ascii_authority(authority: str, url: str) -> str:
    """Host and port (RFC 3986 sections 3.2.2 and 3.2.3). A host is an IP address or a name that the DNS can hold: what
    else a `reg-name` allows leads nowhere.
    """
    found = _AUTHORITY.fullmatch(authority)
    if found is None or (found[3] and not 0 < int(found[3]) < 65536):
        raise ValueError(f"no host and port of an http or https address: {url!r}")
    if found[1]:
        IPv6Address(found[1])
        return authority
    return _ascii_host(found[2]) + authority[found.end(2) :]


def _ascii_host(host: str) -> str:
    if _DEVIATIONS & set(host):
        raise ValueError(
            f"not one http or https address but two, write its host in A-labels (xn--): {host!r}"
        )
    name = host if host.isascii() else host.encode("idna").decode("ascii").lower()
    if _HOST.fullmatch(name) is None:
        raise ValueError(f"no host of an http or https address: {host!r}")
    return name
