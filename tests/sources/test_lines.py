"""Lines and blocks of a saved page."""

from hypothesis import given
from hypothesis import strategies as st

from publisher.sources.lines import Line, join_blocks, split_lines


def texts(text: str) -> list[tuple[str, int]]:
    """Lines with the number of their block."""
    return [(line.text, line.block) for line in split_lines(text)]


def test_line_of_no_break_spaces_is_blank() -> None:
    assert texts("a\n\u00a0\nb\n \u202f\t\nc") == [("a", 0), ("b", 1), ("c", 2)]


def test_odd_spaces_become_one_space_and_edges_go() -> None:
    assert texts("\u200f a\u00a0\u202f\tb \u200e") == [("a b", 0)]


def test_zwnj_and_inner_marks_stay() -> None:
    assert texts("دەست\u200cپێک\u200fە") == [("دەست\u200cپێک\u200fە", 0)]


def test_lines_of_one_block_are_one_paragraph_unless_a_sentence_ends() -> None:
    lines = split_lines("زار الوفد\nالعراق\nأمس.\nثم غادر.\n\nوعاد")
    assert join_blocks(lines) == ("زار الوفد العراق أمس.", "ثم غادر.", "وعاد")


def test_closing_quote_does_not_hide_the_end_of_a_sentence() -> None:
    assert len(join_blocks(split_lines('قال: "انتهى."\nوخرج.'))) == 2


@given(st.text())
def test_no_word_is_lost_or_made(text: str) -> None:
    lines = split_lines(text)
    assert all(line.text == line.text.strip() != "" for line in lines)
    assert " ".join(join_blocks(lines)) == " ".join(line.text for line in lines)


def test_empty_text_has_no_lines() -> None:
    assert split_lines("") == ()
    assert join_blocks(()) == ()
    assert join_blocks((Line(text="a", block=3),)) == ("a",)
