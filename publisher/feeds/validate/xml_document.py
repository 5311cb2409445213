"""Bytes to an XML tree, safely: no entity is resolved, nothing is fetched."""

import re
from collections.abc import Iterator

from lxml import etree

from publisher.feeds.validate.elements import PREFIXES, namespace_of, place_of
from publisher.feeds.validate.finding import Finding, Point, error, warning

MALFORMED = error(
    "xml.malformed", "the document is not well-formed, so no reader opens it: {detail}", "XML 1.0 section 2.1"
)
DOCTYPE = warning(
    "xml.doctype", "remove the DOCTYPE: careful readers refuse such documents", "XML 1.0 section 2.8"
)
ENTITY = error(
    "xml.entity",
    "write the character itself instead of &{name};: readers know no such entity",
    "XML 1.0 section 4.1",
)
ENCODING = warning("xml.encoding", "write the document in UTF-8, not in {value}", "RFC 7303 section 3.2")
PREFIX = warning(
    "xml.prefix",
    "use the prefix {expected} for {namespace}, not {found}: some readers look at the prefix alone",
    "RSS Best Practices Profile, Namespace Elements",
)
NEAR_NAMESPACE = error(
    "xml.namespace",
    "the namespace {found} does not exist; write {expected}",
    "Namespaces in XML 1.0 section 2.1",
)
EMPTY_DOCUMENT = error("document.empty", "the document is empty", "XML 1.0 section 2.1")


def parse_xml(data: bytes) -> tuple[etree._Element | None, list[Finding]]:
    """The root, and what is wrong with the document as XML; None with the finding that says why."""
    if not data.strip():
        return None, [EMPTY_DOCUMENT.at(Point(where="line 1"))]
    root, malformed = read_xml(data)
    return root, malformed if root is None else [*_check_frame(root), *_check_prefixes(root)]


def read_xml(data: bytes) -> tuple[etree._Element | None, list[Finding]]:
    """The root alone, or None with the finding that says why."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser), []
    except (etree.XMLSyntaxError, ValueError) as fault:
        line = getattr(fault, "lineno", None) or 1
        detail = getattr(fault, "msg", None) or str(fault)
        return None, [MALFORMED.at(Point(where=f"line {line}"), detail=detail)]


def _check_frame(root: etree._Element) -> Iterator[Finding]:
    info = root.getroottree().docinfo
    if info.internalDTD is not None:
        yield DOCTYPE.at(Point(where="line 1"))
    if (info.encoding or "UTF-8").upper() not in ("UTF-8", "UTF8", "US-ASCII", "ASCII"):
        yield ENCODING.at(Point(where="line 1"), value=info.encoding)
    for entity in root.iter(etree.Entity):
        parent = entity.getparent()
        yield ENTITY.at(place_of(root if parent is None else parent), name=(entity.text or "").strip("&;"))


def _check_prefixes(root: etree._Element) -> Iterator[Finding]:
    """Each namespace once, at its first use."""
    seen: set[str] = set()
    for element in root.iter("{*}*"):
        namespace = namespace_of(element)
        if namespace in seen:
            continue
        seen.add(namespace)
        expected = PREFIXES.get(namespace)
        if expected and element.prefix not in (expected, None):
            yield PREFIX.at(place_of(element), expected=expected, namespace=namespace, found=element.prefix)
        elif not expected and (meant := _NEAR.get(_fold(namespace))):
            yield NEAR_NAMESPACE.at(place_of(element), found=namespace, expected=meant)


def _fold(namespace: str) -> str:
    """A namespace's name without what people mistype: scheme, case, `www.`, the last sign."""
    return re.sub("^https?://(www[.])?", "", namespace.lower()).rstrip("/#")


_NEAR = {_fold(name): name for name in PREFIXES}
