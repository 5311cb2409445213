"""Publishing the feeds, from articles to files."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from lxml import html

from publisher.feeds.files import FileState
from publisher.feeds.manifest import load_listings
from publisher.model.article import Article, ArticleState, Parsed
from publisher.model.correction import Correction
from publisher.model.site import FeedSpec, Selection
from publisher.sources.folder import read_folder
from tests.feeds.samples import (
    NOW,
    SITE,
    accept,
    all_words,
    make_article,
    make_entry,
    seed_article,
    seed_expected,
)
from tests.feeds.whole import PublishedFeeds, publish_whole


def publish(folder: Path, *articles: Article, after: timedelta = timedelta(0)) -> PublishedFeeds:
    """Publish these articles of the sample site."""
    return publish_whole(
        site=SITE,
        specs=[FeedSpec(slug="brief", title="موجز", selection=Selection(), full=False)],
        articles=articles,
        words=all_words(),
        folder=folder,
        now=NOW + after,
    )


def test_an_article_is_in_the_site_its_language_and_its_section(tmp_path: Path) -> None:
    done = publish(tmp_path, make_article(1, section="World"), seed_article())
    assert {(file.path, file.entries) for file in done.files if file.format == "json"} == {
        ("index.json", 2), ("lang/ar.json", 2), ("lang/en.json", 0), ("lang/ckb.json", 0),
        ("section/world.json", 1), ("brief.json", 2),
    }  # fmt: skip
    assert done.failed == ()
    assert done.listings == load_listings(tmp_path)
    index = json.loads((tmp_path / "index.json").read_bytes())
    assert index["items"][0]["id"] == seed_article().id
    brief = json.loads((tmp_path / "brief.json").read_bytes())
    assert "content_html" not in brief["items"][0]


def test_the_seed_goes_from_its_file_to_an_item_as_the_expected_result_says(tmp_path: Path) -> None:
    """Source and feeds together, nothing built by hand."""
    seeds = Path(__file__).parents[2] / "seeds"
    found = read_folder(seeds, slug="seeds", site=SITE, now=NOW)
    parsed = next(p for p in found if isinstance(p, Parsed) and p.key == "seed_article.txt")
    publish(tmp_path, accept(parsed, 1))
    (item,) = json.loads((tmp_path / "index.json").read_bytes())["items"]
    expected = seed_expected()
    assert (item["title"], item["url"], item["language"]) == (
        expected["title"],
        expected["url"],
        expected["language"],
    )
    assert item["id"] == "tag:aljeebal.com,2025-11-01:/posts/10750"
    assert item["date_published"] == expected["published_at"]
    root = html.fragment_fromstring(item["content_html"])
    assert [{"kind": e.tag, "text": e.text_content()} for e in root][:-1] == expected["blocks"]
    assert (root.get("dir"), root.get("lang"), root[0].get("dir")) == ("rtl", "ar", "rtl")


def test_a_withdrawn_article_leaves_every_feed(tmp_path: Path) -> None:
    article = make_article(1)
    publish(tmp_path, article, make_article(2))
    withdrawn = replace(article, state=ArticleState.WITHDRAWN)
    publish(tmp_path, withdrawn, make_article(2), after=timedelta(minutes=1))
    for path in tmp_path.rglob("*.*"):
        assert path.suffix == ".gz" or article.id.encode() not in path.read_bytes()


def test_a_correction_keeps_id_and_publication_and_moves_updated(tmp_path: Path) -> None:
    """Feed checklist 13."""
    article = make_article(1)
    publish(tmp_path, article)
    before = json.loads((tmp_path / "index.json").read_bytes())["items"][0]
    correction = Correction(number=1, at=NOW, note="كان الرقم 7")
    corrected = replace(
        article, parsed=replace(article.parsed, title="مصحح"), corrections=(correction,), revision=2
    )
    publish(tmp_path, corrected, after=timedelta(minutes=1))
    after = json.loads((tmp_path / "index.json").read_bytes())["items"][0]
    assert (after["id"], after["date_published"]) == (before["id"], before["date_published"])
    assert (after["title"], after["date_modified"]) == ("مصحح", "2025-11-02T12:00:00+03:00")


def test_publishing_again_changes_nothing(tmp_path: Path) -> None:
    publish(tmp_path, seed_article())
    again = publish(tmp_path, seed_article(), after=timedelta(days=3))
    assert {file.state for file in again.files} == {FileState.UNCHANGED}


def test_one_bad_article_costs_nothing_but_itself(tmp_path: Path) -> None:
    bad = make_article(2, title="")
    done = publish(tmp_path, make_article(1), bad, make_article(3))
    assert [failed.id for failed in done.failed] == [bad.id]
    assert done.files[0].entries == 2


def test_an_article_that_only_fails_when_written_is_named_too(tmp_path: Path) -> None:
    nothing = make_article(2, url=None, blocks=())
    done = publish(tmp_path, make_article(1), nothing)
    assert [failed.id for failed in done.failed] == [nothing.id]
    assert done.failed[0].reason.key == "feeds.entry.failed"
    assert {file.entries for file in done.files if file.path.startswith("index")} == {1}
    assert make_entry().id not in {failed.id for failed in done.failed}
