"""The rules of mail HTML, checked on the finished text of every digest before anyone can send it.

Independent of the templates: it parses what came out. The rules are from what mail clients were measured to do:
Gmail, Outlook, Yahoo, GMX each drop something, and what is left must still run in the right direction.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from urllib.parse import urlsplit

import lxml.html
from lxml.html import HtmlElement

from publisher.digest.size import MAX_HTML_BYTES, size_bytes
from publisher.model.issue import Patch


class FaultKind(StrEnum):
    """A rule that the HTML breaks."""

    DIRECTION = "direction"
    """html, body, the wrapper, a layout table or a cell lacks `lang`, `dir`, or the inline style that repeats it."""
    ALIGNMENT = "alignment"
    """A cell's `align` and `text-align` are not the physical side where its direction starts."""
    MARKUP = "markup"
    """An element or attribute that clients drop or that may run: `<bdi>`, `<a dir>`, `<script>`, forms, handlers."""
    STYLE = "style"
    """CSS that mail clients lack: logical properties, flex, grid, variables."""
    REMOTE = "remote"
    """Something that would be fetched when the mail is opened."""
    LINK = "link"
    """A link that is not absolute http(s), or has no words."""
    HEADINGS = "headings"
    """Not exactly one h1, first, or a level is skipped."""
    TABLE = "table"
    """A table that screen readers would announce, or a ghost table that is not closed."""
    SIZE = "size"
    """Larger than a client shows whole."""
    LEAVE = "leave"
    """No link to leave the newsletter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A broken rule and where."""

    kind: FaultKind
    detail: str


def find_faults(html: str) -> tuple[Fault, ...]:
    """Every broken rule of a finished mail's HTML; empty if it may be sent."""
    root = lxml.html.document_fromstring(html.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    return (
        *_direction_faults(root),
        *_markup_faults(root),
        *_style_faults(root),
        *_link_faults(root),
        *_heading_faults(root),
        *_ghost_faults(root),
        *_size_faults(html),
    )


def _direction_faults(root: HtmlElement) -> Iterator[Fault]:
    wrapper = root.xpath("/html/body/div[last()]")
    for element in [*root.xpath("/html"), *root.xpath("//body"), *wrapper, *root.xpath("//table | //td")]:
        direction, where = element.get("dir"), _where(element)
        if direction not in {"rtl", "ltr"} or not element.get("lang"):
            yield Fault(kind=FaultKind.DIRECTION, detail=f"no dir or lang on {where}")
        elif element.tag != "html" and f"direction:{direction}" not in _style(element):
            yield Fault(kind=FaultKind.DIRECTION, detail=f"no inline direction on {where}")
        elif element.tag == "td":
            start = "right" if direction == "rtl" else "left"
            if element.get("align") != start or f"text-align:{start}" not in _style(element):
                yield Fault(kind=FaultKind.ALIGNMENT, detail=where)
    if not wrapper:
        yield Fault(kind=FaultKind.DIRECTION, detail="no wrapper div in body")
    for table in root.xpath("//table[not(@role='presentation')]"):
        yield Fault(kind=FaultKind.TABLE, detail=f"no role=presentation on {_where(table)}")


def _markup_faults(root: HtmlElement) -> Iterator[Fault]:
    for element in root.iter(*_REMOTE_TAGS):
        yield Fault(kind=FaultKind.REMOTE, detail=_where(element))
    for element in root.xpath("//*[@src or @srcset or @background or @poster or @data]"):
        yield Fault(kind=FaultKind.REMOTE, detail=f"attribute that loads on {_where(element)}")
    for element in root.iter(*_DROPPED_TAGS):
        yield Fault(kind=FaultKind.MARKUP, detail=_where(element))
    for element in root.xpath(
        "//a[@dir] | //*[@*[starts-with(name(), 'on')]] | //meta[@http-equiv='refresh']"
    ):
        yield Fault(kind=FaultKind.MARKUP, detail=_where(element))


def _style_faults(root: HtmlElement) -> Iterator[Fault]:
    for css in [*root.xpath("//@style"), *root.xpath("//style/text()")]:
        if lacking := _LACKING_CSS.search(css):
            yield Fault(kind=FaultKind.STYLE, detail=lacking[0])
        if loading := _LOADING_CSS.search(css):
            yield Fault(kind=FaultKind.REMOTE, detail=loading[0])


def _link_faults(root: HtmlElement) -> Iterator[Fault]:
    links = root.xpath("//a")
    for link in links:
        parts = urlsplit(link.get("href", ""))
        if parts.scheme not in {"http", "https"} or not parts.netloc or not link.text_content().strip():
            yield Fault(kind=FaultKind.LINK, detail=_where(link))
    if not any(link.get("href") == Patch.UNSUBSCRIBE_URL for link in links):
        yield Fault(kind=FaultKind.LEAVE, detail="no link with the unsubscribe stand-in")


def _heading_faults(root: HtmlElement) -> Iterator[Fault]:
    levels = [int(heading.tag[1]) for heading in root.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    skipped = any(after > before + 1 for before, after in pairwise(levels))
    if levels.count(1) != 1 or levels[0] != 1 or skipped:
        yield Fault(kind=FaultKind.HEADINGS, detail=" ".join(f"h{level}" for level in levels))


def _ghost_faults(root: HtmlElement) -> Iterator[Fault]:
    """Tables inside conditional comments, which only Outlook on Windows sees: closed, and with a direction."""
    comments = (comment.text or "" for comment in root.xpath("//comment()"))
    ghost = "".join(text for text in comments if text.startswith("[if "))
    for tag in ("table", "tr", "td"):
        if len(re.findall(rf"<{tag}\b", ghost)) != ghost.count(f"</{tag}>"):
            yield Fault(kind=FaultKind.TABLE, detail=f"ghost <{tag}> is not closed")
    for opened in re.findall(r"<(?:table|td)\b[^>]*>", ghost):
        if not re.search(r'\bdir="(?:rtl|ltr)"', opened):
            yield Fault(kind=FaultKind.DIRECTION, detail=f"no dir on ghost {opened}")


def _size_faults(html: str) -> Iterator[Fault]:
    if (size := size_bytes(html)) > MAX_HTML_BYTES:
        yield Fault(kind=FaultKind.SIZE, detail=f"{size} bytes")


def _style(element: HtmlElement) -> str:
    return re.sub(r"\s*([:;])\s*", r"\1", element.get("style", ""))


def _where(element: HtmlElement) -> str:
    return f"<{element.tag}> at line {element.sourceline}: {element.text_content().strip()[:40]!r}"


_REMOTE_TAGS = (
    "img",
    "link",
    "script",
    "iframe",
    "object",
    "embed",
    "video",
    "audio",
    "source",
    "svg",
    "base",
)
_DROPPED_TAGS = ("bdi", "bdo", "form", "input", "button", "math")
_LACKING_CSS = re.compile(
    r"(?:margin|padding|border|inset)-(?:inline|block)|text-align\s*:\s*(?:start|end)"
    r"|display\s*:\s*(?:inline-)?(?:flex|grid)|float\s*:\s*inline|\bvar\(",
    re.IGNORECASE,
)
_LOADING_CSS = re.compile(r"url\s*\(|@import|@font-face|image-set\s*\(|\bsrc\s*:", re.IGNORECASE)
