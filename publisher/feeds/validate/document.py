"""The validator's one door: bytes in, a report out."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from lxml import etree

from publisher.feeds.namespaces import ATOM
from publisher.feeds.validate.atom import atom_ids, check_atom
from publisher.feeds.validate.elements import SITEMAP
from publisher.feeds.validate.finding import Finding, Point, error, warning
from publisher.feeds.validate.json_feed import check_json, json_ids, parse_json
from publisher.feeds.validate.opml import check_opml, opml_ids
from publisher.feeds.validate.report import Report
from publisher.feeds.validate.rss import check_rss, rss_ids
from publisher.feeds.validate.sitemap import check_sitemap, sitemap_ids
from publisher.feeds.validate.xml_document import parse_xml

SIZE_LIMIT = 500 * 1024
"""Bytes of a feed from which on readers and proxies begin to mind."""

PAGE = error(
    "document.page",
    'this is a web page, not a feed: the feed\'s address stands in its <link rel="alternate">',
    "RSS Autodiscovery 1.0",
)
UNKNOWN = error(
    "document.unknown",
    "{value} is no RSS 2.0, Atom, JSON Feed, OPML or news sitemap",
    "RSS 2.0; RFC 4287; JSON Feed 1.1",
)
LARGE = warning(
    "document.size",
    "{size} KB: hold fewer entries, or summaries; some readers cut at 500 KB",
    "RSS Best Practices Profile",
)

Ids = Callable[[etree._Element], tuple[str, ...]]
_KINDS: Mapping[str, tuple[str, Ids]] = {
    "rss": ("rss", rss_ids),
    f"{{{ATOM}}}feed": ("atom", atom_ids),
    f"{{{ATOM}}}entry": ("atom", atom_ids),
    "opml": ("opml", opml_ids),
    f"{{{SITEMAP}}}urlset": ("sitemap", sitemap_ids),
}


def validate(data: bytes, *, url: str | None = None, now: datetime | None = None) -> Report:
    """Check a document of any kind we know. `url` is where it is served: then its self link must say so. With `now`,
    dates are compared with it.
    """
    first = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    report = (
        _validate_json(data, url, now) if first[:1] in (b"{", b"[") else _validate_xml(data, first, url, now)
    )
    if len(data) <= SIZE_LIMIT:
        return report
    large = LARGE.at(Point(where="the document"), size=len(data) // 1024)
    return Report(kind=report.kind, ids=report.ids, findings=(*report.findings, large))


def _validate_json(data: bytes, url: str | None, now: datetime | None) -> Report:
    document, findings = parse_json(data)
    if document is not None:
        findings += check_json(document, url, now)
    kind = "json" if document is not None else None
    return Report(kind=kind, ids=json_ids(document), findings=tuple(findings))


def _validate_xml(data: bytes, first: bytes, url: str | None, now: datetime | None) -> Report:
    if first[:14].lower() == b"<!doctype html" or first[:5].lower() == b"<html":
        return Report(kind=None, ids=(), findings=(PAGE.at(Point(where="line 1")),))
    root, findings = parse_xml(data)
    if root is None:
        return Report(kind=None, ids=(), findings=tuple(findings))
    kind, ids = _KINDS.get(str(root.tag), (None, None))
    if ids is None:
        findings.append(UNKNOWN.at(Point(where="line 1"), value=root.tag))
        return Report(kind=None, ids=(), findings=tuple(findings))
    findings += _check(root, url, now)
    return Report(kind=kind, ids=ids(root), findings=tuple(findings))


def _check(root: etree._Element, url: str | None, now: datetime | None) -> Iterator[Finding]:
    match _KINDS[str(root.tag)][0]:
        case "rss":
            yield from check_rss(root, url, now)
        case "atom":
            yield from check_atom(root, url, now)
        case "opml":
            yield from check_opml(root)
        case _:
            yield from check_sitemap(root, now)
