"""Signing beside the sender: the same signatures, whatever becomes of the processes that make them."""

import asyncio
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from publisher.mail import signers as module
from publisher.mail.compile import compile_issue
from publisher.mail.dkim import DkimSigner
from publisher.mail.signer import Signer
from publisher.mail.signers import Signers, count_signers, next_pause
from publisher.mail.signing_child import sign_digests
from tests.mail.builders import SENDER, STAMP, URL, recipient, rendition
from tests.mail.builders import SIGNER as TOKENS
from tests.mail.dkim_oracle import DOMAIN, ED25519, RSA, records, verdicts

pytestmark = pytest.mark.anyio

KEYS = (RSA, ED25519)


def digests(number: int) -> bytes:
    """What is to be signed for message `number`, one digest for each of KEYS."""
    return b"".join(hashlib.sha256(f"{number} {key.selector}".encode()).digest() for key in KEYS)


EXPECTED = [sign_digests(KEYS, digests(number)) for number in range(12)]


@contextmanager
def signing(most: int = 1) -> Iterator[Signers]:
    """Signers that leave no process, no zombie and no open file behind."""
    before = open_files()
    with closing(Signers(KEYS, most=most)) as signers:
        seen: set[int] = set()
        start = Signer

        def noted(*args: Any, **named: Any) -> Signer:
            made = start(*args, **named)
            seen.add(made.pid)
            return made

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "Signer", noted)
            yield signers
    assert not [pid for pid in seen if Path(f"/proc/{pid}").exists()]
    assert open_files() == before


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def made_ready(signers: Signers, count: int = 1) -> None:
    """Ask until so many processes sign."""
    async with asyncio.timeout(20):
        while signers.ready < count:
            await asyncio.gather(*(signers.sign(digests(0)) for _ in range(2 * count)))
            await asyncio.sleep(0.005)


async def sign_all(signers: Signers) -> list[bytes]:
    return await asyncio.gather(*(signers.sign(digests(number)) for number in range(len(EXPECTED))))


async def test_signatures_are_the_same_and_in_order_before_and_after_a_process_is_ready() -> None:
    with signing() as signers:
        assert signers.pids == ()
        assert await sign_all(signers) == EXPECTED
        await made_ready(signers)
        assert await sign_all(signers) == EXPECTED
        assert len(signers.pids) == 1


async def test_a_digest_that_is_signed_beside_is_byte_for_byte_the_one_signed_here() -> None:
    with signing() as signers:
        await made_ready(signers)
        signer = DkimSigner(domain=DOMAIN, keys=KEYS, beside=signers.sign)
        beside = compile_issue(rendition(), stamp=STAMP, sender=SENDER, signer=TOKENS, dkim=signer)
        here = compile_issue(
            rendition(), stamp=STAMP, sender=SENDER, signer=TOKENS, dkim=replace(signer, beside=None)
        )
        for number in (1, 2):
            message = await beside.build_beside(recipient(subscriber=number), unsubscribe_url=URL)
            assert message == here.build(recipient(subscriber=number), unsubscribe_url=URL)
            assert message == await here.build_beside(recipient(subscriber=number), unsubscribe_url=URL)
            assert verdicts(message.payload, records(*KEYS)) == [True, True]


async def test_more_processes_start_only_while_all_are_busy_and_never_more_than_asked_for() -> None:
    with signing(most=2) as signers:
        await made_ready(signers)
        await signers.sign(digests(0))
        assert len(signers.pids) == 1
        await made_ready(signers, 2)
        assert await sign_all(signers) == EXPECTED
        assert len(signers.pids) == 2


async def test_none_means_that_all_is_signed_here() -> None:
    with signing(most=0) as signers:
        assert await sign_all(signers) == EXPECTED
        assert signers.pids == ()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
