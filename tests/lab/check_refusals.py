"""`smtp-sink` and Postfix as relays that refuse, at every stage: each refusal is read as what it is, and it harms
nobody but the reader it is about.
"""

import asyncio
from contextlib import ExitStack
from dataclasses import replace

from publisher.mail.address import parse_address
from publisher.mail.fleet import Fleet
from publisher.mail.message import Message
from publisher.mail.relay_settings import RelaySettings, Timeouts, Tls
from publisher.model.delivery import Deferred, Outcome, Refused, Sent, Uncertain
from tests.bench import sample
from tests.lab.finding import Finding, equal
from tests.lab.scene import REFUSED_BETWEEN, Scene
from tests.lab.smtp_sink import Refusal, running_smtp_sink
from tests.mail.bare_relay import BareRelay

STAGES = ("connect", "ehlo", "mail", "rcpt", "data", ".", "rset", "quit")
HARD = (
    "deferred connect",
    "sent",
    "refused mail",
    "refused rcpt",
    "refused data",
    "refused dot",
    "sent",
    "sent",
)
SOFT = (
    "deferred connect",
    "sent",
    "deferred mail",
    "deferred rcpt",
    "deferred data",
    "deferred dot",
    "sent",
    "sent",
)
"""EHLO refused is no trouble: there is HELO (RFC 5321 section 3.2)."""
_GONE = ("deferred connect", "deferred connect", "deferred mail", "deferred rcpt", "deferred data")
HUNG_UP = (*_GONE, "uncertain", "sent", "sent")
CLOSED = (*_GONE, "deferred dot", "sent", "sent")
"""421 to the dot is an answer; no answer to it is none."""
MEANT = {Refusal.HARD: HARD, Refusal.SOFT: SOFT, Refusal.HANG_UP: HUNG_UP, Refusal.CLOSE: CLOSED}
_CELLS = [(refusal, stage) for refusal in Refusal for stage in STAGES]


Cells = dict[tuple[Refusal, str], str]
"""What was seen, by flag and command."""


def check_refusals(scene: Scene) -> list[Finding]:
    """Every flag with every command, alone and with a second relay behind it; then Postfix, which refuses some only."""
    folder = scene.folder / "refusals"
    folder.mkdir()
    with ExitStack() as stack:
        good = stack.enter_context(running_smtp_sink(folder / "good.log"))
        ports = {cell: stack.enter_context(running_smtp_sink(folder / "bad.log", *cell)) for cell in _CELLS}
        alone, behind = asyncio.run(_meet(ports, good))
    found = {refusal: tuple(alone[refusal, stage] for stage in STAGES) for refusal in Refusal}
    return [
        *(_cells(refusal, found[refusal]) for refusal in Refusal),
        _failed_over(alone, behind),
        asyncio.run(_between(scene)),
    ]


def _cells(refusal: Refusal, found: tuple[str, ...]) -> Finding:
    figures = ", ".join(f"{stage} {said}" for stage, said in zip(STAGES, found, strict=True))
    what = f"smtp-sink {refusal} ({refusal.name.lower().replace('_', ' ')})"
    return equal(f"{what}, stage by stage", found, MEANT[refusal], figures=figures)


def _failed_over(alone: Cells, behind: Cells) -> Finding:
    """The second relay has the message where the first was the cause and certainly did not take it; never else."""
    early = {*STAGES[:5]}
    moved = {
        (refusal, stage)
        for refusal, stage in alone
        if stage == "connect" or (refusal in (Refusal.HANG_UP, Refusal.CLOSE) and stage in early)
    }
    expected = {
        cell: "sent by second" if cell in moved else f"{said} by first" for cell, said in alone.items()
    }
    figures = f"{len(moved)} of {len(alone)} cells went to the second relay, none past the dot"
    return equal("fail-over only where the first did not take it", behind, expected, figures=figures)


async def _meet(ports: dict[tuple[Refusal, str], int], good: int) -> tuple[Cells, Cells]:
    """What two readers' messages come to in each cell, one after the other on one lane; both must come to the same."""
    messages = sample.messages(2)
    alone = {cell: await _alone(port, messages) for cell, port in ports.items()}
    behind = {cell: await _behind(port, good, messages) for cell, port in ports.items()}
    return alone, behind


async def _alone(port: int, messages: list[Message]) -> str:
    relay = BareRelay(_settings(port))
    async with relay.lane() as lane:
        said = [tell(await lane.deliver(message)) for message in messages]
    await relay.close()
    return said[0] if len(set(said)) == 1 else " but ".join(said)


async def _behind(port: int, good: int, messages: list[Message]) -> str:
    fleet = Fleet((_settings(port, "first"), _settings(good, "second")), now=lambda: sample.NOW)
    async with fleet.lane() as lane:
        said = [f"{tell(await lane.deliver(message))} by {lane.relay}" for message in messages]
    await fleet.close()
    return said[0] if len(set(said)) == 1 else " but ".join(said)


async def _between(scene: Scene) -> Finding:
    """On one pipelined connection to Postfix: readers before and after those it refuses have their mail."""
    issue = sample.compiled()
    addresses = [f"{name}@readers.example" for name in ("one", *REFUSED_BETWEEN, "last")]
    relay = BareRelay(_settings(scene.postfix.port))
    said = []
    async with relay.lane() as lane:
        for number, address in enumerate(addresses, 1):
            to = replace(sample.recipient(number), address=parse_address(address))
            said.append(
                tell(await lane.deliver(issue.build(to, unsubscribe_url=sample.unsubscribe_url(number))))
            )
    await relay.close()
    expected = ["sent", *REFUSED_BETWEEN.values(), "sent"]
    counted = f"mail={len(said)} rcpt={said.count('sent')}/{len(said)} "
    figures = ", ".join(said)
    finding = equal("Postfix refuses some: the others have their mail", said, expected, figures=figures)
    is_one = await asyncio.to_thread(scene.postfix.comes_to_say, lambda log: f"ehlo=1 {counted}" in log)
    return replace(finding, holds=finding.holds and is_one, figures=f"{figures} (one connection: {is_one})")


def _settings(port: int, name: str = "main") -> RelaySettings:
    return RelaySettings(
        name=name, host="127.0.0.1", port=port, tls=Tls.NONE, lanes=1, ehlo_name="lab.example",
        timeouts=Timeouts(connect=30, command=30, body=30, dot=30, quit=2),
    )  # fmt: skip


def tell(outcome: Outcome) -> str:
    """In two words: class and phase."""
    match outcome:
        case Sent():
            return "sent"
        case Uncertain():
            return "uncertain"
        case Deferred() | Refused():
            return f"{type(outcome).__name__.lower()} {outcome.phase}"
