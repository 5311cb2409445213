"""The fourteen oracles: each a question to the evidence, each answered by its violations. None is the only good answer.

They are numbered as in the plan they come from; every one looks at least at two records that do not know each other,
where there are two.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from publisher.model.delivery import FINAL_STATES
from tests.faultbench.audience import Role, role_of
from tests.faultbench.cells import ALL_CELLS, Stage
from tests.faultbench.crash_points import Point
from tests.faultbench.event_log import Event
from tests.faultbench.evidence import OUT_OF_STEP, Evidence, known_addresses, parse_message_id
from tests.faultbench.journal import TRUSTED, Verdict
from tests.faultbench.killer import Deed, plan_acts

_RSS_BYTES = 400 * 1024 * 1024
_FILES = 64
"""Beside its lanes: the database, its log, the libraries' own."""

Finding = Iterator[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """What an oracle found: its name, how often, and the first few."""

    oracle: str
    count: int
    examples: tuple[str, ...]


def o1_lost(evidence: Evidence) -> Finding:
    """A delivery that counts as sent was accepted by the relay."""
    for key, row in evidence.rows.items():
        if row.state == "sent" and not evidence.accepted.get(key):
            yield f"delivery {key} is sent, the relay never took it"


def o2_silent(evidence: Evidence) -> Finding:
    """Every reader confirmed at the freeze has a row, and every row is final."""
    have = {subscriber for _, subscriber in evidence.rows}
    for subscriber in range(1, evidence.plan.n + 1):
        if subscriber not in have:
            yield f"subscriber {subscriber} has no delivery"
    for key, row in evidence.rows.items():
        if row.state not in FINAL_STATES:
            yield f"delivery {key} ends {row.state}"
    totals = sum(total or 0 for *_, total in evidence.issues)
    if totals != len(evidence.rows):
        yield f"issues count {totals} deliveries, there are {len(evidence.rows)}"
    if evidence.open_batches:
        yield f"{evidence.open_batches} batches are not done"


def o3_copies(evidence: Evidence) -> Finding:
    """No more copies than messages in flight at the kills, and messages the relay took without saying so."""
    if evidence.duplicates > evidence.bound:
        yield f"{evidence.duplicates} copies, at most {evidence.bound} are explained"


def o4_twice(evidence: Evidence) -> Finding:
    """Nobody has more than two copies; `uncertain` is exactly what was doubted twice, or once and then not sent again;
    every doubt has its cause.
    """
    for key, entries in evidence.accepted.items():
        if len(entries) > 2:
            yield f"delivery {key} was accepted {len(entries)} times"
    doubts = 0
    for key, row in evidence.rows.items():
        changes = evidence.changes.get(key, ())
        rises = _doubts_of(changes)
        seen = sum(rises)
        doubts += seen
        for change, rise in zip(changes, rises, strict=True):
            if rise not in (0, 1) or (rise and not _may_doubt(change)):
                yield f"delivery {key} was doubted where nothing was under way"
            if not rise and (change.before, change.after) == ("sending", "pending"):
                yield f"delivery {key} waits again, and nothing was doubted"
        if seen != row.ambiguous:
            yield f"delivery {key} counts {row.ambiguous} doubts, its changes show {seen}"
        gave_up = seen == 1 and row.state == "uncertain" and not rises[-1]
        if not gave_up and (row.state == "uncertain") is not (seen >= 2):
            yield f"delivery {key} is {row.state} after {seen} doubts"
    most = evidence.deeds.in_doubt + evidence.doubtful + evidence.falls
    if doubts > most:
        yield f"{doubts} doubts, at most {most} are explained"


def _doubts_of(changes: Sequence[Event]) -> list[int]:
    """By how much each change raised the count of doubts."""
    counts = [0, *(change.ambiguous or 0 for change in changes)]
    return [after - before for before, after in pairwise(counts)]


def _may_doubt(event: Event) -> bool:
    """Only what was begun can come into doubt; it waits again then, or is listed."""
    return event.before == "sending" and event.after in ("pending", "deferred", "uncertain")


def o5_left(evidence: Evidence) -> Finding:
    """After an acknowledged unsubscribe nothing is begun, and only what was in flight then may still arrive."""
    mine: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for key in evidence.rows:
        mine[key[1]].append(key)
    for farewell in evidence.farewells:
        for key in mine[farewell.subscriber]:
            late = [e for e in evidence.accepted.get(key, ()) if e.at_ns > farewell.at_ns]
            if len(late) > farewell.in_flight:
                yield f"subscriber {key[1]} left, and the relay took {len(late)} messages afterwards"
            begun = [e for e in evidence.changes.get(key, ()) if e.after == "sending"]
            if any((e.attempt or 0) > farewell.attempt for e in begun):
                yield f"subscriber {key[1]} left, and a delivery was begun afterwards"
            in_order = evidence.plan.db == "sqlite"
            if in_order and any(e.seq > evidence.left.get(key[1], e.seq) for e in begun):
                yield f"subscriber {key[1]} left, and an intent was committed afterwards"


def o6_body(evidence: Evidence) -> Finding:
    """Every attempt at a delivery has the same octets under the same Message-ID, to the same reader: the same body, as
    its signature states it, and the same signature. A stranger finds the signatures good.
    """
    digests: dict[str, set[str]] = defaultdict(set)
    bodies: dict[str, set[str]] = defaultdict(set)
    readers: dict[str, set[str]] = defaultdict(set)
    for entry in evidence.journal:
        if entry.digest:
            digests[entry.message_id].add(entry.digest)
            bodies[entry.message_id].add(entry.body_hash)
            readers[entry.recipient].add(entry.message_id)
    for message_id, found in digests.items():
        if len(found) > 1:
            yield f"message {message_id} came in {len(found)} versions"
    for message_id, found in bodies.items():
        if "" in found:
            yield f"message {message_id} came unsigned"
        if len(found) > 1:
            yield f"message {message_id} was signed for {len(found)} bodies"
    for bad in evidence.verified.bad:
        yield f"a signature is not good: {bad}"
    for recipient, found in readers.items():
        if len(found) > len(evidence.issues):
            yield f"reader {recipient} got {len(found)} Message-IDs for {len(evidence.issues)} issues"


def o7_stuck(evidence: Evidence) -> Finding:
    """Nothing stands at `sending` once all is quiet, or after senders were asked to end."""
    for key, row in evidence.rows.items():
        if row.state == "sending":
            yield f"delivery {key} stands at sending"
    yield from evidence.deeds.bad_exits


def o8_history(evidence: Evidence) -> Finding:
    """The log of changes, played again, gives the rows as they are."""
    for key, row in evidence.rows.items():
        state = None
        for change in evidence.changes.get(key, ()):
            if change.before != state:
                yield f"delivery {key} went from {change.before} where it stood at {state}"
            state = change.after
        if state != row.state:
            yield f"delivery {key} is {row.state}, its changes end at {state}"


def o9_refused(evidence: Evidence) -> Finding:
    """What was refused for good is `failed` and not tried again; what failed was refused."""
    refused: dict[int, int] = defaultdict(int)
    clean: dict[int, int] = defaultdict(int)
    known = known_addresses(evidence.plan)
    out_of_step: set[int] = set()
    for entry in evidence.journal:
        if entry.kind in OUT_OF_STEP:
            out_of_step.add(entry.connection)
        if entry.verdict is Verdict.PERMANENT and entry.recipient in known:
            by_reader = entry.stage in (Stage.RCPT, Stage.DOT)
            refused[known[entry.recipient]] += by_reader or entry.stage is Stage.BODY
            clean[known[entry.recipient]] += by_reader and entry.connection not in out_of_step
    for key, row in evidence.rows.items():
        subscriber = key[1]
        if row.state == "failed" and not refused[subscriber]:
            yield f"delivery {key} failed, the relay never refused it"
        scripted = role_of(subscriber - 1) in (Role.HARD_RCPT, Role.HARD_DOT)
        if scripted and row.state == "sent":
            yield f"delivery {key} is sent, and its reader is always refused"
        if clean[subscriber] > (1 + row.ambiguous) * len(evidence.issues):
            yield f"delivery {key} was refused {clean[subscriber]} times with {row.ambiguous} doubts"
        if clean[subscriber] and not row.ambiguous and row.state not in ("failed", "suppressed"):
            yield f"delivery {key} was refused for good and is {row.state}"


def o10_once(evidence: Evidence) -> Finding:
    """One issue for each newsletter and due time, and it is sent."""
    seen: set[tuple[int, int]] = set()
    for newsletter, due_at, state, _ in evidence.issues:
        if (newsletter, due_at) in seen:
            yield f"newsletter {newsletter} has two issues due at {due_at}"
        seen.add((newsletter, due_at))
        if state != "sent":
            yield f"the issue due at {due_at} ends {state}"
    if not evidence.issues:
        yield "no issue was made"


def o11_sound(evidence: Evidence) -> Finding:
    """The database finds nothing wrong with itself, and the connections that committed waited for the disk."""
    if evidence.integrity != "ok":
        yield f"the database says: {evidence.integrity[:200]}"
    wanted = {"sqlite": {"sqlite 2", "sqlite 3"}, "postgres": {"postgresql on"}}[evidence.plan.db]
    for said in evidence.durability - wanted:
        yield f"intents were committed with {said!r}"
    if not evidence.durability:
        yield "no connection was asked how durable its commits are"


def o12_lean(evidence: Evidence) -> Finding:
    """Memory and open files stay bounded, and no sender ended unasked or met an exception it did not expect."""
    if evidence.rss_max_bytes > _RSS_BYTES:
        yield f"a sender used {evidence.rss_max_bytes >> 20} MB"
    if evidence.files_max > _FILES + 2 * evidence.plan.lanes:
        yield f"a sender had {evidence.files_max} files open"
    if evidence.plan.trouble is None:
        for text in evidence.exits:
            yield f"a sender ended by itself: {text}"
        if evidence.tracebacks:
            yield f"senders logged {evidence.tracebacks} tracebacks"


def o13_known(evidence: Evidence) -> Finding:
    """The relay met no recipient, sender or message that the database does not know, and nothing at all where it could
    not show who it is (RFC 3207 section 6).
    """
    known = known_addresses(evidence.plan)
    for entry in evidence.journal:
        if entry.stage is Stage.MAIL and entry.kind is None:
            if not entry.recipient.endswith("@news.example"):
                yield f"unknown envelope sender {entry.recipient}"
        elif entry.message_id == TRUSTED:
            yield f"a relay that nobody vouches for ({entry.kind}) was told more than EHLO and STARTTLS"
        elif entry.recipient and entry.recipient not in known:
            yield f"unknown recipient {entry.recipient}"
        elif entry.message_id:
            key = parse_message_id(entry.message_id)
            if key not in evidence.rows or known[entry.recipient] != key[1]:
                yield f"message {entry.message_id} is not of {entry.recipient}"


def o14_truthful(evidence: Evidence) -> Finding:
    """What the relay took never stands as if it had not been sent: it is `sent`, `uncertain`, or waits with a doubt."""
    for key in evidence.accepted:
        row = evidence.rows.get(key)
        if row is None or row.state in ("sent", "uncertain", "sending"):
            continue  # unknown ones are O13's, what stands at sending O7's
        if row.state in FINAL_STATES or not row.ambiguous:
            yield f"delivery {key} is {row.state} with {row.ambiguous} doubts, and the relay took it"


def exercised(evidence: Evidence) -> Finding:
    """A run that set out to play everything has played nine tenths of it: else it proves less than it says."""
    if evidence.plan.faults == "cells" and len(evidence.cells) < 0.9 * len(ALL_CELLS):
        yield f"only {len(evidence.cells)} of {len(ALL_CELLS)} fault cells were played"
    if evidence.accepted and not evidence.verified.good + len(evidence.verified.bad):
        yield "no signature was verified"
    planned = Counter(act.point or act.deed for act in plan_acts(evidence.plan))
    points = {point for point in planned if isinstance(point, Point)}
    met = points & evidence.deeds.points.keys()
    if len(met) < 0.9 * len(points):
        yield f"only {len(met)} of {len(points)} crash points were hit, not {', '.join(sorted(points - met))}"
    asked = {(act.point, act.passes) for act in plan_acts(evidence.plan)} if evidence.plan.sweep else set()
    swept = {pair for pair in asked if pair[0] and pair[1] in evidence.deeds.passings.get(pair[0], ())}
    if len(swept) < 0.9 * len(asked):
        yield f"only {len(swept)} of {len(asked)} passings were died at"
    signers = evidence.deeds.done[Deed.KILL_SIGNER]
    if signers < 0.9 * planned[Deed.KILL_SIGNER]:
        yield f"only {signers} of {planned[Deed.KILL_SIGNER]} signing processes were killed alone"


ORACLES: Mapping[str, Callable[[Evidence], Finding]] = {
    "O1 lost": o1_lost,
    "O2 silent": o2_silent,
    "O3 copies": o3_copies,
    "O4 twice": o4_twice,
    "O5 left": o5_left,
    "O6 body": o6_body,
    "O7 stuck": o7_stuck,
    "O8 history": o8_history,
    "O9 refused": o9_refused,
    "O10 once": o10_once,
    "O11 sound": o11_sound,
    "O12 lean": o12_lean,
    "O13 known": o13_known,
    "O14 truthful": o14_truthful,
}
"""By name, in order."""

_EXAMPLES = 3


def judge(evidence: Evidence) -> tuple[Violation, ...]:
    """What every oracle found; empty for a run that kept the promise."""
    violations = []
    for name, ask in {**ORACLES, "exercised": exercised}.items():
        found = list(ask(evidence))
        if found:
            violations.append(Violation(oracle=name, count=len(found), examples=tuple(found[:_EXAMPLES])))
    return tuple(violations)
