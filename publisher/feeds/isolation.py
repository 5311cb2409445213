"""Foreign runs inside an entry's text, each in a `span` with its own direction.

A telephone number, `C++` or a percentage inside Arabic is drawn back to front by a reader that lays the whole paragraph
out in one direction. Readers that strip `dir` lose nothing by it: the words and their order stay as they are.
"""

from lxml import html

from publisher.model.direction import Direction
from publisher.text.bidi import split_runs


def isolate_runs(element: html.HtmlElement, direction: Direction) -> None:
    """Wrap every run of `element`'s texts that needs a direction of its own; text and order do not change.

    `direction` is the one the texts stand in; an element that states its own is left alone, with all it holds.
    """
    for child in list(element):
        if child.get("dir") is None:
            isolate_runs(child, direction)
        _isolate_tail(child, direction)
    _isolate_text(element, direction)


def _isolate_text(element: html.HtmlElement, direction: Direction) -> None:
    before, spans = _wrap(element.text or "", direction)
    if spans:
        element.text = before
        element[0:0] = spans  # at once: lxml counts from the first child for every single one


def _isolate_tail(child: html.HtmlElement, direction: Direction) -> None:
    before, spans = _wrap(child.tail or "", direction)
    if not spans:
        return
    child.tail = before
    parent = child.getparent()
    place = parent.index(child) + 1
    parent[place:place] = spans


def _wrap(text: str, direction: Direction) -> tuple[str, list[html.HtmlElement]]:
    """The text before the first run to isolate, and the spans; what follows a run is its span's tail."""
    before, spans = "", []
    for run in split_runs(text, direction) if text else ():
        if run.direction is not None:
            span = html.Element("span", dir=run.direction.value)
            span.text, span.tail = run.text, ""
            spans.append(span)
        elif spans:
            spans[-1].tail += run.text
        else:
            before += run.text
    return before, spans
