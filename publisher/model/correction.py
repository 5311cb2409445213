"""Corrections: what the newsroom says it got wrong. They alone move an article's `updated` (RFC 4287, 4.2.15)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedCorrection:
    """A correction as a document states it. `at` is None where only the words are stated: then it is dated when it is
    first read. `announce` asks for an entry of its own in every feed, for readers that never update.
    """

    note: str
    at: datetime | None = None
    announce: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction as stored. `number` counts those of one article from 1; `note` may be empty."""

    number: int
    at: datetime
    note: str
    announce: bool = False
