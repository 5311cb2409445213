"""226 for readers that are known to take it, and for nobody else (checklist 44)."""

from pathlib import Path

import feedparser
import httpx2
import pytest
from starlette.testclient import TestClient

from publisher.feeds.formats import ATOM, FORMATS, JSON, RSS, Format
from publisher.feeds.served import SHORT
from publisher.web.feed_delta import VERSIONS, take_apart
from tests.feeds.samples import make_entry, make_feed
from tests.web.delta_readers import NEWSBOAT, READER, RSS2EMAIL
from tests.web.feed_servers import app_of, feeds_of

XML = pytest.mark.parametrize("format_", [RSS, ATOM], ids=lambda format_: format_.name)


def write(public: Path, *titles: str) -> None:
    """Feeds of these entries in all formats, the first the newest; an id is the title's first word."""
    entries = [make_entry(id=f"tag:x,2025:{title.split()[0]}", title=title) for title in titles]
    for format_ in FORMATS:
        path = public / "feeds" / f"index{format_.ending}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            format_.render(make_feed(*entries), [format_.render_entry(entry) for entry in entries])
        )


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    write(tmp_path, "one", "two")
    return TestClient(app_of(feeds_of(tmp_path)))


def ask(
    client: TestClient, reader: dict[str, str], had: str | None, ending: str = ".rss", method: str = "GET"
) -> httpx2.Response:
    condition = {"if-none-match": had} if had else {}
    return client.request(method, f"/feeds/index{ending}", headers=reader | condition)


def titles(answer: httpx2.Response) -> list[str]:
    return [entry.title for entry in feedparser.parse(answer.content).entries]


@XML
@pytest.mark.parametrize("reader", [NEWSBOAT, READER], ids=["newsboat", "reader"])
def test_a_known_reader_is_sent_what_is_new_and_what_changed(
    client: TestClient, tmp_path: Path, reader: dict[str, str], format_: Format
) -> None:
    first = ask(client, reader, None, format_.ending)
    assert (first.status_code, titles(first)) == (200, ["one", "two"])
    write(tmp_path, "three", "one", "two corrected")
    answer = ask(client, reader, first.headers["etag"], format_.ending)
    assert answer.status_code == 226
    assert titles(answer) == ["three", "two corrected"]
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert feed.feed.title == feedparser.parse(first.content).feed.title


@XML
def test_the_answer_says_what_it_is_and_no_ordinary_cache_keeps_it(
    client: TestClient, tmp_path: Path, format_: Format
) -> None:
    """RFC 3229 sections 10.4.1, 10.5.1, 10.8.2."""
    had = ask(client, NEWSBOAT, None, format_.ending).headers["etag"]
    write(tmp_path, "three", "one", "two")
    whole, answer = ask(client, NEWSBOAT, None, format_.ending), ask(client, NEWSBOAT, had, format_.ending)
    assert answer.headers["im"] == "feed"
    assert answer.headers["delta-base"] == had
    assert answer.headers["etag"] == whole.headers["etag"]
    assert answer.headers["last-modified"] == whole.headers["last-modified"]
    assert answer.headers["cache-control"] == "no-store, im, max-age=300"
    assert answer.headers["vary"] == "Accept-Encoding, A-IM, If-None-Match, User-Agent"
    assert answer.headers["content-type"] == whole.headers["content-type"]
    assert answer.headers["content-encoding"] == "gzip"
    assert ask(client, NEWSBOAT, answer.headers["etag"], format_.ending).status_code == 304
    assert whole.headers["cache-control"] == SHORT, "whole feeds are anybody's"
    assert whole.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "reader",
    [
        RSS2EMAIL,
        {**NEWSBOAT, "user-agent": "Liferea/1.14.4"},
        {**NEWSBOAT, "user-agent": "not newsboat/2.21"},
        {**NEWSBOAT, "a-im": "vcdiff"},
        {name: value for name, value in NEWSBOAT.items() if name != "a-im"},
    ],
    ids=["rss2email", "liferea", "somebody", "another manipulation", "nothing asked"],
)
def test_nobody_else_is_sent_a_226(client: TestClient, tmp_path: Path, reader: dict[str, str]) -> None:
    had = ask(client, reader, None).headers["etag"]
    write(tmp_path, "three", "one", "two")
    answer = ask(client, reader, had)
    assert (answer.status_code, titles(answer)) == (200, ["three", "one", "two"])
    assert "im" not in answer.headers


