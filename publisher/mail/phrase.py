"""A sentence of a notice, cut into the runs that mail programs must keep apart."""

from dataclasses import dataclass

from publisher.model.direction import Direction
from publisher.text.bidi import Run, split_runs
from publisher.text.direction import direction_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words with their own direction; the template wraps each run that has a direction in `<span dir>`."""

    text: str
    direction: Direction
    runs: tuple[Run, ...]


def build_phrase(text: str, *, default: Direction) -> Phrase:
    """Any text: its direction is that of its letters, `default` where it has none."""
    direction = direction_of(text, default=default)
    return Phrase(text=text, direction=direction, runs=split_runs(text, direction))
