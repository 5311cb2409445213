"""What is left after a run: the relay's journal, the database, the log of changes, and what was done meanwhile."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from publisher.store.database import Database
from publisher.store.schema import batch, delivery, issue
from tests.faultbench.audience import address_of
from tests.faultbench.cells import Cell, Kind, Stage
from tests.faultbench.event_log import Event, load_events
from tests.faultbench.hurried import newsroom_now
from tests.faultbench.journal import Entry, Verdict, read_journal
from tests.faultbench.killer import Ledgered
from tests.faultbench.leaving import Farewell
from tests.faultbench.plan import Plan
from tests.faultbench.samples import Verified, verify_samples
from tests.faultbench.scene import Scene

OUT_OF_STEP = (Kind.UNSOLICITED, Kind.TWO_REPLIES)
"""Kinds by which the relay says more than it was asked for; what it says then on that connection answers nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A delivery as it ended."""

    state: str
    attempt: int
    ambiguous: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All there is to judge by. `rows` by (issue, subscriber); `accepted` by (issue, subscriber), in order of time;
    `changes` by (issue, subscriber) likewise; `issues` are (newsletter, due, state, total); `integrity` what the
    database says of itself, `durability` what the committing connections said, `verified` what a
    stranger says of the signatures.
    """

    plan: Plan
    journal: Sequence[Entry]
    rows: Mapping[tuple[int, int], Row]
    changes: Mapping[tuple[int, int], Sequence[Event]]
    left: Mapping[int, int]
    accepted: Mapping[tuple[int, int], Sequence[Entry]]
    cells: Mapping[Cell, int]
    out_of_step: frozenset[tuple[int, int]]
    issues: Sequence[tuple[int, int, str, int | None]]
    open_batches: int
    integrity: str
    durability: frozenset[str]
    farewells: Sequence[Farewell]
    deeds: Ledgered
    exits: Sequence[str]
    tracebacks: int
    rss_max_bytes: int
    files_max: int
    seconds: float
    verified: Verified

    @property
    def states(self) -> Mapping[str, int]:
        """How many deliveries ended in each state."""
        return Counter(row.state for row in self.rows.values())

    @property
    def unclean(self) -> int:
        """Messages that the relay took and then did not say so: each may be sent once more."""
        return sum(self._is_unclean(e) and e.verdict is Verdict.ACCEPTED for e in self.journal)

    @property
    def doubtful(self) -> int:
        """Dots and bodies that the relay left without a clean answer, taken or not."""
        return sum(self._is_unclean(e) for e in self.journal)

    def _is_unclean(self, entry: Entry) -> bool:
        """Also where the relay had said too much just before: its answer to the dot may be taken for another."""
        return entry.is_unclean_dot or (entry.connection, entry.at_ns) in self.out_of_step

    @property
    def bound(self) -> int:
        """The most copies there may be: one for each message in flight at a kill, one for each the relay took and
        did not say so.
        """
        return self.deeds.at_risk + self.unclean + self.falls

    @property
    def falls(self) -> int:
        """Messages that were in flight where a sender, or a lane of it, fell for want of memory: as at a kill."""
        return (len(self.exits) + self.tracebacks) * self.plan.lanes if self.plan.trouble == "memory" else 0

    @property
    def duplicates(self) -> int:
        """Copies beyond the first, over all deliveries."""
        return sum(len(entries) - 1 for entries in self.accepted.values())


