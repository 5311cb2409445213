"""The web version says nothing that only a subscriber can use."""

from dataclasses import replace

import pytest
from lxml import html

from publisher.digest.phrase import Phrase, build_phrase
from publisher.digest.public import render_public
from publisher.model.direction import Direction
from publisher.model.issue import Patch
from tests.digest.samples import a_mixed_draft, all_words, render

PAGE = "https://mail.news.example/newsletters/daily"


def test_the_web_version_has_every_story_and_no_way_out_of_a_subscription() -> None:
    rendition = render(a_mixed_draft("ar"), "ar")
    public = render_public(rendition, leave_url=PAGE)
    assert Patch.UNSUBSCRIBE_URL in rendition.html
    assert Patch.UNSUBSCRIBE_URL not in public
    assert "إلغاء الاشتراك" not in public
    assert public.count("<h2") == rendition.html.count("<h2")
    assert public.endswith(rendition.html[-40:])


def test_a_rendition_made_before_the_marks_loses_its_readers_link_all_the_same() -> None:
    rendition = render(a_mixed_draft("en"), "en")
    unmarked = type(rendition)(
        variant="en",
        subject="",
        preheader="",
        html=rendition.html.replace("<!-- subscriber -->", ""),
        text="",
    )
    public = render_public(unmarked, leave_url=PAGE)
    assert Patch.UNSUBSCRIBE_URL not in public
    assert PAGE in public


@pytest.mark.parametrize("language", ["ar", "en", "ckb"])
def test_a_withdrawn_story_is_gone_and_the_web_version_says_so(language: str) -> None:
    """Also from the title and the preheader, which quote headlines."""
    draft = a_mixed_draft(language)
    rendition = render(draft, language)
    words = all_words()[language]
    titles = [article.parsed.title for article in (*draft.articles, *draft.headlines)]
    for place in (1, 2, len(titles)):
        public = render_public(rendition, leave_url=PAGE, words=words, withdrawn={place})
        text = str(html.document_fromstring(public.encode()).xpath("string()"))
        for number, title in enumerate(titles, 1):
            assert (title in text) is (number != place)
        assert words.say("digest.withdrawn") in text
        assert "preheader" not in public.partition("<body")[2]


def test_a_rendition_without_marks_cannot_hide_a_story() -> None:
    bare = replace(render(a_mixed_draft("en"), "en"), html="<p>x</p>")
    with pytest.raises(ValueError, match="cannot hide"):
        render_public(bare, leave_url=PAGE, words=all_words()["en"], withdrawn={1})


TOLD = {
    "ar": build_phrase("تصحيح: نظام ESP32 <b>لا</b> غيره", direction=Direction.RTL, language="ar"),
    "en": build_phrase("Correction: (القيصرية) & no other", direction=Direction.LTR, language="en"),
    "ckb": build_phrase("ڕاستکردنەوە: ٤٠", direction=Direction.RTL, language="ckb"),
}


@pytest.mark.parametrize("frame", ["ar", "en", "ckb"])
@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD)
def test_a_story_corrected_since_ends_with_a_line_that_says_so(frame: str, told: Phrase) -> None:
    """In its own direction by attribute and by style, its words escaped; the other stories stay as they were."""
    draft = a_mixed_draft(frame)
    rendition = render(draft, frame)
    for place in (1, 5, len(draft.articles) + 2):
        public = render_public(rendition, leave_url=PAGE, corrected={place: (told,)})
        story = public.partition(f"<!--story {place}-->")[2].partition(f"<!--/story {place}-->")[0]
        line = html.fragment_fromstring(story, create_parent=True)[-1]
        assert line.xpath("string()") == told.text
        side, start = told.direction.value, {"rtl": "right", "ltr": "left"}[told.direction.value]
        assert (line.get("dir"), line.get("lang"), line.get("align")) == (side, told.language, start)
        assert f"direction:{side};text-align:{start}" in line.get("style")
        isolated = [run.text for run in told.runs if run.direction]
        assert [span.text for span in line.iter("span")] == isolated
        assert public.replace(story, "") == render_public(rendition, leave_url=PAGE).replace(
            story.removesuffix(html.tostring(line, encoding="unicode")), ""
        )


def test_a_withdrawn_story_tells_no_correction() -> None:
    public = render_public(
        render(a_mixed_draft("en"), "en"), leave_url=PAGE, words=all_words()["en"], withdrawn={2},
        corrected={2: (TOLD["en"],), 99: (TOLD["ckb"],)},
    )  # fmt: skip
    assert "no other" not in public
    assert "٤٠" not in public, "what was too much for the mail needs no correction in it"


def test_a_rendition_without_marks_tells_corrections_above_the_issue() -> None:
    bare = replace(render(a_mixed_draft("en"), "en"), html='<body class="x"><p>text</p></body>')
    public = render_public(bare, leave_url=PAGE, corrected={2: (TOLD["ckb"],), 1: (TOLD["en"],)})
    lines = [str(line.xpath("string()")).strip() for line in html.document_fromstring(public).iter("p")]
    assert lines == [TOLD["en"].text, TOLD["ckb"].text, "text"]
