"""The text of a post as WordPress keeps it: paragraphs parted by empty lines, addresses alone on a line that it plays,
and shortcodes in square brackets.
"""

import re
from collections.abc import Iterator
from html import escape, unescape

from publisher.sources.embeds import is_player
from publisher.sources.moving.shortcodes import KEPT, drop_shortcodes
from publisher.sources.web_address import parse_web_address

_BLOCK = re.compile(
    r"<(?:address|article|aside|blockquote|details|div|dl|fig(?:caption|ure)|footer|form|h[1-6]|header|hr|iframe|li|main"
    r"|ol|p|pre|section|table|t(?:body|d|h|r)|ul|video|audio)\b",
    re.IGNORECASE,
)
_PLAYED = re.compile(
    KEPT + r"|\[(?P<tag>audio|video)\b(?P<fields>[^\[\]]{0,2000})\](?:\[/(?P=tag)\])?", re.IGNORECASE
)
_FILE = re.compile(r"\b(?:src|mp4|m4v|webm|ogv|mp3|m4a|ogg|wav)=[\"']?([^\"'\s\]]+)", re.IGNORECASE)
_CAPTIONED = re.compile(
    KEPT + r"|\[(?:wp_)?caption\b[^\[\]]{0,2000}\](?P<shown>.{0,5000}?)\[/(?:wp_)?caption\]",
    re.IGNORECASE | re.DOTALL,
)
_PICTURE = re.compile(r"(?:<a\b[^>]{0,2000}>\s*)?<img\b[^>]{0,4000}>(?:\s*</a>)?", re.IGNORECASE)
_COMMENT = re.compile(r"<!--[^<>]*-->")
"""As the block editor writes them; any other goes when the HTML is read."""
_ALONE = re.compile(r"(?:<p[^>]*>)?\s*(https://[^\s<>\"]+)\s*(?:</p>)?", re.IGNORECASE)
_PRE = re.compile(r"<pre\b", re.IGNORECASE)
_END_OF_PRE = re.compile(r"</pre\s*>", re.IGNORECASE)
_EMPTY_LINE = re.compile(r"\n[ \t]*\n\s*")


def to_html(text: str) -> str:
    """HTML that says the same. Shortcodes go, what stood between them stays; `pre` and `code` stay as they are."""
    text = _COMMENT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(part if is_pre else _spread(part) for part, is_pre in _part_preformatted(text))


def _part_preformatted(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, and whether each is a `pre`; one that never ends goes on to the end."""
    start = 0
    while (pre := _PRE.search(text, start)) is not None:
        yield text[start : pre.start()], False
        close = _END_OF_PRE.search(text, pre.end())
        start = close.end() if close else len(text)
        yield text[pre.start() : start], True
    yield text[start:], False


def _spread(text: str) -> str:
    text = drop_shortcodes(_PLAYED.sub(_player, _CAPTIONED.sub(_figure, text)))
    return "".join(map(_paragraph, filter(str.strip, _EMPTY_LINE.split(text))))


def _figure(found: re.Match[str]) -> str:
    """`[caption]<img …> words[/caption]` as the figure it becomes on the page."""
    if found["kept"]:
        return found[0]
    shown = found["shown"]
    picture = _PICTURE.search(shown)
    if picture is None:
        return shown
    words = shown[: picture.start()] + shown[picture.end() :]
    return f"\n\n<figure>{picture[0]}<figcaption>{words}</figcaption></figure>\n\n"


def _player(found: re.Match[str]) -> str:
    """`[video mp4="…"][/video]` as the element it becomes."""
    if found["kept"]:
        return found[0]
    file = _FILE.search(unescape(found["fields"]))
    tag = found["tag"].lower()
    return f'\n\n<{tag} src="{escape(file[1])}"></{tag}>\n\n' if file else ""


def _paragraph(part: str) -> str:
    """Words become a paragraph, their line ends breaks; what is a block already stays; a film's address plays."""
    alone = _ALONE.fullmatch(part.strip())
    if alone is not None:
        address = parse_web_address(unescape(alone[1]))
        if address is not None and is_player(address):
            return f'<iframe src="{escape(address)}"></iframe>'
    if _BLOCK.match(part.lstrip()):
        return part
    return f"<p>{part.strip().replace(chr(10), '<br>')}</p>"
