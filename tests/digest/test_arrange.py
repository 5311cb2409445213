"""Arranging: a draft becomes a page whose parts stand in reading order, each in its own direction."""

from dataclasses import replace

import pytest

from publisher.digest.arrange import CONTENTS_FROM, arrange, open_link
from publisher.digest.page import DigestPage
from publisher.digest.voice import Voice
from publisher.model.article import Block, BlockKind
from publisher.model.correction import Correction
from publisher.model.direction import Direction
from publisher.model.issue import Draft, Patch
from publisher.model.media import Embed, EmbedKind
from tests.digest.samples import (
    DUE,
    EIGHT,
    LANGUAGES,
    LEAD,
    LINKS,
    SITE,
    a_draft,
    all_words,
    an_article,
    many,
)

VOICES = {language: Voice(words=all_words()[language], site=SITE) for language in LANGUAGES}


def page_of(draft: Draft, language: str = "ar", omitted: int = 0) -> DigestPage:
    return arrange(draft, frame=VOICES[language], voices=VOICES, links=LINKS, omitted=omitted)


def test_the_lead_comes_first_then_sections_in_the_drafts_order() -> None:
    page = page_of(a_draft())
    assert page.lead.headline.text == LEAD.parsed.title
    assert [section.name.text for section in page.sections] == [
        "العراق",
        "تقنية",
        "Culture",
        "ژینگە",
        "أخبار أخرى",
    ]
    told = [story.headline.text for section in page.sections for story in section.stories]
    assert told == [article.parsed.title for article in EIGHT[1:]]


def test_a_story_keeps_its_own_language_and_direction_in_any_frame() -> None:
    for language in LANGUAGES:
        page = page_of(a_draft(), language)
        sides = {story.language: story.direction for section in page.sections for story in section.stories}
        assert sides == {"ar": Direction.RTL, "en": Direction.LTR, "ckb": Direction.RTL}
        assert page.direction is VOICES[language].direction


def test_a_section_name_runs_as_its_script_does() -> None:
    page = page_of(a_draft())
    assert [section.name.direction.value for section in page.sections] == ["rtl", "rtl", "ltr", "rtl", "rtl"]


def test_a_story_in_a_language_the_house_does_not_speak_has_its_meta_in_the_frames() -> None:
    turkish = an_article("Kerkük'te yeni köprü", "Köprü açıldı.", language="tr")
    story = page_of(a_draft((turkish,), ())).lead
    assert (story.direction, story.meta.direction, story.meta.language) == (
        Direction.LTR,
        Direction.RTL,
        "ar",
    )


@pytest.mark.parametrize(("stories", "shown"), [(CONTENTS_FROM - 1, False), (CONTENTS_FROM, True)])
def test_the_contents_line_appears_from_seven_stories_on(stories: int, shown: bool) -> None:
    assert (page_of(a_draft(many(stories), ())).contents is not None) is shown


def test_the_contents_line_counts_headlines_and_names_the_sections() -> None:
    contents = page_of(a_draft()).contents
    assert contents is not None
    assert [part.text for part in contents.parts][:2] == ["في هذا العدد 11 خبراً", "العراق"]


def test_without_overflow_there_is_no_list_of_headlines() -> None:
    assert page_of(a_draft(headlines=())).headlines is None


def test_what_was_left_out_for_size_is_counted() -> None:
    headlines = page_of(a_draft(headlines=()), omitted=4).headlines
    assert headlines is not None
    assert headlines.items == ()
    assert headlines.omitted is not None
    assert headlines.omitted.text == "و4 أخبار أخرى في الموقع"


def test_an_invented_story_is_marked_wherever_it_stands() -> None:
    page = page_of(a_draft())
    assert page.lead.sample is None
    assert all(story.sample for section in page.sections for story in section.stories)
    assert page.headlines is not None
    assert [item.sample is not None for item in page.headlines.items] == [True, True, False]


def test_the_footer_offers_to_leave_first_and_drops_what_is_not_offered() -> None:
    draft = a_draft()
    urls = [link.url for link in page_of(draft).footer.links]
    assert urls == [Patch.UNSUBSCRIBE_URL, LINKS.web, LINKS.archive, LINKS.subscribe, SITE.home]
    bare = replace(LINKS, archive=None, subscribe=None)
    page = arrange(draft, frame=VOICES["ar"], voices=VOICES, links=bare)
    assert [link.url for link in page.footer.links] == [Patch.UNSUBSCRIBE_URL, LINKS.web, SITE.home]