async def test_what_a_killed_process_was_asked_is_signed_all_the_same(
    number: signal.Signals, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_FIRST_PAUSE_S", 0.5)
    with signing() as signers:
        await made_ready(signers)
        (first,) = signers.pids
        os.kill(first, signal.SIGSTOP)
        asked = asyncio.create_task(sign_all(signers))
        await asyncio.sleep(0)
        os.kill(first, number)
        os.kill(first, signal.SIGCONT)
        assert await asked == EXPECTED
        await until(lambda: signers.pids == ())
        assert [record.message for record in caplog.records] == ["signing process lost"]
        assert await sign_all(signers) == EXPECTED, "signed here meanwhile"
        assert signers.pids == (), "not started again at once"
        await made_ready(signers)
        assert signers.pids not in ((), (first,))
        assert await sign_all(signers) == EXPECTED


def test_the_pause_before_a_new_start_grows() -> None:
    assert [next_pause(losses) for losses in (1, 2, 3, 6, 7, 900)] == [1, 2, 4, 32, 60, 60]


async def test_a_process_that_hangs_is_given_up(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LOOK_S", 0.05)
    with signing() as signers:
        await made_ready(signers)
        monkeypatch.setattr(module, "_PATIENCE_S", 0.1)
        os.kill(signers.pids[0], signal.SIGSTOP)
        assert await asyncio.wait_for(sign_all(signers), 20) == EXPECTED
        assert signers.pids == ()
        assert caplog.records[-1].__dict__["fault"] == "hangs"


async def test_while_a_process_is_late_all_else_is_signed_here() -> None:
    """On a machine whose cores have other work, signing beside must not be slower than signing here."""
    with signing() as signers:
        await made_ready(signers)
        os.kill(signers.pids[0], signal.SIGSTOP)
        late = asyncio.create_task(signers.sign(digests(0)))
        await asyncio.sleep(0.05)
        assert await sign_all(signers) == EXPECTED
        assert not late.done()
        os.kill(signers.pids[0], signal.SIGCONT)
        assert await late == EXPECTED[0]


async def test_processes_that_have_nothing_to_do_end_and_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LOOK_S", 0.02)
    with signing() as signers:
        await made_ready(signers)
        monkeypatch.setattr(module, "_IDLE_S", 0.05)
        await until(lambda: signers.pids == ())
        monkeypatch.setattr(module, "_IDLE_S", 60.0)
        await made_ready(signers)
        assert await sign_all(signers) == EXPECTED


async def test_processes_do_not_end_while_somebody_waits_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the whole machine was halted for more than a minute with a message in hand."""
    monkeypatch.setattr(module, "_LOOK_S", 0.02)
    with signing() as signers:
        await made_ready(signers)
        os.kill(signers.pids[0], signal.SIGSTOP)
        late = asyncio.create_task(signers.sign(digests(0)))
        await asyncio.sleep(0)
        monkeypatch.setattr(module, "_IDLE_S", 0.0)
        await asyncio.sleep(0.1)
        for pid in signers.pids:
            os.kill(pid, signal.SIGCONT)
        assert await asyncio.wait_for(late, 5) == EXPECTED[0]


async def test_a_process_that_signs_wrongly_is_never_asked(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with signing() as signers:
        monkeypatch.setattr(signers, "_expected", b"x" * len(signers._expected))
        assert await sign_all(signers) == EXPECTED
        await until(lambda: bool(caplog.records))
        assert caplog.records[-1].__dict__["fault"] == "signs wrongly"
        assert signers.pids == ()


async def test_where_no_process_can_be_started_all_is_signed_here(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with signing() as signers:
        assert await sign_all(signers) == EXPECTED
        assert [record.message for record in caplog.records] == ["no signing process can be started"]


async def test_an_asker_who_was_cancelled_upsets_nobody() -> None:
    with signing() as signers:
        await made_ready(signers)
        tasks = [asyncio.create_task(signers.sign(digests(number))) for number in range(len(EXPECTED))]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        assert await asyncio.gather(*tasks[1::2]) == EXPECTED[1::2]


async def test_signals_to_the_group_leave_a_signing_process_alone() -> None:
    """A sender that was asked to end signs what it has in hand."""
    with signing() as signers:
        await made_ready(signers)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(signers.pids[0], number)
        assert await sign_all(signers) == EXPECTED
        assert len(signers.pids) == 1
        assert os.getpgid(signers.pids[0]) != os.getpgid(0), "Ctrl-C does not even reach it"


def shown_of(pid: int) -> bytes:
    """What anybody on the machine, or the same user, may read of a process."""
    return b"".join(Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ"))


async def test_the_key_stands_on_no_command_line_and_in_no_environment() -> None:
    with signing() as signers:
        await made_ready(signers)
        shown = await asyncio.to_thread(shown_of, signers.pids[0])
    assert b"PRIVATE" not in shown
    assert all(key.render_pem()[30:60] not in shown for key in KEYS)


_SENDER = """
import asyncio, os, signal, sys
from publisher.mail.signer import Signer
from publisher.mail.signers import Signers
from tests.mail.test_signers import KEYS, made_ready

async def work():
    signers = Signers(KEYS, most=1)
    await made_ready(signers)
    print(*signers.pids, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(work())
"""


def test_a_signing_process_ends_with_a_sender_that_was_killed() -> None:
    done = subprocess.run([sys.executable, "-c", _SENDER], stdout=subprocess.PIPE, timeout=60)
    assert done.returncode == -signal.SIGKILL
    pid = int(done.stdout)
    for _ in range(1000):
        if not is_running(pid):
            return
        time.sleep(0.01)
    pytest.fail("it still runs")


def is_running(pid: int) -> bool:
    """A zombie that waits for whoever inherited it is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_second_event_loop_begins_anew() -> None:
    async def work(signers: Signers) -> list[bytes]:
        await made_ready(signers)
        return await sign_all(signers)

    with signing() as signers:
        for _ in range(2):
            assert asyncio.run(work(signers)) == EXPECTED


def test_one_core_is_left_for_the_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    for cores, processes in ((1, 0), (2, 1), (8, 7)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, cores=cores: set(range(cores)))
        assert count_signers() == processes
