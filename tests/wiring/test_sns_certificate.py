"""What is fetched for SNS: over verified TLS, from where it was asked for, and not much of it."""

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from publisher.wiring import sns_certificate
from publisher.wiring.sns_certificate import MAX_OCTETS, fetch, fetch_from_sns

CERTIFICATES = Path(__file__).parents[1] / "data" / "tls"


class _Answers(BaseHTTPRequestHandler):
    seen: list[str] = []  # noqa: RUF012 - http.server makes one object a request

    def do_GET(self) -> None:
        self.seen.append(self.path)
        name = self.path.partition("?")[0]
        self.send_response({"/moved": 302, "/gone": 404}.get(name, 200))
        self.send_header("Location", "/certificate")
        self.end_headers()
        self.wfile.write(b"x" * (MAX_OCTETS + (name == "/large")) if name in ("/large", "/most") else b"PEM")

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Answers)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "relay.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    _Answers.seen.clear()
    yield f"https://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=CERTIFICATES / "ca.pem")


def test_a_certificate_is_fetched_with_its_query(server: str) -> None:
    assert fetch(f"{server}/certificate?Action=x", trust()) == b"PEM"
    assert len(fetch(f"{server}/most", trust())) == MAX_OCTETS
    assert _Answers.seen == ["/certificate?Action=x", "/most"]


@pytest.mark.parametrize("path", ["/moved", "/gone", "/large"])
def test_a_redirect_a_refusal_and_too_much_are_errors(server: str, path: str) -> None:
    with pytest.raises(OSError, match="answered"):
        fetch(server + path, trust())
    assert _Answers.seen == [path]


@pytest.mark.anyio
async def test_a_certificate_that_nobody_vouches_for_is_not_believed(server: str) -> None:
    with pytest.raises(OSError, match="certificate verify failed"):
        await fetch_from_sns(f"{server}/certificate")
    assert _Answers.seen == []


@pytest.mark.anyio
async def test_a_host_that_is_not_there_is_an_error(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sns_certificate, "TIMEOUT_SECONDS", 0.2)
    with pytest.raises(OSError):
        await fetch_from_sns("https://127.0.0.1:1/certificate")
