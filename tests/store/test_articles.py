"""Articles: permanent ids, revisions only where content differs, one article for one address."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from publisher.model.article import ArticleState, Parsed, Quarantined
from publisher.model.identity import IMPORTED
from publisher.model.issue import Choice, IssueState
from publisher.model.reason import reason
from publisher.store import articles
from publisher.store.articles import (
    Saved,
    load_articles,
    load_candidates,
    load_live_articles,
    save_parsed,
)
from publisher.store.database import Database, Transaction
from publisher.store.issues import move_issue, open_slot, save_choices
from publisher.store.schema import article as article_table
from publisher.store.schema import article_revision
from publisher.store.withdrawals import restore_article, withdraw_article
from tests.store.rows import HOME, NOW, newsletter, parsed

LATER = NOW + timedelta(hours=2)


def save(tx: Transaction, item: Parsed, present: set[str] | None = None) -> Saved | Quarantined:
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


BOTH = {"1.txt", "2.txt"}


def test_the_same_page_by_http_and_by_https_is_one_article(database: Database) -> None:
    """Both would be given the same id; once the first is gone, the second takes the article over."""
    secure, plain = (
        parsed("1.txt", url="https://news.example/1"),
        parsed("2.txt", url="http://news.example/1"),
    )
    with database.write() as tx:
        assert [save(tx, item, BOTH) for item in (secure, plain)] == [Saved.NEW, Saved.DUPLICATE]
        assert [save(tx, item, BOTH) for item in (secure, plain)] == [Saved.UNCHANGED, Saved.DUPLICATE]
        assert save(tx, plain, {"2.txt"}) is Saved.REVISED
        (article,) = load_live_articles(tx)
    assert (article.id, article.parsed) == ("tag:news.example,2025-11-01:/1", plain)


def test_an_address_that_lost_its_tracking_is_the_same_article(database: Database) -> None:
    """Stored before addresses were freed of it: the same document, and one that took its place."""
    first = parsed("1.txt", url="https://news.example/1?utm_source=desk&id=7")
    plain = replace(first, url="https://news.example/1?id=7")
    with database.write() as tx:
        assert save(tx, first, BOTH) is Saved.NEW
        (before,) = load_live_articles(tx)
        assert save(tx, plain, BOTH) is Saved.REVISED
        assert save(tx, first, BOTH) is Saved.REVISED
        assert save(tx, replace(plain, key="2.txt"), {"2.txt"}) is Saved.REVISED
        (after,) = load_live_articles(tx)
    assert after.id == before.id == "tag:news.example,2025-11-01:/1?id=7"
    assert after.parsed.url == plain.url


def test_documents_that_swapped_their_names_stop_nothing(database: Database) -> None:
    one, two = parsed("1.txt"), parsed("2.txt")
    with database.write() as tx:
        save(tx, one, BOTH)
        save(tx, two, BOTH)
        swapped = replace(one, key="2.txt"), replace(two, key="1.txt")
        assert [save(tx, item, BOTH) for item in swapped] == [Saved.DUPLICATE, Saved.DUPLICATE]
        assert {item.parsed for item in load_live_articles(tx)} == {one, two}


def test_a_document_that_takes_anothers_address_is_left_aside_until_it_is_free(database: Database) -> None:
    with database.write() as tx:
        save(tx, parsed("1.txt"), BOTH)
        save(tx, parsed("2.txt"), BOTH)
        taking = parsed("2.txt", url="https://news.example/1.txt")
        assert save(tx, taking, BOTH) is Saved.DUPLICATE
        assert save(tx, parsed("1.txt", url="https://news.example/3"), BOTH) is Saved.REVISED
        assert save(tx, taking, BOTH) is Saved.REVISED


def test_a_new_article_at_an_address_and_date_that_were_anothers_is_left_aside(database: Database) -> None:
    """The id was minted from them and stays with the first, wherever that one moved."""
    with database.write() as tx:
        save(tx, parsed("1.txt", url="https://news.example/1"))
        save(tx, parsed("1.txt", url="https://news.example/elsewhere"))
        newcomer = parsed("2.txt", url="https://news.example/1", title="another")
        assert save(tx, newcomer, BOTH) is Saved.DUPLICATE
        assert [item.parsed.key for item in load_live_articles(tx)] == ["1.txt"]


def test_what_the_database_refuses_is_held_back_and_the_next_goes_in(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when another process stores the address between our look and our row."""
    with database.write() as tx:
        save(tx, parsed("1.txt"))
        with monkeypatch.context() as blind:
            blind.setattr(articles, "_find", lambda *_: None)
            held = save(tx, parsed("2.txt", url="https://news.example/1.txt"))
        assert isinstance(held, Quarantined)
        assert (held.key, held.reason.key) == ("2.txt", "articles.address_taken")
        assert save(tx, parsed("3.txt")) is Saved.NEW
    with database.read() as tx:
        assert {item.parsed.key for item in load_live_articles(tx)} == {"1.txt", "3.txt"}


