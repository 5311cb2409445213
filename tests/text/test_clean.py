"""Clean text can stand anywhere; what carries meaning stays."""

import json
import re
import sys
import unicodedata
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from publisher.model.direction import Direction
from publisher.model.reason import Reason
from publisher.text.bidi import split_runs
from publisher.text.clean import clean_text
from publisher.text.dates import ReadDate, parse_date
from publisher.text.fold import fold
from publisher.text.graphemes import iter_graphemes
from publisher.text.truncate import truncate

XML_CHAR = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")
"""XML 1.0 section 2.2, production 2."""


def test_no_code_point_raises_or_survives_where_xml_forbids_it() -> None:
    for start in range(0, sys.maxunicode + 1, 0x1000):
        block = "a".join(map(chr, range(start, start + 0x1000)))
        cleaned = clean_text(block)
        assert XML_CHAR.fullmatch(cleaned)
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]", cleaned)
        assert not any(unicodedata.category(char) == "Cs" for char in cleaned)
        etree.fromstring(f"<p>{cleaned.replace('&', '&amp;').replace('<', '&lt;')}</p>")


def test_noncharacters_go() -> None:
    last_two = "".join(chr(plane + low) for plane in range(0, 0x110000, 0x10000) for low in (0xFFFE, 0xFFFF))
    assert clean_text("".join(map(chr, range(0xFDD0, 0xFDF0))) + last_two) == ""


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",
        "ئه\u200cڤرۆ",
        "👨\u200d👩\u200d👧 🏳️\u200d🌈 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
        "مـــرحبا",
        "نُشرت شلّ وفقاً",
        "١٢٣ ۱۲۳ 123",
        "a\tb\nc",
        "10\u00a0000",
        "ﷺ ﷲ ﷼ ﴾آية﴿",
        "C++\u200e لغة",
        "قال \u200fAP ذلك",
        "½ ﬁ ① ²",
    ],
)
def test_what_carries_meaning_stays(text: str) -> None:
    assert clean_text(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("سطر\r\nسطر\rسطر\u2028سطر\u2029سطر\x85سطر\x0bسطر\x0cسطر", "سطر\n" * 7 + "سطر"),
        ("\ufeffعنوان", "عنوان"),
        ("\u202bعنوان\u202c \u2067نص\u2069", "عنوان نص"),
        ("\u200fعنوان\u200e\n\u061cسطر\u200f", "عنوان\nسطر"),
        ("e\u0301", "é"),
        ("ا\u0653", "آ"),
        ("ﻗﻮى ﻋﺮاﻗﻴﺔ", "قوى عراقية"),
        ("ﻻ ﻷ", "لا لأ"),
        ("ﻣﺤﻤﺪ\ufe77", "محمد\u064e"),
        ("ﺷ\ufcf2ﻞ", "ش\u064e\u0651ل"),
        ("a\x00b\x1bc\x7fd\x9be", "abcde"),
        ("x\ud800y\udfffz", "xyz"),
    ],
)
def test_what_only_breaks_things_goes(text: str, expected: str) -> None:
    assert clean_text(text) == unicodedata.normalize("NFC", expected)


def test_strings_that_break_software_pass_the_whole_room() -> None:
    naughty = Path(__file__).parents[1] / "data" / "naughty_strings.json"
    for text in json.loads(naughty.read_text(encoding="utf-8")):
        cleaned = clean_text(text)
        assert XML_CHAR.fullmatch(cleaned)
        assert "".join(run.text for run in split_runs(cleaned, Direction.RTL)) == cleaned
        assert len(list(iter_graphemes(truncate(cleaned, 10)))) <= 10
        assert isinstance(parse_date(cleaned, zone=ZoneInfo("UTC")), Reason | ReadDate)
        assert fold(fold(cleaned, "ar"), "ar") == fold(cleaned, "ar")


@given(st.text(st.characters(exclude_categories=())))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
