"""The words of a piece of HTML as rows: what stands in a block of its own is a row, and no two of them run together.

For blocks that hold words alone: quotations, entries of lists, headings, cells of tables. No words are lost.
"""

from collections.abc import Collection, Iterator
from html import escape

from lxml import etree, html

from publisher.sources.embeds import TAGS
from publisher.sources.html_tree import DROPPED, HEADINGS, LISTS, PARTING

_NOT_IN_CELLS = ("table", "tr", "blockquote", "pre", "figure", *LISTS, *HEADINGS)
_MEDIA = TAGS | {"img"}


def split_rows(element: html.HtmlElement, *, without: Collection[str] = ()) -> Iterator[str]:
    """Rows of inline markup, some of them empty; elements named in `without` are passed over."""
    run = [escape(element.text or "")]
    for child in element:
        if child.tag in _MEDIA or child.tag in without:
            run.append(" ")
        elif child.tag in DROPPED or not isinstance(child.tag, str):
            pass
        elif _is_apart(child):
            yield "".join(run)
            run.clear()
            yield from split_rows(child, without=without)
        else:
            run.append(write_inline(child))
        run.append(escape(child.tail or ""))
    yield "".join(run)


def join_rows(element: html.HtmlElement, *, without: Collection[str] = ()) -> str:
    """All its words as one row."""
    return " ".join(split_rows(element, without=without))


def list_rows(element: html.HtmlElement) -> Iterator[str]:
    """A row for each entry, those of lists within entries too, and for words that stand in the list beside them."""
    for inner in element.iter("li", *LISTS):
        yield join_rows(inner, without=LISTS | {"li"})


def is_row_of_cells(row: html.HtmlElement) -> bool:
    """Whether it is a table's row that holds cells of words and nothing else; any other only lays a page out."""
    beside = (row.text, *(cell.tail for cell in row))
    return (
        not any(words and words.strip() for words in beside)
        and all(cell.tag in ("td", "th") for cell in row)
        and next(row.iterdescendants(*_NOT_IN_CELLS), None) is None
    )


def join_cells(row: html.HtmlElement) -> str:
    """A row of a table on one line."""
    return " – ".join(filter(str.strip, map(join_rows, row)))


def preformatted_text(element: html.HtmlElement) -> str:
    """Text whose blanks and line ends count."""
    for line_end in element.iterdescendants("br", *PARTING):
        line_end.tail = "\n" + (line_end.tail or "")
    return str(element.text_content()).strip("\n")


def write_inline(element: html.HtmlElement) -> str:
    """An element as markup, without what follows it."""
    return str(etree.tostring(element, method="html", encoding="unicode", with_tail=False))


def _is_apart(element: html.HtmlElement) -> bool:
    """Whether it is, or holds, what stands apart or must go."""
    return element.tag in PARTING or any(
        inner.tag in PARTING or inner.tag in DROPPED for inner in element.iterdescendants()
    )
