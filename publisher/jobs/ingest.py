"""Read every source and store what can be published; hold back the rest with its reason.

One broken document stops nothing else. Running it again without a change in the documents changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from publisher.jobs.newsroom import Newsroom
from publisher.model.article import Parsed, Quarantined
from publisher.model.site import Source
from publisher.model.work import Work, WorkKind
from publisher.sources.folder import read_folder
from publisher.store.articles import Saved, save_parsed
from publisher.store.quarantine import replace_quarantined


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """How many documents came to what, and those held back."""

    saved: Mapping[Saved, int]
    quarantined: tuple[Quarantined, ...]

    @property
    def has_changes(self) -> bool:
        """Whether anything a reader may see has changed."""
        return bool(self.saved.get(Saved.NEW) or self.saved.get(Saved.REVISED))


def ingest(room: Newsroom, *, watch: Callable[[int], None] = lambda _: None) -> IngestReport:
    """Bring the store up to the sources; where anything changed, the feeds are brought up too. `watch` is told, after
    each document, how many were read.
    """
    saved: Counter[Saved] = Counter()
    held: list[Quarantined] = []
    read = 0
    for source in room.sources:
        results = []
        for result in read_folder(source.path, slug=source.slug, site=room.site, now=room.now()):
            results.append(result)
            read += 1
            watch(read)
        held += _store(room, source, tuple(results), saved)
    return IngestReport(saved=dict(saved), quarantined=tuple(held))


def _store(
    room: Newsroom, source: Source, results: tuple[Parsed | Quarantined, ...], saved: Counter[Saved]
) -> list[Quarantined]:
    parsed = [item for item in results if isinstance(item, Parsed)]
    held = [item for item in results if isinstance(item, Quarantined)]
    present = {item.key for item in results}
    now = room.now()
    with room.database.write() as tx:
        outcomes = [save_parsed(tx, item, home=room.site.home, present=present, now=now) for item in parsed]
        held += [item for item in outcomes if isinstance(item, Quarantined)]
        replace_quarantined(tx, source.slug, held, now=now)
        counts = Counter(item for item in outcomes if isinstance(item, Saved))
        saved.update(counts)
        if counts[Saved.NEW] or counts[Saved.REVISED]:
            room.dispatcher.submit(tx, Work(WorkKind.PUBLISH_FEEDS))
    return held
