"""Targets that are whole addresses (RFC 9112 section 3.2.2)."""

from urllib.parse import quote

import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from publisher.web.absolute_form import to_origin_form
from publisher.web.app import build_app
from tests.web.reader_app import ReaderApp


def origin_form(target: bytes, *headers: tuple[bytes, bytes]) -> Scope:
    """What uvicorn's scope of such a target becomes."""
    return to_origin_form({"path": target.decode(), "raw_path": target, "headers": list(headers)})


@pytest.mark.parametrize(
    ("target", "path", "host"),
    [
        (b"http://news.example/feeds/index.rss", "/feeds/index.rss", b"news.example"),
        (b"HTTPS://news.example:8443/%D8%B3", "/س", b"news.example:8443"),
        (b"http://[::1]", "/", b"[::1]"),
    ],
)
def test_the_path_is_taken_out_and_the_host_named_there_counts(target: bytes, path: str, host: bytes) -> None:
    scope = origin_form(target, (b"host", b"other.example"), (b"accept", b"*/*"))
    assert scope["path"] == path
    assert scope["raw_path"] == quote(path).encode()
    assert scope["headers"] == [(b"host", host), (b"accept", b"*/*")]


@pytest.mark.parametrize("target", [b"*", b"feeds/index.rss", b"http://", b"http://a@b/", b"ftp://a/"])
def test_what_is_no_web_address_stays_as_it_is(target: bytes) -> None:
    assert origin_form(target)["path"] == target.decode()


def test_the_whole_application_takes_such_a_target(reader: ReaderApp) -> None:
    """Pages too, as uvicorn hands them on."""

    async def as_uvicorn(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            target = f"http://news.example{scope['path']}"
            scope = {**scope, "path": target, "raw_path": target.encode()}
        await app(scope, receive, send)

    app = build_app(reader.context)
    with TestClient(as_uvicorn) as client:
        for path in ("/", "/feeds", "/subscribe"):
            usual = reader.client.get(path)
            assert usual.status_code == 200
            assert client.get(path).content == usual.content
