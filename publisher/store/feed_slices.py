"""The feeds that there are, and how often what stands in each has changed.

A feed, once begun, keeps its address: it ends only when the settings end it. `version` counts changes; a feeds folder
remembers which version its files are of (`feeds/manifest.py`), so every folder finds by itself what it is behind with.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from publisher.store.database import Transaction
from publisher.store.schema import feed_rules, feed_slice
from publisher.store.upsert import insert_unless_taken

_SLICE = 900
"""Paths named in one statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSlice:
    """A feed; `kind` is a `SliceKind`, `name` what it is of. `id` is the one it began with; empty for a document of
    another feed's past.
    """

    path: str
    kind: str
    name: str
    version: int
    id: str


_SLICES = sa.select(*feed_slice.c)


def _to_slice(row: Sequence[Any]) -> KnownSlice:
    path, kind, name, version, id_ = row
    return KnownSlice(path=path, kind=kind, name=name, version=version, id=id_ or "")


def load_slices(tx: Transaction) -> tuple[KnownSlice, ...]:
    """Every feed, by path."""
    return tuple(map(_to_slice, tx.execute(_SLICES.order_by(feed_slice.c.path))))


def load_slice(tx: Transaction, path: str) -> KnownSlice | None:
    """The feed at that path, or None."""
    row = tx.execute(_SLICES.where(feed_slice.c.path == path)).first()
    return _to_slice(row) if row else None


def count_of(tx: Transaction, *, kind: str, name: str) -> int:
    """How many there are of this kind and name."""
    query = sa.select(sa.func.count()).select_from(feed_slice).filter_by(kind=kind, name=name)
    return tx.execute(query).scalar_one()


def begin_slice(tx: Transaction, *, path: str, kind: str, name: str, id_: str | None = None) -> bool:
    """Let the feed, or a document of a feed's past (no id), begin; False where it has begun already."""
    return insert_unless_taken(tx, feed_slice, path=path, kind=kind, name=name, version=1, id=id_)


def is_id_taken(tx: Transaction, id_: str) -> bool:
    """Whether a feed has this id."""
    return tx.execute(sa.select(feed_slice.c.path).where(feed_slice.c.id == id_)).first() is not None


def move_slice(tx: Transaction, path: str, *, to: str) -> None:
    """Let the feed stand at another path, where there is none: it is the same feed, with its id."""
    tx.execute(sa.update(feed_slice).where(feed_slice.c.path == path).values(path=to))


def name_slice(tx: Transaction, path: str, *, id_: str) -> None:
    """Give the feed its id."""
    tx.execute(sa.update(feed_slice).where(feed_slice.c.path == path).values(id=id_))


def rename_slice(tx: Transaction, *, path: str, kind: str, name: str) -> None:
    """Give a feed of the settings the kind and name it has there now."""
    tx.execute(sa.update(feed_slice).where(feed_slice.c.path == path).values(kind=kind, name=name))


def count_up(tx: Transaction, paths: Iterable[str]) -> None:
    """Note that what stands in these feeds has changed; those that have not begun are passed over."""
    listed = sorted(paths)
    for start in range(0, len(listed), _SLICE):
        chosen = feed_slice.c.path.in_(listed[start : start + _SLICE])
        tx.execute(sa.update(feed_slice).where(chosen).values(version=feed_slice.c.version + 1))


def count_all_up(tx: Transaction) -> None:
    """Note that every feed is to be written anew."""
    tx.execute(sa.update(feed_slice).values(version=feed_slice.c.version + 1))


def end_slices(tx: Transaction, paths: Collection[str]) -> None:
    """Let these feeds end."""
    tx.execute(sa.delete(feed_slice).where(feed_slice.c.path.in_(paths)))


def load_fingerprint(tx: Transaction) -> str | None:
    """The fingerprint of the rules by which articles were last placed; None before the first time."""
    return tx.scalar(sa.select(feed_rules.c.fingerprint))


def save_fingerprint(tx: Transaction, fingerprint: str) -> None:
    """Note the rules by which articles are placed from now on."""
    if not insert_unless_taken(tx, feed_rules, id=1, fingerprint=fingerprint):
        tx.execute(sa.update(feed_rules).values(fingerprint=fingerprint))
