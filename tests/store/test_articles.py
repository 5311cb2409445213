"""Articles: permanent ids, revisions only where content differs, one article for one address."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from publisher.model.article import ArticleState, Parsed
from publisher.model.issue import Choice, IssueState
from publisher.model.reason import reason
from publisher.store.articles import (
    Saved,
    load_articles,
    load_candidates,
    load_live_articles,
    save_parsed,
    withdraw_article,
)
from publisher.store.database import Database, Transaction
from publisher.store.issues import move_issue, open_slot, save_choices
from publisher.store.schema import article_revision
from tests.store.rows import HOME, NOW, newsletter, parsed

LATER = NOW + timedelta(hours=2)


def save(tx: Transaction, item: Parsed, present: set[str] | None = None) -> Saved:
    return save_parsed(tx, item, home=HOME, present=present or {item.key}, now=LATER)


def test_new_article_gets_a_tag_uri_and_comes_back_as_it_went_in(database: Database) -> None:
    with database.write() as tx:
        assert save(tx, parsed()) is Saved.NEW
        (article,) = load_live_articles(tx)
    assert article.id == "tag:news.example,2025-11-01:/a.txt"
    assert article.parsed == parsed()
    assert (article.revision, article.accepted_at, article.revised_at) == (1, LATER, LATER)


def test_storing_the_same_document_again_writes_nothing(database: Database) -> None:
    with database.write() as tx:
        save(tx, parsed())
        assert save(tx, parsed()) is Saved.UNCHANGED
        assert tx.scalar(sa.select(sa.func.count()).select_from(article_revision)) == 1


def test_an_edit_is_a_new_revision_under_the_same_id(database: Database) -> None:
    """Even an edit of the address and the date: what was minted stays."""
    with database.write() as tx:
        save(tx, parsed())
        before = load_live_articles(tx)[0]
        edited = parsed(url="https://news.example/moved", published_at=NOW - timedelta(days=3))
        assert save(tx, edited) is Saved.REVISED
        (after,) = load_live_articles(tx)
    assert after.id == before.id
    assert after.revision == 2
    assert after.parsed.url == "https://news.example/moved"


def test_a_document_that_moved_keeps_its_article(database: Database) -> None:
    """Found again by its address, once the old file is gone."""
    with database.write() as tx:
        save(tx, parsed("old.txt", url="https://news.example/1"))
        assert save(tx, parsed("new.txt", url="https://news.example/1"), {"new.txt"}) is Saved.REVISED
        (article,) = load_live_articles(tx)
    assert article.parsed.key == "new.txt"


def test_two_documents_with_one_address_are_one_article(database: Database) -> None:
    """The first keeps it, however often both are read: no revision flips to and fro."""
    first, second = (
        parsed("1.txt", url="https://news.example/1"),
        parsed("2.txt", url="https://news.example/1"),
    )
    with database.write() as tx:
        save(tx, first, {"1.txt", "2.txt"})
        for _ in range(2):
            assert save(tx, second, {"1.txt", "2.txt"}) is Saved.DUPLICATE
            assert save(tx, first, {"1.txt", "2.txt"}) is Saved.UNCHANGED
        other_source = replace(second, source="wire")
        assert save(tx, other_source, {"2.txt"}) is Saved.DUPLICATE


def test_articles_come_newest_first_and_ties_by_number(database: Database) -> None:
    with database.write() as tx:
        for key, hours in (("b", 5), ("a", 1), ("c", 5)):
            save(tx, parsed(key, published_at=NOW - timedelta(hours=hours)))
        assert [item.parsed.key for item in load_live_articles(tx)] == ["a", "c", "b"]


def test_withdrawn_article_is_not_live(database: Database) -> None:
    with database.write() as tx:
        save(tx, parsed())
        article_id = load_live_articles(tx)[0].id
        assert withdraw_article(tx, article_id, now=NOW)
        assert not withdraw_article(tx, article_id, now=NOW)
        assert load_live_articles(tx) == ()
        assert load_articles(tx)[0].state is ArticleState.WITHDRAWN


def test_an_article_is_weighed_once_for_a_newsletter_and_again_after_an_edit(database: Database) -> None:
    with database.write() as tx:
        daily, weekly = newsletter(tx, "daily"), newsletter(tx, "weekly")
        save(tx, parsed())
        weigh(tx, daily, "2025-11-01T18:00")
        assert load_candidates(tx, daily) == ()
        assert len(load_candidates(tx, weekly)) == 1
        save(tx, parsed(title="corrected"))
        assert [item.parsed.title for item in load_candidates(tx, daily)] == ["corrected"]


def test_articles_of_a_cancelled_issue_and_of_the_future_are_weighed_again(database: Database) -> None:
    with database.write() as tx:
        daily = newsletter(tx)
        save(tx, parsed("old"))
        save(tx, parsed("future", published_at=NOW + timedelta(minutes=5)))
        issue_id = weigh(tx, daily, "2025-11-01T18:00")
        assert [item.parsed.key for item in load_candidates(tx, daily)] == ["future"]
        move_issue(tx, issue_id, IssueState.DUE, IssueState.CANCELLED)
        assert len(load_candidates(tx, daily)) == 2


def weigh(tx: Transaction, newsletter_id: int, slot: str) -> int:
    """An issue that weighed every candidate and took none."""
    issue_id = open_slot(
        tx, newsletter_id, slot=slot, due_at=NOW, not_after=NOW + timedelta(days=1), skipped=None
    )
    assert issue_id is not None
    candidates = load_candidates(tx, newsletter_id)
    choices = [Choice(article=item, included=False, reason=reason("selection.x")) for item in candidates]
    save_choices(tx, issue_id, choices, ())
    return issue_id
