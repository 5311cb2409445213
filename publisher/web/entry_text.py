"""The text of a published entry inside a page of ours.

It was cleaned before it was stored and checked before it was published. Here it loses what would ask another house for
something, or could act, all the same: the page's policy would stop it, but a reader should not even see the gap.
"""

from collections.abc import Iterator

from lxml import html
from markupsafe import Markup

from publisher.text.words import Words

_PICTURES = "img", "picture", "svg", "video", "audio", "iframe", "object", "embed"
_OUT = frozenset((
    "script", "style", "form", "input", "button", "select", "textarea", "link", "meta", "base", "template", "noscript",
    "source", "track", "canvas", "math", "frame", "frameset", "applet", "portal", "dialog",
))  # fmt: skip
_KEPT = frozenset(
    ("dir", "lang", "href", "title", "cite", "datetime", "colspan", "rowspan", "start", "value")
)
_LINKS = ("https://", "http://", "mailto:")
_FSI, _PDI = "\u2068", "\u2069"
"""First strong isolate, and its end (UAX #9): the words of a picture are often in another language than the page."""


def render_entry_text(content: str, words: Words) -> Markup:
    """The content of an entry, safe inside a page, each picture told by its words."""
    root = html.fragment_fromstring(content, create_parent="div")
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element.tag in _OUT:
            _drop(element)
        elif element.tag in _PICTURES:
            _tell_picture(element, words)
        else:
            _keep_harmless(element)
    root.set("class", "entry-text")
    # Every element and attribute of it was looked at above.
    return Markup(html.tostring(root, encoding="unicode"))  # noqa: S704


def _drop(element: html.HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _tell_picture(element: html.HtmlElement, words: Words) -> None:
    """A line of ours in place of the picture, its words kept apart in it; what stood in the picture goes with it."""
    alt = " ".join(filter(None, _alternatives(element)))
    tail = element.tail
    for child in list(element):
        element.remove(child)
    for name in list(element.attrib):
        del element.attrib[name]
    element.tag, element.tail = "span", tail
    element.text = (
        words.say("web.preview.picture", words=f"{_FSI}{alt}{_PDI}")
        if alt
        else words.say("web.preview.a_picture")
    )
    for name, value in (("class", "picture"), ("lang", words.language), ("dir", words.direction)):
        element.set(name, value)


def _alternatives(element: html.HtmlElement) -> Iterator[str]:
    yield element.get("alt") or ""
    yield from (inner.get("alt") or "" for inner in element.iterdescendants("img"))


def _keep_harmless(element: html.HtmlElement) -> None:
    for name, value in list(element.attrib.items()):
        is_link = name not in ("href", "cite") or str(value).strip().lower().startswith(_LINKS)
        if name not in _KEPT or not is_link:
            del element.attrib[name]
