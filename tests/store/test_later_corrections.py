"""What was corrected after an issue was composed: by place, and only what its text does not tell."""

from dataclasses import replace

from publisher.model.correction import StatedCorrection
from publisher.model.issue import Choice
from publisher.model.reason import reason
from publisher.store.articles import load_articles, save_parsed
from publisher.store.corrections import correct_article
from publisher.store.database import Database
from publisher.store.issues import has_changed_articles, save_choices
from publisher.store.later_corrections import load_later_corrections
from tests.store.rows import HOME, NOW, approved_issue, newsletter, parsed


def test_an_issue_tells_the_places_and_the_later_corrections_alone(database: Database) -> None:
    with database.write() as tx:
        issue_id = approved_issue(tx, newsletter(tx), number=7)
        for key in "abc":
            save_parsed(tx, parsed(key), home=HOME, present=(), now=NOW)
        ids = {item.parsed.key: item.id for item in load_articles(tx)}
        correct_article(tx, ids["a"], StatedCorrection(note="told in the issue"), now=NOW)
        stored = {item.parsed.key: item for item in load_articles(tx)}
        choices = [
            Choice(article=item, included=key != "c", reason=reason("x")) for key, item in stored.items()
        ]
        save_choices(tx, issue_id, choices, [stored["b"].number, stored["a"].number])
        assert load_later_corrections(tx, "daily", 7) == {}
        assert not has_changed_articles(tx, issue_id)
        correct_article(tx, ids["c"], StatedCorrection(note="not in the issue"), now=NOW)
        assert not has_changed_articles(tx, issue_id)
        for note in ("second", "third"):
            correct_article(tx, ids["a"], StatedCorrection(note=note), now=NOW)
        found = load_later_corrections(tx, "daily", 7)
        assert {place: [made.note for made in item.corrections] for place, item in found.items()} == {
            2: ["second", "third"]
        }
        assert replace(found[2], corrections=()) == replace(stored["a"], corrections=())
        assert has_changed_articles(tx, issue_id)
        assert load_later_corrections(tx, "daily", 8) == load_later_corrections(tx, "weekly", 7) == {}
