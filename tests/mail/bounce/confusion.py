"""A table of what was read against what a person reads."""

from collections import Counter
from collections.abc import Iterable

from publisher.model.feedback import FeedbackKind

LABELS = ("hard", "soft", "policy", "none", "unclear")
_READ_AS = {
    FeedbackKind.HARD: "hard",
    FeedbackKind.SOFT: "soft",
    FeedbackKind.POLICY: "policy",
    FeedbackKind.COMPLAINT: "complaint",
    FeedbackKind.UNKNOWN: "unclear",
}
"""Every other kind means that nothing failed."""


def read_as(kind: FeedbackKind) -> str:
    """A kind in the words of the labels."""
    return _READ_AS.get(kind, "none")


def count(pairs: Iterable[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """(label, what was read) → how many."""
    return Counter(pairs)


def render(table: Counter[tuple[str, str]]) -> str:
    """Rows are the labels, columns what was read."""
    lines = [f"{'label':<10}" + "".join(f"{name:>9}" for name in LABELS)]
    lines += [f"{row:<10}" + "".join(f"{table[row, column]:>9}" for column in LABELS) for row in LABELS]
    return "\n".join(lines)
