"""The Link header of feeds: hub and self (WebSub section 4; checklist 43)."""

from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from publisher.model.push import PushSettings
from tests.web.nginx import running_nginx
from tests.web.reader_app import ReaderApp, build_reader_app, with_context

OTHER = "https://hub.example/"
FOLLOWED = ("index.rss", "lang/ar.atom", "section/recent.json", "section/archive.rss", "topic/recent.rss")
"""A section may be called Recent or Archive, and may have moved to any other address."""
NOT_FOLLOWED = (
    "index.opml",
    "index/recent.rss",
    "index/archive/1.json",
    "section/recent/recent.atom",
    "section/world/recent.atom",
    "section/world/archive/12.rss",
    "world/recent.rss",
)


@pytest.fixture
def app(tmp_path: Path) -> ReaderApp:
    app = build_reader_app(tmp_path)
    for name in (*FOLLOWED, *NOT_FOLLOWED):
        file = app.context.feeds_folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"<rss/>")
    return app


def links(client: TestClient, path: str, method: str = "GET") -> str | None:
    answer = client.request(method, path)
    assert answer.status_code == 200
    return answer.headers.get("link")


def test_every_hub_is_named_and_the_feed_itself_exactly_once(app: ReaderApp) -> None:
    """Checklist 43 G: Link headers."""
    client = with_context(app, push=PushSettings(own_hub=True, hubs=(OTHER,)))
    said = (
        '<https://news.example/hub>; rel="hub", <https://hub.example/>; rel="hub", '
        '<https://news.example/feeds/lang/ar.atom>; rel="self"'
    )
    assert links(client, "/feeds/lang/ar.atom") == said
    assert links(client, "/feeds/lang/ar.atom", "HEAD") == said
    assert said.count('rel="self"') == 1


def test_nginx_names_hub_and_feed_as_we_do_once_it_is_told_to(app: ReaderApp, tmp_path: Path) -> None:
    """Checklist 43 G: by the line of docs/nginx that an operator with [push] takes in, and not before."""
    public = app.context.feeds_folder.parent
    ours = links(with_context(app, push=PushSettings(own_hub=True)), "/feeds/lang/ar.atom")
    for push, said in ((True, ours), (False, None)):
        with (
            running_nginx(tmp_path / f"nginx-{push}", public=public, upstream=9, push=push) as address,
            httpx2.Client(base_url=address) as client,
        ):
            assert client.get("/feeds/lang/ar.atom").headers.get("link") == said
            again = client.get("/feeds/lang/ar.atom", headers={"if-none-match": "*"})
            assert (again.status_code, again.headers.get("link")) == (304, said)


def test_what_nobody_can_follow_names_no_hub_at_either_server(app: ReaderApp, tmp_path: Path) -> None:
    """Checklist 43 G: Link headers: what a hub is named for, it takes a request for."""
    push = PushSettings(own_hub=True)
    hub = with_context(app, push=push)
    nginx = running_nginx(tmp_path / "nginx", public=app.context.feeds_folder.parent, upstream=9, push=True)
    with nginx as address, httpx2.Client(base_url=address) as client:
        for name in NOT_FOLLOWED:
            assert links(hub, f"/feeds/{name}") is None, name
            answer = client.get(f"/feeds/{name}")
            assert (answer.status_code, answer.headers.get("link")) == (200, None), name
        for name in FOLLOWED:
            said = links(hub, f"/feeds/{name}")
            assert (
                said
                == f'<https://news.example/hub>; rel="hub", <https://news.example/feeds/{name}>; rel="self"'
            )
            assert client.get(f"/feeds/{name}").headers.get("link") == said


def test_without_a_hub_there_is_no_header(app: ReaderApp) -> None:
    assert links(app.client, "/feeds/index.rss") is None
