"""Which short lines divide an article."""

import pytest

from publisher.model.article import BlockKind
from publisher.sources.headings import build_blocks

LONG = "وتشكّل الجماعة تحالفاً اندمج في عام 2017، وتوسعت أنشطتها لتشمل مناطق واسعة في الغرب والجنوب معاً."


def kinds(*paragraphs: str) -> list[str]:
    """The kinds of the blocks."""
    return [block.kind.value for block in build_blocks(paragraphs)]


def test_short_line_between_longer_paragraphs_is_a_heading() -> None:
    assert kinds(LONG, 'مخاوف من سيطرة "القاعدة" على دول غرب إفريقيا', LONG) == ["p", "h2", "p"]


@pytest.mark.parametrize(
    "line", ["انتهى الأمر.", "هل انتهى؟", "وقال التالي:", "بلا نهاية…", "أولاً،", "***", "من جهة -"]
)
def test_sentence_list_start_or_ornament_is_no_heading(line: str) -> None:
    assert kinds(LONG, line, LONG) == ["p", "p", "p"]


def test_thirteen_words_are_no_heading() -> None:
    assert kinds(LONG, "كلمة " * 12 + "كلمة", LONG + LONG) == ["p", "p", "p"]


def test_first_and_last_block_are_never_headings() -> None:
    assert kinds("عنوان قصير", LONG) == ["p", "p"]
    assert kinds(LONG, "عنوان قصير") == ["p", "p"]


def test_two_short_lines_in_a_row_divide_nothing() -> None:
    assert kinds(LONG, "اسم أول", "اسم ثان طويل", LONG) == ["p", "p", "p", "p"]
    assert BlockKind.HEADING not in {block.kind for block in build_blocks([])}
