"""The HTML of an article's body, as other systems export it, to the blocks of an article.

A tree is walked once. What is a block there becomes one here, with the words of each run cleaned by the one sanitiser;
pictures leave the text, players become links; of everything else the words stay. `html_tree.py` reads the markup,
`html_rows.py` the words of blocks that hold nothing but words.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape, unescape
from itertools import accumulate

from lxml import html

from publisher.model.article import Block, BlockKind
from publisher.model.media import Embed, Image
from publisher.model.reason import Reason
from publisher.sources.caption import Caption, split_credit
from publisher.sources.decoding import MAX_BYTES, too_large
from publisher.sources.embeds import MAX_EMBEDS, TAGS, is_player, read_embed, read_frame
from publisher.sources.html_rows import (
    is_row_of_cells,
    join_cells,
    join_rows,
    list_rows,
    preformatted_text,
    split_rows,
    write_inline,
)
from publisher.sources.html_tree import APART, BLOCKS, DROPPED, HEADINGS, LISTS, parse_tree
from publisher.sources.markdown_blocks import build_block, build_embed
from publisher.sources.markdown_inline import Inline, read_html
from publisher.sources.sanitise import strip_markup
from publisher.sources.web_address import parse_web_address, resolve_address

MAX_IMAGES = 50
"""Pictures of one article, at most."""

_KINDS = {"ul": BlockKind.LIST, "menu": BlockKind.LIST, "ol": BlockKind.NUMBERED}
_WORDS_ALONE = HEADINGS | LISTS | {"blockquote", "pre"}
"""Blocks whose words are taken whole."""
_MARK = re.compile(r"<[^<>]*>")
_DEEPEST_MARKS = 50
"""Deeper they say nothing, and many a reader's parser loses the words (libxml2: at 256)."""
_ALONE = re.compile(r"(?:<a\b[^<>]*>)?\s*(https://[^\s<>\"]+?)\s*(?:</a>)?")
_EMBED_CLASS = "wp-block-embed"
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
        walk.enter(parse_tree(markup, base))
    except _RefusedError as refused:
        return refused.reason
    return HtmlBody(blocks=tuple(walk.blocks), images=tuple(dict.fromkeys(walk.images))[:MAX_IMAGES])


class _RefusedError(Exception):
    """A run of words that is beyond all measure; `reason` says so."""

    def __init__(self, why: Reason) -> None:
        super().__init__(why.key)
        self.reason = why


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    """What the figure that the walk is in says of its pictures, if it has any. `told` are the captions they take."""

    caption: Caption
    told: tuple[html.HtmlElement, ...]
    has_pictures: bool
    is_embed: bool


_NO_FIGURE = _Figure(
    caption=Caption(text=None, credit=None, is_known=False), told=(), has_pictures=False, is_embed=False
)


