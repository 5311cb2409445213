"""Standing between a reader and the server: every request and answer passes unchanged and is written down."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and what it was answered; fields by their names in lower case, the body as it was sent."""

    path: str
    asked: Mapping[str, str]
    status: int
    fields: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Between:
    """The server's other address, and what went through it, in order."""

    port: int = 0
    exchanges: list[Exchange] = field(default_factory=list)

    def url(self, path: str) -> str:
        """A feed's address by this way."""
        return f"http://127.0.0.1:{self.port}/feeds/{path}"


@contextmanager
def between(upstream: int) -> Iterator[Between]:
    """A way to the server at this port of loopback."""
    way = Between()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            server = HTTPConnection("127.0.0.1", upstream, timeout=10)
            server.putrequest("GET", self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                server.putheader(name, value)
            server.endheaders()
            answer = server.getresponse()
            body = answer.read()
            server.close()
            way.exchanges.append(
                Exchange(
                    path=self.path,
                    asked={name.lower(): value for name, value in self.headers.items()},
                    status=answer.status,
                    fields={name.lower(): value for name, value in answer.getheaders()},
                    body=body,
                )
            )
            self.send_response_only(answer.status, answer.reason)
            for name, value in answer.getheaders():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        way.port = server.server_port
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield way
        finally:
            server.shutdown()
            thread.join(timeout=10)
