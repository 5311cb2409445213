"""Inline Markdown: words, links and emphasis of one paragraph, and the pictures in it."""

import re
from collections.abc import MutableMapping
from dataclasses import dataclass, replace
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from publisher.model.media import Embed, Image
from publisher.model.reason import Reason, reason
from publisher.sources.caption import split_credit
from publisher.sources.embeds import find_embeds
from publisher.sources.sanitise import MAX_CHARS, has_markup, inline_text, sanitise_inline, strip_markup
from publisher.sources.web_address import parse_web_address

_SPACES = re.compile("[ \n]+")

Env = MutableMapping[str, Any]
"""What markdown-it carries from a document's blocks to its inline text: link definitions, and the document's `base`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inline:
    """One run of words. `html` is sanitised; `text` is the same words plain; `images` and `embeds` are in order."""

    html: str
    text: str
    images: tuple[Image, ...] = ()
    embeds: tuple[Embed, ...] = ()

    @property
    def is_marked(self) -> bool:
        """Whether `html` says more than `text`."""
        return has_markup(self.html)


def parse_inline(source: str, *, markdown: MarkdownIt, env: Env) -> Inline | Reason:
    """Read the inline Markdown of one block; `sources.paragraph_too_long` where it is beyond all measure."""
    if len(source) > MAX_CHARS:
        return reason("sources.paragraph_too_long", limit=MAX_CHARS)
    children = [child for token in markdown.parseInline(source, env) for child in token.children or ()]
    images = tuple(image for child in children if child.type == "image" and (image := _read_image(child)))
    words = [child for child in children if child.type != "image"]
    inline = read_html(markdown.renderer.render(words, markdown.options, env), base=env.get("base", ""))
    return inline if isinstance(inline, Reason) else replace(inline, images=images)


def read_html(markup: str, *, base: str = "") -> Inline | Reason:
    """Sanitise the markup of one block; a line end in it is a space, `<br>` a line end. Players and frames
    leave the words; `base` resolves their addresses.
    """
    if len(markup) > MAX_CHARS:
        return reason("sources.paragraph_too_long", limit=MAX_CHARS)
    html = _SPACES.sub(" ", sanitise_inline(markup).replace("<br>\n", "<br>"))
    return Inline(html=html, text=inline_text(html).strip(), embeds=find_embeds(markup, base=base))


def _read_image(token: Token) -> Image | None:
    caption = split_credit(strip_markup(str(token.attrs.get("title") or "")))
    alt = strip_markup("".join(child.content for child in token.children or ())) or None
    src = parse_web_address(str(token.attrs.get("src") or ""))
    return (
        Image(src=src, alt=alt, caption=caption.text, credit=caption.credit) if src or caption.text else None
    )
