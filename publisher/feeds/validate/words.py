"""Text that people read: titles, summaries, names, language tags."""

import re
from collections.abc import Iterator

from publisher.feeds.validate.finding import Finding, Place, Rule, error, warning

EMPTY = error("text.empty", "{name} is empty: leave it out or fill it", "RFC 4287 section 4.2.14; RSS 2.0")
EMPTY_TITLE = warning("text.empty-title", "{name} is empty: readers show “untitled”", "RSS 2.0, title")
MARKUP = warning(
    "text.markup",
    "{name} is shown as it is: take the markup out of {value}",
    "RSS Best Practices Profile, title",
)
NULL = warning(
    "text.null", "{name} says “{value}”: a missing value was written out as a word", "RFC 4287 section 3.1"
)
CONTROL = warning(
    "text.control", "{name} holds the control character {value}: take it out", "XML 1.0 section 2.2"
)
UNBALANCED = error(
    "text.bidi",
    "{name} opens a direction and does not close it ({value}): close it or take it out, it reorders what follows",
    "Unicode UAX #9 section 2; UTS #55",
)
LANGUAGE = error("text.language", "{value} is no language tag: write ar, en, ckb", "RFC 5646 section 2.1")
TAG_LIKE = re.compile(
    r"</?(?:a|b|i|p|br|em|strong|span|div|img|font|u|h[1-6]|script|style|iframe)\b[^<>]*>", re.IGNORECASE
)

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*|[xi](?:-[A-Za-z0-9]{1,8})+")
_WRITTEN_OUT = frozenset({"None", "null", "undefined", "NaN", "[object Object]"})


def check_plain(text: str, name: str, place: Place) -> Iterator[Finding]:
    """A text without markup."""
    yield from check_characters(text, name, place)
    if "<" in text and TAG_LIKE.search(text):
        yield MARKUP.at(place, name=name, value=text)
    if text in _WRITTEN_OUT:
        yield NULL.at(place, name=name, value=text)


def check_characters(text: str, name: str, place: Place) -> Iterator[Finding]:
    """Any text: no control character, every direction closed that is opened."""
    for rule, value in judge_characters(text):
        yield rule.at(place, name=name, value=value)


def judge_characters(text: str) -> Iterator[tuple[Rule, str]]:
    """The same as rules with the code point each is about."""
    if text.isascii() and text.isprintable():
        return
    if found := _CONTROL.search(text):
        yield CONTROL, f"U+{ord(found[0]):04X}"
    if opened := unbalanced(text):
        yield UNBALANCED, f"U+{ord(opened):04X}"


def unbalanced(text: str) -> str | None:
    """The first embedding, override or isolate that a paragraph of `text` opens and does not close, or closes and did
    not open (UAX #9 rules X1 to X8); None where all is closed.
    """
    if not _BIDI.search(text):
        return None
    for line in re.split("[\n\r\x85\u2029]", text):
        stack: list[str] = []
        for control in map(str, _BIDI.findall(line)):
            if control not in "\u202c\u2069":
                stack.append(control)
            elif stack and (stack[-1] >= "\u2066") is (control == "\u2069"):
                stack.pop()
            else:
                return control
        if stack:
            return stack[0]
    return None


def check_language(tag: str, place: Place) -> Iterator[Finding]:
    """A language tag; empty is allowed (RFC 3066's undetermined, XML 1.0 section 2.12)."""
    if tag and not _TAG.fullmatch(tag):
        yield LANGUAGE.at(place, value=tag)