def test_an_older_version_a_list_and_a_weak_tag_are_found(client: TestClient, tmp_path: Path) -> None:
    had = ask(client, NEWSBOAT, None).headers["etag"]
    for newest in ("three", "four"):
        write(tmp_path, newest, "one", "two")
        ask(client, {}, None)
    for sent in (f'"x", {had}', f"W/{had}", had.replace("-gzip", "")):
        assert titles(ask(client, NEWSBOAT, sent)) == ["four"]


def test_a_version_nobody_remembers_gets_the_whole_feed(client: TestClient, tmp_path: Path) -> None:
    had = ask(client, NEWSBOAT, None).headers["etag"]
    for number in range(VERSIONS + 1):
        write(tmp_path, f"new-{number}", "one")
        ask(client, {}, None)
    for sent in (had, '"never"', "*-x"):
        assert ask(client, NEWSBOAT, sent).status_code == 200


def test_nothing_new_but_something_gone_is_the_whole_feed(client: TestClient, tmp_path: Path) -> None:
    """A feed without entries would tell a reader nothing."""
    had = ask(client, NEWSBOAT, None).headers["etag"]
    write(tmp_path, "one")
    answer = ask(client, NEWSBOAT, had)
    assert (answer.status_code, titles(answer)) == (200, ["one"])


def test_head_and_json_have_no_deltas(client: TestClient, tmp_path: Path) -> None:
    had = {ending: ask(client, NEWSBOAT, None, ending).headers["etag"] for ending in (".rss", ".json")}
    write(tmp_path, "three", "one", "two")
    assert ask(client, NEWSBOAT, had[".rss"], method="HEAD").status_code == 200
    assert ask(client, NEWSBOAT, had[".json"], JSON.ending).status_code == 200


def test_a_plain_delta_is_sent_to_who_refuses_gzip(client: TestClient, tmp_path: Path) -> None:
    reader = {**NEWSBOAT, "accept-encoding": "identity"}
    had = ask(client, reader, None).headers["etag"]
    write(tmp_path, "three", "one", "two")
    answer = ask(client, reader, had)
    assert answer.status_code == 226
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-length"] == str(len(answer.content))


def test_a_delta_is_made_once_for_all_who_have_the_same_version(tmp_path: Path) -> None:
    write(tmp_path, "one")
    feeds = feeds_of(tmp_path)
    fields = {name.encode(): value.encode() for name, value in NEWSBOAT.items()}
    first = feeds.poll("GET", "index.rss", fields, "")
    assert first is not None
    fields[b"if-none-match"] = dict(first.fields)[b"etag"]
    write(tmp_path, "two", "one")
    answer = feeds.poll("GET", "index.rss", fields, "")
    assert answer is not None
    assert answer.status == 226
    assert feeds.poll("GET", "index.rss", fields, "") is answer


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"<rss></rss>", b"<rss><item>1</item> <item>2</item></rss>", b"<rss><item>1"]
)
def test_what_our_writers_do_not_write_is_not_taken_apart(data: bytes) -> None:
    assert take_apart(data) is None


@XML
def test_the_parts_make_the_whole(format_: Format) -> None:
    entries = [
        make_entry(id=f"tag:x,2025:{n}", content_html="<p>&lt;/item&gt; <entry></p>") for n in range(3)
    ]
    data = format_.render(make_feed(*entries), [format_.render_entry(entry) for entry in entries])
    parts = take_apart(data)
    assert parts is not None
    assert len(parts.entries) == 3
    assert parts.before + b"".join(parts.entries) + parts.after == data
