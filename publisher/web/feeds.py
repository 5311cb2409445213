"""What is answered at the address of a feed: from memory, with everything a polling reader can ask for.

A feed address answers with the feed and nothing else, whatever the Accept header says: some readers send
`text/html` there. Nothing is rendered on request. Directory, dot files and twins are never reachable: a name must
have the shape of a feed's path and one of the known endings. A cookie is neither read nor set.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import NamedTuple

from publisher.feeds.addresses import FOLDER
from publisher.feeds.served import is_served
from publisher.model.moves import compared
from publisher.web import feed_delta
from publisher.web.answer import OPEN, Answer, build_answer, tell
from publisher.web.conditional import choose_coding, is_not_modified
from publisher.web.feed_memory import FeedMemory, ServedFeed
from publisher.web.moved import find_old
from publisher.web.representation import Representation

PREFIX = f"/{FOLDER}/"
Fields = Mapping[bytes, bytes]
"""A request's header fields by lower-case name; what came in several lines is joined by commas."""

_ALLOWED = ("Allow", "GET, HEAD, OPTIONS")

NOT_FOUND = tell(HTTPStatus.NOT_FOUND, "No feed has this address.\n", ("Cache-Control", "max-age=60"))
NOT_ALLOWED = tell(HTTPStatus.METHOD_NOT_ALLOWED, "A feed can only be read.\n", _ALLOWED)
UNAVAILABLE = tell(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "This feed cannot be read just now.\n",
    ("Retry-After", "60"),
    ("Cache-Control", "no-store"),
)
"""Readers come again after 503 (RFC 9110 section 15.6.4), but give up on feeds that are not found."""
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
    """The feeds of one folder. One event loop uses it.

    `old` has the answers at addresses that are no more, from the root (`web.moved`); `note` is told of every feed that
    was answered.
    """

    def __init__(
        self, memory: FeedMemory, *, old: Mapping[str, Answer] | None = None, note: Note | None = None
    ) -> None:
        self._memory = memory
        self._old = old or {}
        self._note = note

    def answer_old(self, path: str, query: str = "") -> Answer | None:
        """The answer at an address from the root that is no more, whatever the method; None where it is another. Both
        are percent-decoded; a query counts where the settings name it.
        """
        if not self._old:
            return None
        found = self._old.get(compared(path, query)) if query else None
        return found or find_old(self._old, compared(path))

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
        old = find_old(self._old, f"{PREFIX}{name}") if self._old else None
        if old is not None:
            return _without_body(old, method)
        try:
            feed = self._memory.load(name)
        except OSError:  # which the memory has logged
            return _without_body(UNAVAILABLE, method)
        if feed is None:
            return None
        takes_deltas = b"a-im" in fields and feed_delta.takes_deltas(fields)
        offered = feed_delta.CODINGS if takes_deltas else feed.offered
        chosen = feed.representations[choose_coding(_text(fields, b"accept-encoding") or "", offered)]
        if is_not_modified(
            _text(fields, b"if-none-match"),
            _text(fields, b"if-modified-since"),
            etag=chosen.etag,
            modified_at=chosen.modified_at,
        ):
            answer = chosen.unchanged
        elif method == "GET":
            answer = (_delta(feed, fields, chosen) if takes_deltas else None) or chosen.full
        else:
            answer = chosen.head
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


def _without_body(answer: Answer, method: str) -> Answer:
    return answer if method == "GET" else replace(answer, body=b"")


def _delta(feed: ServedFeed, fields: Fields, chosen: Representation) -> Answer | None:
    had = _text(fields, b"if-none-match")
    return feed_delta.answer_delta(feed.history, had, chosen=chosen) if had else None


def _text(fields: Fields, name: bytes) -> str | None:
    value = fields.get(name)
    return None if value is None else value.decode("latin-1")
