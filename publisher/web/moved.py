"""Answers at addresses that are no more: 301 to the new one for ever, 410 for what was retired.

What a moved feed held in `recent` and its archives is spread over the new feed's: their addresses lead to the new feed
itself, where walking back (RFC 5005 section 4) begins and meets every article.
"""

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus

from publisher.feeds.addresses import FOLDER, is_path
from publisher.feeds.formats import FORMATS
from publisher.feeds.served import is_served
from publisher.model.archive import FOLDER as ARCHIVE
from publisher.model.moves import Moves
from publisher.web.answer import Answer, tell

DAY = "max-age=86400"
HOUR = "max-age=3600"
"""A feed that was retired by mistake can come back: readers that were told 410 may ask once more."""

_PAST = re.compile(rf"(/{FOLDER}/.+)/(?:recent|{ARCHIVE}/[0-9]+)(\.[a-z]+)")


def find_old(old: Mapping[str, Answer], path: str) -> Answer | None:
    """The answer at `path` from the root, or at the feed whose past it would be; None where nothing moved."""
    found = old.get(path)
    if found is None and old and (past := _PAST.fullmatch(path)):
        return old.get(past[1] + past[2])
    return found


def build_old_addresses(moves: Moves, base_url: str) -> Mapping[str, Answer]:
    """The answer at every address from the root that is no more, without a slash at its end. A feed stands for its
    file in each format and for its page; but that a feed was retired its page says itself, to people
    (`web.feed_preview`). `base_url` has no trailing slash.
    """
    answers = {
        address: _redirect(target)
        for before, after in moves.moved.items()
        for address, target in _moved(before, after, base_url)
    }
    gone = tell(
        HTTPStatus.GONE,
        f"This feed has been retired and will not come back. {base_url}/{FOLDER} lists the others.\n",
        ("Cache-Control", HOUR),
    )
    files = (address for before in moves.retired for address in _addresses(before))
    pages = {f"/{FOLDER}/{before}" for before in moves.retired if is_path(before)}
    return answers | {address: gone for address in files if address not in pages}


def _moved(before: str, after: str, base_url: str) -> Iterator[tuple[str, str]]:
    """`before` is one address or all those of a feed; a feed as a target keeps the format that was asked for, and is
    RSS where none was.
    """
    for address in _addresses(before):
        ending = next((f.ending for f in FORMATS if address.endswith(f.ending)), None)
        yield (
            address,
            _target(after, ending, base_url, is_page=address == f"/{FOLDER}/{before}" and not ending),
        )


def _target(after: str, ending: str | None, base_url: str, *, is_page: bool) -> str:
    if "://" in after:
        return after
    if is_served(after) or is_page:
        return f"{base_url}/{FOLDER}/{after}"
    return f"{base_url}/{FOLDER}/{after}{ending or FORMATS[0].ending}"


def _addresses(before: str) -> Iterator[str]:
    """From the root: an old address as it is, one document, or a feed in every format and its page."""
    if before.startswith("/"):
        yield before
        return
    yield f"/{FOLDER}/{before}"
    if not is_served(before):
        yield from (f"/{FOLDER}/{before}{format_.ending}" for format_ in FORMATS)


def _redirect(target: str) -> Answer:
    return tell(
        HTTPStatus.MOVED_PERMANENTLY,
        f"This feed has moved to {target}\n",
        ("Location", target),
        ("Cache-Control", DAY),
    )