def test_a_stated_guid_is_the_id_to_the_letter(database: Database) -> None:
    """Through an edit, another address, and a document that was renamed."""
    with database.write() as tx:
        save(tx, parsed("a.md", guid="https://old.example/?p=1", url="https://old.example/a"))
        save(tx, parsed("a.md", guid="https://old.example/?p=1", url="https://news.example/b", title="آخر"))
        assert save(tx, parsed("c.md", guid="https://old.example/?p=1", title="ثالث")) is Saved.REVISED
        (article,) = load_live_articles(tx)
    assert (article.id, article.revision) == ("https://old.example/?p=1", 3)


def test_a_guid_that_two_articles_claim_is_held_back_with_its_reason(database: Database) -> None:
    with database.write() as tx:
        present = {"1.md", "2.md"}
        save(tx, parsed("1.md", guid="7", url="https://news.example/1"), present)
        for url in ("https://news.example/2", None):
            held = save(tx, parsed("2.md", guid="7", url=url), present)
            assert isinstance(held, Quarantined)
            assert held.reason == reason("articles.guid_taken", guid="7", document="desk/1.md")
        again = parsed("2.md", guid="7", url="https://news.example/1")
        assert save(tx, again, present) is Saved.DUPLICATE


def test_a_guid_stated_too_late_is_held_back_and_the_article_stays_as_it_was(database: Database) -> None:
    """Readers know it by the id it has."""
    with database.write() as tx:
        save(tx, parsed())
        held = save(tx, parsed(guid="7", title="آخر"))
        (article,) = load_live_articles(tx)
        assert isinstance(held, Quarantined)
        assert held.reason == reason("articles.guid_late", guid="7", id=article.id)
        assert article.parsed.title == "عنوان"
        assert save(tx, parsed(guid=article.id, title="آخر")) is Saved.REVISED


def test_a_document_takes_an_imported_article_over_under_its_guid(database: Database) -> None:
    """By its address, or by the guid where the address is another; imported again, it is left alone."""
    brought = {
        guid: parsed(guid, source=IMPORTED, guid=guid, url=f"https://old.example/{guid}") for guid in "12"
    }
    with database.write() as tx:
        for item in brought.values():
            assert save(tx, item) is Saved.NEW
        for item in brought.values():
            assert save(tx, item) is Saved.UNCHANGED
        assert save(tx, parsed("1.md", url="https://old.example/1")) is Saved.REVISED
        assert save(tx, parsed("2.md", url="https://news.example/2", guid="2")) is Saved.REVISED
        for item in brought.values():
            assert save(tx, item) is Saved.DUPLICATE
        assert save(tx, parsed("3.md", url="https://old.example/1"), {"1.md", "3.md"}) is Saved.DUPLICATE
        found = {article.id: article.parsed.key for article in load_articles(tx)}
    assert found == {"1": "1.md", "2": "2.md"}


def test_an_import_never_moves_an_article_that_readers_know_by_another_id(database: Database) -> None:
    with database.write() as tx:
        save(tx, parsed("1.md", url="https://news.example/1"))
        late = save(tx, parsed("9", source=IMPORTED, guid="9", url="https://news.example/1"))
        (article,) = load_articles(tx)
    assert isinstance(late, Quarantined)
    assert late.reason.key == "articles.guid_late"
    assert article.id.startswith("tag:")


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


