"""What is wrong with the settings: all of it at once, each with its place and a hint."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from publisher.model.errors import NashraError


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. `path` is the key's place, `$.newsletter[1].schedule`; `hint` may be empty. No value of a secret
    key is ever in `problem`.
    """

    path: str
    problem: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}" + (f" ({self.hint})" if self.hint else "")


class SettingsError(NashraError):
    """The settings cannot be used. `file` is the settings file; `faults` are all that were found, in its order."""

    exit_code = 2

    def __init__(self, file: str, faults: Sequence[Fault], *, next_step: str = "") -> None:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        lines = "".join(f"\n  {fault}" for fault in faults)
        super().__init__(f"{file}: {count}{lines}", next_step=next_step or "mend the file and run it again")
        self.file = file
        self.faults = tuple(faults)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or all of them where none is near and they are few."""
    words = sorted(known)
    if near := get_close_matches(word.casefold(), words, n=1, cutoff=0.6):
        return f'did you mean "{near[0]}"?'
    return "known: " + ", ".join(words) if len(words) <= 20 else ""
