"""Constructs that feed and entry share in Atom: text and persons (RFC 4287 section 3)."""

import re
from collections.abc import Iterator

from lxml import etree

from publisher.feeds.namespaces import ATOM
from publisher.feeds.validate.elements import local_name, place_of, text_of
from publisher.feeds.validate.finding import Finding, error
from publisher.feeds.validate.html_content import check_html
from publisher.feeds.validate.urls import check_url
from publisher.feeds.validate.words import EMPTY, check_plain

TEXT_TYPE = error("atom.text-type", "type is text, html or xhtml, not {value}", "RFC 4287 section 3.1.1")
NO_NAME = error("atom.person.name", "give the person a name", "RFC 4287 section 3.2.1")
EMAIL = error("atom.person.email", "{value} is no e-mail address", "RFC 4287 section 3.2.3")

_A = f"{{{ATOM}}}"
_XHTML = "{http://www.w3.org/1999/xhtml}div"


def check_text(element: etree._Element, *, required: bool = False) -> Iterator[Finding]:
    """A text construct: title, subtitle, summary, rights."""
    kind, name, place = element.get("type", "text"), local_name(element), place_of(element)
    text = text_of(element)
    if kind not in ("text", "html", "xhtml"):
        yield TEXT_TYPE.at(place, value=kind)
    elif not text and required:
        yield EMPTY.at(place, name=name)
    elif kind == "text":
        yield from check_plain(text, name, place)
    else:
        yield from check_html(markup_of(element), name, place)


def markup_of(element: etree._Element) -> str:
    """The HTML of a construct of type html or xhtml."""
    if element.get("type") != "xhtml":
        return text_of(element)
    division = element.find(_XHTML)
    return "" if division is None else _plain_xhtml(division)


def _plain_xhtml(division: etree._Element) -> str:
    """XHTML as HTML: without namespaces and prefixes."""
    text = etree.tostring(division, encoding="unicode", with_tail=False)
    return re.sub(r'\sxmlns(?::\w+)?="[^"]*"', "", text)


def check_person(element: etree._Element) -> Iterator[Finding]:
    """An author or contributor."""
    name = element.findtext(f"{_A}name")
    if not (name or "").strip():
        yield NO_NAME.at(place_of(element))
    else:
        yield from check_plain((name or "").strip(), "name", place_of(element))
    for email in element.iterfind(f"{_A}email"):
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", text_of(email)):
            yield EMAIL.at(place_of(email), value=text_of(email))
    for uri in element.iterfind(f"{_A}uri"):
        yield from check_url(text_of(uri), "uri", place_of(uri), absolute=False)
