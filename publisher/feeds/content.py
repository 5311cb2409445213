"""An article's body as HTML for a feed entry.

Readers differ in what they keep: some lay a paragraph without `dir` out left to right, some strip `div`, some strip
`dir` and guess from the first strong letter. So direction is said three times: on the wrapper, on the first block, and
by a mark in front of the first letter where that letter would mislead (docs/notes/feeds.md).
"""

from collections.abc import Sequence

from lxml import html

from publisher.feeds.addresses import ascii_url
from publisher.feeds.isolation import isolate_runs
from publisher.feeds.xml_text import drop_illegal
from publisher.model.article import Block, Parsed
from publisher.model.direction import Direction
from publisher.model.media import Embed, Image
from publisher.text.bidi import lead_mark
from publisher.text.direction import direction_of
from publisher.text.embed_line import tell_embed
from publisher.text.words import Words


def build_content(parsed: Parsed, words: Words, *, base: str, notes: Sequence[str] = ()) -> str | None:
    """The body as one `div`, or None where there is nothing to show.

    `words` are those of the article's language, else the site's: they name what stands for a player or frame. `base`
    resolves relative links in inline markup. `notes` are lines set before everything, in the article's language. The
    picture stands first, since not every reader knows Media RSS; where only its caption and credit survive, they close
    the article. Further pictures stand at the end.
    """
    image = parsed.image or Image()
    blocks = [_block(block, words, base) for block in parsed.blocks]
    if image.src:
        blocks.insert(0, _figure(image, image.src, parsed.direction))
    elif image.caption or image.credit:
        blocks.append(_caption_line(image, parsed.direction))
    blocks += [_figure(more, more.src, parsed.direction) for more in parsed.images if more.src]
    if not blocks:
        return None
    blocks[:0] = [_element("p", note) for note in notes]
    wrapper = _element("div")
    wrapper.extend(blocks)
    for element in (wrapper, blocks[0]):
        element.set("dir", parsed.direction.value)
        element.set("lang", parsed.language)
    for block in blocks:
        isolate_runs(block, parsed.direction)
    _mark_direction(wrapper, parsed.direction)
    return drop_illegal(html.tostring(wrapper, encoding="unicode"))


def _element(tag: str, text: str | None = None, **attributes: str) -> html.HtmlElement:
    element = html.Element(tag, **attributes)
    if text is not None:
        element.text = drop_illegal(text)
    return element


def _block(block: Block, words: Words, base: str) -> html.HtmlElement:
    """One block. The markup of a list is its `li` elements."""
    if block.embed is not None:
        return _embed(block.embed, words)
    tag = block.kind.value
    if block.html is not None:
        element = html.fragment_fromstring(drop_illegal(block.html), create_parent=tag)
        element.make_links_absolute(base, handle_failures="discard")
        return element
    if not block.items:
        return _element(tag, block.text)
    parent = _element(tag)
    parent.extend(_element("li", item) for item in block.items)
    return parent


def _embed(embed: Embed, words: Words) -> html.HtmlElement:
    """A player or frame as one link: its still picture, which its words make needless to describe, then the words."""
    link = _element("a", tell_embed(embed, words), href=ascii_url(embed.url))
    if embed.poster:
        picture, end = _element("img", src=ascii_url(embed.poster), alt=""), _element("br")
        end.tail, link.text = link.text, None
        link[:] = [picture, end]
    paragraph = _element("p")
    paragraph.append(link)
    return paragraph


def _figure(image: Image, src: str, direction: Direction) -> html.HtmlElement:
    figure = _element("figure")
    picture = _element("img", src=ascii_url(src), alt=drop_illegal(image.alt or ""))
    for name, pixels in (("width", image.width), ("height", image.height)):
        if pixels:
            picture.set(name, str(pixels))
    figure.append(picture)
    if image.caption or image.credit:
        figure.append(_caption(_element("figcaption"), image, direction))
    return figure


def _caption_line(image: Image, direction: Direction) -> html.HtmlElement:
    paragraph = _element("p")
    paragraph.append(_caption(_element("small"), image, direction))
    return paragraph


def _caption(parent: html.HtmlElement, image: Image, direction: Direction) -> html.HtmlElement:
    """Fill `parent` with caption and credit; the credit, often Latin in Arabic, keeps a direction of its own."""
    if image.caption:
        parent.text = drop_illegal(image.caption) + (" – " if image.credit else "")
    if image.credit:
        towards = direction_of(image.credit, default=direction)
        parent.append(_element("span", image.credit, dir=towards.value))
    return parent


def _mark_direction(wrapper: html.HtmlElement, direction: Direction) -> None:
    """Put a directional mark in front of the first text if its first strong letter points the wrong way."""
    plain = wrapper.text_content()
    mark = lead_mark(plain, direction).removesuffix(plain)
    if not mark:
        return
    first = wrapper.xpath(".//text()[normalize-space()]")[0]
    owner = first.getparent()
    if first.is_tail:
        owner.tail = mark + owner.tail
    elif owner.tag == "span":
        _put_before(owner, mark)
    else:
        owner.text = mark + owner.text


def _put_before(span: html.HtmlElement, mark: str) -> None:
    """Before the isolated run, not in it: `dir=auto` passes over what states its own direction."""
    previous = span.getprevious()
    if previous is not None:
        previous.tail = (previous.tail or "") + mark
    else:
        span.getparent().text = (span.getparent().text or "") + mark
