"""Voices: what the house says in its own words, in the right language, digits and plural."""

from dataclasses import replace

import pytest

from publisher.digest.voice import Voice, choose_voice
from publisher.model.article import Article
from publisher.model.direction import Direction
from publisher.model.site import Digits, HouseStyle
from tests.digest.samples import DUE, LANGUAGES, SITE, all_words, an_article

VOICES = {language: Voice(words=all_words()[language], site=SITE) for language in LANGUAGES}
ARABIC = VOICES["ar"]


def meta(article: Article, language: str = "ar") -> list[str]:
    return [part.text for part in VOICES[language].meta(article).parts]


def changed(**fields: object) -> Article:
    article = an_article(minutes_before=165)
    return replace(article, parsed=replace(article.parsed, **fields))  # type: ignore[arg-type]


def test_the_meta_line_says_when_who_and_how_long() -> None:
    assert meta(changed()) == ["السبت 1 نوفمبر 2025 03:15 م", "الجبال", "3\u00a0دقائق\u00a0قراءة"]


def test_each_language_writes_its_own_date() -> None:
    assert meta(changed(), "en")[0] == "Saturday 1 November 2025, 15:15"
    assert meta(changed(), "ckb")[0].startswith("شەممە 1")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (1, "دقيقة قراءة"),
        (360, "دقيقتا قراءة"),
        (1800, "10 دقائق قراءة"),
        (1981, "12 دقيقة قراءة"),
        (18_000, "100 دقيقة قراءة"),
    ],
)
def test_reading_time_uses_the_arabic_plurals(words: int, told: str) -> None:
    assert meta(changed(words=words))[-1].replace("\u00a0", " ") == told


def test_without_a_count_of_words_no_reading_time_is_claimed() -> None:
    assert len(meta(changed(words=0))) == 2


def test_the_source_is_the_publisher_else_the_attribution_else_the_author() -> None:
    several = {"publisher": None, "attributed_to": ("رويترز", "AP"), "byline": "سارة أحمد"}
    assert meta(changed(**several))[1] == "رويترز، AP"
    assert meta(changed(publisher=None, byline="سارة أحمد"))[1] == "سارة أحمد"
    assert len(meta(changed(publisher=None))) == 2


def test_credits_name_the_photo_and_the_rights_or_nothing() -> None:
    full = an_article(credit="AP", rights="© 2025 الجبال")
    assert [part.text for part in ARABIC.credits(full).parts] == ["الصورة: AP", "© 2025 الجبال"]
    assert ARABIC.credits(an_article()).parts == ()


def test_house_digits_hold_for_everything_the_house_counts() -> None:
    site = replace(SITE, style=HouseStyle(digits=Digits.ARAB))
    voice = Voice(words=all_words()["ar"], site=site)
    assert [part.text for part in voice.dateline(DUE, 12).parts] == ["السبت ١ نوفمبر ٢٠٢٥", "العدد ١٢"]
    assert voice.meta(changed()).parts[-1].text.startswith("٣")


@pytest.mark.parametrize(
    ("tag", "spoken"), [("ar", "ar"), ("AR-iq", "ar"), ("ckb-Arab", "ckb"), ("tr", "en"), ("arc", "en")]
)
def test_a_story_is_framed_in_its_own_language_where_the_house_speaks_it(tag: str, spoken: str) -> None:
    assert choose_voice(tag, VOICES["en"], VOICES).language == spoken


def test_a_voice_runs_in_the_direction_of_its_words() -> None:
    assert {tag: voice.direction for tag, voice in VOICES.items()} == {
        "ar": Direction.RTL,
        "en": Direction.LTR,
        "ckb": Direction.RTL,
    }
    assert ARABIC.say("digest.photo", credit="AP").direction is Direction.RTL
