"""faultbench in its small size: the promise holds, the harness would notice if it did not, and chance repeats."""

import os
import re
import signal
import ssl
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from publisher.mail.dkim import DkimSigner
from tests.faultbench.__main__ import _run_cells
from tests.faultbench.cells import ALL_CELLS, Kind, Stage
from tests.faultbench.certificates import AUTHORITY, BAD, GOOD, save_certificates
from tests.faultbench.conversation import Sink, Visit
from tests.faultbench.crash_points import BATCHWISE, EARLY, Point
from tests.faultbench.event_log import Event
from tests.faultbench.evidence import Evidence, Row, parse_message_id
from tests.faultbench.fault_plans import build_fault_plan
from tests.faultbench.journal import (
    TRUSTED,
    Entry,
    JournalReader,
    JournalWriter,
    Verdict,
    parse_entry,
    render_entry,
)
from tests.faultbench.killer import Deed, Ledgered, plan_acts
from tests.faultbench.kin import is_alive, kill_at_once, load_children, wait_for_end
from tests.faultbench.leaving import Farewell, plan_leavings
from tests.faultbench.limits import Files
from tests.faultbench.mutants import MUTANTS
from tests.faultbench.mutation import TRIALS
from tests.faultbench.oracles import ORACLES, judge
from tests.faultbench.plan import Plan, seeded
from tests.faultbench.report import build_report, find_revision, render_report
from tests.faultbench.run import run_plan
from tests.faultbench.samples import SampleWriter, Verified, read_samples, verify_samples
from tests.faultbench.sweep import plan_sweep
from tests.mail.dkim_oracle import DOMAIN, NOW, RSA, records
from tests.postgres import find_binaries

_ASKED_FOR = {
    "n", "states", "lost", "silent", "duplicates", "bound", "max_copies", "after_unsub", "body_mismatch",
    "stuck_sending", "crash_points", "fault_cells", "rate", "rss_max_bytes", "seed", "revision",
}  # fmt: skip


def test_promise_holds_through_kills_and_a_faulty_relay(tmp_path: Path) -> None:
    """Two senders on SQLite, killed at named points and at random; 2 % of messages and connections meet a fault."""
    report = run_plan(Plan(n=300, kills=5, seed=20, faults="mix2"), base=tmp_path)
    assert report["passed"], render_report(report)
    assert report["kills"] >= 5
    assert report["deeds"]["kill-signer"] == 1
    assert report["signatures"]["good"] > 50
    assert report.keys() >= _ASKED_FOR
    assert sum(report["states"].values()) == 300
    assert not [folder for folder in tmp_path.iterdir() if folder.is_dir()]


@pytest.mark.postgres
def test_promise_holds_on_postgresql(tmp_path: Path) -> None:
    """The same jobs and rows, on the other database."""
    if find_binaries() is None:
        pytest.skip("no PostgreSQL on this machine")
    report = run_plan(Plan(n=100, kills=2, seed=21, db="postgres"), base=tmp_path)
    assert report["passed"], render_report(report)


def test_mutant_is_caught_and_its_artefacts_are_kept(tmp_path: Path) -> None:
    """A sender that counts errors as sent; all fifteen are tried by `./dev faultbench --mutants`."""
    report = run_plan(Plan(n=120, kills=0, seed=22, mutant=2, faults="mix10"), base=tmp_path)
    assert report["lost"] > 0
    assert "O1 lost" in report["violations"]
    kept = Path(report["artefacts"])
    assert {"journal", "report.json", "data"} <= {path.name for path in kept.iterdir()}


