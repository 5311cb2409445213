"""A Markdown body (CommonMark 0.31) to the blocks of an article.

Every heading becomes a sub-heading, code becomes a paragraph, nested lists become one list, raw HTML is reduced to
its words and inline marks, and pictures leave the text: the first is the article's. A player
or frame follows the block it stood in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import urljoin

from markdown_it import MarkdownIt
from markdown_it.token import Token

from publisher.model.article import Block, BlockKind
from publisher.model.media import Embed, Image
from publisher.model.reason import Reason, reason
from publisher.sources.markdown_inline import Env, Inline, parse_inline, read_html

MAX_LINES = 10_000
"""Lines of a body, at most."""

_MAX_ADDRESS = 2000
_CONTAINERS = {
    "bullet_list": BlockKind.LIST,
    "ordered_list": BlockKind.NUMBERED,
    "blockquote": BlockKind.QUOTE,
}
_LEAVES = frozenset({"inline", "fence", "code_block", "html_block"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The blocks in order, and the first picture."""

    blocks: tuple[Block, ...]
    image: Image | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """The leaves (text, code, raw HTML) of one block, in rows: an entry of a list, a paragraph of a quotation."""

    kind: BlockKind
    rows: tuple[tuple[Token, ...], ...]


def parse_blocks(source: str, *, base: str = "") -> Body | Reason:
    """Read a body; `sources.too_many_lines` or `sources.paragraph_too_long` for what is no article. `base`, the
    document's own address, resolves relative ones.
    """
    count = source.count("\n") + 1
    if count > MAX_LINES:
        return reason("sources.too_many_lines", count=count, limit=MAX_LINES)
    env: Env = {"base": base}
    tokens = _markdown(base).disable(["inline", "text_join"]).parse(source, env)
    references = env.get("references", {})
    env["references"] = {
        name: to for name, to in references.items() if len(to.get("href", "")) <= _MAX_ADDRESS
    }
    markdown = _markdown(base)
    blocks: list[Block] = []
    images: list[Image] = []
    for group in _group(tokens):
        rows = [_read_row(row, markdown, env) for row in group.rows]
        wrong = next((row for row in rows if isinstance(row, Reason)), None)
        if wrong is not None:
            return wrong
        read = [row for row in rows if isinstance(row, Inline)]
        images += [image for row in read for image in row.images]
        blocks += build_block(group.kind, [row for row in read if row.text])
        blocks += [build_embed(embed) for row in read for embed in row.embeds]
    return Body(blocks=tuple(blocks), image=next(iter(images), None))


class _Markdown(MarkdownIt):
    """CommonMark that takes every link for a link: which targets stay is decided in one place, the sanitiser."""

    base = ""

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        try:
            return super().normalizeLink(urljoin(self.base, url))
        except ValueError:  # brackets in a host that are none
            return super().normalizeLink(url)


def _markdown(base: str) -> MarkdownIt:
    markdown = _Markdown("commonmark", {"html": True})
    markdown.base = base
    return markdown


def _group(tokens: Sequence[Token]) -> Iterator[_Group]:
    container: BlockKind | None = None
    rows: list[list[Token]] = []
    opened = ""
    for token in tokens:
        name, _, side = token.type.rpartition("_")
        if token.level == 0 and name in _CONTAINERS:
            if container is not None:
                yield _Group(kind=container, rows=tuple(tuple(row) for row in rows))
            container, rows = (_CONTAINERS[name], []) if side == "open" else (None, [])
        elif container is not None and side == "open" and _starts_row(token, container):
            rows.append([])
        elif token.type in _LEAVES and container is not None:
            rows = rows or [[]]
            rows[-1].append(token)
        elif token.type in _LEAVES:
            kind = BlockKind.HEADING if opened == "heading_open" else BlockKind.PARAGRAPH
            yield _Group(kind=kind, rows=((token,),))
        opened = token.type


def _starts_row(token: Token, container: BlockKind) -> bool:
    """A list has a row an entry, nested ones too; a quotation a row a paragraph."""
    if container is BlockKind.QUOTE:
        return token.type in ("paragraph_open", "heading_open", "list_item_open")
    return token.type == "list_item_open"


def _read_row(row: Sequence[Token], markdown: MarkdownIt, env: Env) -> Inline | Reason:
    parts: list[Inline] = []
    for token in row:
        part = _read_leaf(token, markdown, env)
        if isinstance(part, Reason):
            return part
        parts.append(part)
    return Inline(
        html=" ".join(part.html for part in parts if part.html),
        text=" ".join(part.text for part in parts if part.text),
        images=tuple(image for part in parts for image in part.images),
        embeds=tuple(embed for part in parts for embed in part.embeds),
    )


def _read_leaf(token: Token, markdown: MarkdownIt, env: Env) -> Inline | Reason:
    match token.type:
        case "inline":
            return parse_inline(token.content, markdown=markdown, env=env)
        case "html_block":
            return read_html(token.content, base=env.get("base", ""))
        case _:
            text = token.content.strip("\n")
            return Inline(html=escape(text, quote=False), text=text)


def build_embed(embed: Embed) -> Block:
    """The block of a player or frame."""
    return Block(kind=BlockKind.EMBED, text=embed.title or "", embed=embed)


def build_block(kind: BlockKind, rows: Sequence[Inline]) -> Iterator[Block]:
    """One block, or none where nothing but pictures was left. The markup of a list is its `li` elements."""
    if not rows:
        return
    is_marked = any(row.is_marked for row in rows)
    text = "\n".join(row.text for row in rows)
    match kind:
        case BlockKind.LIST | BlockKind.NUMBERED:
            html = "".join(f"<li>{row.html}</li>" for row in rows) if is_marked else None
            yield Block(kind=kind, text=text, html=html, items=tuple(row.text for row in rows))
        case BlockKind.QUOTE if len(rows) > 1:
            yield Block(kind=kind, text=text, html="<br>".join(row.html for row in rows))
        case _:
            yield Block(kind=kind, text=text, html=rows[0].html if is_marked else None)
