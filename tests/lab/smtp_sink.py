"""Postfix's `smtp-sink`: takes everything, or refuses one command every time."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from tests.lab.daemon import free_port, running
from tests.lab.programs import require_program

BACKLOG = 100


class Refusal(StrEnum):
    """How it refuses: the flag of smtp-sink(1)."""

    HARD = "-f"
    """5xx."""
    SOFT = "-r"
    """4xx."""
    HANG_UP = "-q"
    """Disconnects instead of an answer."""
    CLOSE = "-Q"
    """421, then disconnects."""


@contextmanager
def running_smtp_sink(log: Path, *refusal: str) -> Iterator[int]:
    """Its port. `refusal` is a flag and the command it is about."""
    port = free_port()
    user = ("-u", pwd.getpwuid(os.getuid()).pw_name) if os.getuid() == 0 else ()  # it insists on it for root
    words = (require_program("smtp-sink"), *user, *refusal, f"127.0.0.1:{port}", str(BACKLOG))
    with running(words, port=port, log=log):
        yield port
