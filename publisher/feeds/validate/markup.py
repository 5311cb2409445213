"""What stands in an entry's HTML, tag by tag, however a reader's parser may see it.

Readers parse with different parsers, and an attack lives on the difference (mXSS). So a tag counts when any of three
sees it: lxml's tree, the standard library's tokeniser and, where an element or a comment could hide tags from some
parsers, a scan that takes every `<` for the beginning of a tag.
"""

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

from lxml import etree, html

Tag = tuple[str, tuple[tuple[str, str], ...]]
"""A tag's name and its attributes, lower case, values unescaped."""

RAW_TEXT = frozenset(
    {
        "noscript",
        "noembed",
        "noframes",
        "template",
        "xmp",
        "plaintext",
        "listing",
        "title",
        "textarea",
        "style",
    }
    | {"iframe", "svg", "math", "select", "script"}
)
"""Elements whose content one parser reads as text and another as elements."""

_HIDING = re.compile(r"<!|<\?|<(?:" + "|".join(sorted(RAW_TEXT)) + r")\b", re.IGNORECASE)
_ANY_TAG = re.compile(r"<([A-Za-z][^\s/>]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)")
_ATTRIBUTE = re.compile(r"([^\s\"'>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")

_WORDS = r"(?: (?:dir=\"(?:rtl|ltr|auto)\"|lang=\"[A-Za-z0-9-]{1,35}\"))*"
_ADDRESS = r"https://[^\s\"<>\\^`{|}\x00-\x20\x7f-\U0010ffff]+"
PROVEN = re.compile(
    r"(?:[^<]++|<(?:"
    r"/(?:p|div|span|h[1-6]|blockquote|[uo]l|li|em|strong|b|i|s|del|su[bp]|code|a|figure|figcaption|small|time)"
    rf"|(?:p|div|span|h[1-6]|blockquote|[uo]l|li|em|strong|b|i|s|del|su[bp]|code|br|figure|figcaption|small){_WORDS}"
    rf"|a href=\"(?:{_ADDRESS}|mailto:[!#-;=?-~]+)\"{_WORDS}"
    rf"|img src=\"{_ADDRESS}\" alt=\"[^\"<>]*\"(?: (?:width|height)=\"[0-9]+\")*{_WORDS}"
    r")>)*+"
)
"""A whole text in which every `<` opens a tag that cannot act, with attributes that cannot, in the one spelling that
every parser reads alike. What matches needs no parser to be known as harmless; our own entries do."""


def tags_in(markup: str) -> tuple[Tag, ...]:
    """Every tag any of the parsers sees, each once."""
    markup = markup.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    seen = dict.fromkeys(_by_tokens(markup))
    seen |= dict.fromkeys(_by_tree(markup))
    if _HIDING.search(markup):
        seen |= dict.fromkeys(_by_scan(markup))
        seen |= dict.fromkeys(_by_scan(unescape(markup)))
    return tuple(seen)


def _by_tree(markup: str) -> Iterator[Tag]:
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = html.document_fromstring(f"<div>{markup}</div>".encode(), parser)
    except etree.ParserError:
        return
    for element in root.iter("*"):
        yield _tag(str(element.tag), [(str(name), str(value)) for name, value in element.attrib.items()])


def _by_tokens(markup: str) -> Iterator[Tag]:
    tokens = _Tokens(convert_charrefs=True)
    try:
        tokens.feed(markup)
        tokens.close()
    except (
        AssertionError,
        ValueError,
    ):  # `<![` that never ends: Python issue 77057; what was read so far counts
        pass
    return iter(tokens.tags)


def _by_scan(markup: str) -> Iterator[Tag]:
    for start in (found.start() for found in re.finditer("<[A-Za-z]", markup)):
        found = _ANY_TAG.match(markup, start, start + 4096)
        if found:
            attributes = [(m[1], unescape(m[2] or m[3] or m[4] or "")) for m in _ATTRIBUTE.finditer(found[2])]
            yield _tag(found[1], attributes)


def _tag(name: str, attributes: list[tuple[str, str]]) -> Tag:
    return name.lower(), tuple((key.lower(), value) for key, value in attributes)


class _Tokens(HTMLParser):
    """The standard library's tokeniser."""

    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.tags: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(_tag(tag, [(name, value or "") for name, value in attrs]))
