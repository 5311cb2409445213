"""Summaries: whole sentences, few enough, never the title again."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.digest.summary import LEAD, STORY, Room, split_sentences, summarise
from publisher.model.article import Article, Block, BlockKind
from tests.digest.samples import an_article


def with_summary(article: Article, summary: str | None) -> Article:
    return replace(article, parsed=replace(article.parsed, summary=summary))


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("جملة أولى. جملة ثانية؟ ثالثة!", ("جملة أولى.", "جملة ثانية؟", "ثالثة!")),
        ('وفق "الصحيفة". وقالت "نعم." ثم عادت', ('وفق "الصحيفة".', 'وقالت "نعم."', "ثم عادت")),
        ("انقلاب عام 2021. وتواجه السلطات", ("انقلاب عام 2021.", "وتواجه السلطات")),
        (
            "Dr. Ali met J. Smith and Gen. Lee at 9 a.m. today. He left.",
            ("Dr. Ali met J. Smith and Gen. Lee at 9 a.m. today.", "He left."),
        ),
        ("It rose 3.2 percent. Nobody knew why.", ("It rose 3.2 percent.", "Nobody knew why.")),
        ("No. 5 of 7. stays", ("No. 5 of 7. stays",)),
        ("", ()),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: tuple[str, ...]) -> None:
    assert split_sentences(text) == sentences


@settings(deadline=None)
@given(st.text(alphabet='اب cd.؟ 12"»'))
def test_splitting_loses_nothing_but_blanks(text: str) -> None:
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


def test_as_many_whole_sentences_as_the_room_allows() -> None:
    article = an_article(body="واحدة هنا. اثنتان هنا. ثلاثة هنا. أربعة هنا.")
    assert summarise(article, LEAD) == "واحدة هنا. اثنتان هنا. ثلاثة هنا."
    assert summarise(article, STORY) == "واحدة هنا. اثنتان هنا."


def test_a_sentence_that_does_not_fit_is_left_out_whole() -> None:
    article = an_article(body="جملة قصيرة. " + "كلمة " * 60)
    assert summarise(article, STORY) == "جملة قصيرة."


def test_a_first_sentence_too_long_is_cut_at_a_word() -> None:
    told = summarise(an_article(body="كلمة " * 60), Room(sentences=1, characters=20))
    assert told == "كلمة كلمة كلمة كلمة…"


def test_the_summary_of_the_source_comes_before_its_text() -> None:
    article = an_article(title="عنوان", body="من النص.")
    assert summarise(with_summary(article, "من الملخص."), STORY) == "من الملخص."
    assert summarise(with_summary(article, " عنوان "), STORY) == "من النص."
    assert summarise(with_summary(article, None), STORY) == "من النص."


def test_a_heading_is_no_summary_and_nothing_gives_nothing() -> None:
    article = an_article()
    heading = Block(kind=BlockKind.HEADING, text="عنوان فرعي")
    assert summarise(replace(article, parsed=replace(article.parsed, blocks=(heading,))), STORY) == ""
