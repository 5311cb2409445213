"""Names in one line."""

import pytest

from publisher.text.listing import join_names


@pytest.mark.parametrize(
    ("names", "language", "line"),
    [
        ([], "ar", ""),
        (["سارة"], "ar", "سارة"),
        (["سارة", "عمر"], "ar", "سارة وعمر"),
        (["Sara", "Omar", "Ali"], "en", "Sara, Omar, and Ali"),
        (["Sara", "Omar"], "xx", "Sara and Omar"),
        (["Sara", "Omar"], "not a tag", "Sara and Omar"),
    ],
)
def test_names_are_joined_as_the_language_joins_them(names: list[str], language: str, line: str) -> None:
    assert join_names(names, language) == line
