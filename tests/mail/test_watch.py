"""A mailbox that is looked into: how often, what the log says while it is away, and that ending does not wait."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from publisher.mail.imap_intake import ImapError
from publisher.mail.maildir_intake import MOST_AT_ONCE, Pass
from publisher.mail.watch import MOST_RARELY, Watch, next_look

MINUTE = timedelta(minutes=1)
QUIET = Pass(recognised=0, kept=0, left=0)
LEFT = Pass(recognised=0, kept=0, left=2)


@pytest.mark.parametrize(
    ("found", "failures", "wait"),
    [
        (QUIET, 0, MINUTE),
        (Pass(recognised=3, kept=4, left=0), 0, MINUTE),
        (Pass(recognised=MOST_AT_ONCE - 1, kept=1, left=0), 0, timedelta()),
        (None, 1, 2 * MINUTE),
        (None, 3, 8 * MINUTE),
        (None, 4, MOST_RARELY),
        (None, 5000, MOST_RARELY),
        (LEFT, 2, 4 * MINUTE),
    ],
)
def test_it_looks_at_once_where_there_is_more_and_ever_more_rarely_while_it_fails(
    found: Pass | None, failures: int, wait: timedelta
) -> None:
    assert next_look(found, every=MINUTE, failures=failures) == wait


def test_what_is_set_to_be_rare_is_not_made_more_frequent_by_failing() -> None:
    assert next_look(None, every=timedelta(hours=1), failures=3) == timedelta(hours=1)


@contextmanager
def watching(look: Callable[[Callable[[], bool]], Pass]) -> Iterator[Watch]:
    watch = Watch("imap", look, every=timedelta(milliseconds=1))
    watch.start()
    yield watch
    watch.close()


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (ImapError("no"), "bounces.door_away"),
        (OSError(13, "denied"), "bounces.door_away"),
        (KeyError("a defect of ours"), "bounces.door_away"),
        (LEFT, "bounces.left"),
    ],
)
def test_the_log_says_once_that_it_is_away_and_once_that_it_is_back(
    trouble: Exception | Pass, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    steps = [trouble, trouble, trouble, QUIET, QUIET, trouble, QUIET]
    done = threading.Event()

    def look(_goes_on: Callable[[], bool]) -> Pass:
        if not steps:
            done.set()
            return QUIET
        step = steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    with watching(look):
        assert done.wait(5)
    assert told(caplog) == [said, "bounces.door_back"] * 2
    assert {getattr(record, "door", "imap") for record in caplog.records} == {"imap"}


def test_closing_begins_nothing_more() -> None:
    begun = threading.Event()
    seen: list[bool] = []

    def look(goes_on: Callable[[], bool]) -> Pass:
        begun.set()
        while goes_on():
            time.sleep(0.001)
        seen.append(goes_on())
        return QUIET

    with watching(look):
        assert begun.wait(5)
    assert seen == [False]


def test_closing_does_not_wait_for_a_silent_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publisher.mail.watch._PATIENCE_SECONDS", 0.05)
    begun, never = threading.Event(), threading.Event()

    def look(_goes_on: Callable[[], bool]) -> Pass:
        begun.set()
        never.wait(10)
        return QUIET

    with watching(look) as watch:
        assert begun.wait(5)
        before = time.monotonic()
        watch.close()
        assert time.monotonic() - before < 5
        never.set()


def test_what_fails_because_it_ends_is_no_trouble(caplog: pytest.LogCaptureFixture) -> None:
    begun = threading.Event()

    def look(goes_on: Callable[[], bool]) -> Pass:
        begun.set()
        while goes_on():
            time.sleep(0.001)
        raise OSError("hung up")

    with watching(look):
        assert begun.wait(5)
    assert told(caplog) == []
