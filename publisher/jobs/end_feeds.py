"""Which feeds end because the settings name them no more, and what their readers are owed.

Whoever follows a feed that is no more is answered 404 for ever, and her program asks on for years. Only a person knows
where she should go: so it is said once in the log, and by `nashra doctor` until the settings say it.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime

from publisher.feeds.places import FeedPlan, SliceKind
from publisher.jobs.begin_feeds import BY_SETTINGS
from publisher.store.database import Transaction, after_commit
from publisher.store.ended_feeds import EndedFeed, forget_ended, load_ended, note_ended
from publisher.store.feed_members import forget_paths
from publisher.store.feed_slices import KnownSlice, end_slices, load_slices

NAMED = 3
"""Feeds told of one by one: topics that are switched off can be thousands."""
log = logging.getLogger(__name__)


def end_feeds(tx: Transaction, plan: FeedPlan, *, now: datetime) -> None:
    """Let those end that have left the settings, and those that moved or were retired, with their past: a web server
    would go on handing out its files, whatever Nashra answers. A past without its feed ends too.
    """
    slices = load_slices(tx)
    missing = find_missing(plan, slices)
    ended = {found.path for found in slices if plan.site.moves.is_gone(found.path)}
    ended |= {found.path for found in missing}
    living = {found.path for found in slices} - ended
    ended |= {found.path for found in slices if SliceKind(found.kind).is_page and found.name not in living}
    end_slices(tx, ended)
    forget_paths(tx, ended)
    forget_ended(tx, (known.path for known in load_ended(tx) if not is_missing(plan, known.path)))
    for found in missing:
        note_ended(tx, path=found.path, name=found.name, now=now)
    after_commit(tx, lambda: _tell(missing))


def find_missing(plan: FeedPlan, slices: Iterable[KnownSlice]) -> tuple[KnownSlice, ...]:
    """Of the feeds that there are, those that the settings neither name nor send on."""
    return tuple(
        found
        for found in slices
        if _hangs_on_settings(plan, SliceKind(found.kind)) and is_missing(plan, found.path)
    )


def _hangs_on_settings(plan: FeedPlan, kind: SliceKind) -> bool:
    """Whether feeds of this kind are there only while the settings name them, or the settings switch its kind off."""
    least = {SliceKind.TOPIC: plan.rules.topics_at_least, SliceKind.AUTHOR: plan.rules.authors_at_least}
    return kind in BY_SETTINGS or least.get(kind) == 0


def load_missing(tx: Transaction, plan: FeedPlan, *, now: datetime) -> tuple[EndedFeed, ...]:
    """The feeds whose readers are answered 404 by these settings, by path; from the next publication on, where it has
    not seen these settings yet (then `at` is now).
    """
    known = {ended.path: ended for ended in load_ended(tx) if is_missing(plan, ended.path)}
    for found in find_missing(plan, load_slices(tx)):
        known.setdefault(found.path, EndedFeed(path=found.path, name=found.name, at=now))
    return tuple(known[path] for path in sorted(known))


def is_missing(plan: FeedPlan, path: str) -> bool:
    """Whether the settings say nothing of a feed of this path, published by them before."""
    return not plan.site.moves.is_gone(path) and all(place.path != path for place in plan.standing)


def tell_settings(path: str) -> str:
    """What to write into the settings for it."""
    return f'[[moved]] with from = "{path}" and to = "…", or retired = ["{path}"] in [feeds]'


def _tell(missing: Sequence[KnownSlice]) -> None:
    for found in missing[:NAMED]:
        log.warning(
            "feed left the settings and its readers get 404: write %s",
            tell_settings(found.path),
            extra={"feed": found.path},
        )
    if len(missing) > NAMED:
        more = len(missing) - NAMED
        log.warning("%d more feeds left the settings: nashra feeds list names them", more)
