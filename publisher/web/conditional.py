"""Conditional requests and content coding, as a reader's headers ask for them. Pure: headers in, answers out.

A field that was sent in several lines is given as one, joined by commas (RFC 9110 section 5.3).
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

_SEEN = 1024
"""Readers send few different values of `Accept-Encoding` and `If-Modified-Since`, each thousands of times."""


def is_not_modified(
    if_none_match: str | None, if_modified_since: str | None, *, etag: str, modified_at: datetime | None
) -> bool:
    """Whether a GET or HEAD is answered 304 (RFC 9110 section 13.2.2). None: the field was not sent.

    `etag` is the strong tag of the representation chosen for this request; If-None-Match compares weakly (section
    13.1.2) and, where present, If-Modified-Since is not looked at. `modified_at` is aware, in whole seconds; None: it
    has no date.
    """
    if if_none_match is not None:
        return if_none_match == etag or any(
            tag == "*" or tag.removeprefix("W/") == etag for tag in split_list(if_none_match)
        )
    since = parse_http_date(if_modified_since) if if_modified_since is not None else None
    return since is not None and modified_at is not None and modified_at <= since


@lru_cache(maxsize=_SEEN)
def parse_http_date(text: str) -> datetime | None:
    """An HTTP date in any of its three forms (RFC 9110 section 5.6.7), aware; None for what is not one. A date
    without a zone is in UTC.
    """
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # the year 99999999999 is no C integer
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@lru_cache(maxsize=_SEEN)
def choose_coding(accept_encoding: str, offered: Sequence[str]) -> str | None:
    """The most welcome of the codings `offered` (best first), or None for the plain form (RFC 9110 section 12.5.3).

    Equal weights leave it to our order. The plain form is sent where nothing else is welcome, even if it was refused:
    a 406 would help nobody.
    """
    weights = dict(_weight(member) for member in split_list(accept_encoding))
    others = weights.get("*", 0.0)
    best, heaviest = None, weights.get("identity", 0.0)
    for coding in offered:
        weight = weights.get(coding, weights.get(f"x-{coding}", others))
        if weight > 0 and (weight > heaviest or (best is None and weight >= heaviest)):
            best, heaviest = coding, weight
    return best


def split_list(value: str) -> Iterable[str]:
    """The members of a list (RFC 9110 section 5.6.1). Our own tags hold no comma, so splitting at commas can only
    break foreign ones, which match nothing anyway.
    """
    return (member.strip() for member in value.split(",") if member.strip())


def _weight(member: str) -> tuple[str, float]:
    """A coding and its weight. A weight that is no number refuses the coding: the plain form is always understood."""
    coding, _, parameter = member.partition(";")
    name, _, value = parameter.partition("=")
    if name.strip().lower() != "q":
        return coding.strip().lower(), 1.0
    try:
        return coding.strip().lower(), float(value)
    except ValueError:
        return coding.strip().lower(), 0.0
