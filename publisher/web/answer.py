"""A finished answer of HTTP, made once and sent many times.

The fast lane writes `head` and `body` as they are; an ASGI server is given `fields`. Both say the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

Fields = tuple[tuple[bytes, bytes], ...]
"""Header fields, names in lower case, as ASGI wants them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`head` is the status line and the fields, but for Date and the empty line at its end."""

    status: int
    fields: Fields
    body: bytes
    head: bytes


def build_answer(status: HTTPStatus, fields: Iterable[tuple[str, str]], body: bytes = b"") -> Answer:
    """An answer with these fields, none of which holds a line break."""
    lines = [(name.lower().encode("ascii"), value.encode("latin-1")) for name, value in fields]
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode("ascii")
    return Answer(
        status=status.value,
        fields=tuple(lines),
        body=body,
        head=head + b"".join(name + b": " + value + b"\r\n" for name, value in lines),
    )


OPEN = (("Access-Control-Allow-Origin", "*"), ("Cross-Origin-Resource-Policy", "cross-origin"))
"""Readers that run in a browser may read every feed, whatever page they are on (Fetch Standard)."""


def tell(status: HTTPStatus, text: str, *more: tuple[str, str]) -> Answer:
    """A sentence for whoever looks, at an address of feeds where no feed is."""
    body = text.encode()
    fields = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("X-Content-Type-Options", "nosniff"),
        *OPEN,
        *more,
    ]
    return build_answer(status, fields, body)
