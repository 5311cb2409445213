"""The HTML of an article's body, as other systems export it, to the blocks of an article.

A tree is walked once. What is a block there becomes one here, with the words of each run cleaned by the one sanitiser;
pictures leave the text, players become links; of everything else the words stay.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape

from lxml import etree, html

from publisher.model.article import Block, BlockKind
from publisher.model.media import Image
from publisher.model.reason import Reason
from publisher.sources.caption import split_credit
from publisher.sources.decoding import MAX_BYTES, too_large
from publisher.sources.embeds import MAX_EMBEDS, TAGS, read_embed
from publisher.sources.markdown_blocks import build_block, build_embed
from publisher.sources.markdown_inline import Inline, read_html
from publisher.sources.sanitise import strip_markup
from publisher.sources.web_address import resolve_address
from publisher.text.clean import clean_text

MAX_IMAGES = 50
"""Pictures of one article, at most."""

_DROPPED = frozenset((
    "script", "style", "noscript", "template", "svg", "math", "object", "embed", "applet", "canvas", "head",
    "title", "form", "input", "button", "select", "textarea", "map", "area", "frame", "frameset", "link",
    "meta", "base", "dialog", "nav",
))  # fmt: skip
_BLOCKS = frozenset((
    "address", "article", "aside", "body", "center", "details", "dd", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "header", "hgroup", "hr", "html", "legend", "main", "p", "section",
    "summary", "table", "tbody", "tfoot", "thead", "tr", "td", "th", "caption",
))  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_LISTS = {"ul": BlockKind.LIST, "menu": BlockKind.LIST, "ol": BlockKind.NUMBERED}
_APART = _BLOCKS | _HEADINGS | frozenset({*_LISTS, "li", "blockquote", "pre", "img", *TAGS}) | _DROPPED
_DEEPEST = 100
"""Elements within each other that are walked; deeper, the words are taken as one run."""
_TWO_BREAKS = re.compile(r"(?:<br>\s*){2,}")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_POINT = re.compile(r"[01](?:px)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlBody:
    """The blocks in order, and every picture that stood among them."""

    blocks: tuple[Block, ...]
    images: tuple[Image, ...]


def parse_html(markup: str, *, base: str) -> HtmlBody | Reason:
    """Read a piece of HTML; `base` resolves its addresses. Never raises. Reasons: `sources.too_large`,
    `sources.paragraph_too_long`.
    """
    if len(markup) > MAX_BYTES:
        return too_large(len(markup))
    walk = _Walk(base=base)
    try:
        walk.enter(_parse(markup, base))
    except _RefusedError as refused:
        return refused.reason
    return HtmlBody(blocks=tuple(walk.blocks), images=tuple(dict.fromkeys(walk.images))[:MAX_IMAGES])


class _RefusedError(Exception):
    """A run of words that is beyond all measure; `reason` says so."""

    def __init__(self, why: Reason) -> None:
        super().__init__(why.key)
        self.reason = why


def _parse(markup: str, base: str) -> html.HtmlElement:
    """The tree, with every address in it absolute. No network, no file and no DTD is asked for."""
    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    root = html.fragment_fromstring(clean_text(markup), create_parent="div", parser=parser)
    if base:
        root.make_links_absolute(base, resolve_base_href=False, handle_failures="ignore")
    return root


@dataclass(slots=True)
class _Walk:
    """Where the walk is: the blocks so far, and the run of inline markup that no block has taken yet."""

    base: str
    blocks: list[Block] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    run: list[str] = field(default_factory=list)
    embeds: int = 0

    def enter(self, element: html.HtmlElement, depth: int = 0) -> None:
        """Everything inside `element`, in order."""
        self.run.append(escape(element.text or ""))
        for child in element:
            self.read(child, depth + 1)
            self.run.append(escape(child.tail or ""))
        if element.tag in _BLOCKS or not depth:
            self.end_run()

    def read(self, element: html.HtmlElement, depth: int) -> None:
        """One element, without what follows it."""
        tag = element.tag
        if tag in _DROPPED or not isinstance(tag, str):
            return
        if tag == "img":
            self.images += filter(None, [_read_image(element, self.base)])
        elif tag in TAGS:
            self.end_run()
            self.add_embed(element)
        elif tag in _HEADINGS or tag in _LISTS or tag in ("blockquote", "pre"):
            self.end_run()
            self.read_block(element)
        elif tag == "figure" and element.find(".//img") is not None:
            self.end_run()
            self.read_figure(element)
        elif tag in _BLOCKS or tag == "li":
            self.end_run()
            self.read_container(element, depth)
        elif depth < _DEEPEST and any(inner.tag in _APART for inner in element.iterdescendants()):
            self.enter(element, depth)
        else:
            self.run.append(_outer(element))

    def read_container(self, element: html.HtmlElement, depth: int) -> None:
        if element.tag == "tr":
            self.add_rows(BlockKind.PARAGRAPH, [_cells(element)])
            self.take_media(element)
        elif depth < _DEEPEST:
            self.enter(element, depth)
            self.end_run()
        else:
            self.run.append(escape(element.text_content()))
            self.end_run()

    def read_block(self, element: html.HtmlElement) -> None:
        match element.tag:
            case "blockquote":
                self.add_rows(BlockKind.QUOTE, _quoted(element))
            case "pre":
                text = element.text_content().strip("\n")
                self.blocks += build_block(
                    BlockKind.PARAGRAPH, [Inline(html=escape(text, quote=False), text=text)]
                )
            case tag if tag in _LISTS:
                self.add_rows(_LISTS[tag], [_inner(item) for item in element.iter("li")])
            case _:
                self.add_rows(BlockKind.HEADING, [_inner(element)])
        self.take_media(element)

    def read_figure(self, element: html.HtmlElement) -> None:
        """Its pictures, with its caption where the picture has none of its own."""
        told = " ".join(caption.text_content() for caption in element.iter("figcaption"))
        caption = split_credit(strip_markup(told))
        for picture in element.iter("img"):
            image = _read_image(picture, self.base, text=caption.text, credit=caption.credit)
            self.images += filter(None, [image])

    def take_media(self, element: html.HtmlElement) -> None:
        """What stood in a block that holds words alone."""
        for inner in element.iter("img", *TAGS):
            if inner.tag == "img":
                self.images += filter(None, [_read_image(inner, self.base)])
            else:
                self.add_embed(inner)

    def add_embed(self, element: html.HtmlElement) -> None:
        embed = read_embed(element, base=self.base)
        if embed is not None and self.embeds < MAX_EMBEDS:
            self.embeds += 1
            self.blocks.append(build_embed(embed))

    def end_run(self) -> None:
        """Make paragraphs of what was gathered; two line breaks part them."""
        markup = _SPACES.sub(" ", "".join(self.run)).strip()
        self.run.clear()
        for part in _TWO_BREAKS.split(markup):
            self.add_rows(BlockKind.PARAGRAPH, [part])

    def add_rows(self, kind: BlockKind, rows: Iterable[str]) -> None:
        """A block of these rows of inline markup; none where they say nothing."""
        read = [_clean(row) for row in rows]
        self.blocks += build_block(kind, [row for row in read if row.text])


def _clean(markup: str) -> Inline:
    inline = read_html(_SPACES.sub(" ", markup))
    if isinstance(inline, Reason):
        raise _RefusedError(inline)
    trimmed = re.sub(r"^(?:<br>\s*)+|(?:\s*<br>)+$", "", inline.html).strip()
    return Inline(html=trimmed, text=inline.text)


def _inner(element: html.HtmlElement) -> str:
    """The inline markup of an element; of a list's entry without the lists in it, whose entries are rows themselves."""
    inside = (_outer(child) if child.tag not in _LISTS else " " for child in element)
    tails = (escape(child.tail or "") for child in element)
    return escape(element.text or "") + "".join(
        part for pair in zip(inside, tails, strict=True) for part in pair
    )


