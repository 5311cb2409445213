"""The one allow-list for markup from documents. Everything that reaches `Block.html` went through here.

Promise: no script, style, frame, form, image, event handler or relative or odd link survives; what survives is well
formed. nh3's time grows with the square of nesting (measured: 250 KB of nested lists take 23 s), so callers pass at
most `MAX_CHARS` at a time.
"""

import html
import re
from functools import lru_cache

import nh3

from publisher.sources.web_address import parse_link
from publisher.text.clean import clean_text

MAX_CHARS = 20_000
"""Characters of HTML sanitised at once; 0.2 s at worst."""

_TAGS = frozenset({"a", "em", "strong", "b", "i", "s", "del", "sub", "sup", "code", "br"})
_DROPPED_WITH_CONTENT = frozenset(
    {
        "script",
        "style",
        "iframe",
        "noembed",
        "noframes",
        "noscript",
        "object",
        "svg",
        "math",
        "template",
        "title",
    }
)
_LINK_WITHOUT_TARGET = re.compile(r"<a>(.*?)</a>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_MARKUP = re.compile(r"<[A-Za-z/!?]|&(?:#|[A-Za-z])[A-Za-z0-9]{1,40};")


def sanitise_inline(markup: str) -> str:
    """Inline HTML with links (absolute http, https, mailto), emphasis, code and line breaks only.

    Raises ValueError for more than `MAX_CHARS` characters.
    """
    if len(markup) > MAX_CHARS:
        raise ValueError(f"at most {MAX_CHARS} characters are sanitised at once")
    kept = clean_text(_inline_cleaner().clean(markup))
    return _LINK_WITHOUT_TARGET.sub(r"\1", kept).strip()


def inline_text(sanitised: str) -> str:
    """The words of sanitised inline HTML as plain text; a line break becomes a newline."""
    return clean_text(html.unescape(_TAG.sub("", sanitised.replace("<br>", "\n"))))


def has_markup(sanitised: str) -> bool:
    """Whether sanitised inline HTML is more than escaped text."""
    return "<" in sanitised


def strip_markup(text: str) -> str:
    """`text` on one line without tags and character references, however often they were escaped: for titles and
    summaries, which feed readers take for HTML. A lone `<` or `&` stays. At most `MAX_CHARS` characters are read.
    """
    text = text[:MAX_CHARS]
    while _MARKUP.search(text):
        plain = html.unescape(_text_cleaner().clean(text))
        if len(plain) >= len(text):
            break
        text = plain
    return " ".join(clean_text(text).replace("\u00a0", " ").split())


@lru_cache(maxsize=1)
def _inline_cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes={"a": frozenset({"href"})},
        attribute_filter=_filter_attribute,
        url_schemes=frozenset({"http", "https", "mailto"}),
        url_relative="deny",
        link_rel=None,
    )


@lru_cache(maxsize=1)
def _text_cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(tags=frozenset(), clean_content_tags=_DROPPED_WITH_CONTENT, link_rel=None)


def _filter_attribute(_tag: str, _name: str, value: str) -> str | None:
    return parse_link(value)
