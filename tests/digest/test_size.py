"""Size: what does not fit loses its text, never the end of the mail."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.digest.size import (
    MAX_HTML_BYTES,
    PATCH_BYTES,
    WARN_HTML_BYTES,
    Cut,
    fit,
    lint_size,
    shorten,
    size_bytes,
)
from publisher.model.issue import Patch
from publisher.model.reason import reason
from tests.digest.samples import EIGHT, HEADLINES, a_draft, many, render


def renderer(story: int, headline: int) -> Callable[[Cut], str]:
    """Stands in for the templates: so many bytes for a story, so many for a headline."""
    return lambda cut: "x" * (story * len(cut.draft.articles) + headline * len(cut.draft.headlines))


def test_a_digest_that_fits_is_left_as_it_is() -> None:
    draft = a_draft()
    assert fit(draft, renderer(100, 10))[0] == Cut(draft=draft, omitted=0)


def test_the_last_stories_become_headlines_before_those_that_already_were() -> None:
    cut = shorten(a_draft(), 2)
    assert cut.draft.articles == EIGHT[:6]
    assert cut.draft.headlines == (*EIGHT[6:], *HEADLINES)
    assert cut.omitted == 0


def test_with_only_the_lead_left_headlines_are_counted_instead_of_named() -> None:
    cut = shorten(a_draft(), 7 + 4)
    assert cut.draft.articles == EIGHT[:1]
    assert cut.draft.headlines == (*EIGHT[1:], *HEADLINES)[:6]
    assert cut.omitted == 4


@settings(deadline=None)
@given(stories=st.integers(1, 12), story=st.integers(300, 60_000), headline=st.integers(1, 300))
def test_as_little_is_cut_as_makes_it_fit_and_every_article_is_accounted_for(
    stories: int, story: int, headline: int
) -> None:
    draft = a_draft(many(stories), HEADLINES)
    render_html = renderer(story, headline)
    cut, html = fit(draft, render_html)
    assert html == render_html(cut)
    assert size_bytes(html) <= MAX_HTML_BYTES
    assert len(cut.draft.articles) + len(cut.draft.headlines) + cut.omitted == stories + len(HEADLINES)
    steps = stories - len(cut.draft.articles) + cut.omitted
    assert steps == 0 or size_bytes(render_html(shorten(draft, steps - 1))) > MAX_HTML_BYTES


def test_a_lead_too_large_by_itself_is_returned_for_the_lint_to_refuse() -> None:
    cut, html = fit(a_draft(many(1), ()), renderer(200_000, 0))
    assert (len(cut.draft.articles), len(html)) == (1, 200_000)
    assert fit(a_draft(many(2), ()), renderer(200_000, 0))[0].omitted == 1


def test_the_size_is_that_after_patching() -> None:
    assert size_bytes("عa") == 3
    assert size_bytes(f"<a href='{Patch.UNSUBSCRIBE_URL}'>") == len("<a href=''>") + PATCH_BYTES


@pytest.mark.parametrize(("size", "warned"), [(WARN_HTML_BYTES - 1, False), (WARN_HTML_BYTES, True)])
def test_the_desk_is_warned_from_eighty_thousand_bytes_on(size: int, warned: bool) -> None:
    assert lint_size("x" * size) == ((reason("digest.size.large", kilobytes=80),) if warned else ())


def test_two_hundred_long_stories_still_make_a_whole_mail() -> None:
    html = render(a_draft(many(200), ())).html
    assert len(html.encode()) <= MAX_HTML_BYTES
    assert html.endswith("</html>")
    assert Patch.UNSUBSCRIBE_URL in html
    assert html.count("عنوان الخبر رقم") >= 200


def test_a_thousand_stories_end_with_the_count_of_what_is_left() -> None:
    rendition = render(a_draft(many(1000, "نص."), ()))
    assert size_bytes(rendition.html) <= MAX_HTML_BYTES
    assert "أخرى في الموقع" in rendition.html or "آخر في الموقع" in rendition.html
    assert "في الموقع" in rendition.text


def test_twenty_usual_stories_stay_under_thirty_kilobytes() -> None:
    """Mobile data is dear to many readers: facts on users, requirement 7."""
    text = "نص من جملتين كما في معظم الأخبار اليومية القصيرة. وهذه هي الجملة الثانية في الخبر نفسه اليوم."
    assert len(render(a_draft(many(20, text), ())).html.encode()) <= 30_000