@pytest.mark.parametrize("key", ["selection.language", "selection.section", "selection.no-section"])
def test_what_the_settings_left_out_is_weighed_again(database: Database, key: str) -> None:
    """They may have changed: an article that was in no issue is a candidate still."""
    with database.write() as tx:
        daily = newsletter(tx)
        save(tx, parsed())
        issue_id = weigh(tx, daily, "2025-11-01T18:00")
        choice = Choice(article=load_live_articles(tx)[0], included=False, reason=reason(key, section="x"))
        save_choices(tx, issue_id, [choice], ())
        assert len(load_candidates(tx, daily)) == 1


def test_a_restored_article_is_weighed_again(database: Database) -> None:
    """It was left out for being withdrawn, which it is no more."""
    with database.write() as tx:
        daily = newsletter(tx)
        save(tx, parsed())
        article_id = load_live_articles(tx)[0].id
        withdraw_article(tx, article_id, now=NOW)
        issue_id = open_slot(tx, daily, slot="s", due_at=NOW, not_after=NOW, skipped=None)
        assert issue_id is not None
        (item,) = load_candidates(tx, daily)
        save_choices(
            tx, issue_id, [Choice(article=item, included=False, reason=reason("selection.withdrawn"))], ()
        )
        assert load_candidates(tx, daily) == ()
        assert restore_article(tx, article_id, now=NOW)
        assert len(load_candidates(tx, daily)) == 1


def test_reading_a_withdrawn_articles_document_again_does_not_bring_it_back(database: Database) -> None:
    with database.write() as tx:
        save(tx, parsed())
        withdraw_article(tx, load_live_articles(tx)[0].id, now=NOW)
        assert save(tx, parsed()) is Saved.UNCHANGED
        assert save(tx, parsed(title="edited")) is Saved.REVISED
        assert load_live_articles(tx) == ()


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


def test_the_database_itself_lets_no_id_change_nor_go(database: Database) -> None:
    """Feed checklist 10: whoever writes, and whatever of the row changes with it; the rest may change."""
    with database.write() as tx:
        save(tx, parsed())
    changed = sa.update(article_table).values(id="tag:news.example,2025-11-01:/other", url=None)
    with pytest.raises(sa.exc.IntegrityError, match="an article keeps its id"), database.write() as tx:
        tx.execute(changed)
    with pytest.raises(sa.exc.IntegrityError, match="withdrawn, not deleted"), database.write() as tx:
        tx.execute(sa.delete(article_table))
    with database.write() as tx:
        tx.execute(sa.update(article_table).values(url="https://news.example/moved", id=article_table.c.id))
        (found,) = tx.execute(sa.select(article_table.c.id, article_table.c.url)).all()
    assert tuple(found) == ("tag:news.example,2025-11-01:/a.txt", "https://news.example/moved")


def test_the_database_itself_lets_no_two_articles_have_one_id(database: Database) -> None:
    """Feed checklist 11."""
    with database.write() as tx:
        save(tx, parsed())
    others = (
        article_table.c.source,
        article_table.c.state,
        article_table.c.revision,
        article_table.c.language,
    )
    dates = (article_table.c.published_at, article_table.c.accepted_at, article_table.c.revised_at)
    columns = [*others, *dates]

    def copy_as(id_: str) -> sa.Insert:
        copied = sa.select(sa.literal(id_), sa.literal("b.txt"), *columns)
        return sa.insert(article_table).from_select(["id", "key", *columns], copied)

    with pytest.raises(sa.exc.IntegrityError), database.write() as tx:
        tx.execute(copy_as("tag:news.example,2025-11-01:/a.txt"))
    with database.write() as tx:
        tx.execute(copy_as("tag:news.example,2025-11-01:/b.txt"))
        assert tx.scalar(sa.select(sa.func.count()).select_from(article_table)) == 2