def _outer(element: html.HtmlElement) -> str:
    """An element as markup. A block that stands among words keeps them apart."""
    if element.tag in _DROPPED:
        return ""
    markup = str(etree.tostring(element, method="html", encoding="unicode", with_tail=False))
    return f" {markup} " if element.tag in _APART else markup


def _quoted(element: html.HtmlElement) -> Iterator[str]:
    """The paragraphs of a quotation; one without any is a row by itself."""
    paragraphs = [inner for inner in element.iter("p", "li", "footer") if inner.find(".//p") is None]
    if not paragraphs:
        yield _inner(element)
        return
    yield from map(_inner, paragraphs)
    yield from (escape(child.tail or "") for child in element if (child.tail or "").strip())


def _cells(row: html.HtmlElement) -> str:
    """A row of a table on one line."""
    return " – ".join(filter(str.strip, (_inner(cell) for cell in row.iter("td", "th"))))


def _read_image(
    element: html.HtmlElement, base: str, *, text: str | None = None, credit: str | None = None
) -> Image | None:
    """A picture with an address of its own; points that count visitors are none."""
    named = (element.get(name) or "" for name in ("src", "data-src", "data-lazy-src", "data-original"))
    addresses = (resolve_address(address, base) for address in named)
    src = next(filter(None, addresses), None)
    width, height = (element.get(name) or "" for name in ("width", "height"))
    if src is None or _POINT.fullmatch(width.strip()) or _POINT.fullmatch(height.strip()):
        return None
    alt = strip_markup(element.get("alt") or "") or None
    return Image(src=src, alt=alt, caption=text, credit=credit, width=_pixels(width), height=_pixels(height))


def _pixels(text: str) -> int | None:
    text = text.strip().removesuffix("px")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 else None
