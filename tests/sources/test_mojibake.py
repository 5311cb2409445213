"""Text that was decoded wrongly elsewhere is found; clean text in any language is not accused."""

import json
import time

import pytest

from publisher.sources.mojibake import find_mojibake
from tests.sources.build import DATA, SEEDS

ARABIC = "قال مدير المدرسة إن الطلاب استعادوا الكتب القديمة"


@pytest.mark.parametrize(
    "text",
    [
        ARABIC.encode().decode("latin-1"),
        ARABIC.encode().decode("cp1252", "ignore"),
        ARABIC.encode().decode("cp1256"),
        ARABIC.encode("cp1256").decode("latin-1"),
        ARABIC.encode("ascii", "replace").decode(),
        "It doesnâ€™t matter",
        "dÃ©jÃ\u00a0 vu et Ã©tÃ©",
        "one letter lost: \ufffd",
    ],
)
def test_damage_is_found(text: str) -> None:
    damage = find_mojibake("fine\n" + text)
    assert damage is not None
    assert damage.line == 2
    assert 1 <= len(damage.sample) <= 12


@pytest.mark.parametrize(
    "text",
    [
        ARABIC,
        "طظعغ، ط؛ ظ؟ عـ غـ",
        "Ærø, Ørsted, ÅRHUS; Übergrößenträger; ÉTÉ ÀÉÈ",
        "São Paulo, AÇÃO, coração, NAÇÃO",
        "Þórður sagði Ísland",
        "?? really ?? yes ??! what?",
        "ئاستی ئاوی ڕووبارەکە گەیشتە دوو مەتر",
        "مجموعۂ کلامِ ٹیگور، ڈھاکہ",
    ],
)
def test_clean_text_is_not_accused(text: str) -> None:
    assert find_mojibake(text) is None


def test_no_seed_is_accused() -> None:
    for path in SEEDS.iterdir():
        assert find_mojibake(path.read_text("utf-8")) is None


@pytest.mark.parametrize("unit", ["À", "Ã¡a ", "?", "?? ", "ØØ", "ط§", "Ã¡aaaaaaaaaa", "ÀÀÀÀ "])
def test_search_takes_linear_time(unit: str) -> None:
    begun = time.process_time()
    find_mojibake(unit * (1_000_000 // len(unit)))
    assert time.process_time() - begun < 3


def test_naughty_strings_never_raise() -> None:
    for text in json.loads((DATA / "naughty_strings.json").read_text("utf-8")):
        find_mojibake(text)
