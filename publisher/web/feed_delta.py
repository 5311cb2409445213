"""Sending a reader only the entries it does not have (RFC 3229 with the instance manipulation `feed`).

A reader says `A-IM: feed` and names in If-None-Match the version it has; the answer is 226 with a feed of the entries
that are new or changed since. Off for everybody but the programs in READERS, which were seen to take it rightly:
rss2email 3.13 asks for it under the name of feedparser, fails at the answer and loses the article. gzip and 304 bring
nearly all of the saving, so nobody else misses anything.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from http import HTTPStatus
from itertools import pairwise

from publisher.feeds.twins import GZIP
from publisher.web.answer import Answer, build_answer
from publisher.web.conditional import split_list
from publisher.web.representation import Representation

CODINGS = (GZIP.name,)
"""What such a reader is offered in every answer, so that its ETags stay of one coding."""
READERS = (b"newsboat/", b"python-reader/")
"""How their User-Agent begins. tests/web/delta_readers.py has what each sends."""
VERSIONS = 16
"""How many earlier versions of a feed are remembered: a day of a busy one, longer of others. Memory holds them, so a
restart forgets them, and a reader is then sent the whole feed once."""
_ENTRY = re.compile(rb"<(item|entry)(?:>| [^>]*>).*?</\1>", re.DOTALL)
CACHE = "no-store, im, max-age=300"
"""RFC 3229 section 10.8.2: a cache that does not know `im` must not keep what is no whole feed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """A feed document in XML, taken apart: `before`, its entries, `after`. `marks` are short hashes of the entries."""

    before: bytes
    entries: tuple[bytes, ...]
    after: bytes
    marks: tuple[bytes, ...]


@dataclass(slots=True)
class History:
    """Of one feed: the marks of its latest versions by digest, and the document that stands now (None: no XML)."""

    now: Entries | None = None
    marks: dict[str, frozenset[bytes]] = field(default_factory=dict)
    answers: dict[tuple[str, str | None], Answer | None] = field(default_factory=dict)

    def turn_to(self, etag: str, data: bytes) -> None:
        """Another version stands now, with this ETag in its plain form."""
        digest = _digest(etag)
        self.now = take_apart(data)
        self.answers.clear()
        if self.now is not None:
            self.marks.pop(digest, None)
            self.marks[digest] = frozenset(self.now.marks)
            while len(self.marks) > VERSIONS:
                del self.marks[next(iter(self.marks))]


def takes_deltas(fields: Mapping[bytes, bytes]) -> bool:
    """Whether the reader asks for it and is known to take it rightly."""
    manipulations = fields.get(b"a-im")
    if manipulations is None or not fields.get(b"user-agent", b"").startswith(READERS):
        return False
    return any(
        member.partition(";")[0].strip() == "feed" for member in split_list(manipulations.decode("latin-1"))
    )


def take_apart(data: bytes) -> Entries | None:
    """The parts of an RSS or Atom document as our writers stitch them, entries side by side; None for any other."""
    found = list(_ENTRY.finditer(data))
    if not found or any(one.end() != other.start() for one, other in pairwise(found)):
        return None
    entries = tuple(match[0] for match in found)
    return Entries(
        before=data[: found[0].start()],
        entries=entries,
        after=data[found[-1].end() :],
        marks=tuple(blake2b(entry, digest_size=12).digest() for entry in entries),
    )


def answer_delta(history: History, if_none_match: str, *, chosen: Representation) -> Answer | None:
    """The 226 for a reader that has one of the versions named; None where none of them is remembered or no entry is
    new since: then it is sent the whole feed.

    `chosen` is the whole feed in the coding it would be sent in, gzip or plain: the reader is given its ETag.
    """
    base = next((tag for tag in split_list(if_none_match) if _digest(tag) in history.marks), None)
    if base is None or history.now is None:
        return None
    key = (_digest(base), chosen.coding)
    if key not in history.answers:
        history.answers[key] = _build(history.now, history.marks[key[0]], base, chosen)
    return history.answers[key]


def _build(now: Entries, had: frozenset[bytes], base: str, chosen: Representation) -> Answer | None:
    fresh = [entry for entry, mark in zip(now.entries, now.marks, strict=True) if mark not in had]
    if not fresh:
        return None
    body = now.before + b"".join(fresh) + now.after
    if chosen.coding:
        body = GZIP.compress(body)
    own = {
        "im": "feed",
        "delta-base": base.removeprefix("W/"),
        "cache-control": CACHE,
        "vary": "Accept-Encoding, A-IM, If-None-Match, User-Agent",
        "content-length": str(len(body)),
    }
    kept = {name.decode("ascii"): value.decode("latin-1") for name, value in chosen.full.fields}
    return build_answer(HTTPStatus.IM_USED, (kept | own).items(), body)


def _digest(tag: str) -> str:
    """The hash of the plain bytes that our ETags begin with, in whatever coding."""
    return tag.removeprefix("W/").strip('"').partition("-")[0]
