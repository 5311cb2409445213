"""Addresses: absolute, ASCII, https, and never a program."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from publisher.feeds.validate.finding import Finding, Place, error, warning

EMPTY = error("url.empty", "{name} holds no address: leave it out or fill it", "RFC 3986 section 4.1")
EXECUTABLE = error(
    "url.executable",
    "{name} is a program, not an address: remove {value}",
    "RFC 3986 section 7.2; WHATWG URL",
)
RELATIVE = error(
    "url.relative",
    "write {name} with its host: readers do not know what {value} hangs on",
    "RFC 3986 section 4.3",
)
UNRESOLVED = warning(
    "url.unresolved", "write {name} with its host: many readers do not resolve {value}", "RFC 4287 section 2"
)
SPACES = error(
    "url.spaces",
    "{name} holds a blank or a control character: percent-encode it in {value}",
    "RFC 3986 section 2",
)
NOT_ASCII = warning(
    "url.not-ascii",
    "percent-encode {name}: some readers cannot open {value}",
    "RFC 3987 section 3.1; RSS 2.0, link",
)
BROKEN = error("url.broken", "{name} is no address: {value}", "RFC 3986 section 3")
SCHEME = warning("url.scheme", "{name} opens in no feed reader: {value}", "RSS 2.0, Comments on URLs")
INSECURE = warning(
    "url.http",
    "serve {name} by https: pages of readers on https do not load {value}",
    "RFC 9110 section 4.2.2",
)

_CONTROLS = re.compile(r"[\x00-\x20\x7f-\x9f\xa0\u2000-\u200f\u2028-\u202f\u205f-\u206f\ufeff]+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_PROGRAMS = frozenset(
    {"javascript", "vbscript", "livescript", "mocha", "data", "blob", "filesystem", "jar", "mhtml"}
)
_OPENED = frozenset(
    {"http", "https", "mailto", "tel", "ftp", "sms", "magnet", "geo", "xmpp", "news", "whatsapp"}
)
_PLAIN_PICTURE = re.compile(r"data:image/(?:png|gif|jpeg|webp|avif)[;,]", re.IGNORECASE)
_PROVEN = re.compile(r"https://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]{1,4})?(?:[/?#][!#-;=?-\[\]_a-z~]*)?")
_PROVEN_IRI = re.compile(r"[a-z]+:[!#-;=?-\[\]_a-z~]+")
_UNFIT_IN_HOST = re.compile(r"""[<>"{}|\\^`]""")
"""RFC 3986 section 3.2.2."""
_LOCAL = re.compile(r"localhost|127(?:\.\d+){3}|::1|.*\.(?:test|localhost|onion|i2p)")


def is_executable(url: str) -> bool:
    """Whether a browser may run it as a program or a document: it drops blanks and controls before it looks.

    Raster pictures in `data:` are none (they cannot act); an SVG picture can be opened as a document.
    """
    seen = _CONTROLS.sub("", url).lower()
    return scheme_of(seen) in _PROGRAMS and not _PLAIN_PICTURE.match(seen)


def scheme_of(url: str) -> str:
    """The scheme in lower case; empty for a relative reference."""
    found = _SCHEME.match(url)
    return found[0][:-1].lower() if found else ""


def check_url(url: str, name: str, place: Place, *, absolute: bool = True) -> Iterator[Finding]:
    """An address in an element or attribute called `name`. With `absolute=False` a relative one is a warning."""
    if _PROVEN.fullmatch(url):
        return
    if not url.strip():
        yield EMPTY.at(place, name=name)
    elif is_executable(url):
        yield EXECUTABLE.at(place, name=name, value=url)
    elif not scheme_of(url.strip()):
        yield (RELATIVE if absolute else UNRESOLVED).at(place, name=name, value=url)
    else:
        yield from _check_absolute(url, name, place)


def check_iri(iri: str, name: str, place: Place) -> Iterator[Finding]:
    """An identifier: absolute, never opened, so any scheme will do."""
    if _PROVEN_IRI.fullmatch(iri):
        return
    if not iri:
        yield EMPTY.at(place, name=name)
    elif re.search(r"[\s<>\"{}|\\^`\x00-\x1f\x7f]", iri):
        yield SPACES.at(place, name=name, value=iri)
    elif not scheme_of(iri):
        yield RELATIVE.at(place, name=name, value=iri)


def _check_absolute(url: str, name: str, place: Place) -> Iterator[Finding]:
    if re.search(r"[\s\x00-\x1f\x7f-\x9f]", url):
        yield SPACES.at(place, name=name, value=url)
        return
    if not url.isascii():
        yield NOT_ASCII.at(place, name=name, value=url)
    scheme = scheme_of(url)
    if scheme in ("http", "https"):
        yield from _check_web(url, name, place)
    elif scheme not in _OPENED:
        yield SCHEME.at(place, name=name, value=url)


def _check_web(url: str, name: str, place: Place) -> Iterator[Finding]:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or _UNFIT_IN_HOST.search(host):
        yield BROKEN.at(place, name=name, value=url)
    elif scheme_of(url) == "http" and not _LOCAL.fullmatch(host):
        yield INSECURE.at(place, name=name, value=url)
