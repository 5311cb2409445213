"""Bring the articles of a former system, each under the id that its readers know.

Promise: nothing is brought from a document that cannot be read to its end. Articles are brought in small steps, each a
transaction, so that an issue being sent never waits long for the database; an import that was broken off is run again,
and what is there already is left as it is. An article that its own document speaks for by now is never written over.
A rehearsal goes through the same steps, each upon what those before it wrote, and says what an import would.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from publisher.jobs.former_document import Entries
from publisher.jobs.newsroom import Newsroom
from publisher.model.article import Parsed, Quarantined
from publisher.model.identity import IMPORTED
from publisher.model.reason import Reason, reason
from publisher.model.work import Work, WorkKind
from publisher.sources.moving.accept import accept_entry, is_excerpt
from publisher.sources.moving.entry import FormerEntry
from publisher.sources.origin import Origin
from publisher.store.articles import Saved, has_article, save_parsed
from publisher.store.database import Transaction
from publisher.store.rehearsal import rehearse

STEP = 200
"""Articles in one transaction: a fraction of a second."""


class Brought(StrEnum):
    """What an entry came to."""

    NEW = "new"
    """An article that was not known."""
    UPDATED = "updated"
    """An article that was imported before and says something else now."""
    UNCHANGED = "unchanged"
    """Known as it is; or known whole, and this is an excerpt."""
    TAKEN_OVER = "taken over"
    """Its own document speaks for it by now; nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An entry that was not brought: where it stands, its id as far as it has one, its title, and why."""

    place: str
    guid: str
    title: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """How many entries came to what, and those left out in order."""

    brought: Mapping[Brought, int]
    left_out: tuple[LeftOut, ...]


def import_articles(
    room: Newsroom,
    entries: Entries,
    *,
    language: str = "",
    is_rehearsal: bool = False,
    watch: Callable[[int], None] = lambda _: None,
) -> ImportReport:
    """Bring every entry that is an article; raises UnreadableError, with nothing brought, where they cannot be read.

    `language` is that of entries that do not say theirs. A rehearsal writes nothing and reports the same. `watch` is
    told, after each step, how many were looked at.
    """
    for _ in entries():
        pass
    brought: Counter[Brought] = Counter()
    left_out: list[LeftOut] = []
    seen: dict[str, int] = {}
    remaining = entries()
    looked_at = 0
    with rehearse(room.database) if is_rehearsal else nullcontext(room.database.write) as begin:
        while step := list(islice(remaining, STEP)):
            accepted = list(_accept(room, step, seen, left_out, language))
            with begin() as tx:
                outcomes = [(entry, _bring(tx, room, parsed)) for entry, parsed in accepted]
                if not is_rehearsal and any(outcome in _CHANGES for _, outcome in outcomes):
                    room.dispatcher.submit(tx, Work(WorkKind.PUBLISH_FEEDS))
            _count(outcomes, brought, left_out)
            looked_at += len(step)
            watch(looked_at)
    return ImportReport(brought=dict(brought), left_out=tuple(left_out))


def _accept(
    room: Newsroom,
    step: Sequence[FormerEntry],
    seen: dict[str, int],
    left_out: list[LeftOut],
    language: str,
) -> Iterator[tuple[FormerEntry, Parsed]]:
    """The articles of a step. Of two entries with one guid the first counts; the same entry again, as pages of a feed
    overlap, is passed over.
    """
    for entry in step:
        origin = Origin(source=IMPORTED, key=entry.guid, site=room.site, now=room.now())
        found = accept_entry(entry, origin, language=language)
        if isinstance(found, Reason):
            left_out.append(_leave(entry, found))
            continue
        if entry.guid not in seen:
            seen[entry.guid] = hash(found)
            yield entry, found
        elif seen[entry.guid] != hash(found):
            left_out.append(_leave(entry, reason("moving.repeated", guid=entry.guid)))


def _count(
    outcomes: Iterable[tuple[FormerEntry, Brought | Reason]],
    brought: Counter[Brought],
    left_out: list[LeftOut],
) -> None:
    for entry, outcome in outcomes:
        if isinstance(outcome, Reason):
            left_out.append(_leave(entry, outcome))
        else:
            brought[outcome] += 1


def _bring(tx: Transaction, room: Newsroom, parsed: Parsed) -> Brought | Reason:
    if is_excerpt(parsed) and has_article(tx, parsed.key):
        return Brought.UNCHANGED
    saved = save_parsed(tx, parsed, home=room.site.home, present=(), now=room.now())
    if isinstance(saved, Quarantined):
        known = saved.reason.arguments.get("id")
        if known is None:
            return saved.reason
        return reason("moving.other_id", address=parsed.url or "", id=known, guid=parsed.key)
    return _OUTCOMES[saved]


def _leave(entry: FormerEntry, why: Reason) -> LeftOut:
    return LeftOut(place=entry.place, guid=entry.guid, title=entry.title[:200], reason=why)


_OUTCOMES = {
    Saved.NEW: Brought.NEW,
    Saved.REVISED: Brought.UPDATED,
    Saved.UNCHANGED: Brought.UNCHANGED,
    Saved.DUPLICATE: Brought.TAKEN_OVER,
}
_CHANGES = (Brought.NEW, Brought.UPDATED)
"""What the feeds must hear of."""
