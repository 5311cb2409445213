"""Messages as the relay took them, octet by octet: of every n-th reader, each copy. A stranger verifies the signatures.

A sample: the length in a line, then the message. Which readers are sampled depends on the Message-ID alone, so both
copies of a message are, or none.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from tests.mail.dkim_oracle import verdicts

ABOUT = 100
"""So many messages of a run are kept."""


class SampleWriter:
    """A held file that is only added to. One message in `every` is kept."""

    def __init__(self, path: Path, *, every: int) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._every = every

    def write(self, message_id: str, message: bytes) -> None:
        """Keep it, if it is one to keep. `message` is without dot-stuffing."""
        if int.from_bytes(sha256(message_id.encode()).digest()[:4]) % self._every == 0:
            os.write(self._handle, b"%d\n%b" % (len(message), message))

    def close(self) -> None:
        """Done."""
        os.close(self._handle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """How many samples carry good signatures only, and the first line of each that does not."""

    good: int
    bad: tuple[str, ...]


def read_samples(path: Path) -> Iterator[bytes]:
    """All of them, in order."""
    with path.open("rb") as octets:
        while length := octets.readline():
            yield octets.read(int(length))


def verify_samples(path: Path, dns: Mapping[str, str], *, at: datetime) -> Verified:
    """Ask dkimpy about every sample, with what DNS says of the keys; one without a signature is bad too."""
    good, bad = 0, []
    for message in read_samples(path) if path.exists() else ():
        found = verdicts(message, dns, at=at)
        if found and all(found):
            good += 1
        else:
            bad.append(f"{len(found)} signatures, {sum(found)} good: {_name(message)}")
    return Verified(good=good, bad=tuple(bad))


def _name(message: bytes) -> str:
    header = message.partition(b"\r\n\r\n")[0]
    named = [line for line in header.split(b"\r\n") if line.lower().startswith(b"message-id:")]
    return named[0].decode("ascii", "replace") if named else "a message without Message-ID"
