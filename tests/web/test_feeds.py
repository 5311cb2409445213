"""The feeds over HTTP: the table of conditional requests for each format at each server, and everything around it."""

import gzip
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import httpx2
import pytest

from publisher.feeds.complete_twins import complete_twins
from publisher.feeds.formats import FORMATS, Format
from publisher.feeds.served import FOR_EVER, SHORT
from publisher.feeds.twins import BROTLI
from tests.feeds.samples import NOW, SITE, all_words, make_article, seed_article
from tests.feeds.whole import publish_whole
from tests.web.feed_servers import SERVERS

BASE = {"accept-encoding": "identity"}


def publish(public: Path, *, title: str | None = None, after: timedelta = timedelta(0)) -> None:
    """Publish the seed article and another, whose title may change."""
    article = seed_article()
    if title:
        article = replace(article, parsed=replace(article.parsed, title=title))
    publish_whole(
        site=SITE,
        specs=(),
        articles=[article, make_article(1)],
        words=all_words(),
        folder=public / "feeds",
        now=NOW + after,
    )
    complete_twins(public / "feeds")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of published feeds, for all tests of this file: not to be changed."""
    public = tmp_path_factory.mktemp("site") / "public"
    publish(public)
    recent = [f"index/recent{format_.ending}" for format_ in FORMATS]
    past = ("index/archive/1.rss", "section/world/archive/12.rss", "section/archive/recent.rss")
    for path in (*past, "index.opml", *recent):
        (public / "feeds" / path).parent.mkdir(parents=True, exist_ok=True)
        (public / "feeds" / path).write_bytes(b"<rss/>")
    return public


@pytest.fixture
def public(published: Path, tmp_path: Path) -> Path:
    """A copy of it, dates included, for one test alone."""
    return Path(shutil.copytree(published, tmp_path / "public"))


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest, published: Path) -> Iterator[httpx2.Client]:
    """A client of each server in turn, over the folder that does not change."""
    with SERVERS[request.param](published) as client:
        yield client


@pytest.fixture(params=SERVERS)
def changing(request: pytest.FixtureRequest, public: Path) -> Iterator[httpx2.Client]:
    """A client of each server in turn, over the copy."""
    with SERVERS[request.param](public) as client:
        yield client


def get(client: httpx2.Client, url: str, method: str = "GET", **headers: str) -> httpx2.Response:
    """A request that asks for the plain form unless told otherwise; `_` in a header's name stands for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.request(method, url, headers=BASE | named)


def raw(client: httpx2.Client, url: str, coding: str) -> tuple[httpx2.Headers, bytes]:
    """The bytes as they came, not decoded."""
    with client.stream("GET", url, headers={"accept-encoding": coding}) as answer:
        return answer.headers, b"".join(answer.iter_raw())


def http_date(at: datetime) -> str:
    """An HTTP date."""
    return format_datetime(at, usegmt=True)


formats = pytest.mark.parametrize("format_", FORMATS, ids=lambda f: f.name)
CASES = {
    "no validator": 200,
    "etag": 304,
    "weak etag": 304,
    "list of etags": 304,
    "star": 304,
    "other etag": 200,
    "same date": 304,
    "later date": 304,
    "earlier date": 200,
    "other etag, same date": 200,
    "etag of the other coding": 200,
    "head with etag": 304,
}


@formats
@pytest.mark.parametrize("case", CASES)
def test_the_table_of_conditional_requests(server: httpx2.Client, format_: Format, case: str) -> None:
    """Checklist 29: RFC 9110 section 13.2.2, the same at every server."""
    url = f"/feeds/index{format_.ending}"
    first = get(server, url)
    etag, date = first.headers["etag"], first.headers["last-modified"]
    at = parsedate_to_datetime(date)
    asked = {
        "no validator": {},
        "etag": {"if_none_match": etag},
        "weak etag": {"if_none_match": f"W/{etag}"},
        "list of etags": {"if_none_match": f'"x", {etag}'},
        "star": {"if_none_match": "*"},
        "other etag": {"if_none_match": '"x"'},
        "same date": {"if_modified_since": date},
        "later date": {"if_modified_since": http_date(at + timedelta(days=1))},
        "earlier date": {"if_modified_since": http_date(at - timedelta(seconds=1))},
        "other etag, same date": {"if_none_match": '"x"', "if_modified_since": date},
        "etag of the other coding": {"if_none_match": etag, "accept_encoding": "gzip"},
        "head with etag": {"if_none_match": etag},
    }[case]
    answer = get(server, url, "HEAD" if case.startswith("head") else "GET", **asked)
    assert answer.status_code == CASES[case]
    for name in ("etag", "last-modified", "cache-control", "vary", "access-control-allow-origin", "date"):
        assert name in answer.headers or (name == "date" and "testserver" in str(answer.url)), name
    if answer.status_code == 304:
        assert answer.content == b""
        assert "content-length" not in answer.headers
        assert "content-type" not in answer.headers


