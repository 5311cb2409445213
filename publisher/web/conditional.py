"""Conditional requests and content coding, as a reader's headers ask for them. Pure: headers in, answers out."""

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from starlette.datastructures import Headers


def is_not_modified(headers: Headers, *, etag: str, modified_at: datetime) -> bool:
    """Whether a GET or HEAD is answered 304 (RFC 9110 section 13.2.2).

    `etag` is the strong tag of the representation chosen for this request; If-None-Match compares weakly (section
    13.1.2) and, where present, If-Modified-Since is not looked at. `modified_at` is aware, in whole seconds.
    """
    wanted = headers.getlist("if-none-match")
    if wanted:
        return any(tag == "*" or tag.removeprefix("W/") == etag for tag in _members(wanted))
    since = parse_http_date(headers.get("if-modified-since", ""))
    return since is not None and modified_at <= since


def parse_http_date(text: str) -> datetime | None:
    """An HTTP date in any of its three forms (RFC 9110 section 5.6.7), aware; None for what is not one. A date
    without a zone is in UTC.
    """
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def accepts_gzip(accept_encoding: Iterable[str]) -> bool:
    """Whether gzip is acceptable and not less welcome than the plain form (RFC 9110 section 12.5.3)."""
    qualities = dict(_quality(member) for member in _members(accept_encoding))
    others = qualities.get("*", 0.0)
    gzip = qualities.get("gzip", qualities.get("x-gzip", others))
    return gzip > 0 and gzip >= qualities.get("identity", 0.0)


def _quality(member: str) -> tuple[str, float]:
    """A coding and its weight. A weight that is no number refuses the coding: the plain form is always understood."""
    coding, _, parameter = member.partition(";")
    name, _, value = parameter.partition("=")
    if name.strip().lower() != "q":
        return coding.strip().lower(), 1.0
    try:
        return coding.strip().lower(), float(value)
    except ValueError:
        return coding.strip().lower(), 0.0


def _members(values: Iterable[str]) -> Iterable[str]:
    """The members of a list that may be spread over several headers (RFC 9110 section 5.6.1). Our own tags hold no
    comma, so splitting at commas can only break foreign ones, which match nothing anyway.
    """
    return (member.strip() for value in values for member in value.split(",") if member.strip())
