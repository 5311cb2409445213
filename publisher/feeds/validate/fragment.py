"""One written entry alone, and a document without its entries: so that a feed stitched from entries that were checked
before costs no more than its frame.

What holds for each part holds for the whole, but for what entries may not share: their ids (`publisher/feeds/gate.py`).
"""

from collections.abc import Callable, Iterator, Mapping

from publisher.feeds.namespaces import ATOM, ATOM_PREFIXES, RSS_PREFIXES
from publisher.feeds.validate.atom import check_schema
from publisher.feeds.validate.atom_entry import check_entry
from publisher.feeds.validate.finding import Finding, Severity
from publisher.feeds.validate.json_feed import parse_json
from publisher.feeds.validate.json_item import check_json_item
from publisher.feeds.validate.rss_item import check_item
from publisher.feeds.validate.xml_document import read_xml


def first_fault(kind: str, fragment: bytes) -> Finding | None:
    """The first error in one entry as it is written into documents of this kind; None for a good one."""
    found = _CHECKS[kind](fragment)
    return next((finding for finding in found if finding.severity is Severity.ERROR), None)


def _check_rss(fragment: bytes) -> Iterator[Finding]:
    root, malformed = read_xml(_RSS_HEAD + fragment + b"</channel></rss>")
    yield from malformed
    for item in () if root is None else root.iterfind("channel/item"):
        yield from check_item(item)


def _check_atom(fragment: bytes) -> Iterator[Finding]:
    root, malformed = read_xml(_ATOM_HEAD + fragment + b"</feed>")
    yield from malformed
    if root is None:
        return
    for entry in root.iterfind(f"{{{ATOM}}}entry"):
        yield from check_entry(entry)
    yield from check_schema(root)


def _check_json(fragment: bytes) -> Iterator[Finding]:
    item, findings = parse_json(fragment)
    yield from findings
    if not findings:
        yield from check_json_item(item, "$")


_CHECKS: Mapping[str, Callable[[bytes], Iterator[Finding]]] = {
    "rss": _check_rss,
    "atom": _check_atom,
    "json": _check_json,
}


def _head(name: str, prefixes: Mapping[str, str], inside: str) -> bytes:
    declared = "".join(f' xmlns:{prefix}="{namespace}"' for prefix, namespace in prefixes.items())
    return f"<{name}{declared}>{inside}".encode()


_RSS_HEAD = _head('rss version="2.0"', RSS_PREFIXES, "<channel>")
_ATOM_HEAD = _head(
    f'feed xmlns="{ATOM}" xml:lang="x"',
    ATOM_PREFIXES,
    "<id>urn:x</id><title>x</title><updated>1970-01-01T00:00:00Z</updated><author><name>x</name></author>",
)
