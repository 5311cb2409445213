"""A piece of HTML as a tree that can be walked, and what its elements are to an article.

Promise: no words are lost by nesting. libxml2 leaves out what is 2,048 elements deep and all that follows, without an
error; a tree that is deeper than anybody writes is built anew without the elements that make it so.
"""

import re
from itertools import accumulate

from lxml import etree, html

from publisher.sources.embeds import TAGS
from publisher.text.clean import clean_text

DROPPED = frozenset((
    "script", "style", "noscript", "template", "svg", "math", "object", "embed", "applet", "canvas", "head",
    "title", "input", "button", "select", "option", "optgroup", "datalist", "textarea", "map", "area", "frame",
    "frameset", "link", "meta", "base", "dialog", "nav",
))  # fmt: skip
"""Elements that go with all that is in them: they act, they lead about the page, or no person sees them."""
BLOCKS = frozenset((
    "address", "article", "aside", "body", "center", "details", "dd", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "legend", "main", "p", "section",
    "summary", "table", "tbody", "tfoot", "thead", "tr", "td", "th", "caption",
))  # fmt: skip
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LISTS = frozenset({"ul", "menu", "ol"})
PARTING = BLOCKS | HEADINGS | LISTS | {"li", "blockquote", "pre"}
"""Elements that stand apart from the words around them."""
APART = PARTING | {"img", *TAGS} | DROPPED
_DEEPEST = 100
"""Elements within each other that are walked."""
_TAG = re.compile(r"<(/?[A-Za-z][^\s/<>]*+)[^<>]*+>")
"""Possessive: what was taken is not given back, so a tag without an end is read once."""


def parse_tree(markup: str, base: str) -> html.HtmlElement:
    """The tree, with every address in it absolute. No network, no file and no DTD is asked for."""
    markup = clean_text(markup)
    root = _read_tree(markup)
    for flatten in (_drop_marks, _drop_all_but_paragraphs):
        if _is_too_deep(root):
            root = _read_tree(flatten(markup))
    if base:
        root.make_links_absolute(base, resolve_base_href=False, handle_failures="ignore")
    return root


def _read_tree(markup: str) -> html.HtmlElement:
    parser = html.HTMLParser(no_network=True, huge_tree=True, remove_comments=True, remove_pis=True)
    return html.fragment_fromstring(markup, create_parent="div", parser=parser)


def _is_too_deep(root: html.HtmlElement) -> bool:
    """Whether the walk would lose its way in it, or libxml2 has left out the rest already (at 2,048)."""
    steps = (1 if event == "start" else -1 for event, _ in etree.iterwalk(root, ("start", "end")))
    return max(accumulate(steps)) > _DEEPEST


def _drop_marks(markup: str) -> str:
    """Without emphasis and the like, which old editors leave open in every paragraph."""
    kept = APART | {"a", "br"}
    return _TAG.sub(lambda tag: tag[0] if _name(tag) in kept else "", markup)


def _drop_all_but_paragraphs(markup: str) -> str:
    """Without anything that can stand within itself, but for what is no words at all."""
    kept = (APART - PARTING) | {"br"}
    return _TAG.sub(
        lambda tag: "<p>" if _name(tag) in PARTING else tag[0] if _name(tag) in kept else "", markup
    )


def _name(tag: re.Match[str]) -> str:
    return tag[1].removeprefix("/").lower()
