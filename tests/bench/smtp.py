"""`bench smtp`: what handing over a message costs, unsigned and built before."""

import asyncio
import itertools
import subprocess
import tempfile
from collections.abc import Sequence

import aiosmtplib

from publisher.mail.message import Message
from publisher.mail.relay_settings import RelaySettings, Tls
from publisher.model.delivery import Sent
from publisher.wiring.loop import run
from tests.bench import sample
from tests.bench.measure import Row, Work, at_least, at_most, measure
from tests.bench.sinks import delaying_sink, running_sink
from tests.lab.postfix import Routes, running_postfix
from tests.lab.programs import find_program, require_program, why_not_postfix
from tests.mail.bare_relay import BareRelay

LANES = 8
DELAY = 0.02
MANY_LANES = 100


def bench_smtp(*, quick: bool) -> list[Row]:
    """The rows of the table."""
    rounds, count, slow_count = (1, 40, 16) if quick else (7, 4_000, 800)
    messages = sample.messages(40 if quick else 400)
    with running_sink() as (port, sink):
        sides: dict[str, Work] = {
            "ours": lambda: run(_send_ours(port, messages, count, LANES)),
            "aiosmtplib": lambda: asyncio.run(_send_theirs(port, messages, slow_count)),
        }
        source = find_program("smtp-source")
        if source is not None:
            sides["source"] = lambda: _send_source(source, port, count, "-l", str(len(messages[0].payload)))
        costs = measure(sides, rounds=rounds)
    ours, theirs = costs["ours"], costs["aiosmtplib"]
    rows = [
        at_least(f"SMTP, {LANES} lanes: throughput", "aiosmtplib.sendmail", "messages/s",
                 1 / ours.wall, 1 / theirs.wall, 4, f"to {sink}"),
        at_most(f"SMTP, {LANES} lanes: processor time", "aiosmtplib.sendmail", "µs/message",
                ours.cpu * 1e6, theirs.cpu * 1e6, 0.1, f"to {sink}"),
    ]  # fmt: skip
    if "source" in costs:
        rows.append(
            at_least(f"SMTP, {LANES} lanes: throughput", "smtp-source -d -s 8 (C)", "messages/s",
                     1 / ours.wall, 1 / costs["source"].wall, 1.0, f"to {sink}")
        )  # fmt: skip
        rows.append(
            at_most(f"SMTP, {LANES} lanes: processor time", "smtp-source -d -s 8 (C)", "µs/message",
                    ours.cpu * 1e6, costs["source"].cpu * 1e6, 99, f"to {sink}; for the record")
        )  # fmt: skip
    return [*rows, *measure_postfix(messages, quick=quick), _latency_row(messages, quick=quick)]


def measure_postfix(messages: Sequence[Message], *, quick: bool) -> list[Row]:
    """Through smtpd, cleanup, qmgr and discard of a Postfix of our own, whose defaults are left alone. Both sides send
    the same octets, each to a recipient of its own (`-N`): Postfix remembers the last hundred addresses it looked up.
    Ours have a sender of their own too, which smtp-source has no way to; it costs Postfix nothing that shows.
    """
    if why_not_postfix() is not None:
        return []
    rounds, count = (1, 40) if quick else (7, 1_000)
    sender, to = messages[0].envelope_from, messages[0].envelope_to
    with (
        running_postfix(Routes(otherwise="discard:")) as postfix,
        tempfile.NamedTemporaryFile(suffix=".eml") as mail,
    ):
        mail.write(messages[0].payload.replace(b"\r\n", b"\n"))
        mail.flush()
        options = ("-N", "-F", mail.name, "-f", str(sender), "-t", str(to))
        program = require_program("smtp-source")
        sides: dict[str, Work] = {
            "ours": lambda: run(_send_ours(postfix.port, messages, count, LANES)),
            "source": lambda: _send_source(program, postfix.port, count, *options),
        }
        costs = measure(sides, rounds=rounds)
    ours, theirs = costs["ours"], costs["source"]
    what, peer = f"through a real Postfix, {LANES} lanes", "smtp-source -N -d -s 8 (C)"
    return [
        at_least(f"{what}: throughput", peer, "messages/s", 1 / ours.wall, 1 / theirs.wall, 0.95, "discard transport"),
        at_most(f"{what}: processor time", peer, "µs/message", ours.cpu * 1e6, theirs.cpu * 1e6, 99,
                "without Postfix's own; for the record"),
    ]  # fmt: skip


def _latency_row(messages: Sequence[Message], *, quick: bool) -> Row:
    """Two round trips a message: the envelope, and the message."""
    lanes = 4 if quick else MANY_LANES
    count = lanes * (2 if quick else 60)
    with delaying_sink(DELAY) as port:
        costs = measure(
            {"ours": lambda: run(_send_ours(port, messages, count, lanes))}, rounds=1 if quick else 5
        )
    limit = lanes / (2 * DELAY)
    return at_least(
        f"20 ms an answer, {lanes} lanes", "lanes / (2 round trips x 20 ms)", "messages/s",
        1 / costs["ours"].wall, limit, 0.8, "to our own sink",
    )  # fmt: skip


async def _send_ours(port: int, messages: Sequence[Message], count: int, lanes: int) -> int:
    relay = BareRelay(
        RelaySettings(host="127.0.0.1", port=port, tls=Tls.NONE, lanes=lanes, ehlo_name="bench.example")
    )
    turns = iter(range(count))

    async def work() -> None:
        async with relay.lane() as lane:
            for number in turns:
                outcome = await lane.deliver(messages[number % len(messages)])
                if not isinstance(outcome, Sent):
                    raise RuntimeError(f"the sink refused: {outcome}")

    await asyncio.gather(*(work() for _ in range(lanes)))
    await relay.close()
    return count


async def _send_theirs(port: int, messages: Sequence[Message], count: int) -> int:
    turns = itertools.islice(itertools.cycle(messages), count)

    async def work() -> None:
        async with aiosmtplib.SMTP(
            hostname="127.0.0.1", port=port, start_tls=False, local_hostname="bench.example"
        ) as client:
            for message in turns:
                await client.sendmail(str(message.envelope_from), [str(message.envelope_to)], message.payload)

    await asyncio.gather(*(work() for _ in range(LANES)))
    return count


def _send_source(program: str, port: int, count: int, *options: str) -> int:
    subprocess.run(
        [program, "-d", "-s", str(LANES), "-m", str(count), *options, f"127.0.0.1:{port}"],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return count
