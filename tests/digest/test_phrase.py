"""Phrases: one line, isolated runs, plain text that needs no markup."""

from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.digest.phrase import build_line, build_phrase, lay_plain, tidy
from publisher.model.direction import Direction
from publisher.model.issue import Patch

LTR, RTL = Direction.LTR, Direction.RTL


def test_an_arabic_phrase_isolates_its_latin_and_keeps_every_character() -> None:
    phrase = build_phrase("مطورو C++ في أربيل", direction=RTL, language="ar")
    assert "".join(run.text for run in phrase.runs) == phrase.text
    assert [run.text for run in phrase.runs if run.direction is LTR] == ["C++"]


@settings(deadline=None)
@given(st.text())
def test_any_text_becomes_one_line(text: str) -> None:
    line = tidy(text)
    assert len(line.splitlines()) <= 1
    assert line == line.strip()
    assert "  " not in line


def test_a_no_break_space_inside_stays() -> None:
    assert tidy(" 3\u00a0دقائق \n\t قراءة\u00a0") == "3\u00a0دقائق قراءة"


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from([*Patch, "https://patch.", "nashra.invalid/", "unsubscribe", " ", "\n", "\u200b"])
    )
)
def test_no_text_can_spell_the_place_of_a_readers_own_link(pieces: list[str]) -> None:
    """Were it possible, an article could hand each reader's private link to its own words."""
    assert not any(patch in tidy("".join(pieces)) for patch in Patch)


def test_a_line_leaves_out_what_is_empty() -> None:
    line = build_line(["السبت", "", " ", "AP"], direction=RTL, language="ar")
    assert [part.text for part in line.parts] == ["السبت", "AP"]
    assert line.plain == "السبت · AP"


def test_plain_latin_is_wrapped_at_72_columns_and_arabic_is_not() -> None:
    assert max(len(line) for line in lay_plain("word " * 60, LTR).splitlines()) <= 72
    assert "\n" not in lay_plain("كلمة " * 60, RTL)


def test_a_word_longer_than_a_line_is_left_whole() -> None:
    address = "https://example.org/" + "a-" * 60
    assert address in lay_plain(f"see {address} there", LTR)


def test_an_arabic_line_that_begins_with_a_latin_word_gets_one_mark() -> None:
    assert lay_plain("OpenAI تفتح مكتباً", RTL) == "\u200fOpenAI تفتح مكتباً"
    assert lay_plain("خبر", RTL) == "خبر"