@pytest.mark.parametrize("db", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_sender_dies_at_every_passing_of_a_sweep_and_copies_only_where_it_must(
    db: str, tmp_path: Path
) -> None:
    """One connection: a death before the dot, or after the outcome is durable, costs no copy."""
    if db == "postgres" and find_binaries() is None:
        pytest.skip("no PostgreSQL on this machine")
    points = (Point.INTENT_AFTER, Point.DOT_BEFORE, Point.SETTLE_BEFORE)
    report = run_plan(plan_sweep(Plan(seed=23, db=db), 2 if db == "sqlite" else 1, points), base=tmp_path)
    assert report["passed"], render_report(report)
    passed = {name: passings for name, passings in report["passings"].items() if passings}
    assert passed == dict.fromkeys(points, [1, 2] if db == "sqlite" else [1])
    assert report["bound"] == (2 if db == "sqlite" else 1)


def test_sweep_has_room_for_every_passing() -> None:
    for last in (1, 5, 40):
        plan = plan_sweep(Plan(kills=9, workers=3, terms=2), last)
        acts = plan_acts(plan)
        assert [act.point for act in acts[: len(EARLY)]] == list(EARLY)
        late = {(act.point, act.passes) for act in acts[len(EARLY) :]}
        assert late == {(p, n) for p in Point if p not in EARLY for n in range(1, last + 1)}
        assert len(acts) == len(EARLY) + len(late)
        assert plan.n > sum(act.passes * (plan.batch_size if act.point in BATCHWISE else 1) for act in acts)


@pytest.mark.parametrize(("file", "is_good"), [(GOOD, True), *((file, False) for file in BAD.values())])
def test_only_the_good_certificate_is_trusted(file: str, is_good: bool, tmp_path: Path) -> None:
    save_certificates(tmp_path)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(tmp_path / file)
    client = ssl.create_default_context(cafile=str(tmp_path / AUTHORITY))
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(to_client, to_server, server_hostname="127.0.0.1")
    theirs = server.wrap_bio(to_server, to_client, server_side=True)

    def shake() -> None:
        for side in (ours, theirs, ours, theirs):
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()

    if is_good:
        shake()
        assert ours.version() is not None
    else:
        with pytest.raises(ssl.SSLCertVerificationError):
            shake()


def test_sender_that_goes_on_where_the_relay_cannot_show_who_it_is_is_noticed() -> None:
    trusted = replace(entry(Verdict.NOTHING, Stage.TLS, kind=Kind.STRIPPED), message_id=TRUSTED, recipient="")
    found = judge(evidence(journal=(_MAIL, _TAKEN, _REFUSED, trusted)))
    assert [violation.oracle for violation in found] == ["O13 known"]


def test_every_mutant_has_its_trial() -> None:
    """Fifteen, each with an oracle that exists."""
    assert len(MUTANTS) == len(TRIALS) == 15
    assert {oracle for trial in TRIALS for oracle in trial.oracles} <= ORACLES.keys()


def evidence(**changes: Any) -> Evidence:
    """Three readers of one issue: one sent, one refused, one left before her turn."""
    values: dict[str, Any] = {
        "plan": Plan(n=3, kills=0),
        "journal": (
            entry(Verdict.NOTHING, Stage.MAIL, recipient="news@news.example"),
            entry(Verdict.ACCEPTED, Stage.DOT, subscriber=1, digest="a"),
            entry(Verdict.PERMANENT, Stage.RCPT, subscriber=2),
        ),
        "rows": {
            (1, 1): Row(state="sent", attempt=1, ambiguous=0),
            (1, 2): Row(state="failed", attempt=1, ambiguous=0),
            (1, 3): Row(state="suppressed", attempt=0, ambiguous=0),
        },
        "changes": {
            (1, 1): changes_of(1, "pending", "sending", "sent"),
            (1, 2): changes_of(2, "pending", "sending", "failed"),
            (1, 3): changes_of(3, "pending", "suppressed"),
        },
        "left": {3: 5},
        "cells": {},
        "out_of_step": frozenset(),
        "issues": [(1, 1000, "sent", 3)],
        "open_batches": 0,
        "integrity": "ok",
        "durability": frozenset({"sqlite 2"}),
        "farewells": [Farewell(subscriber=3, erased=False, at_ns=50, in_flight=False, attempt=0)],
        "deeds": Ledgered(),
        "exits": (),
        "tracebacks": 0,
        "rss_max_bytes": 1,
        "files_max": 1,
        "seconds": 1.0,
        "verified": Verified(good=1, bad=()),
    }
    values |= changes
    accepted: dict[tuple[int, int], list[Entry]] = {}
    for item in values["journal"]:
        if item.verdict is Verdict.ACCEPTED:
            accepted.setdefault(parse_message_id(item.message_id), []).append(item)
    return Evidence(**{"accepted": accepted, **values})


def entry(
    verdict: Verdict,
    stage: Stage,
    *,
    subscriber: int = 0,
    recipient: str = "",
    digest: str = "",
    at_ns: int = 10,
    kind: Kind | None = None,
) -> Entry:
    """A line of the journal about a reader, by her number in the database."""
    return Entry(
        at_ns=at_ns,
        connection=1,
        verdict=verdict,
        stage=stage,
        kind=kind,
        recipient=recipient or f"reader-{subscriber - 1}@big.example",
        message_id=f"<i1.s{subscriber}@news.example>" if stage is Stage.DOT else "",
        attempt=1,
        digest=digest,
        body_hash=digest and "bh=",
    )


def changes_of(subscriber: int, *states: str, doubted: Sequence[int] = ()) -> list[Event]:
    """A delivery's way through its states; `doubted` says of each whether a doubt came with it (1) or not (0)."""
    before = [None, *states]
    risen = dict(enumerate(accumulate(doubted or [0] * len(states))))
    return [
        Event(
            seq=place,
            kind="delivery",
            issue=1,
            subscriber=subscriber,
            before=before[place],
            after=state,
            attempt=1,
            ambiguous=risen[place],
        )
        for place, state in enumerate(states)
    ]


_SENT = entry(Verdict.ACCEPTED, Stage.DOT, subscriber=1, digest="a")
_MAIL, _TAKEN, _REFUSED = evidence().journal

_SPOILED: dict[str, dict[str, Any]] = {
    "O1 lost": {"journal": (_MAIL, _REFUSED)},
    "O2 silent": {"plan": Plan(n=4, kills=0)},
    "O3 copies": {"journal": (_MAIL, _TAKEN, _TAKEN, _REFUSED)},
    "O4 twice": {"rows": {**evidence().rows, (1, 1): Row(state="sent", attempt=2, ambiguous=1)}},
    "O5 left": {"journal": (_MAIL, _TAKEN, _REFUSED, replace(_SENT, at_ns=99, message_id="<i1.s3@n>"))},
    "O6 body": {"journal": (_MAIL, _TAKEN, replace(_SENT, digest="b"), _REFUSED)},
    "O7 stuck": {"rows": {**evidence().rows, (1, 1): Row(state="sending", attempt=1, ambiguous=0)}},
    "O8 history": {"changes": {**evidence().changes, (1, 1): changes_of(1, "pending", "sent", "sending")}},
    "O9 refused": {"journal": (_MAIL, _TAKEN)},
    "O10 once": {"issues": [(1, 1000, "sent", 3), (1, 1000, "sent", 0)]},
    "O11 sound": {"durability": frozenset({"sqlite 2", "sqlite 0"})},
    "O12 lean": {"rss_max_bytes": 1 << 30},
    "O13 known": {
        "journal": (_MAIL, _TAKEN, _REFUSED, entry(Verdict.PERMANENT, Stage.RCPT, recipient="x@y"))
    },
    "O14 truthful": {"rows": {**evidence().rows, (1, 1): Row(state="expired", attempt=1, ambiguous=1)}},
}


def test_no_oracle_speaks_where_all_is_well() -> None:
    assert judge(evidence()) == ()


@pytest.mark.parametrize("oracle", ORACLES)
def test_oracle_speaks_where_its_record_is_spoiled(oracle: str) -> None:
    assert oracle in {violation.oracle for violation in judge(evidence(**_SPOILED[oracle]))}


_FIRST_DOUBT = ("pending", "sending", "pending")


@pytest.mark.parametrize(
    ("states", "doubted", "is_sound"),
    [
        ((*_FIRST_DOUBT, "uncertain"), (0, 0, 1, 0), True),
        ((*_FIRST_DOUBT, "sending", "uncertain"), (0, 0, 1, 0, 1), True),
        ((*_FIRST_DOUBT, "sending", "uncertain"), (0, 0, 1, 0, 0), True),
        (("pending", "sending", "deferred", "sending", "sent"), (0, 0, 1, 0, 0), True),
        (("pending", "sending", "uncertain"), (0, 0, 1), False),
        (("pending", "uncertain"), (0, 1), False),
        (("pending", "uncertain"), (0, 0), False),
        ((*_FIRST_DOUBT, "sending", "sent"), (0, 0, 0, 0, 0), False),
    ],
)
def test_uncertain_is_what_was_doubted_twice_or_once_and_then_not_sent(
    states: tuple[str, ...], doubted: tuple[int, ...], is_sound: bool
) -> None:
    well = evidence()
    spoiled = evidence(
        rows={**well.rows, (1, 1): Row(state=states[-1], attempt=1, ambiguous=sum(doubted))},
        changes={**well.changes, (1, 1): changes_of(1, *states, doubted=doubted)},
        deeds=Ledgered(in_doubt=2),
    )
    assert (judge(spoiled) == ()) is is_sound


@pytest.mark.parametrize(
    ("row", "is_sound"),
    [
        (Row(state="deferred", attempt=1, ambiguous=1), True),
        (Row(state="deferred", attempt=1, ambiguous=0), False),
        (Row(state="uncertain", attempt=1, ambiguous=1), True),
        (Row(state="failed", attempt=2, ambiguous=1), False),
        (Row(state="suppressed", attempt=1, ambiguous=1), False),
    ],
)
def test_what_the_relay_took_stands_as_sent_or_in_doubt(row: Row, is_sound: bool) -> None:
    found = judge(evidence(rows={**evidence().rows, (1, 1): row}))
    assert ("O14 truthful" in {violation.oracle for violation in found}) is not is_sound


def test_copies_are_explained_by_kills_and_by_a_relay_that_took_without_saying_so() -> None:
    twice = (_MAIL, _TAKEN, _TAKEN, _REFUSED)
    assert judge(evidence(journal=twice, deeds=Ledgered(at_risk=1))) == ()
    unsaid = replace(_TAKEN, kind=Kind.ACCEPT_DROP)
    assert judge(evidence(journal=(_MAIL, unsaid, _TAKEN, _REFUSED))) == ()
    assert judge(evidence(journal=(_MAIL, replace(_TAKEN, kind=Kind.CODE_251), _TAKEN, _REFUSED))) != ()


@pytest.mark.parametrize(
    "spoiled",
    [
        {"journal": (_MAIL, replace(_TAKEN, body_hash=""), _REFUSED)},
        {
            "journal": (_MAIL, _TAKEN, replace(_TAKEN, body_hash="other"), _REFUSED),
            "deeds": Ledgered(at_risk=1),
        },
        {"verified": Verified(good=1, bad=("1 signatures, 0 good: Message-ID: <i1.s1@n>",))},
    ],
    ids=["unsigned", "signed for two bodies", "not good"],
)
def test_body_oracle_speaks_of_signatures(spoiled: dict[str, Any]) -> None:
    assert [violation.oracle for violation in judge(evidence(**spoiled))] == ["O6 body"]


def test_run_that_did_not_do_what_it_planned_fails() -> None:
    """Points not met, signing processes not killed, no signature looked at: it proves less than it says."""
    planned = Plan(n=3, kills=10, signer_kills=2)
    everything = Ledgered()
    for act in plan_acts(planned):
        everything.done[act.deed] += 1
        if act.point is not None:
            everything.points[act.point] += 1
    assert judge(evidence(plan=planned, deeds=everything)) == ()
    for spoiled in (
        {"deeds": replace(everything, points=Counter())},
        {"deeds": replace(everything, done=Counter({Deed.KILL_SIGNER: 1}))},
        {"deeds": everything, "verified": Verified(good=0, bad=())},
        {"deeds": everything, "plan": replace(planned, faults="cells")},
    ):
        found = judge(evidence(**{"plan": planned, **spoiled}))
        assert "exercised" in {violation.oracle for violation in found}


@pytest.mark.anyio
async def test_line_that_nobody_asked_for_comes_before_the_next_answer(tmp_path: Path) -> None:
    """However busy the machine is: else it could answer a message that it has nothing to do with."""
    said: list[bytes] = []
    transport: Any = SimpleNamespace(
        write=said.append, is_closing=lambda: False, get_extra_info=lambda _name: None
    )
    tls = ssl.create_default_context()
    sink = Sink(
        plan=build_fault_plan("mail:unsolicited", 1),
        journal=JournalWriter(tmp_path / "journal"),
        samples=SampleWriter(tmp_path / "samples", every=1),
        chance=seeded(1, "delay"),
        delay_s=0,
        greylist=False,
        pipelining=True,
        tls=tls,
        bad_tls={},
        connections=8,  # the next is the ninth, and its first message the tenth turn: the one that is played at
    )
    visit = Visit(sink, secure=False)
    visit.connection_made(transport)
    for line in (b"EHLO a.example", b"MAIL FROM:<a@b.example>", b"RCPT TO:<reader-1@b.example>"):
        visit.data_received(line + b"\r\n")
    assert [line[:3] for line in said] == [b"220", b"250", b"250", b"354", b"250"]


def test_refusal_on_a_connection_that_is_out_of_step_need_not_have_been_heard() -> None:
    refused = (_REFUSED, replace(_REFUSED, at_ns=20, connection=2))
    too_much = entry(Verdict.NOTHING, Stage.MAIL, kind=Kind.UNSOLICITED, recipient=_REFUSED.recipient)
    assert {v.oracle for v in judge(evidence(journal=(_MAIL, _TAKEN, *refused)))} == {"O9 refused"}
    heard = replace(too_much, connection=3)
    assert {v.oracle for v in judge(evidence(journal=(_MAIL, _TAKEN, heard, *refused)))} == {"O9 refused"}
    assert judge(evidence(journal=(_MAIL, _TAKEN, replace(too_much, connection=2), *refused))) == ()


def test_cells_pass_only_where_each_does_and_say_what_was_tried() -> None:
    def run(cell: str) -> dict[str, Any]:
        return {**build_report(evidence(), ()), "passed": cell != "full", "trouble": {"seconds": 6}}

    report, text = _run_cells("all", ("full", "locked"), run)
    assert not report["passed"]
    assert list(report["cells"]) == ["full", "locked"]
    assert [line.strip() for line in text.splitlines() if line.endswith(("passed", "FAILED"))] == [
        "FAILED",
        "passed",
    ]
    assert _run_cells("locked", ("full", "locked"), run)[0]["passed"]


def test_revision_is_the_commit_that_was_tried() -> None:
    assert re.fullmatch(r"[0-9a-f]{40}\+?", find_revision())


def test_no_further_file_can_be_opened_until_the_limit_is_lifted() -> None:
    """Of a process like a sender: it says whether it could open one after each line it is told."""
    program = """
for _ in open(0):
    try:
        open("/dev/null").close()
        print("yes", flush=True)
    except OSError:
        print("no", flush=True)
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        crew: Any = SimpleNamespace(senders=[SimpleNamespace(pid=child.pid)])
        files, said = Files(), []
        for act in (None, files.lower, files.lower, files.lift):
            if act is not None:
                act(None, crew)  # type: ignore[arg-type]
            child.stdin.write("\n")
            child.stdin.flush()
            said.append(child.stdout.readline().strip())
        assert said == ["yes", "no", "no", "yes"]


def test_samples_are_kept_by_message_and_verified_by_a_stranger(tmp_path: Path) -> None:
    signer = DkimSigner(domain=DOMAIN, keys=(RSA,), lifetime=None)
    message = b"From: a@" + DOMAIN.encode() + b"\r\nMessage-ID: <1@x>\r\n\r\nText.\r\n"
    signed = signer.sign(message, signed_at=NOW) + message
    writer = SampleWriter(tmp_path / "samples", every=1)
    for octets in (signed, signed.replace(b"Text", b"Test"), message):
        writer.write("<1@x>", octets)
    none = SampleWriter(tmp_path / "none", every=1 << 62)
    none.write("<1@x>", signed)
    for each in (writer, none):
        each.close()
    assert [len(read) for read in read_samples(tmp_path / "samples")] == [len(signed)] * 2 + [len(message)]
    found = verify_samples(tmp_path / "samples", records(RSA), at=NOW)
    assert (found.good, len(found.bad)) == (1, 2)
    assert (tmp_path / "none").read_bytes() == b""


def test_children_of_a_process_are_found_killed_and_not_mistaken() -> None:
    children = [subprocess.Popen(["sleep", "60"]) for _ in range(2)]
    try:
        kin = {each.pid: each for each in load_children(os.getpid())}
        first, second = (kin[child.pid] for child in children)
        assert kill_at_once((first, replace(second, began=second.began - 1))) == 1
        assert children[0].wait(30) == -signal.SIGKILL
        assert not is_alive(first)
        assert is_alive(second)
        assert wait_for_end((first, second), 0.05) == (second,)
    finally:
        for child in children:
            child.kill()
            child.wait()


@pytest.mark.parametrize("name", ["mix1", "cells", "dot:accept-then-drop"])
def test_same_seed_gives_the_same_faults(name: str) -> None:
    def script(seed: int) -> list[Kind | None]:
        plan = build_fault_plan(name, seed)
        meetings = [(s, c, m) for c in range(200) for m in range(3) for s in Stage]
        return [plan.pick(stage, connection=c, message=m) for stage, c, m in meetings]

    assert script(5) == script(5)
    assert name == "dot:accept-then-drop" or script(5) != script(6)


def test_every_cell_is_played() -> None:
    plan = build_fault_plan("cells", 1)
    played = Counter(
        (stage, plan.pick(stage, connection=1, message=1)) for _ in range(200) for stage in Stage
    )
    assert {cell for cell in ALL_CELLS if not played[cell]} == set()
    assert len(ALL_CELLS) >= 150


def test_mixed_faults_are_as_rare_as_named() -> None:
    plan = build_fault_plan("mix1", 3)
    stages = [s for s in Stage if s not in (Stage.BANNER, Stage.EHLO, Stage.STARTTLS, Stage.AUTH, Stage.QUIT)]
    met = sum(
        any(plan.pick(stage, connection=1, message=number) for stage in stages) for number in range(20_000)
    )
    assert 120 < met < 280


def test_script_of_a_run_has_every_kill_asked_for_and_repeats() -> None:
    for kills in range(60):
        plan = Plan(n=5000, kills=kills, seed=kills, terms=2, zombies=1)
        acts = plan_acts(plan)
        assert acts == plan_acts(plan)
        done = Counter(act.deed for act in acts)
        assert done[Deed.KILL_ALL] + done[Deed.KILL_ONE] + done[Deed.POINT] == kills
        assert done[Deed.KILL_SIGNER] == kills // 5
        assert kills < 4 or (done[Deed.KILL_ALL] and done[Deed.KILL_ONE])
        assert [act.point for act in acts if act.point in EARLY] == [
            p for p in EARLY if p in {a.point for a in acts}
        ]
    assert len(plan_leavings(Plan(n=20_000))) == 150


def test_journal_is_read_as_it_was_written(tmp_path: Path) -> None:
    lines = [_MAIL, replace(_TAKEN, kind=Kind.LONG_LINE), _REFUSED]
    assert [parse_entry(render_entry(line).decode()) for line in lines] == lines
    writer = JournalWriter(tmp_path / "journal")
    reader = JournalReader(tmp_path / "journal")
    for line in lines:
        writer.write(line)
    writer.close()
    reader.follow()
    reader.close()
    assert (reader.lines, reader.accepted) == (3, 1)
