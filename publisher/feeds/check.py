"""The gate before a file is replaced: a document must read back as what was meant.

Each function returns the ids of a document's entries in order, and raises ValueError for a document that is not
well-formed or is of another kind. The parser resolves no entity and fetches nothing.
"""

import json

from lxml import etree

_ATOM = "{http://www.w3.org/2005/Atom}"


def rss_ids(data: bytes) -> tuple[str, ...]:
    """The guids of an RSS 2.0 document."""
    root = _parse(data, "rss")
    return tuple(guid.text or "" for guid in root.iterfind("channel/item/guid"))


def atom_ids(data: bytes) -> tuple[str, ...]:
    """The entry ids of an Atom document."""
    root = _parse(data, f"{_ATOM}feed")
    return tuple(id_.text or "" for id_ in root.iterfind(f"{_ATOM}entry/{_ATOM}id"))


def json_ids(data: bytes) -> tuple[str, ...]:
    """The item ids of a JSON Feed document."""
    document = json.loads(data)
    if not isinstance(document, dict) or not str(document.get("version")).startswith("https://jsonfeed.org/"):
        raise ValueError("the document is not a JSON Feed")
    return tuple(item["id"] for item in document["items"])


def _parse(data: bytes, tag: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"the document is not well-formed: {error}") from error
    if root.tag != tag:
        raise ValueError(f"the document's root is {root.tag}, not {tag}")
    return root
