"""Selection: every candidate gets one reason; nothing is repeated; nothing is lost; the order can be explained."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.model.article import Article, ArticleState, Parsed
from publisher.model.direction import Direction
from publisher.model.issue import Choice, Draft
from publisher.model.reason import Reason, reason
from publisher.model.schedule import Recurrence
from publisher.model.selection import group_by_section, plan_draft, select
from publisher.model.site import Newsletter, Selection

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)


def an_article(
    number: int,
    *,
    age: timedelta = timedelta(hours=1),
    accepted: timedelta = timedelta(minutes=30),
    section: str | None = None,
    language: str = "ar",
    state: ArticleState = ArticleState.LIVE,
    revision: int = 1,
) -> Article:
    """An article published `age` and accepted `accepted` before NOW."""
    parsed = Parsed(
        source="folder",
        key=f"{number}.txt",
        title=f"خبر {number}",
        language=language,
        direction=Direction.RTL,
        blocks=(),
        published_at=NOW - age,
        published_raw="",
        zone_from="test",
        section=section,
    )
    return Article(
        id=f"tag:example.org,2026-11-22:/{number}",
        number=number,
        revision=revision,
        state=state,
        accepted_at=NOW - accepted,
        revised_at=NOW - accepted,
        parsed=parsed,
    )


def a_newsletter(selection: Selection | None = None, max_items: int = 20) -> Newsletter:
    return Newsletter(
        slug="evening",
        title="نشرة المساء",
        recurrence=Recurrence(times=(time(18),)),
        selection=selection or Selection(),
        language="ar",
        max_items=max_items,
    )


def choose(
    *articles: Article,
    selection: Selection | None = None,
    sent_in: Mapping[str, int] | None = None,
    since: datetime | None = YESTERDAY,
) -> tuple[Choice, ...]:
    return select(articles, newsletter=a_newsletter(selection), sent_in=sent_in or {}, now=NOW, since=since)


def the_reason(article: Article, **settings: object) -> tuple[bool, Reason]:
    (choice,) = choose(article, **settings)  # type: ignore[arg-type]
    return choice.included, choice.reason


def plan(*articles: Article, max_items: int = 20) -> Draft:
    return plan_draft(
        choose(*articles),
        newsletter=a_newsletter(max_items=max_items),
        slot="2026-11-22T18:00",
        number=3,
        due_at=NOW,
    )


def numbers(articles: tuple[Article, ...]) -> list[int]:
    return [article.number for article in articles]


class TestReasons:
    def test_accepted_after_the_cut_is_new(self) -> None:
        assert the_reason(an_article(1)) == (True, reason("selection.new"))

    def test_before_any_issue_everything_that_fits_is_in(self) -> None:
        assert the_reason(an_article(1), since=None) == (True, reason("selection.first"))

    def test_an_unsent_article_from_before_the_cut_is_not_lost(self) -> None:
        """It was passed over then (another section, withdrawn for an hour) and fits now."""
        late = an_article(1, accepted=timedelta(days=2))
        assert the_reason(late) == (True, reason("selection.late"))

    def test_what_an_issue_carried_is_not_taken_again(self) -> None:
        sent = an_article(1, accepted=timedelta(days=2))
        assert the_reason(sent, sent_in={sent.id: 7}) == (False, reason("selection.sent", issue=7))

    def test_what_the_first_issue_carried_is_not_taken_again_when_the_cut_is_unknown(self) -> None:
        sent = an_article(1, revision=2)
        assert the_reason(sent, sent_in={sent.id: 7}, since=None) == (
            False,
            reason("selection.sent", issue=7),
        )

    def test_a_correction_after_the_issue_says_so_and_stays_out(self) -> None:
        corrected = an_article(1, revision=2)
        assert the_reason(corrected, sent_in={corrected.id: 7}) == (
            False,
            reason("selection.corrected", issue=7),
        )

    def test_withdrawn_outweighs_every_other_reason(self) -> None:
        gone = an_article(1, state=ArticleState.WITHDRAWN, language="en")
        settings = Selection(languages=("ar",))
        assert the_reason(gone, selection=settings, sent_in={gone.id: 7}) == (
            False,
            reason("selection.withdrawn"),
        )

    @pytest.mark.parametrize(
        ("language", "included"),
        [("ar", True), ("ar-IQ", True), ("AR-iq", True), ("arc", False), ("en", False)],
    )
    def test_a_language_takes_its_regions_and_no_other(self, language: str, included: bool) -> None:
        article = an_article(1, language=language)
        assert the_reason(article, selection=Selection(languages=("ar",)))[0] is included

    def test_another_language_is_named(self) -> None:
        article = an_article(1, language="en")
        assert the_reason(article, selection=Selection(languages=("ar", "ckb"))) == (
            False,
            reason("selection.language", language="en"),
        )

    def test_another_section_is_named(self) -> None:
        settings = Selection(sections=("سياسة",))
        assert the_reason(an_article(1, section=" سياسة "), selection=settings)[0] is True
        assert the_reason(an_article(1, section="رياضة"), selection=settings) == (
            False,
            reason("selection.section", section="رياضة"),
        )
        assert the_reason(an_article(1), selection=settings) == (False, reason("selection.no-section"))

    def test_an_article_dated_ahead_waits(self) -> None:
        assert the_reason(an_article(1, age=timedelta(0)))[0] is True
        assert the_reason(an_article(1, age=-timedelta(seconds=1))) == (False, reason("selection.future"))

    def test_the_limit_of_age_is_itself_young_enough(self) -> None:
        settings = Selection(max_age=timedelta(hours=36))
        assert the_reason(an_article(1, age=timedelta(hours=36)), selection=settings)[0] is True
        assert the_reason(an_article(1, age=timedelta(hours=36, seconds=1)), selection=settings) == (
            False,
            reason("selection.old", hours=36),
        )

    def test_the_same_article_twice_among_the_candidates_is_taken_once(self) -> None:
        first, second = choose(an_article(1), replace(an_article(1), revision=2))
        assert (first.included, first.article.revision) == (True, 2)
        assert (second.included, second.reason) == (False, reason("selection.repeated"))


class TestOrder:
    def test_the_newest_leads_and_sections_follow_their_newest_story(self) -> None:
        draft = plan(
            an_article(1, age=timedelta(hours=5), section="سياسة"),
            an_article(2, age=timedelta(hours=1), section="سياسة"),
            an_article(3, age=timedelta(hours=2), section="ثقافة"),
            an_article(4, age=timedelta(hours=3), section="سياسة"),
            an_article(5, age=timedelta(hours=4), section="ثقافة"),
        )
        assert numbers(draft.articles) == [2, 3, 5, 4, 1]
        assert draft.headlines == ()
        assert (draft.slot, draft.number, draft.due_at) == ("2026-11-22T18:00", 3, NOW)

    def test_stories_of_no_section_come_last_even_when_newer(self) -> None:
        draft = plan(
            an_article(1, age=timedelta(hours=1)),
            an_article(2, age=timedelta(hours=2)),
            an_article(3, age=timedelta(hours=3), section="سياسة"),
        )
        assert numbers(draft.articles) == [1, 3, 2]

    def test_the_newest_keep_their_text_and_the_rest_become_headlines(self) -> None:
        hours = [timedelta(hours=hour) for hour in range(1, 6)]
        draft = plan(*(an_article(n, age=age) for n, age in enumerate(hours)), max_items=3)
        assert (numbers(draft.articles), numbers(draft.headlines)) == ([0, 1, 2], [3, 4])

    def test_the_lead_is_in_the_newsletters_language_where_there_is_such_a_story(self) -> None:
        """Its headline is the subject; a newer story in another language follows in its section."""
        draft = plan(
            an_article(1, age=timedelta(hours=1), language="ckb"),
            an_article(2, age=timedelta(hours=2), language="ar-IQ"),
            an_article(3, age=timedelta(hours=3), language="ar"),
        )
        assert numbers(draft.articles) == [2, 1, 3]
        assert numbers(plan(an_article(1, language="en"), an_article(2, language="ckb")).articles) == [2, 1]

    def test_the_lead_always_has_its_text(self) -> None:
        draft = plan(an_article(1), max_items=0)
        assert numbers(draft.articles) == [1]

    def test_equal_dates_are_settled_by_the_number_the_store_gave(self) -> None:
        assert numbers(plan(an_article(1), an_article(2)).articles) == [2, 1]

    def test_nothing_included_makes_no_draft(self) -> None:
        with pytest.raises(ValueError, match="issue 3 of evening for 2026-11-22T18:00"):
            plan(an_article(1, state=ArticleState.WITHDRAWN))

    def test_runs_of_one_section_are_grouped_in_reading_order(self) -> None:
        articles = [an_article(1, section="a"), an_article(2, section="a"), an_article(3)]
        assert [(name, numbers(group)) for name, group in group_by_section(articles)] == [
            ("a", [1, 2]),
            ("", [3]),
        ]


ARTICLES = st.builds(
    an_article,
    number=st.integers(1, 30),
    age=st.timedeltas(timedelta(days=-1), timedelta(days=4)),
    accepted=st.timedeltas(timedelta(0), timedelta(days=4)),
    section=st.sampled_from([None, "", "سياسة", "Culture"]),
    language=st.sampled_from(["ar", "ar-IQ", "en", "ckb"]),
    state=st.sampled_from(ArticleState),
    revision=st.integers(1, 3),
)
SELECTIONS = st.builds(
    Selection,
    sections=st.sampled_from([(), ("سياسة",), ("Culture", "سياسة")]),
    languages=st.sampled_from([(), ("ar",), ("en", "ckb")]),
    max_age=st.sampled_from([None, timedelta(days=2)]),
)


@st.composite
def situations(draw: st.DrawFn) -> tuple[list[Article], Selection, dict[str, int], datetime | None]:
    candidates = draw(st.lists(ARTICLES, max_size=12))
    sent = {a.id: 1 for a in candidates if draw(st.booleans())}
    return candidates, draw(SELECTIONS), sent, draw(st.sampled_from([None, YESTERDAY]))


@settings(deadline=None)
@given(situation=situations())
def test_every_candidate_has_exactly_one_choice_and_none_is_taken_twice(
    situation: tuple[list[Article], Selection, dict[str, int], datetime | None],
) -> None:
    candidates, selection, sent, since = situation
    choices = choose(*candidates, selection=selection, sent_in=sent, since=since)
    remaining = list(candidates)
    for choice in choices:
        remaining.remove(choice.article)
    assert remaining == []
    taken = [choice.article.id for choice in choices if choice.included]
    assert len(taken) == len(set(taken))
    assert not set(taken) & set(sent)


@settings(deadline=None)
@given(situation=situations(), data=st.data())
def test_the_order_of_the_candidates_does_not_matter(
    situation: tuple[list[Article], Selection, dict[str, int], datetime | None], data: st.DataObject
) -> None:
    candidates, selection, sent, since = situation
    distinct = list({article.id: article for article in candidates}.values())
    shuffled = data.draw(st.permutations(distinct))
    assert choose(*distinct, selection=selection, sent_in=sent, since=since) == choose(
        *shuffled, selection=selection, sent_in=sent, since=since
    )


@settings(deadline=None)
@given(situation=situations(), max_items=st.integers(0, 6))
def test_a_draft_holds_every_included_article_once_and_each_section_in_one_place(
    situation: tuple[list[Article], Selection, dict[str, int], datetime | None], max_items: int
) -> None:
    candidates, selection, sent, since = situation
    choices = choose(*candidates, selection=selection, sent_in=sent, since=since)
    included = [choice.article for choice in choices if choice.included]
    if not included:
        return
    draft = plan_draft(
        choices, newsletter=a_newsletter(max_items=max_items), slot="2026-11-22T18:00", number=1, due_at=NOW
    )
    held = [article.id for article in draft.articles + draft.headlines]
    assert sorted(held) == sorted(article.id for article in included)
    arabic = [article for article in included if article.parsed.language in ("ar", "ar-IQ")]
    newest = max(article.parsed.published_at for article in arabic or included)
    assert draft.articles[0].parsed.published_at == newest
    sections = [name for name, _ in group_by_section(draft.articles[1:])]
    assert len(sections) == len(set(sections))
    assert "" not in sections[:-1]


@settings(deadline=None)
@given(days=st.lists(st.lists(ARTICLES, max_size=5), min_size=1, max_size=5))
def test_over_many_issues_every_article_that_fits_appears_exactly_once(days: list[list[Article]]) -> None:
    """The promise end to end: each day brings candidates late or early; what fits is carried once."""
    sent: dict[str, int] = {}
    known: dict[str, Article] = {}
    carried: list[str] = []
    for number, arrivals in enumerate(days, start=1):
        known |= {article.id: article for article in arrivals if article.id not in known}
        choices = choose(*known.values(), sent_in=sent, since=None if number == 1 else YESTERDAY)
        fresh = [choice.article.id for choice in choices if choice.included]
        carried += fresh
        sent |= dict.fromkeys(fresh, number)
    live = [a.id for a in known.values() if a.state is ArticleState.LIVE and a.parsed.published_at <= NOW]
    assert sorted(carried) == sorted(live)
