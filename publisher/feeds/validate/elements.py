"""XML elements as the rules see them: names, texts, and where one stands."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree

from publisher.feeds.namespaces import ATOM, CONTENT, DC, MEDIA
from publisher.feeds.validate.finding import Place

TOMBSTONE = "http://purl.org/atompub/tombstones/1.0"
HISTORY = "http://purl.org/syndication/history/1.0"
SYNDICATION = "http://purl.org/rss/1.0/modules/syndication/"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XML = "http://www.w3.org/XML/1998/namespace"
LANG = f"{{{XML}}}lang"
BASE = f"{{{XML}}}base"

PREFIXES: Mapping[str, str] = {
    ATOM: "atom",
    CONTENT: "content",
    DC: "dc",
    MEDIA: "media",
    TOMBSTONE: "at",
    HISTORY: "fh",
    SYNDICATION: "sy",
    ITUNES: "itunes",
    NEWS: "news",
}
"""The prefix every reader expects for a namespace; some match the prefix, not the name."""

_ENTRIES = frozenset({"item", f"{{{ATOM}}}entry", f"{{{SITEMAP}}}url"})
_IDS = ("guid", f"{{{ATOM}}}id", "link", f"{{{SITEMAP}}}loc")


@dataclass(frozen=True, slots=True)
class Children:
    """An element's children by name, comments and instructions left out."""

    parent: etree._Element
    by_tag: Mapping[str, Sequence[etree._Element]]

    def all(self, tag: str) -> Sequence[etree._Element]:
        """Every child of this name."""
        return self.by_tag.get(tag, ())

    def first(self, tag: str) -> etree._Element | None:
        """The first child of this name."""
        found = self.by_tag.get(tag)
        return found[0] if found else None

    def text(self, tag: str) -> str | None:
        """The text of the first child of this name; None where there is no such child."""
        found = self.first(tag)
        return None if found is None else text_of(found)


def children_of(parent: etree._Element) -> Children:
    """Group an element's children by name."""
    by_tag: defaultdict[str, list[etree._Element]] = defaultdict(list)
    for child in elements_in(parent):
        by_tag[str(child.tag)].append(child)
    return Children(parent, by_tag)


def elements_in(parent: etree._Element) -> Iterator[etree._Element]:
    """The child elements alone."""
    return parent.iterchildren("{*}*")


def text_of(element: etree._Element) -> str:
    """All text inside, without blanks at the ends."""
    return "".join(map(str, element.itertext())).strip() if len(element) else (element.text or "").strip()


def local_name(element: etree._Element) -> str:
    """The name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace_of(element: etree._Element) -> str:
    """The namespace's name, empty for none."""
    tag = str(element.tag)
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


class ElementPlace(NamedTuple):
    """The place of an element, worked out when it is asked for."""

    element: etree._Element

    @property
    def where(self) -> str:
        steps = [_step(self.element), *map(_step, self.element.iterancestors())]
        return f"line {self.element.sourceline}, {'/'.join(reversed(steps))}"

    @property
    def entry(self) -> str | None:
        return _entry_id(self.element)


def place_of(element: etree._Element) -> Place:
    """Where this element stands."""
    return ElementPlace(element)


def _step(element: etree._Element) -> str:
    prefix = PREFIXES.get(namespace_of(element), element.prefix) if element.prefix else ""
    name = f"{prefix}:{local_name(element)}" if prefix else local_name(element)
    parent = element.getparent()
    if parent is None:
        return name
    twins = list(parent.iterchildren(element.tag))
    return name if len(twins) == 1 else f"{name}[{twins.index(element) + 1}]"


def _entry_id(element: etree._Element) -> str | None:
    entry = element
    while entry.tag not in _ENTRIES:
        above = entry.getparent()
        if above is None:
            return None
        entry = above
    return next((text for tag in _IDS if (text := (entry.findtext(tag) or "").strip())), None)
