"""A feed in one content coding (RFC 9110 section 8), with every answer a reader can be given made ready."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus

from publisher.feeds.served import cache_control, media_type
from publisher.web.answer import OPEN, Answer, build_answer
from publisher.web.security import PAGE_POLICY


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """`coding` is None for the plain form. `etag` is strong: the hash of the plain bytes, named apart for each coding
    (RFC 9110 section 8.8.3.3). `full` answers GET, `head` HEAD, `unchanged` a reader that has it.
    """

    coding: str | None
    etag: str
    modified_at: datetime
    full: Answer
    head: Answer
    unchanged: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is said with every feed. `https`: it is only served so. `link` gives the value of a file's Link field, its
    hubs and itself (WebSub section 4), or nothing where it is no feed or has no hub.
    """

    https: bool = False
    link: Callable[[str], str] = lambda _name: ""


def build_representations(
    name: str, forms: Mapping[str | None, bytes], *, modified: int, terms: Terms
) -> Mapping[str | None, Representation]:
    """The representations of the file `name`, of which `forms` are the bytes in each coding; `modified` is its date in
    seconds since 1970.
    """
    digest = hashlib.sha256(forms[None]).hexdigest()[:32]
    modified_at = datetime.fromtimestamp(modified, UTC)
    return {
        coding: _build(name, coding, data, f'"{digest}{f"-{coding}" if coding else ""}"', modified_at, terms)
        for coding, data in forms.items()
    }


def validators(name: str, etag: str, modified_at: datetime) -> list[tuple[str, str]]:
    """The fields that a 304 repeats (RFC 9110 section 15.4.5)."""
    return [
        ("ETag", etag),
        ("Last-Modified", format_datetime(modified_at, usegmt=True)),
        ("Cache-Control", cache_control(name)),
        ("Vary", "Accept-Encoding"),
        *OPEN,
        ("Access-Control-Expose-Headers", "ETag, Link"),
    ]


def describe(name: str, coding: str | None, terms: Terms) -> list[tuple[str, str]]:
    """What the content is, and what a browser that shows it may do with it: nothing but dress it."""
    link = terms.link(name)
    return [
        ("Content-Type", f"{media_type(name)}; charset=utf-8"),
        *([("Content-Encoding", coding)] if coding else []),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", PAGE_POLICY),
        *([("Strict-Transport-Security", "max-age=31536000")] if terms.https else []),
        *([("Link", link)] if link else []),
    ]


def _build(
    name: str, coding: str | None, data: bytes, etag: str, modified_at: datetime, terms: Terms
) -> Representation:
    known = validators(name, etag, modified_at)
    whole = [*describe(name, coding, terms), ("Content-Length", str(len(data))), *known]
    return Representation(
        coding=coding,
        etag=etag,
        modified_at=modified_at,
        full=build_answer(HTTPStatus.OK, whole, data),
        head=build_answer(HTTPStatus.OK, whole),
        unchanged=build_answer(HTTPStatus.NOT_MODIFIED, known),
    )
