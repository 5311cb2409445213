"""SpamAssassin's local rules, as Debian ships them: no network, no settings of a user, nothing learnt from before."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.lab.programs import require_program

_STATUS = re.compile(
    r"^X-Spam-Status: \w+, score=(-?[\d.]+) .*?tests=((?:.|\n[ \t])*?)\s+autolearn", re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """In points, as it tells them: to a tenth. `rules` are those that spoke."""

    points: float
    rules: tuple[str, ...]

    def describe(self) -> str:
        """Points and rules."""
        return f"{self.points:+.1f} {' '.join(self.rules)}"


def score(folder: Path, mails: Mapping[str, bytes]) -> dict[str, Score]:
    """What it gives each mail (`spamassassin -L -t -x`), all in one run; makes `folder`."""
    folder.mkdir()
    mailbox = folder / "mbox"
    mailbox.write_bytes(b"".join(_as_mbox(name, mail) for name, mail in mails.items()))
    done = subprocess.run(
        [require_program("spamassassin"), "-L", "-t", "-x", "--cf=use_bayes 0", "--mbox", str(mailbox)],
        capture_output=True, check=True, timeout=120, env={**os.environ, "HOME": str(folder), "LC_ALL": "C"},
    )  # fmt: skip
    said = done.stdout.decode("utf-8", "replace")
    blocks = re.split(r"^From (\S+)@lab\.example .*\n", said, flags=re.MULTILINE)[1:]
    return {name: _read(block) for name, block in zip(blocks[::2], blocks[1::2], strict=True)}


def _as_mbox(name: str, mail: bytes) -> bytes:
    """No line of ours begins with `From `: the gate lets out encoded bodies only."""
    lines = mail.replace(b"\r\n", b"\n")
    return f"From {name}@lab.example Sun Nov 22 12:00:00 2026\n".encode("ascii") + lines + b"\n"


def _read(block: str) -> Score:
    match = _STATUS.search(block)
    if match is None:
        raise RuntimeError(f"no score: {block[:500]}")
    return Score(points=float(match[1]), rules=tuple(re.findall(r"\w+", match[2])))
