"""Withdrawn articles: named in three ways, turned once, found in the issues that carried them."""

from datetime import timedelta

from publisher.model.article import ArticleState
from publisher.model.issue import Choice
from publisher.model.reason import reason
from publisher.store.articles import load_articles, save_parsed
from publisher.store.database import Database
from publisher.store.deliveries import freeze_issue
from publisher.store.issues import save_choices
from publisher.store.withdrawals import (
    find_article_id,
    load_issues_under_way,
    load_withdrawn_places,
    restore_article,
    withdraw_article,
)
from tests.store.rows import HOME, NOW, approved_issue, newsletter, parsed


def test_an_article_is_found_by_id_address_or_document(database: Database) -> None:
    with database.write() as tx:
        save_parsed(tx, parsed("deep/a.txt"), home=HOME, present=(), now=NOW)
        (article,) = load_articles(tx)
        for name in (article.id, "https://news.example/deep/a.txt", "desk/deep/a.txt"):
            assert find_article_id(tx, name) == article.id
        for name in ("desk", "http://[", "https://news.example/b"):
            assert find_article_id(tx, name) is None


def test_an_article_is_found_by_any_spelling_of_its_address(database: Database) -> None:
    """As it is copied from a browser, or from what the former system wrote."""
    with database.write() as tx:
        for n, url in enumerate(("%D8%AE", "b#1", "b#2")):
            save_parsed(tx, parsed(str(n), guid=str(n), url=f"{HOME}/{url}"), home=HOME, present=(), now=NOW)
        for name in ("https://news.example/خ", "http://news.example:80/%d8%ae#rss"):
            assert find_article_id(tx, name) == "0"
        assert find_article_id(tx, "http://news.example/b#2") == "2"
        assert find_article_id(tx, "https://news.example/b") is None


def test_withdrawing_and_restoring_turn_once_each(database: Database) -> None:
    with database.write() as tx:
        save_parsed(tx, parsed(), home=HOME, present=(), now=NOW)
        article_id = load_articles(tx)[0].id
        later = NOW + timedelta(hours=1)
        assert not restore_article(tx, article_id, now=later)
        assert [withdraw_article(tx, article_id, now=later) for _ in range(2)] == [True, False]
        assert load_articles(tx)[0].state is ArticleState.WITHDRAWN
        assert load_articles(tx)[0].revised_at == later
        assert [restore_article(tx, article_id, now=later) for _ in range(2)] == [True, False]


def test_an_issue_tells_the_places_of_its_withdrawn_stories(database: Database) -> None:
    with database.write() as tx:
        issue_id = approved_issue(tx, newsletter(tx), number=7)
        for key in "abc":
            save_parsed(tx, parsed(key), home=HOME, present=(), now=NOW)
        stored = {item.parsed.key: item for item in load_articles(tx)}
        choices = [
            Choice(article=item, included=key != "c", reason=reason("x")) for key, item in stored.items()
        ]
        save_choices(tx, issue_id, choices, [stored["b"].number, stored["a"].number])
        assert load_withdrawn_places(tx, "daily") == {}
        for key in "ac":
            withdraw_article(tx, stored[key].id, now=NOW)
        assert load_withdrawn_places(tx, "daily") == {7: frozenset({2})}
        assert load_withdrawn_places(tx, "weekly") == {}
        assert load_issues_under_way(tx, stored["a"].id) == (), "not frozen: it is written anew"
        assert freeze_issue(tx, issue_id, fallback="ar", batch_size=10, now=NOW) is not None
        assert load_issues_under_way(tx, stored["a"].id) == (issue_id,)
        assert load_issues_under_way(tx, stored["c"].id) == ()
