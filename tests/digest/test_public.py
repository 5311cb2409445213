"""The web version says nothing that only a subscriber can use."""

from dataclasses import replace

import pytest
from lxml import html

from publisher.digest.public import render_public
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
