"""Isolation runs: by a corpus, and by what UAX #9 then shows."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.direction import Direction
from publisher.text.bidi import Run, lead_mark, split_runs
from publisher.text.clean import clean_text
from tests.text.bidi_corpus import IN_ARABIC, IN_ENGLISH
from tests.text.uax9 import LRI, PDI, RLI, visual_order

RTL, LTR = Direction.RTL, Direction.LTR
PIECES = """
باماكو قالت، 3 2021 15:30 -3.2% 2024-01-16 +961 C++ OPEC+ Reuters . ؟ ( ) " « » - – / # @ _ : , ; ! … ١٢ ۱۲ é U.S.
https://x.org/a) a@b.co CNN GB & + % $ '
"""
NEWS = st.lists(
    st.sampled_from([*PIECES.split(), "\n", "\t", "\u0301", "\u200c", "\u200f"]), max_size=12
).map(" ".join) | st.text(max_size=40)


def isolated(runs: tuple[Run, ...]) -> str:
    """The text as `<span dir>` shows it: HTML makes each such span an isolate."""
    marks = {RTL: RLI, LTR: LRI}
    return "".join(f"{marks[run.direction]}{run.text}{PDI}" if run.direction else run.text for run in runs)


@pytest.mark.parametrize(("text", "expected"), IN_ARABIC.items())
def test_foreign_stretches_of_arabic_text(text: str, expected: list[str]) -> None:
    runs = split_runs(text, RTL)
    assert [run.text for run in runs if run.direction] == expected
    assert {run.direction for run in runs} <= {None, LTR}


@pytest.mark.parametrize(("text", "expected"), IN_ENGLISH.items())
def test_foreign_stretches_of_english_text(text: str, expected: list[str]) -> None:
    runs = split_runs(text, LTR)
    assert [run.text for run in runs if run.direction] == expected
    assert {run.direction for run in runs} <= {None, RTL}


@pytest.mark.parametrize(("text", "expected"), IN_ARABIC.items())
def test_each_isolated_stretch_is_seen_in_its_own_order(text: str, expected: list[str]) -> None:
    seen = visual_order(isolated(split_runs(text, RTL)), rtl=True)
    places = [seen.find(stretch) for stretch in expected]
    assert -1 not in places
    assert places == sorted(places, reverse=True), "the stretches follow each other from right to left"


def test_without_isolation_readers_would_see_signs_and_dates_turned_around() -> None:
    """The oracle has teeth: these are the defects the runs prevent."""
    assert "++C" in visual_order("لغة C++ أسرع", rtl=True)
    assert "16-01-2024" in visual_order("أعلن في 2024-01-16 عن", rtl=True)
    assert "567 234 1 961+" in visual_order("اتصل على +961 1 234 567 الآن", rtl=True)


@given(NEWS, st.sampled_from(Direction))
def test_runs_joined_are_the_text(text: str, base: Direction) -> None:
    assert "".join(run.text for run in split_runs(text, base)) == text
    assert all(run.text for run in split_runs(text, base))


@given(NEWS)
def test_a_lone_number_is_seen_the_same_with_and_without_isolation(text: str) -> None:
    """Why a number of digits alone needs no span, in text as the store holds it (joiners aside: nobody sees them)."""
    text = "".join(char for char in clean_text(text) if unicodedata.bidirectional(char) not in ("BN", "B"))
    runs = split_runs(text, RTL)
    every_number = "".join(
        isolated((run,)) if run.direction else re.sub(r"[0-9]+", rf"{LRI}\g<0>{PDI}", run.text)
        for run in runs
    )
    assert visual_order(isolated(runs), rtl=True) == visual_order(every_number, rtl=True)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wall Street Journal", "en"),
        ("OPEC+", "en"),
        ("Süddeutsche Zeitung", None),
        ("Правда", None),
        ("@nashra", None),
        ("#Iraq", None),
        ("example.org/feed", None),
        (".NET", None),
        ("15:30", None),
        ("X", None),
    ],
)
def test_a_run_of_plain_latin_words_is_announced_as_english(text: str, language: str | None) -> None:
    (run,) = [run for run in split_runs(f"قالت {text} أمس", RTL) if run.direction]
    assert (run.text, run.language) == (text, language)


def test_empty_text_has_no_runs() -> None:
    assert split_runs("", RTL) == ()


@pytest.mark.parametrize(
    ("text", "direction", "marked"),
    [
        ("OPEC+ ترفع الإنتاج", RTL, "\u200fOPEC+ ترفع الإنتاج"),
        ("ترفع OPEC+ الإنتاج", RTL, "ترفع OPEC+ الإنتاج"),
        ("2025: OPEC ترفع", RTL, "\u200f2025: OPEC ترفع"),
        ("الجبال is a daily", LTR, "\u200eالجبال is a daily"),
        ("A daily", LTR, "A daily"),
        ("2025", RTL, "2025"),
        ("\u200fOPEC", RTL, "\u200fOPEC"),
        ("", RTL, ""),
    ],
)
def test_a_mark_leads_only_where_the_first_strong_letter_misleads(
    text: str, direction: Direction, marked: str
) -> None:
    assert lead_mark(text, direction) == marked


@given(st.text(max_size=30), st.sampled_from(Direction))
def test_a_leading_mark_is_never_doubled(text: str, direction: Direction) -> None:
    once = lead_mark(text, direction)
    assert lead_mark(once, direction) == once


def test_a_long_paragraph_takes_no_quadratic_time() -> None:
    """Thousands of letters, brackets and quotes end well within the test's patience."""
    for unit in ("a", "a-", '"', "( ", "a ", "1 ", "س ", "a. "):
        for base in Direction:
            assert len(split_runs(unit * 5_000, base)) >= 1