@formats
def test_the_whole_answer(server: httpx2.Client, published: Path, format_: Format) -> None:
    """Checklist 31 and 32: type with charset, length, caching, Vary, CORS; a cookie never."""
    answer = get(server, f"/feeds/lang/ar{format_.ending}", cookie="session=1")
    assert answer.content == (published / f"feeds/lang/ar{format_.ending}").read_bytes()
    assert answer.headers["content-type"] == f"{format_.media_type}; charset=utf-8"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["cache-control"] == SHORT
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["last-modified"] == http_date(NOW)
    assert "content-encoding" not in answer.headers
    assert "set-cookie" not in answer.headers


@formats
@pytest.mark.parametrize(
    ("asked", "coding", "ending"),
    [
        ("gzip, deflate, br", "br", ".br"),
        ("br", "br", ".br"),
        ("gzip", "gzip", ".gz"),
        ("gzip;q=1.0, br;q=0", "gzip", ".gz"),
    ],
)
def test_a_compressed_answer_is_the_twin_on_disk(
    server: httpx2.Client, published: Path, format_: Format, asked: str, coding: str, ending: str
) -> None:
    """Checklist 31: nothing is compressed for a request; each coding has an ETag of its own."""
    url = f"feeds/index{format_.ending}"
    headers, data = raw(server, f"/{url}", asked)
    assert headers["content-encoding"] == coding
    assert data == (published / f"{url}{ending}").read_bytes()
    assert headers["content-length"] == str(len(data))
    plain = (published / url).read_bytes()
    assert (BROTLI.decompress(data) if coding == "br" else gzip.decompress(data)) == plain
    assert headers["etag"] != get(server, f"/{url}").headers["etag"]
    assert headers["content-type"] == f"{format_.media_type}; charset=utf-8"


CLASSES = {
    **{f"{feed}{f.ending}": SHORT for feed in ("index", "lang/ar", "index/recent") for f in FORMATS},
    "index.opml": SHORT,
    "section/archive/recent.rss": SHORT,
    "index/archive/1.rss": FOR_EVER,
    "section/world/archive/12.rss": FOR_EVER,
}
"""Feeds, what has just left them (also one that is called Archive), the list of all, closed archives."""


@pytest.mark.parametrize("path", CLASSES)
def test_each_class_of_documents_has_its_cache_control(server: httpx2.Client, path: str) -> None:
    """Checklist 32: the same at every server, for GET, HEAD and whoever has it already."""
    assert (SHORT, FOR_EVER) == ("max-age=300, stale-while-revalidate=600", "max-age=86400, immutable")
    for method, fields, status in (("GET", {}, 200), ("HEAD", {}, 200), ("GET", {"if_none_match": "*"}, 304)):
        answer = get(server, f"/feeds/{path}", method, **fields)
        assert (answer.status_code, answer.headers["cache-control"]) == (status, CLASSES[path])


def test_a_coding_that_is_refused_is_not_sent(server: httpx2.Client) -> None:
    for refused in ("gzip;q=0", "br;q=0, gzip;q=0, *;q=0", "identity"):
        assert "content-encoding" not in get(server, "/feeds/index.rss", accept_encoding=refused).headers


@formats
def test_head_is_get_without_a_body(server: httpx2.Client, format_: Format) -> None:
    url = f"/feeds/index{format_.ending}"
    head, whole = get(server, url, "HEAD"), get(server, url)
    assert head.content == b""
    assert head.status_code == 200
    assert {**head.headers, "date": ""} == {**whole.headers, "date": ""}


@formats
def test_after_a_publication_one_200_then_304_again(
    changing: httpx2.Client, public: Path, format_: Format
) -> None:
    """Checklist 29 and 30: whichever validator a reader sends, alone or both."""
    url = f"/feeds/index{format_.ending}"
    first = get(changing, url).headers
    readers = [
        {"if_none_match": first["etag"], "if_modified_since": first["last-modified"]},
        {"if_none_match": first["etag"]},
        {"if_modified_since": first["last-modified"]},
    ]
    assert [get(changing, url, **reader).status_code for reader in readers] == [304, 304, 304]
    publish(public, title="مصحح")
    statuses = []
    for sent in readers:
        for _ in range(3):
            answer = get(changing, url, **sent)
            statuses.append(answer.status_code)
            if answer.status_code == 200:
                assert "مصحح" in answer.text
                fresh = {"if_none_match": "etag", "if_modified_since": "last-modified"}
                sent = {name: answer.headers[fresh[name]] for name in sent}
    assert statuses == [200, 304, 304] * 3