def test_the_footer_says_why_and_who() -> None:
    footer = page_of(a_draft()).footer
    assert "«نشرة المساء»" in footer.why.text
    assert [text.text for text in footer.small_print] == [SITE.postal_address, SITE.rights]


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.org/x",
        "/posts/1",
        "https://",
        "https://[::1/",
        "https://example.org/a b",
        "https://example.org/\nX",
        "https://example.org/\u202ex",
        Patch.UNSUBSCRIBE_URL.value,
        f"https://example.org/?next={Patch.UNSUBSCRIBE_URL}",
    ],
)
def test_only_a_plain_web_address_becomes_a_link(url: str | None) -> None:
    assert open_link(url) is None


@pytest.mark.parametrize(
    "url", ["https://aljeebal.com/posts/10750", "http://example.org/?a=1&b='2'", "https://example.org/مقال"]
)
def test_a_web_address_is_passed_on_unchanged(url: str) -> None:
    assert open_link(url) == url


def test_the_preheader_is_told_in_the_frames_language_where_a_story_has_it() -> None:
    for language, side in (("ar", Direction.RTL), ("en", Direction.LTR), ("ckb", Direction.RTL)):
        preheader = page_of(a_draft(), language).preheader
        assert (preheader.language, preheader.direction) == (language, side)
    assert page_of(a_draft(), "en").preheader.text.startswith("Erbil's old bazaar")


def test_a_preheader_in_no_language_of_the_frame_keeps_its_storys_direction() -> None:
    """Even where its letters would say otherwise."""
    other = an_article("OpenAI وGoogle Cloud Next في أربيل", number=2)
    for draft in (a_draft((LEAD, other), ()), a_draft((LEAD,), ())):
        preheader = page_of(draft, "en").preheader
        assert (preheader.language, preheader.direction) == ("ar", Direction.RTL)


def test_corrections_stand_in_the_language_of_their_story_the_last_one_first() -> None:
    """In any frame, at a headline as at a story; a long note is cut, so that the mail stays deliverable."""
    made = tuple(Correction(number=n, at=DUE, note=note) for n, note in enumerate(("old", "word " * 999), 1))
    corrected = replace(an_article("Title", language="en"), corrections=made)
    for language in LANGUAGES:
        page = page_of(a_draft((corrected,), (corrected,)), language)
        assert page.headlines is not None
        for told in (page.lead.corrections, page.headlines.items[0].corrections):
            assert {(line.language, line.direction) for line in told} == {("en", Direction.LTR)}
            newest, oldest = (line.text for line in told)
            assert oldest == "Correction, Saturday 1 November 2025: old"
            assert newest.startswith("Correction, Saturday 1 November 2025: word word")
            assert newest.endswith("…")
            assert len(newest) < 400


def test_a_correction_of_a_story_in_a_language_the_house_does_not_speak_is_told_in_the_frames() -> None:
    made = (Correction(number=1, at=DUE, note="Köprü 40 metre."),)
    turkish = replace(an_article("Kerkük", language="tr"), corrections=made)
    (told,) = page_of(a_draft((turkish,), ()), "ckb").lead.corrections
    assert (told.language, told.direction) == ("ckb", Direction.RTL)
    assert told.text.endswith(": Köprü 40 metre.")


def test_a_film_without_text_is_told_by_a_link_of_words_and_no_picture() -> None:
    """In the mail nothing is asked of another house: its still picture would tell it who reads."""
    film = Embed(
        kind=EmbedKind.VIDEO, url="https://vimeo.com/1", title="كلمة", poster="https://i.example/1.jpg"
    )
    blocks = (Block(kind=BlockKind.EMBED, text="كلمة", embed=film),)
    draft = a_draft()
    lead = draft.articles[0]
    silent = replace(lead, parsed=replace(lead.parsed, blocks=blocks, summary=None))
    story = page_of(replace(draft, articles=(silent, *draft.articles[1:]))).lead
    assert story.summary is None
    assert story.embed is not None
    assert (story.embed.label.text, story.embed.url) == ("فيديو على vimeo.com: كلمة", "https://vimeo.com/1")
    told = replace(lead, parsed=replace(lead.parsed, blocks=blocks, summary="خلاصة."))
    assert page_of(replace(draft, articles=(told, *draft.articles[1:]))).lead.embed is None