@dataclass(slots=True)
class _Walk:
    """Where the walk is: the blocks so far, and the run of inline markup that no block has taken yet."""

    base: str
    blocks: list[Block] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    run: list[str] = field(default_factory=list)
    embeds: int = 0
    figure: _Figure = _NO_FIGURE

    def enter(self, element: html.HtmlElement) -> None:
        """Everything inside `element`, in order."""
        self.run.append(escape(element.text or ""))
        for child in element:
            self.read(child)
            self.run.append(escape(child.tail or ""))
        if element.tag in BLOCKS:
            self.end_run()

    def read(self, element: html.HtmlElement) -> None:
        """One element, without what follows it."""
        tag = element.tag
        if tag in DROPPED or not isinstance(tag, str) or element in self.figure.told:
            self.take_hidden(element)
        elif tag == "img":
            self.add_image(element)
        elif tag in TAGS:
            self.end_run()
            self.add_embed(element)
        elif tag in _WORDS_ALONE:
            self.end_run()
            self.read_block(element)
        elif tag == "figure":
            self.end_run()
            self.read_figure(element)
        elif tag in BLOCKS or tag == "li":
            self.end_run()
            self.read_container(element)
        elif any(inner.tag in APART for inner in element.iterdescendants()):
            self.enter(element)
        else:
            self.run.append(write_inline(element))

    def read_container(self, element: html.HtmlElement) -> None:
        if element.tag == "tr" and is_row_of_cells(element):
            self.add_rows(BlockKind.PARAGRAPH, [join_cells(element)])
            self.take_media(element)
        else:
            self.enter(element)
            self.end_run()

    def read_block(self, element: html.HtmlElement) -> None:
        match element.tag:
            case "blockquote":
                self.add_rows(BlockKind.QUOTE, split_rows(element))
            case "pre":
                text = preformatted_text(element)
                self.blocks += build_block(
                    BlockKind.PARAGRAPH, [Inline(html=escape(text, quote=False), text=text)]
                )
            case tag if tag in LISTS:
                self.add_rows(_KINDS[tag], list_rows(element))
            case _:
                self.add_rows(BlockKind.HEADING, [join_rows(element)])
        self.take_media(element)

    def read_figure(self, element: html.HtmlElement) -> None:
        """Its pictures take its caption; a gallery's own caption, whose pictures have theirs, is words like others."""
        around = self.figure
        self.figure = _read_caption(element)
        self.read_container(element)
        self.figure = around

    def take_hidden(self, element: html.HtmlElement) -> None:
        """Of what goes, or was read as a caption: the pictures, in `noscript` only where a figure shows them late."""
        if element in self.figure.told or (element.tag == "noscript" and self.figure.has_pictures):
            self.take_media(element)

    def take_media(self, element: html.HtmlElement) -> None:
        """What stood in a block that holds words alone."""
        for inner in element.iter("img", *TAGS):
            if inner.tag == "img":
                self.add_image(inner)
            else:
                self.add_embed(inner)

    def add_image(self, element: html.HtmlElement) -> None:
        self.images += filter(None, [_read_image(element, self.base, self.figure.caption)])

    def add_player(self, part: str) -> bool:
        """The player that these words are the address of and nothing else; False where they are other words."""
        alone = _ALONE.fullmatch(part)
        url = parse_web_address(unescape(alone[1])) if alone else None
        if url is None or self.embeds >= MAX_EMBEDS or not (self.figure.is_embed or is_player(url)):
            return False
        self.show(read_frame(url))
        return True

    def add_embed(self, element: html.HtmlElement) -> None:
        self.show(read_embed(element, base=self.base))

    def show(self, embed: Embed | None) -> None:
        if embed is not None and self.embeds < MAX_EMBEDS:
            self.embeds += 1
            self.blocks.append(build_embed(embed))

    def end_run(self) -> None:
        """Make paragraphs of what was gathered; two line breaks part them."""
        markup = _SPACES.sub(" ", "".join(self.run)).strip()
        self.run.clear()
        for part in _TWO_BREAKS.split(markup):
            if not self.add_player(part.strip()):
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
    if _depth(trimmed) > _DEEPEST_MARKS:
        trimmed = escape(inline.text, quote=False).replace("\n", "<br>")
    return Inline(html=trimmed, text=inline.text)


def _depth(sanitised: str) -> int:
    """How many marks (emphasis, links) stand within each other at most."""
    steps = (0 if tag == "<br>" else -1 if tag[1] == "/" else 1 for tag in _MARK.findall(sanitised))
    return max(accumulate(steps), default=0)


def _read_caption(figure: html.HtmlElement) -> _Figure:
    """Of the pictures that stand in this figure and in none within it."""
    pictures = [inner for inner in figure.iter("img") if next(inner.iterancestors("figure")) is figure]
    captions = [inner for inner in figure.iter("figcaption") if _is_caption_of(inner, figure)]
    told = " ".join(caption.text_content() for caption in captions) if pictures else ""
    return _Figure(
        caption=split_credit(strip_markup(told)),
        told=tuple(captions) if pictures else (),
        has_pictures=bool(pictures),
        is_embed=_EMBED_CLASS in (figure.get("class") or "").split(),
    )


def _is_caption_of(caption: html.HtmlElement, figure: html.HtmlElement) -> bool:
    """Whether the walk through the figure comes upon it, and not the block of a quotation or another caption."""
    return next(caption.iterancestors("figure", "figcaption", "tr", *_WORDS_ALONE)) is figure


def _read_image(element: html.HtmlElement, base: str, caption: Caption) -> Image | None:
    """A picture with an address of its own; points that count visitors are none."""
    named = (element.get(name) or "" for name in ("src", "data-src", "data-lazy-src", "data-original"))
    addresses = (resolve_address(address, base) for address in named)
    src = next(filter(None, addresses), None)
    width, height = (element.get(name) or "" for name in ("width", "height"))
    if src is None or _POINT.fullmatch(width.strip()) or _POINT.fullmatch(height.strip()):
        return None
    alt = strip_markup(element.get("alt") or "") or None
    return Image(
        src=src,
        alt=alt,
        caption=caption.text,
        credit=caption.credit,
        width=_pixels(width),
        height=_pixels(height),
    )


def _pixels(text: str) -> int | None:
    text = text.strip().removesuffix("px")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 else None