def test_publishing_the_same_again_keeps_every_validator(changing: httpx2.Client, public: Path) -> None:
    """Checklist 30."""
    before = get(changing, "/feeds/index.rss").headers
    publish(public, after=timedelta(days=1))
    assert {**get(changing, "/feeds/index.rss").headers, "date": ""} == {**before, "date": ""}


@pytest.mark.parametrize(
    "odd",
    [
        {"if_modified_since": "Sat, 01 Jan 99999999999 00:00:00 GMT"},
        {"if_modified_since": "Sat, 01 Jan 2000 00:00:00 +99999999999"},
        {"if_modified_since": "99999999999999999999"},
        {"if_modified_since": "yesterday"},
        {"if_none_match": '"' * 50},
        {"if_none_match": 'W/"x", ,,'},
        {"accept_encoding": "gzip;q=" + "9" * 400},
        {"accept_encoding": "gzip;q=nan, ;q=1, ,"},
        {"a_im": "feed;x=" + "9" * 50, "if_none_match": '"x"'},
    ],
    ids=lambda odd: next(iter(odd)),
)
def test_no_odd_field_costs_a_reader_the_feed(server: httpx2.Client, odd: dict[str, str]) -> None:
    """An answer, never a closed connection nor a 500; twice, since what was read once is remembered."""
    for _ in range(2):
        answer = get(server, "/feeds/index.rss", **odd)
        assert answer.status_code == 200


@pytest.mark.parametrize(
    "accept", ["text/html;q=0.7", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "image/png"]
)
def test_a_feed_address_never_answers_with_anything_else(server: httpx2.Client, accept: str) -> None:
    """Checklist 40: FreshRSS sends text/html;q=0.7."""
    answer = get(server, "/feeds/index.rss", accept=accept)
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        "index.rss.gz",
        "index.rss.br",
        ".manifest.json",
        ".lock",
        "lang/.ar.rss.tmp",
        "nothing.rss",
        "index",
        "index.html",
        "lang",
        "INDEX.rss",
        "../secret.json",
        "%2e%2e/secret.json",
        "lang/..%2f..%2fsecret.json",
        "..%5csecret.json",
        "%2fetc/passwd.json",
        "index.rss%00.json",
        "index.rss/x.rss",
        "x" * 300 + ".rss",
    ],
)
def test_whatever_is_no_feed_is_not_found(changing: httpx2.Client, public: Path, path: str) -> None:
    (public / "secret.json").write_text("{}")
    assert get(changing, f"/feeds/{path}").status_code in (400, 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(server: httpx2.Client, method: str) -> None:
    assert server.request(method, "/feeds/index.rss").status_code == 405


def test_a_reader_in_a_browser_may_ask_with_a_validator(server: httpx2.Client) -> None:
    """A request with If-None-Match is no simple one: the browser asks leave first (Fetch Standard)."""
    answer = get(
        server,
        "/feeds/index.rss",
        "OPTIONS",
        origin="https://reader.example",
        access_control_request_method="GET",
        access_control_request_headers="if-none-match",
    )
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "If-None-Match" in answer.headers["access-control-allow-headers"]


def test_a_thousand_reads_during_publications_see_whole_feeds_only(
    changing: httpx2.Client, public: Path
) -> None:
    """Checklist 33: each body is one that was published, and belongs to its ETag."""
    ended = threading.Event()

    def publish_on() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            publish(public, title=f"عنوان {number}" + " طويل" * (number % 40))

    writer = threading.Thread(target=publish_on)
    writer.start()
    seen: dict[str, bytes] = {}
    try:
        for _ in range(334):
            for coding in ("identity", "gzip", "br"):
                headers, data = raw(changing, "/feeds/index.rss", coding)
                used = headers.get("content-encoding", "identity")
                plain = {"gzip": gzip.decompress, "br": BROTLI.decompress}.get(used, bytes)(data)
                assert plain.endswith(b"</rss>")
                assert seen.setdefault(headers["etag"], plain) == plain
    finally:
        ended.set()
        writer.join()
    assert len(seen) > 3


@pytest.mark.parametrize("name", ["application", "built-in"])
def test_a_feed_that_cannot_be_read_is_kept_or_promised(public: Path, name: str) -> None:
    """From memory where it was read before; else 503, after which readers come again, by either way in."""
    with SERVERS[name](public) as client:
        known = get(client, "/feeds/index.rss")
        for file in ("index.rss", "index.atom"):
            (public / "feeds" / file).unlink()
            (public / "feeds" / file).symlink_to(file)
        for query in ("", "?x=1"):
            assert get(client, f"/feeds/index.rss{query}").content == known.content
            for method in ("GET", "HEAD"):
                answer = get(client, f"/feeds/index.atom{query}", method)
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
                assert (answer.content == b"") is (method == "HEAD")
