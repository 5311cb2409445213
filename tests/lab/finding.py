"""What a check found out: one line of the lab's report."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`what` should be so; `holds` says whether it is; `figures` are what was really seen."""

    what: str
    holds: bool
    figures: str

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        return asdict(self)

    def render(self) -> str:
        """One line."""
        return f"{'ok    ' if self.holds else 'FAILED'} {self.what}: {self.figures}"


def equal(what: str, found: object, expected: object, *, figures: str | None = None) -> Finding:
    """Holds where both are equal; where not, both are told."""
    holds = found == expected
    said = str(found) if figures is None else figures
    return Finding(what=what, holds=holds, figures=said if holds else f"{found} instead of {expected}")
