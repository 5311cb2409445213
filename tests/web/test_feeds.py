"""The feeds over HTTP: the table of conditional requests for each format, and everything around it."""

import gzip
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from publisher.feeds.formats import FORMATS, Format
from publisher.jobs.publish_feeds import publish_feeds
from publisher.web.feeds import CACHE_CONTROL, feed_routes
from tests.feeds.samples import NOW, SITE, all_words, make_article, seed_article

BASE = {"accept-encoding": "identity"}


def publish(folder: Path, *, title: str | None = None, after: timedelta = timedelta(0)) -> None:
    """Publish the seed article and another, whose title may change."""
    article = seed_article()
    if title:
        article = replace(article, parsed=replace(article.parsed, title=title))
    publish_feeds(
        site=SITE,
        specs=(),
        articles=[article, make_article(1)],
        words=all_words(),
        folder=folder,
        now=NOW + after,
    )


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of published feeds, for all tests of this file: not to be changed."""
    folder = tmp_path_factory.mktemp("published")
    publish(folder)
    return folder


@pytest.fixture
def folder(published: Path, tmp_path: Path) -> Path:
    """A copy of it, dates included, for one test alone."""
    return Path(shutil.copytree(published, tmp_path / "feeds"))


@pytest.fixture
def client(folder: Path) -> TestClient:
    """A client of a server of nothing but these feeds."""
    return TestClient(Starlette(routes=feed_routes(folder)))


def get(client: TestClient, url: str, **headers: str) -> httpx2.Response:
    """A GET that asks for the plain form unless told otherwise; `_` in a header's name stands for `-`."""
    return client.get(url, headers=BASE | {name.replace("_", "-"): value for name, value in headers.items()})


def http_date(at: datetime) -> str:
    """An HTTP date."""
    return format_datetime(at, usegmt=True)


formats = pytest.mark.parametrize("format_", FORMATS, ids=lambda f: f.name)


@formats
@pytest.mark.parametrize(
    ("case", "status"),
    [
        ("no validator", 200),
        ("etag", 304),
        ("weak etag", 304),
        ("list of etags", 304),
        ("star", 304),
        ("other etag", 200),
        ("same date", 304),
        ("later date", 304),
        ("earlier date", 200),
        ("other etag, same date", 200),
        ("etag of the other coding", 200),
        ("head with etag", 304),
    ],
)
def test_the_table_of_conditional_requests(
    client: TestClient, format_: Format, case: str, status: int
) -> None:
    url = f"/feeds/index{format_.ending}"
    first = get(client, url)
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
    headers = BASE | {name.replace("_", "-"): value for name, value in asked.items()}
    answer = client.request("HEAD" if case.startswith("head") else "GET", url, headers=headers)
    assert answer.status_code == status
    for name in ("etag", "last-modified", "cache-control", "vary", "access-control-allow-origin"):
        assert name in answer.headers
    if status == 304:
        assert answer.content == b""
        assert "content-length" not in answer.headers
        assert "content-type" not in answer.headers


@formats
def test_the_whole_answer(client: TestClient, folder: Path, format_: Format) -> None:
    answer = get(client, f"/feeds/lang/ar{format_.ending}")
    assert answer.content == (folder / f"lang/ar{format_.ending}").read_bytes()
    assert answer.headers["content-type"] == f"{format_.media_type}; charset=utf-8"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["cache-control"] == CACHE_CONTROL
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["last-modified"] == http_date(NOW)
    assert "content-encoding" not in answer.headers
    assert "set-cookie" not in answer.headers


@formats
def test_gzip_is_the_twin_on_disk(client: TestClient, folder: Path, format_: Format) -> None:
    name = f"index{format_.ending}"
    with client.stream("GET", f"/feeds/{name}", headers={"accept-encoding": "gzip, br"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert raw == (folder / f"{name}.gz").read_bytes()
    assert gzip.decompress(raw) == (folder / name).read_bytes()
    assert answer.headers["etag"] != get(client, f"/feeds/{name}").headers["etag"]


def test_gzip_refused_is_not_sent(client: TestClient) -> None:
    assert "content-encoding" not in get(client, "/feeds/index.rss", accept_encoding="gzip;q=0").headers


@formats
def test_head_is_get_without_a_body(client: TestClient, format_: Format) -> None:
    url = f"/feeds/index{format_.ending}"
    head, whole = client.head(url, headers=BASE), get(client, url)
    assert head.content == b""
    assert head.status_code == 200
    assert dict(head.headers) == dict(whole.headers)


@formats
def test_after_a_publication_one_200_then_304_again(
    client: TestClient, folder: Path, format_: Format
) -> None:
    url = f"/feeds/index{format_.ending}"
    before = get(client, url).headers
    publish(folder, title="مصحح")
    changed = get(client, url, if_none_match=before["etag"], if_modified_since=before["last-modified"])
    assert changed.status_code == 200
    assert "مصحح" in changed.text
    assert get(client, url, if_modified_since=before["last-modified"]).status_code == 200
    assert get(client, url, if_modified_since=changed.headers["last-modified"]).status_code == 304
    assert get(client, url, if_none_match=changed.headers["etag"]).status_code == 304


def test_publishing_the_same_again_keeps_every_validator(client: TestClient, folder: Path) -> None:
    before = get(client, "/feeds/index.rss").headers
    publish(folder, after=timedelta(days=1))
    assert dict(get(client, "/feeds/index.rss").headers) == dict(before)


@pytest.mark.parametrize(
    "accept", ["text/html", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "image/png"]
)
def test_a_feed_address_never_answers_with_anything_else(client: TestClient, accept: str) -> None:
    answer = get(client, "/feeds/index.rss", accept=accept)
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        "index.rss.gz",
        ".manifest.json",
        ".lock",
        "lang/.ar.rss.tmp",
        "nothing.rss",
        "index",
        "index.html",
        "",
        "lang/",
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
def test_whatever_is_no_feed_is_not_found(client: TestClient, folder: Path, path: str) -> None:
    (folder.parent / "secret.json").write_text("{}")
    assert client.get(f"/feeds/{path}").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(client: TestClient, method: str) -> None:
    answer = client.request(method, "/feeds/index.rss")
    assert answer.status_code == 405
    assert set(answer.headers["allow"].replace(" ", "").split(",")) == {"GET", "HEAD"}
