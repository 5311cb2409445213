"""A feed in one content coding (RFC 9110 section 8), with every answer a reader can be given made ready."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from pathlib import PurePosixPath

from publisher.feeds.served import MEDIA_TYPES, cache_control
from publisher.web.answer import Answer, build_answer
from publisher.web.security import PAGE_POLICY

OPEN = (("Access-Control-Allow-Origin", "*"), ("Cross-Origin-Resource-Policy", "cross-origin"))
"""Readers that run in a browser may read every feed, whatever page they are on (Fetch Standard)."""


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


def build_representations(
    name: str, forms: Mapping[str | None, bytes], *, modified: int, https: bool
) -> Mapping[str | None, Representation]:
    """The representations of the file `name`, of which `forms` are the bytes in each coding; `modified` is its date in
    seconds since 1970.
    """
    digest = hashlib.sha256(forms[None]).hexdigest()[:32]
    return {
        coding: _build(
            name, coding, data, f'"{digest}-{coding}"' if coding else f'"{digest}"', modified, https
        )
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
        ("Access-Control-Expose-Headers", "ETag"),
    ]


def describe(name: str, coding: str | None, *, https: bool) -> list[tuple[str, str]]:
    """What the content is, and what a browser that shows it may do with it: nothing but dress it."""
    return [
        ("Content-Type", f"{MEDIA_TYPES[PurePosixPath(name).suffix]}; charset=utf-8"),
        *([("Content-Encoding", coding)] if coding else []),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", PAGE_POLICY),
        *([("Strict-Transport-Security", "max-age=31536000")] if https else []),
    ]


def _build(
    name: str, coding: str | None, data: bytes, etag: str, modified: int, https: bool
) -> Representation:
    modified_at = datetime.fromtimestamp(modified, UTC)
    known = validators(name, etag, modified_at)
    whole = [*describe(name, coding, https=https), ("Content-Length", str(len(data))), *known]
    return Representation(
        coding=coding,
        etag=etag,
        modified_at=modified_at,
        full=build_answer(HTTPStatus.OK, whole, data),
        head=build_answer(HTTPStatus.OK, whole),
        unchanged=build_answer(HTTPStatus.NOT_MODIFIED, known),
    )
