"""Issues: one for a slot, numbers without gaps, arrows by compare-and-set."""

from datetime import timedelta

import pytest

from publisher.model.issue import Choice, IssueState
from publisher.model.reason import reason
from publisher.store.articles import load_candidates, save_parsed
from publisher.store.database import Database
from publisher.store.deliveries import freeze_issue
from publisher.store.issues import (
    load_carried,
    load_choices,
    load_issue,
    load_issues,
    load_last_composed_at,
    load_rendition,
    load_renditions,
    load_sent_issues,
    load_watermark,
    move_issue,
    next_number,
    open_slot,
    save_choices,
    save_composed,
)
from tests.store.rows import HOME, NOW, approved_issue, newsletter, parsed, rendition

DAY = timedelta(days=1)


def test_a_slot_is_opened_once_however_often_it_is_asked_for(database: Database) -> None:
    with database.write() as tx:
        daily = newsletter(tx)
        opened = [
            open_slot(tx, daily, slot="2025-11-01T18:00", due_at=NOW, not_after=NOW + DAY, skipped=None)
            for _ in range(3)
        ]
        assert opened[0] is not None
        assert opened[1:] == [None, None]


def test_a_skipped_slot_keeps_its_reason(database: Database) -> None:
    why = reason("schedule.too_late", hours=12)
    with database.write() as tx:
        daily = newsletter(tx)
        issue_id = open_slot(tx, daily, slot="2025-11-01T18:00", due_at=NOW, not_after=NOW + DAY, skipped=why)
        assert issue_id is not None
        issue = load_issue(tx, issue_id)
    assert issue is not None
    assert (issue.state, issue.reason, issue.number) == (IssueState.SKIPPED, why, None)


def test_watermark_is_the_latest_slot_or_the_beginning(database: Database) -> None:
    with database.write() as tx:
        daily = newsletter(tx)
        assert load_watermark(tx, daily) == NOW - DAY
        open_slot(tx, daily, slot="x", due_at=NOW, not_after=NOW + DAY, skipped=None)
        assert load_watermark(tx, daily) == NOW
        with pytest.raises(LookupError):
            load_watermark(tx, daily + 1)


def test_of_two_who_take_an_arrow_one_wins(database: Database) -> None:
    with database.write() as tx:
        issue_id = open_slot(tx, newsletter(tx), slot="x", due_at=NOW, not_after=NOW + DAY, skipped=None)
        assert issue_id is not None
        assert move_issue(tx, issue_id, IssueState.DUE, IssueState.COMPOSING)
        assert not move_issue(tx, issue_id, IssueState.DUE, IssueState.COMPOSING)
        assert [issue.id for issue in load_issues(tx, states=(IssueState.COMPOSING,))] == [issue_id]
        assert load_issues(tx, states=(IssueState.DUE,)) == ()


def test_numbers_count_composed_issues_of_one_newsletter(database: Database) -> None:
    with database.write() as tx:
        daily, weekly = newsletter(tx, "daily"), newsletter(tx, "weekly")
        approved_issue(tx, daily, slot="1", number=next_number(tx, daily))
        open_slot(tx, daily, slot="2", due_at=NOW, not_after=NOW + DAY, skipped=reason("issue.nothing_new"))
        assert next_number(tx, daily) == 2
        assert next_number(tx, weekly) == 1


def test_what_an_issue_carried_is_known_until_it_is_cancelled(database: Database) -> None:
    with database.write() as tx:
        daily = newsletter(tx)
        for key in ("a", "b"):
            save_parsed(tx, parsed(key), home=HOME, present={key}, now=NOW)
        issue_id = approved_issue(tx, daily)
        first, second = load_candidates(tx, daily)
        choices = [
            Choice(article=first, included=True, reason=reason("selection.new")),
            Choice(article=second, included=False, reason=reason("selection.section")),
        ]
        save_choices(tx, issue_id, choices, [first.number])
        assert load_carried(tx, daily) == {first.id: 1}
        assert load_choices(tx, issue_id) == (
            (first.id, True, reason("selection.new")),
            (second.id, False, reason("selection.section")),
        )
        assert load_last_composed_at(tx, daily) == NOW
        move_issue(tx, issue_id, IssueState.APPROVED, IssueState.CANCELLED)
        assert load_carried(tx, daily) == {}
        assert load_last_composed_at(tx, daily) is None


def test_composing_again_replaces_the_renditions(database: Database) -> None:
    with database.write() as tx:
        issue_id = approved_issue(tx, newsletter(tx))
        save_composed(tx, issue_id, number=1, renditions=[rendition("ckb")], now=NOW)
        assert [item.variant for item in load_renditions(tx, issue_id)] == ["ckb"]


def test_web_version_exists_only_once_frozen(database: Database) -> None:
    """An unfrozen issue is nobody's business yet."""
    with database.write() as tx:
        issue_id = approved_issue(tx, newsletter(tx))
        assert load_rendition(tx, "daily", 1, "ar") is None
        assert load_sent_issues(tx, "daily", 10) == ()
        freeze_issue(tx, issue_id, fallback="ar", batch_size=10, now=NOW)
        assert load_rendition(tx, "daily", 1, "ar") == rendition("ar")
        assert load_rendition(tx, "daily", 1, "fr") is None
        (summary,) = load_sent_issues(tx, "daily", 10)
    assert summary.subjects == {"ar": "subject ar", "en": "subject en"}
    assert (summary.number, summary.slot, summary.due_at) == (1, "2025-11-01T18:00", NOW)
