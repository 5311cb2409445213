"""The web version says nothing that only a subscriber can use."""

from publisher.digest.public import render_public
from publisher.model.issue import Patch
from tests.digest.samples import a_mixed_draft, render

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
        html=rendition.html.replace("<!--subscriber-->", ""),
        text="",
    )
    public = render_public(unmarked, leave_url=PAGE)
    assert Patch.UNSUBSCRIBE_URL not in public
    assert PAGE in public
