"""Feeds that moved or were retired, at every server (checklist 37)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import httpx2
import pytest
from starlette.routing import Route

from publisher.feeds.complete_twins import complete_twins
from publisher.feeds.formats import FORMATS
from publisher.feeds.places import FeedPlan, find_places
from publisher.feeds.twins import GZIP, twin
from publisher.jobs.publish_feeds import publish_feeds
from publisher.mail.mailbox import Mailbox
from publisher.model.archive import RESERVE, SIZE
from publisher.model.media import Tag
from publisher.model.moves import build_moves
from publisher.model.push import PushSettings
from publisher.model.site import FeedRules
from publisher.settings.check import Findings
from publisher.settings.moves import read_moves
from publisher.settings.tables import FeedsTable, MovedTable
from publisher.store.articles import save_parsed
from publisher.web.app import build_app
from tests.feeds.samples import NOW, SITE, all_words, make_article
from tests.feeds.whole import publish_whole
from tests.jobs.rooms import START, open_scene
from tests.store import rows
from tests.web.feed_servers import BASE_URL, SERVERS
from tests.web.reader_app import DAILY, ReaderApp

MOVES = build_moves(
    {
        "section/world": "section/international",
        "/feed/": "index",
        "/atom.xml": "index.atom",
        "one.rss": "index.json",
        "away": "https://elsewhere.example/feed",
        "/category/سياسة/feed/": "section/international",
        "/?feed=rss2": "index",
        "/blog/?feed=atom&cat=س": "index.atom",
    },
    frozenset({"section/olympics", "/comments/feed/", "/?feed=comments-rss2"}),
)
PAST = tuple(f"{past}{format_.ending}" for past in ("", "/recent", "/archive/1") for format_ in FORMATS)
"""What there is of a feed."""


@pytest.fixture(scope="module", params=SERVERS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx2.Client]:
    """Each server in turn. A file of a feed that moved may still be there where Nashra itself answers first."""
    public = tmp_path_factory.mktemp("site") / "public"
    site = replace(SITE, moves=MOVES, base_url=BASE_URL)
    articles = [make_article(1, section="World"), make_article(2, section="International")]
    publish_whole(
        site=site, specs=(), articles=[*articles, make_article(3, section="Olympics")],
        words=all_words(), folder=public / "feeds", now=NOW,
    )  # fmt: skip
    if request.param != "nginx":
        for file in (public / "feeds" / "section" / "world.rss", twin(public / "feeds/section/world.rss")):
            file.write_bytes(GZIP.compress(b"x") if file.suffix == ".gz" else b"x")
    with SERVERS[request.param](public, MOVES) as client:
        yield client


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *((f"/feeds/section/world{f.ending}", f"/feeds/section/international{f.ending}") for f in FORMATS),
        ("/feeds/section/world", "/feeds/section/international"),
        ("/feeds/section/world/recent.rss", "/feeds/section/international.rss"),
        ("/feeds/section/world/archive/3.atom", "/feeds/section/international.atom"),
        ("/feeds/section/world/archive/12.json", "/feeds/section/international.json"),
        ("/feed", "/feeds/index.rss"),
        ("/feed/", "/feeds/index.rss"),
        ("/atom.xml", "/feeds/index.atom"),
        ("/feeds/one.rss", "/feeds/index.json"),
        ("/category/سياسة/feed", "/feeds/section/international.rss"),
        ("/category/%D8%B3%D9%8A%D8%A7%D8%B3%D8%A9/feed/?x=1", "/feeds/section/international.rss"),
        ("/?feed=rss2", "/feeds/index.rss"),
        ("/blog?feed=atom&cat=%D8%B3", "/feeds/index.atom"),
        ("/blog/?feed=atom&cat=%d8%b3", "/feeds/index.atom"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_moved_feed_answers_301_for_ever(server: httpx2.Client, method: str, old: str, new: str) -> None:
    answer = server.request(method, old, headers={"if-none-match": '"x"'})
    assert answer.status_code == 301
    assert answer.headers["location"] == BASE_URL + new
    assert answer.headers["access-control-allow-origin"] == "*"
    assert (answer.content == b"") is (method == "HEAD")


def test_a_feed_may_move_to_another_house(server: httpx2.Client) -> None:
    for path in ("/feeds/away.rss", "/feeds/away.json", "/feeds/away"):
        assert server.get(path).headers["location"] == "https://elsewhere.example/feed"


def test_at_the_new_address_self_is_the_new_address_and_holds_the_old_articles(server: httpx2.Client) -> None:
    """Readers that follow self, not the redirect, arrive at the same place."""
    text = server.get("/feeds/section/international.atom").text
    assert f'href="{BASE_URL}/feeds/section/international.atom" rel="self"' in text
    assert text.count("<entry") == 2
    assert "section/world" not in text.replace("sections/world", "")


@pytest.mark.parametrize(
    "path",
    [
        *(f"/feeds/section/olympics{f.ending}" for f in FORMATS),
        "/feeds/section/olympics/recent.rss",
        "/feeds/section/olympics/archive/1.atom",
        "/comments/feed/",
        "/?feed=comments-rss2",
    ],
)
def test_a_retired_feed_answers_410(server: httpx2.Client, path: str) -> None:
    answer = server.get(path)
    assert answer.status_code == 410
    assert f"{BASE_URL}/feeds" in answer.text
    assert "max-age=3600" in answer.headers["cache-control"]
    assert server.head(path).status_code == 410


def test_what_was_never_there_is_404(server: httpx2.Client) -> None:
    for path in (
        "section/other",
        "section/other/recent",
        "section/other/archive/1",
        "section/world/archive/x",
    ):
        assert server.get(f"/feeds/{path}.rss").status_code == 404
    for path in (
        "/blog?feed=atom",
        "/blog?",
        "/blog",
        "/?feed=rss",
        "/blog?feed=rss2",
        "/category/%25D8%25B3/feed",
    ):
        assert server.get(path).status_code == 404
    assert server.get("/feeds/index.rss").status_code == 200


@pytest.mark.parametrize("server", ["built-in", "nginx"])
def test_no_server_hands_out_the_past_of_a_feed_that_moved(tmp_path: Path, server: str) -> None:
    """nginx looks for a file before it asks us, so the first publication after the move takes them all away."""
    public = tmp_path / "public"
    public.mkdir()
    with open_scene(tmp_path, feeds_folder=public / "feeds", feed_rules=FeedRules(max_entries=1)) as scene:
        with scene.room.database.write() as tx:
            for n in range(SIZE + RESERVE + 1):
                parsed = rows.parsed(str(n), section="World", published_at=START - timedelta(minutes=n + 1))
                save_parsed(tx, parsed, home=scene.room.site.home, present=(), now=START)
        publish_feeds(scene.room)
        complete_twins(public / "feeds")
        room = replace(scene.room, site=replace(scene.room.site, moves=MOVES))
        with SERVERS[server](public, MOVES) as client:
            paths = [f"/feeds/section/world{past}" for past in PAST]
            assert server != "nginx" or {client.get(path).status_code for path in paths} == {200}
            publish_feeds(room)
            for path, coding in product(paths, ("identity", "gzip", "br")):
                answer = client.get(path, headers={"accept-encoding": coding})
                new = f"{BASE_URL}/feeds/section/international{Path(path).suffix}"
                assert (answer.status_code, answer.headers["location"]) == (301, new), path


def faults_of(before: str) -> list[str]:
    """What the settings say of a move from there."""
    findings = Findings()
    read_moves([MovedTable(before=before, after="https://elsewhere.example/")], FeedsTable(), (), findings)
    return [fault.problem for fault in findings.faults]


def test_no_move_hides_a_page_of_ours(reader: ReaderApp) -> None:
    context = replace(
        reader.context,
        push=PushSettings(own_hub=True),
        mailbox=Mailbox(reader.context.feeds_folder / "mailbox"),
    )
    routes = [route.path for route in build_app(context).routes if isinstance(route, Route)]
    assert len(routes) > 15
    for path in (*routes, "/hooks/ses"):
        example = re.sub("{[^}]*}", "x", path)
        if example != "/feeds/x":  # the page of a feed, which moves with it
            assert faults_of(example), example
            assert "is there" in faults_of(example)[0]


def test_no_feed_that_there_is_moves_in_one_format_only() -> None:
    """Its file would stay, and nginx would go on handing it out."""
    tags = (Tag(name="نفط"), Tag(name="Oil"))
    article = make_article(1, section="World", tags=tags, authors=("A Writer",))
    plan = FeedPlan(site=SITE, rules=FeedRules(), newsletters=(DAILY,))
    places = {place.path for place in (*plan.standing, *find_places(plan, article))}
    assert places >= {"index", "lang/ar", "newsletter/daily", "section/world", "topic/oil", "author/a-writer"}
    for path in places:
        assert faults_of(f"{path}.atom"), path
        assert bool(faults_of(path)) is (path == "index")
