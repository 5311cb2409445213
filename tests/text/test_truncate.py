"""Shortened text is shorter, whole at its end, and still what was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.text.graphemes import iter_graphemes
from publisher.text.truncate import truncate

SEED = (
    'تتصاعد المخاوف الدولية من انهيار وشيك في دولة مالي، مع اقتراب مسلحي تنظيم "القاعدة" من العاصمة باماكو، وفرضهم'
    " لحصار خانق أدى إلى نقص حاد في الوقود"
)
"""How the seed article's first paragraph begins."""


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        (SEED, 60, "تتصاعد المخاوف الدولية من انهيار وشيك في دولة مالي، مع…"),
        (SEED, 52, "تتصاعد المخاوف الدولية من انهيار وشيك في دولة مالي…"),
        (SEED, 75, "تتصاعد المخاوف الدولية من انهيار وشيك في دولة مالي، مع اقتراب مسلحي تنظيم…"),
        (SEED, 85, 'تتصاعد المخاوف الدولية من انهيار وشيك في دولة مالي، مع اقتراب مسلحي تنظيم "القاعدة"…'),
        ("خبر قصير", 8, "خبر قصير"),
        ("خبر قصير", 7, "خبر…"),
        ("خبر قصير", 5, "خبر…"),
        ("باماكو - AP", 9, "باماكو…"),
        ("قال (مسؤول) أمس", 6, "قال…"),
        ('قال "نعم ولا" أمس', 7, "قال…"),
        ('قال " نعم ولا', 7, "قال…"),
        ("«القاعدة» تعلن", 4, "«ال…"),
        ("كلمةطويلةبلافراغ", 6, "كلمةط…"),
        ("شَلَّ الحركة", 4, "شَلَّ…"),
        ("شَلَّ", 2, "شَلَّ"),
        ("می\u200cخواهم", 3, "می…"),
        ("👨\u200d👩\u200d👧👍🏽🇮🇶", 2, "👨\u200d👩\u200d👧…"),
        ("10\u00a0000 شخص", 6, "10\u00a000…"),
        ("abc", 1, "…"),
        ("   abc def", 6, "   ab…"),
        ("سطر\nسطر", 5, "سطر…"),
    ],
)
def test_known_cuts(text: str, limit: int, expected: str) -> None:
    assert truncate(text, limit) == expected


@given(st.text(), st.integers(1, 60))
def test_a_cut_text_fits_and_begins_the_original(text: str, limit: int) -> None:
    cut = truncate(text, limit)
    clusters = list(iter_graphemes(text))
    assert len(list(iter_graphemes(cut))) <= limit
    if len(clusters) <= limit:
        assert cut == text
    else:
        head = cut.removesuffix("…")
        assert cut.endswith("…")
        assert text.startswith(head)
        assert not head or not head[-1].isspace()


WHOLE = [
    "👨\u200d👩\u200d👧\u200d👦",
    "👩🏽\u200d🚀",
    "❤\ufe0f\u200d🔥",
    "🇮🇶",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "ش\u064e\u0651",
    "ا\u064b",
    "\u1112\u1161\u11ab",
    "\uac00\u11a8",
    "\u0915\u094d\u0937\u093f",
    "\u0915\u094d\u0930",
    "e\u0301\u0323",
    "\u05e9\u05c1\u05b8",
]
"""Each is one character to its reader: a family, a flag, a letter with its signs, a syllable of jamo, a conjunct."""


@given(st.lists(st.sampled_from([*WHOLE, " ", "ب"]), min_size=1, max_size=12), st.integers(1, 14))
def test_no_grapheme_is_ever_cut(clusters: list[str], limit: int) -> None:
    head = truncate("".join(clusters), limit).removesuffix("…")
    wholes = {"".join(clusters[:count]).rstrip() for count in range(len(clusters) + 1)}
    assert head in wholes | {"".join(clusters)}


@pytest.mark.parametrize("cluster", WHOLE)
def test_a_single_word_is_cut_between_its_graphemes(cluster: str) -> None:
    assert truncate(cluster * 3, 3) == cluster * 3
    assert truncate(cluster * 4, 3) == cluster * 2 + "…"


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer than one"):
        truncate("نص", 0)