def gather_evidence(
    scene: Scene,
    *,
    farewells: Sequence[Farewell],
    deeds: Ledgered,
    exits: Sequence[str],
    rss_max_bytes: int,
    files_max: int,
    seconds: float,
) -> Evidence:
    """Read everything. The senders have ended."""
    journal = tuple(read_journal(scene.journal))
    accepted: dict[tuple[int, int], list[Entry]] = defaultdict(list)
    for entry in journal:
        if entry.verdict is Verdict.ACCEPTED:
            accepted[parse_message_id(entry.message_id)].append(entry)
    changes: dict[tuple[int, int], list[Event]] = defaultdict(list)
    left: dict[int, int] = {}
    for item in load_events(scene.database):
        if item.kind == "delivery":
            changes[(item.issue or 0, item.subscriber)].append(item)
        else:
            left.setdefault(item.subscriber, item.seq)
    durable, found = scene.durability, _read_database(scene.database)
    return Evidence(
        plan=scene.plan,
        journal=journal,
        changes=changes,
        left=left,
        accepted=accepted,
        cells=Counter((e.stage, e.kind) for e in journal if e.kind is not None),
        out_of_step=frozenset(_find_out_of_step(journal)),
        durability=frozenset(durable.read_text().splitlines()) if durable.exists() else frozenset(),
        farewells=farewells,
        deeds=deeds,
        exits=exits,
        rss_max_bytes=rss_max_bytes,
        files_max=files_max,
        seconds=seconds,
        rows=found.rows,
        issues=found.issues,
        open_batches=found.open_batches,
        integrity=found.integrity,
        verified=verify_samples(scene.samples, scene.dkim_records, at=newsroom_now(scene.begun_at)),
        tracebacks=_count_tracebacks(scene.folder),
    )


def _find_out_of_step(journal: Sequence[Entry]) -> Iterator[tuple[int, int]]:
    """The first dot on a connection after the relay said too much there; a sound sender then leaves it."""
    said: set[int] = set()
    for entry in journal:
        if entry.stage is Stage.DOT and entry.connection in said:
            said.discard(entry.connection)
            yield entry.connection, entry.at_ns
        if entry.kind in OUT_OF_STEP:
            said.add(entry.connection)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the database says."""

    rows: Mapping[tuple[int, int], Row]
    issues: Sequence[tuple[int, int, str, int | None]]
    open_batches: int
    integrity: str


def _read_database(database: Database) -> _Found:
    with database.read() as tx:
        rows = {
            (r.issue, r.subscriber): Row(state=r.state, attempt=r.attempt, ambiguous=r.ambiguous)
            for r in tx.execute(sa.select(delivery))
        }
        issues = [
            (r.newsletter, r.due_at, r.state, r.total)
            for r in tx.execute(sa.select(issue).order_by(issue.c.id))
        ]
        open_batches = tx.scalar(sa.select(sa.func.count()).where(batch.c.state != "done")) or 0
        return _Found(rows=rows, issues=issues, open_batches=open_batches, integrity=_integrity(tx))


def _count_tracebacks(folder: Path) -> int:
    """Defects that the senders logged."""
    return sum(log.read_text(encoding="utf-8").count('"traceback":') for log in folder.glob("sender-*.log"))


def _integrity(tx: sa.Connection) -> str:
    if tx.dialect.name == "sqlite":
        return "; ".join(tx.exec_driver_sql("PRAGMA integrity_check").scalars())
    tx.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS amcheck")
    query = """SELECT count(bt_index_check(index => c.oid, heapallindexed => true)) FROM pg_class c
               JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_class t ON t.oid = i.indrelid
               WHERE t.relname IN ('delivery', 'batch', 'issue', 'subscription') AND i.indisvalid"""
    tx.exec_driver_sql(query)
    return "ok"


def parse_message_id(text: str) -> tuple[int, int]:
    """(issue, subscriber) of a Message-ID as this product writes it; (0, 0) for any other."""
    local = text.strip("<>").partition("@")[0]
    issue_part, _, reader = local.partition(".")
    if issue_part[:1] == "i" and reader[:1] == "s" and issue_part[1:].isdigit() and reader[1:].isdigit():
        return int(issue_part[1:]), int(reader[1:])
    return 0, 0


def known_addresses(plan: Plan) -> Mapping[str, int]:
    """Every address of the run and its subscriber."""
    return {str(address_of(number)): number + 1 for number in range(plan.n)}
