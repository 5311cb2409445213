"""Reading pages back, with a parser that is not ours."""

from typing import Any

from lxml import html


def parse_page(text: str) -> Any:
    """The page as lxml's HTML tree: `.forms`, `.xpath(…)`, `.get_element_by_id(…)`."""
    return html.document_fromstring(text)
