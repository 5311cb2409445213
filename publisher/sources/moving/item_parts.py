"""What an RSS item holds: its own elements by name, whatever prefix or version their namespace has."""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from publisher.sources.moving.xml_stream import text_of


@dataclass(frozen=True, slots=True)
class Parts:
    """An element's own elements by local name, and by full name."""

    by_local: Mapping[str, list[etree._Element]]
    by_tag: Mapping[str, list[etree._Element]]

    @classmethod
    def of(cls, element: etree._Element) -> "Parts":
        """The parts of `element`."""
        by_local: dict[str, list[etree._Element]] = {}
        by_tag: dict[str, list[etree._Element]] = {}
        for child in element:
            if isinstance(child.tag, str):
                by_local.setdefault(local_name(child), []).append(child)
                by_tag.setdefault(child.tag, []).append(child)
        return cls(by_local, by_tag)

    def text(self, *names: str) -> str:
        """The text of the first of these that says something: full names, or local ones."""
        listed = (found for name in names for found in self.by_tag.get(name) or self.by_local.get(name) or ())
        return next(filter(None, map(text_of, listed)), "")


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]
