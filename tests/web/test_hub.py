"""The door of our own hub: what it understands, what it refuses and how (checklist 43 G; docs/notes/push.md)."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from httpx2 import Response
from starlette.testclient import TestClient

from publisher.jobs.ask_hub import HubLimits
from publisher.model.push import Ask, PushSettings
from publisher.model.work import Work, WorkKind
from publisher.store import schema
from publisher.store.announcements import announce
from tests.web.reader_app import NOW, ReaderApp, build_reader_app, with_context

TOPIC = "https://news.example/feeds/lang/ar.atom"
CALLBACK = "https://reader.example/cb?id=1"
OPEN = PushSettings(own_hub=True)


@pytest.fixture
def app(tmp_path: Path) -> ReaderApp:
    """A site with one published feed."""
    app = build_reader_app(tmp_path)
    with app.database.write() as tx:
        announce(tx, {"lang/ar.atom": 1}, hubs={}, now=NOW)
    return app


@pytest.fixture
def hub(app: ReaderApp) -> TestClient:
    return with_context(app, push=OPEN)


def post(hub: TestClient, **changes: str | None) -> Response:
    fields = {"mode": "subscribe", "topic": TOPIC, "callback": CALLBACK, **changes}
    return hub.post(
        "/hub", data={f"hub.{name}": value for name, value in fields.items() if value is not None}
    )


def rows(app: ReaderApp) -> list[tuple[object, ...]]:
    table = schema.hub_request
    columns = (
        table.c.ask,
        table.c.topic,
        table.c.callback,
        table.c.host,
        table.c.secret,
        table.c.lease_seconds,
    )
    with app.database.read() as tx:
        return [tuple(row) for row in tx.execute(sa.select(*columns))]


def test_a_request_is_taken_down_with_202_and_the_engine_is_asked(app: ReaderApp, hub: TestClient) -> None:
    answer = post(hub, secret="hush", lease_seconds="86400")
    assert (answer.status_code, answer.headers["content-type"]) == (202, "text/plain; charset=utf-8")
    host = "https://reader.example"
    assert rows(app) == [(Ask.SUBSCRIBE, "lang/ar.atom", CALLBACK, host, "hush", 86400)]
    assert app.works == [Work(WorkKind.PUSH, host)]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("changes", "status", "word"),
    [
        ({"mode": None}, 400, "hub.mode"),
        ({"mode": "publish"}, 400, "hub.mode"),
        ({"mode": "denied"}, 400, "hub.mode"),
        ({"topic": None}, 400, "hub.topic"),
        ({"topic": "https://other.example/feeds/lang/ar.atom"}, 400, "hub.topic"),
        ({"topic": "http://news.example/feeds/lang/ar.atom"}, 400, "hub.topic"),
        ({"topic": "https://news.example/feeds/nothing.atom"}, 404, "hub.topic"),
        ({"topic": "https://news.example/feeds/../nashra.db"}, 404, "hub.topic"),
        ({"callback": None}, 400, "hub.callback"),
        ({"callback": "ftp://reader.example/"}, 400, "hub.callback"),
        ({"callback": "javascript:alert(1)"}, 400, "hub.callback"),
        ({"callback": "https://user:pass@reader.example/"}, 400, "hub.callback"),
        ({"callback": "https://reader.example/\r\nX: y"}, 400, "hub.callback"),
        ({"callback": "https://news.example/hub"}, 400, "hub.callback"),
        ({"callback": "https://reader.example/" + "a" * 2048}, 400, "hub.callback"),
        ({"secret": "s" * 200}, 400, "hub.secret"),
        ({"secret": "س" * 100}, 400, "hub.secret"),
        ({"lease_seconds": "-5"}, 400, "hub.lease_seconds"),
        ({"lease_seconds": "ten"}, 400, "hub.lease_seconds"),
        ({"lease_seconds": "١٠"}, 400, "hub.lease_seconds"),
    ],
)
def test_what_is_wrong_is_said_in_plain_text_and_nothing_is_taken_down(
    app: ReaderApp, hub: TestClient, changes: dict[str, str | None], status: int, word: str
) -> None:
    answer = post(hub, **changes)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/plain; charset=utf-8")
    assert word in answer.text
    assert answer.text.count("\n") == 1
    assert rows(app) == []
    assert app.works == []


@pytest.mark.parametrize(
    ("asked", "granted"), [("1", 3600), ("999999999999999999", 2_592_000), (None, 864_000)]
)
def test_a_lease_is_granted_within_bounds(
    app: ReaderApp, hub: TestClient, asked: str | None, granted: int
) -> None:
    """Checklist 43 G: lease."""
    assert post(hub, lease_seconds=asked).status_code == 202
    assert rows(app)[0][-1] == granted


def test_the_longest_secret_is_199_bytes(app: ReaderApp, hub: TestClient) -> None:
    assert post(hub, secret="s" * 199).status_code == 202
    assert rows(app)[0][4] == "s" * 199


def test_a_callback_in_our_own_network_is_answered_like_any_other(hub: TestClient) -> None:
    """Checklist 43 G: SSRF-safe: the answer tells nobody what there is behind us."""
    hosts = ("reader.example", "127.0.0.1", "10.0.0.1", "[::1]", "nothing.invalid")
    said = [post(hub, callback=f"http://{host}/") for host in hosts]
    answers = {(answer.status_code, answer.text) for answer in said}
    assert len(answers) == 1


def test_too_many_requests_are_told_when_to_come_again(app: ReaderApp) -> None:
    hub = with_context(app, push=OPEN, hub_limits=HubLimits(per_network=2))
    assert [post(hub).status_code for _ in range(3)] == [202, 202, 429]
    assert post(hub).headers["retry-after"] == "3600"


def test_a_full_hub_says_so(app: ReaderApp) -> None:
    hub = with_context(app, push=PushSettings(own_hub=True, max_followers=1))
    assert post(hub).status_code == 202
    answer = post(hub, callback="https://other.example/")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "3600")


def test_only_post_is_answered_and_no_hub_is_there_unless_it_is_switched_on(
    app: ReaderApp, hub: TestClient
) -> None:
    before = app.fingerprint()
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
        assert hub.request(method, "/hub", params={"hub.mode": "subscribe"}).status_code == 405
    assert post(app.client).status_code == 404
    assert app.fingerprint() == before
