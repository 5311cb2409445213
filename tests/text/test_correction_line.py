"""A correction is told in the words of a language, dated on the site's clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from publisher.model.correction import Correction
from publisher.model.site import HouseStyle
from publisher.text.correction_line import tell_correction
from publisher.text.words import load_words

LATE = datetime(2025, 10, 31, 22, 30, tzinfo=UTC)
"""Half past one of the next day in Baghdad."""


@pytest.mark.parametrize(
    ("language", "note", "expected"),
    [
        ("ar", "العدد 40.", "تصحيح، السبت 1 نوفمبر 2025: العدد 40."),
        ("ar", " ", "صُحّح هذا المقال، السبت 1 نوفمبر 2025."),
        ("en", "It was 40%.", "Correction, Saturday 1 November 2025: It was 40%."),
        ("en", "", "This article was corrected, Saturday 1 November 2025."),
        ("ckb", "٤٠ کەس.", "ڕاستکردنەوە، شەممە 1ـی تشرینی دووەمی 2025: ٤٠ کەس."),
        ("ckb", "", "ئەم بابەتە ڕاست کرایەوە، شەممە 1ـی تشرینی دووەمی 2025."),
    ],
)
def test_a_correction_is_one_dated_sentence(language: str, note: str, expected: str) -> None:
    told = tell_correction(
        Correction(number=1, at=LATE, note=note),
        load_words(language),
        style=HouseStyle(),
        zone=ZoneInfo("Asia/Baghdad"),
    )
    assert told == expected
