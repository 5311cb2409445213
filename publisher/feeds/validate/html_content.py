"""An entry's HTML: nothing that acts, addresses that open, a direction that survives.

A reader shows this inside its own page, so a script in it is a hole in the reader.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from publisher.feeds.validate.finding import Finding, Place, Rule, error, warning
from publisher.feeds.validate.markup import PROVEN, RAW_TEXT, Tag, tags_in
from publisher.feeds.validate.urls import is_executable, scheme_of
from publisher.feeds.validate.words import judge_characters

_SAFETY = "RFC 4287 section 8.1; WHATWG HTML"
ACTIVE = error("content.active", "take <{value}> out: it can act in the reader's page", _SAFETY)
HANDLER = error("content.handler", "take the attribute {value} out: it is a program", _SAFETY)
PROGRAM = error("content.program", "{name} is a program, not an address: take {value} out", _SAFETY)
STYLE_PROGRAM = error(
    "content.style-program", "the style {value} can load or run a program: take it out", _SAFETY
)
FRAME = warning("content.frame", "put a linked picture in place of <{value}>: most readers drop it", _SAFETY)
FORM = warning("content.form", "take <{value}> out: readers drop forms", _SAFETY)
STYLE = warning("content.style", "take the style out: readers drop it, and it breaks dark mode", _SAFETY)
HIDDEN = warning("content.hidden", "take <{value}> out: readers disagree about what stands inside", _SAFETY)
RELATIVE = warning(
    "content.relative",
    "write {name} with its host: many readers do not resolve {value}",
    "RFC 4287 section 3.1.1.2",
)
SPACES = warning(
    "content.url",
    "percent-encode {name}: it holds blanks or letters beyond ASCII: {value}",
    "RFC 3987 section 3.1",
)
INSECURE = warning(
    "content.http", "serve {name} by https: readers on https do not load {value}", "W3C Mixed Content"
)
DATA_PICTURE = warning(
    "content.data-picture", "link to the picture: readers drop {name} with data in it", "RFC 2397"
)
NO_ALT = warning("content.alt", "say in alt what the picture {value} shows", "WCAG 2.2, 1.1.1")
DIRECTION = warning(
    "content.direction",
    'put <div dir="rtl"> round it: Thunderbird and Akregator lay text without dir out left to right',
    "HTML, the dir attribute",
)
DIRECTION_BLOCK = warning(
    "content.direction-block",
    "put dir on the first block as well: some readers take the div away",
    "HTML, the dir attribute",
)
LONG = warning(
    "content.long",
    "{size} KB of HTML in one entry: some readers cut or skip it",
    "RSS Best Practices Profile",
)

_ACTIVE = frozenset(
    {
        "script",
        "object",
        "embed",
        "applet",
        "base",
        "meta",
        "link",
        "frame",
        "frameset",
        "portal",
        "fencedframe",
    }
)
_FORMS = frozenset({"form", "input", "button", "textarea", "select", "option", "isindex", "keygen"})
_ADDRESSES = frozenset(
    {
        "href",
        "src",
        "action",
        "formaction",
        "data",
        "poster",
        "cite",
        "background",
        "longdesc",
        "manifest",
        "ping",
    }
    | {
        "xlink:href",
        "lowsrc",
        "dynsrc",
        "codebase",
        "classid",
        "archive",
        "profile",
        "usemap",
        "icon",
        "from",
        "to",
        "values",
    }
)
_SETS = frozenset({"srcset", "imagesrcset"})
_SHOWN_PICTURES = frozenset({("img", "src"), ("source", "srcset"), ("img", "srcset"), ("video", "poster")})
_STYLE_PROGRAM = re.compile(
    r"expression\s*\(|javascript\s*:|vbscript\s*:|-moz-binding|behaviou?r\s*:|@import|data\s*:\s*text",
    re.IGNORECASE,
)
_CSS_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|/\*.*?\*/", re.DOTALL)
_ANIMATIONS = frozenset({"animate", "set", "animatetransform", "animatemotion"})
_FIRST = re.compile(r"\s*<([a-z][a-z0-9]*)([^>]*)>\s*(?:<([a-z][a-z0-9]*)([^>]*)>)?", re.IGNORECASE)
_DIR = re.compile(r"\sdir\s*=", re.IGNORECASE)
_RTL_LETTERS = re.compile(
    "[\u05d0-\u05ea\u0620-\u064a\u066e-\u06d3\u06fa-\u074f\u0780-\u07b1\ufb1d-\ufdff\ufe70-\ufefc]"
)
_LETTERS = re.compile(r"[^\W\d_]")
_LONG = 512 * 1024
_SAMPLE = 4_000


def check_html(markup: str, name: str, place: Place) -> Iterator[Finding]:
    """Everything there is to say about one piece of HTML."""
    for rule, values in _judge(markup):
        yield rule.at(place, **{"name": name, **dict(values)})


@lru_cache(maxsize=256)
def _judge(markup: str) -> tuple[tuple[Rule, tuple[tuple[str, object], ...]], ...]:
    """The rules it breaks with their values: the same text stands in several formats and feeds."""
    found: dict[tuple[Rule, tuple[tuple[str, object], ...]], None] = {}
    if not PROVEN.fullmatch(markup):
        for tag in tags_in(markup):
            found |= dict.fromkeys((rule, tuple(values.items())) for rule, values in _judge_tag(tag))
    if rule := _judge_direction(markup):
        found[rule, ()] = None
    if len(markup) > _LONG:
        found[LONG, (("size", len(markup) // 1024),)] = None
    found |= dict.fromkeys((rule, (("value", value),)) for rule, value in judge_characters(markup))
    return tuple(found)


Judged = Iterator[tuple[Rule, dict[str, object]]]


def _judge_tag(tag: Tag) -> Judged:
    name, attributes = tag
    local = name.rpartition(":")[2]
    if local in _ACTIVE:
        yield ACTIVE, {"value": name}
    elif local in _FORMS:
        yield FORM, {"value": name}
    elif local == "iframe":
        yield FRAME, {"value": name}
    elif local == "style":
        yield STYLE, {}
    elif local in RAW_TEXT:
        yield HIDDEN, {"value": name}
    named = dict(attributes)
    if local in _ANIMATIONS and named.get("attributename", "").lower().endswith(("href", "src")):
        yield ACTIVE, {"value": name}
    if local == "img" and "alt" not in named:
        yield NO_ALT, {"value": named.get("src", "")}
    for attribute, value in attributes:
        yield from _judge_attribute(local, attribute, value)


def _judge_attribute(tag: str, name: str, value: str) -> Judged:
    if (name.startswith("on") and len(name) > 2) or name == "srcdoc":
        yield HANDLER, {"value": name}
    elif name == "style":
        plain = _CSS_ESCAPE.sub(lambda m: _css_char(m[1]) if m[1] else "", value)
        yield (STYLE_PROGRAM, {"value": value}) if _STYLE_PROGRAM.search(plain) else (STYLE, {})
    elif name in _SETS:
        for address in set_addresses(value):
            yield from _judge_address(tag, name, address)
    elif name in _ADDRESSES:
        yield from _judge_address(tag, name, value)


def set_addresses(value: str) -> list[str]:
    """The addresses of a `srcset`: candidates are parted by a comma and a blank, the width or density follows."""
    candidates = re.split(r",\s+|,(?=https?:|//|/)", value.strip())
    return [candidate.split()[0].rstrip(",") for candidate in candidates if candidate.split()]


def _judge_address(tag: str, name: str, value: str) -> Judged:
    address, where = value.strip(), f"{tag} {name}"
    if is_executable(value):
        yield PROGRAM, {"name": where, "value": value}
    elif re.match("data:", address, re.IGNORECASE):
        yield (DATA_PICTURE if (tag, name) in _SHOWN_PICTURES else PROGRAM), {"name": where, "value": value}
    elif not address.isascii() or re.search(r"[\s\x00-\x1f]", address):
        yield SPACES, {"name": where, "value": value}
    elif not scheme_of(address):
        if not address.startswith("#") and name not in ("usemap", "from", "to", "values"):
            yield RELATIVE, {"name": where, "value": value}
    elif scheme_of(address) == "http" and name != "href":
        yield INSECURE, {"name": where, "value": value}


def _css_char(code: str) -> str:
    return chr(min(int(code, 16), 0x10FFFF))


def _judge_direction(markup: str) -> Rule | None:
    """Whether right-to-left text says so on its first element, and again on the block inside. Text without an element
    has no place to say it.
    """
    if "<" not in markup:
        return None
    first = _FIRST.match(markup)
    if first and _DIR.search(first[2]):
        inner = first[3] is None or first[1].lower() != "div" or _DIR.search(first[4])
        return None if inner or not _is_rtl(markup) else DIRECTION_BLOCK
    return DIRECTION if _is_rtl(markup) else None


def _is_rtl(markup: str) -> bool:
    text = re.sub("<[^>]*>|&[#a-z0-9]+;", " ", markup[:_SAMPLE])
    rtl = len(_RTL_LETTERS.findall(text))
    return rtl > 0 and rtl >= 0.4 * len(_LETTERS.findall(text))
