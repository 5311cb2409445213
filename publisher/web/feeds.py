"""What is answered at the address of a feed: from memory, with everything a polling reader can ask for.

A feed address answers with the feed and nothing else, whatever the Accept header says: some readers send
`text/html` there. Nothing is rendered on request. Directory, dot files and twins are never reachable: a name must
have the shape of a feed's path and one of the known endings. A cookie is neither read nor set.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import NamedTuple

from publisher.feeds.served import is_served
from publisher.web.answer import Answer, build_answer
from publisher.web.conditional import choose_coding, is_not_modified
from publisher.web.feed_memory import FeedMemory
from publisher.web.representation import OPEN

Fields = Mapping[bytes, bytes]
"""A request's header fields by lower-case name; what came in several lines is joined by commas."""

_TEXT = ("Content-Type", "text/plain; charset=utf-8")
_ALLOWED = ("Allow", "GET, HEAD, OPTIONS")


def _tell(status: HTTPStatus, text: str, *more: tuple[str, str]) -> Answer:
    body = text.encode()
    return build_answer(
        status,
        [_TEXT, ("Content-Length", str(len(body))), ("X-Content-Type-Options", "nosniff"), *OPEN, *more],
        body,
    )


NOT_FOUND = _tell(
    HTTPStatus.NOT_FOUND, "No feed has this address.\n", ("Cache-Control", "public, max-age=60")
)
NOT_ALLOWED = _tell(HTTPStatus.METHOD_NOT_ALLOWED, "A feed can only be read.\n", _ALLOWED)
PREFLIGHT = build_answer(
    HTTPStatus.NO_CONTENT,
    [
        _ALLOWED,
        *OPEN,
        ("Access-Control-Allow-Methods", "GET, HEAD"),
        ("Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since, A-IM"),
        ("Access-Control-Max-Age", "86400"),
    ],
)
"""A reader in a browser asks before it sends a validator (Fetch Standard, CORS-preflight)."""


class Poll(NamedTuple):
    """One answer to a reader, to be counted. `sent` are the bytes of its body, `whole` those of the feed in the coding
    that was chosen, `plain` those of the feed uncompressed. `peer` is who connected and `forwarded` whom a proxy says
    it speaks for: they are kept in memory only until they are hashed. A tuple, because it is made for every poll.
    """

    name: str
    status: int
    sent: int
    whole: int
    plain: int
    agent: bytes
    peer: str
    forwarded: bytes


Note = Callable[[Poll], None]


class Feeds:
    """The feeds of one folder. One event loop uses it; `note` is told of every feed that was answered."""

    def __init__(self, memory: FeedMemory, *, note: Note | None = None) -> None:
        self._memory = memory
        self._note = note

    def answer(self, method: str, name: str, fields: Fields, peer: str) -> Answer | None:
        """The answer to a request for `/feeds/{name}`; None where the name is not one of a feed's document, so that it
        may be a page's.
        """
        if not is_served(name):
            return None
        if method == "OPTIONS":
            return PREFLIGHT
        if method not in ("GET", "HEAD"):
            return NOT_ALLOWED
        return self.poll(method, name, fields, peer) or NOT_FOUND

    def poll(self, method: str, name: str, fields: Fields, peer: str) -> Answer | None:
        """The answer to GET or HEAD of a name that `is_served`; None where there is no such feed."""
        feed = self._memory.load(name)
        if feed is None:
            return None
        coding = choose_coding(_text(fields, b"accept-encoding") or "", feed.offered)
        chosen = feed.representations[coding]
        if is_not_modified(
            _text(fields, b"if-none-match"),
            _text(fields, b"if-modified-since"),
            etag=chosen.etag,
            modified_at=chosen.modified_at,
        ):
            answer = chosen.unchanged
        else:
            answer = chosen.full if method == "GET" else chosen.head
        if self._note is not None:
            self._note(
                Poll(
                    name,
                    answer.status,
                    len(answer.body),
                    len(chosen.full.body),
                    len(feed.representations[None].full.body),
                    fields.get(b"user-agent", b""),
                    peer,
                    fields.get(b"x-forwarded-for", b""),
                )
            )
        return answer


def _text(fields: Fields, name: bytes) -> str | None:
    value = fields.get(name)
    return None if value is None else value.decode("latin-1")
