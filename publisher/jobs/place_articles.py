"""Decide in which feeds every changed article stands, and note which feeds changed by it.

It costs what changed: an article is looked at by itself (`feeds/places.py`), and its places are rows. Where the
settings or the writers changed, every article is looked at, a few hundred in each transaction: mail never waits.

Promise: a crash anywhere loses nothing. What was not placed stands in the outbox (`store/feed_changes.py`); what was
placed and not published has a version no feeds folder has (`store/feed_slices.py`).
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from publisher.feeds.fragments import WRITER
from publisher.feeds.places import FeedPlan, Place, SliceKind, find_places
from publisher.jobs.begin_feeds import begin_feed, begin_standing, move_feeds
from publisher.jobs.end_feeds import end_feeds
from publisher.jobs.newsroom import Newsroom
from publisher.model.archive import recent_path
from publisher.model.article import Article, ArticleState
from publisher.store.articles import load_articles_by_number
from publisher.store.database import Transaction
from publisher.store.feed_changes import has_due_change, note_all, note_change, take_due_changes
from publisher.store.feed_members import Member, forget_archives, has_members, replace_members
from publisher.store.feed_slices import (
    KnownSlice,
    count_all_up,
    count_up,
    end_slices,
    load_fingerprint,
    load_slices,
    rename_slice,
    save_fingerprint,
)
from publisher.store.unwritten import let_in


def place_articles(room: Newsroom) -> None:
    """Bring the places of all articles up to what is stored and to the settings. Repeating it changes nothing."""
    plan, now = room.feed_plan, room.now()
    fingerprint = rules_fingerprint(plan)
    with room.database.read() as tx:
        is_new, is_due = load_fingerprint(tx) != fingerprint, has_due_change(tx, now=now)
    if is_new:
        _begin_anew(room, plan, fingerprint, now)
    while is_new or is_due:
        is_new = is_due = _place_some(room, plan, now)


def rules_fingerprint(plan: FeedPlan) -> str:
    """Equal for equal settings and writers. Every value in a plan spells itself, so its spelling tells all of it."""
    return hashlib.sha256(repr((WRITER, plan)).encode()).hexdigest()


def _begin_anew(room: Newsroom, plan: FeedPlan, fingerprint: str, now: datetime) -> None:
    """Settings or writers changed: feeds of the settings begin and end, every article is looked at again."""
    with room.database.write() as tx:
        move_feeds(tx, plan)
        end_feeds(tx, plan, now=now)
        if not plan.rules.archives:
            end_slices(tx, [found.path for found in load_slices(tx) if SliceKind(found.kind).is_page])
            forget_archives(tx)
        begin_standing(tx, plan)
        note_all(tx, now=now)
        count_all_up(tx)
        save_fingerprint(tx, fingerprint)


def _place_some(room: Newsroom, plan: FeedPlan, now: datetime) -> bool:
    """Place the next few; whether there were any."""
    with room.database.write() as tx:
        numbers = take_due_changes(tx, now=now)
        changed: set[str] = set()
        begun = {found.path: _as_place(found) for found in load_slices(tx)} if numbers else {}
        let_in(tx, numbers)
        for article in load_articles_by_number(tx, numbers):
            changed |= _place(tx, plan, article, begun, now)
        count_up(tx, changed | {recent_path(path) for path in changed})
    return bool(numbers)


def _place(
    tx: Transaction, plan: FeedPlan, article: Article, begun: dict[str, Place], now: datetime
) -> frozenset[str]:
    """Write the article's places; returns the feeds that changed by it. `begun` grows by the feeds that begin now."""
    places = find_places(plan, article)
    changed = replace_members(tx, article.number, _members(tx, plan, article, places, now))
    for place in places:
        known = begun.get(place.path)
        if known is None and has_members(tx, place.path, place.at_least):
            begin_feed(tx, plan, place)
            begun[place.path] = place
        elif known is not None and place.makes_its_name and not known.makes_its_name:
            rename_slice(tx, path=place.path, kind=place.kind, name=place.name)
            begun[place.path] = place
    return changed


def _as_place(found: KnownSlice) -> Place:
    return Place(kind=SliceKind(found.kind), path=found.path, name=found.name)


def _members(
    tx: Transaction, plan: FeedPlan, article: Article, places: tuple[Place, ...], now: datetime
) -> Iterator[Member]:
    """The rows of an article: none before its date has come, and none of a withdrawn one that nobody ever saw or that
    feeds have told long enough. What is told until then is looked at again when that time is over.
    """
    published_at, gone_at = article.parsed.published_at, article.withdrawn_at
    if article.state is ArticleState.LIVE:
        gone_at = None
    if published_at > now or (gone_at and published_at > gone_at):
        return
    if gone_at:
        until = gone_at + plan.rules.tombstones_for
        if until <= now:
            return
        note_change(tx, article.number, due_at=until)
    for place in places:
        yield Member(path=place.path, correction=0, shown_at=published_at, gone_at=gone_at)
        for correction in article.corrections:
            if place.corrections or correction.announce:
                yield Member(
                    path=place.path, correction=correction.number, shown_at=correction.at, gone_at=gone_at
                )
