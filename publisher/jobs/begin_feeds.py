"""Feeds begin, and keep the id they began with: a feed that moves is the same feed (RFC 4287 section 4.2.6)."""

from publisher.feeds.addresses import feed_id
from publisher.feeds.places import FeedPlan, Place, SliceKind
from publisher.store.database import Transaction
from publisher.store.ended_feeds import forget_ended
from publisher.store.feed_slices import (
    KnownSlice,
    begin_slice,
    is_id_taken,
    load_slices,
    move_slice,
    name_slice,
    rename_slice,
)

BY_SETTINGS = frozenset({SliceKind.SITE, SliceKind.NEWSLETTER, SliceKind.ASKED})
"""Kinds whose feeds are there by the settings alone."""


def begin_standing(tx: Transaction, plan: FeedPlan) -> None:
    """Let every feed of the settings be there under its name of today, and give an id to those that have none yet."""
    known = {found.path: found for found in load_slices(tx)}
    for place in plan.standing:
        if place.path in known:
            rename_slice(tx, path=place.path, kind=place.kind, name=place.name)
        else:
            begin_feed(tx, plan, place)
    for found in known.values():
        if not found.id and not SliceKind(found.kind).is_page:
            name_slice(tx, found.path, id_=_new_id(tx, plan, found.path))


def begin_feed(tx: Transaction, plan: FeedPlan, place: Place) -> None:
    """Let a feed begin that is not there."""
    id_ = _new_id(tx, plan, place.path)
    begin_slice(tx, path=place.path, kind=place.kind, name=place.name, id_=id_)
    forget_ended(tx, [place.path])


def move_feeds(tx: Transaction, plan: FeedPlan) -> None:
    """Let feeds that moved stand where the settings have them now, unless another feed is there already."""
    there = {found.path: found for found in load_slices(tx)}
    for found in tuple(there.values()):
        heir = plan.site.moves.heir(found.path)
        if heir not in there and _can_be(plan, found, heir):
            move_slice(tx, found.path, to=heir)
            there[heir] = found


def _can_be(plan: FeedPlan, found: KnownSlice, path: str) -> bool:
    """Whether a feed at that path is of its kind, or becomes what the settings name there."""
    kind = SliceKind(found.kind)
    if kind.is_page:
        return False
    is_named = any(place.path == path for place in plan.standing)
    return is_named or (kind not in BY_SETTINGS and path.partition("/")[0] == found.path.partition("/")[0])


def _new_id(tx: Transaction, plan: FeedPlan, path: str) -> str:
    """That of home and path, unless a feed that has moved away from there has it."""
    number, id_ = 1, feed_id(plan.site.home, path)
    while is_id_taken(tx, id_):
        number += 1
        id_ = feed_id(plan.site.home, f"{path}#{number}")
    return id_
