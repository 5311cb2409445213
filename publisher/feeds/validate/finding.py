"""What the validator says: a rule that was broken, where, and what to do."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

_SHOWN = 120
"""Characters of a foreign value shown in a sentence."""


class Severity(StrEnum):
    """What a finding means for who publishes."""

    ERROR = "error"
    """Breaks readers, a MUST of the specification, or a reader's safety: our own gate refuses the document."""
    WARNING = "warning"
    """Is allowed or borne, and yet some readers do worse with it than they could."""


class Place(Protocol):
    """Where in a document. `where` is `line 3, rss/channel/item[2]/guid` or `$.items[1].url`; `entry` is the id of the
    entry it belongs to, None outside entries. Most places are never asked: a good document has no finding.
    """

    @property
    def where(self) -> str: ...

    @property
    def entry(self) -> str | None: ...


class Point(NamedTuple):
    """A place that is known already."""

    where: str
    entry: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule broken at one place. `sentence` says what to do; `source` is the RFC or specification, with section."""

    severity: Severity
    code: str
    where: str
    sentence: str
    source: str
    entry: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. `code` is stable (`atom.entry.author`); `says` may name values as `{value}`."""

    code: str
    severity: Severity
    says: str
    source: str

    def at(self, place: Place, **values: object) -> Finding:
        """The finding that this rule is broken there."""
        return Finding(
            severity=self.severity,
            code=self.code,
            where=place.where,
            sentence=self.says.format_map({name: shown(str(value)) for name, value in values.items()}),
            source=self.source,
            entry=place.entry,
        )


def error(code: str, says: str, source: str) -> Rule:
    """A rule whose breach is an error."""
    return Rule(code, Severity.ERROR, says, source)


def warning(code: str, says: str, source: str) -> Rule:
    """A rule whose breach is a warning."""
    return Rule(code, Severity.WARNING, says, source)


def shown(text: str) -> str:
    """A foreign text fit for one line of a terminal: printable, short."""
    line = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[: _SHOWN + 1])
    return line if len(text) <= _SHOWN else line[:_SHOWN] + "…"
