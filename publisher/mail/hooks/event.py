"""What a webhook call comes to: events in our words, or why it was not accepted."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from publisher.mail.bounce.codes import classify_failure, find_code, find_status
from publisher.mail.bounce.dsn import parse_recipient
from publisher.mail.reply import clean_reply_text
from publisher.model.address import EmailAddress
from publisher.model.feedback import Certainty, FeedbackKind, FeedbackSource, Finding

MAX_SKEW = timedelta(minutes=5)
"""How far a signed timestamp may be from our clock."""
_MAX_EVENTS = 5000


class HookFault(StrEnum):
    """Why a call was not accepted: for the log and tests. The caller is told a status only."""

    MALFORMED = "malformed"
    """Not the JSON this provider sends."""
    FORGED = "forged"
    """The signature, the password or the topic is not right."""
    STALE = "stale"
    """Signed too long ago, or in the future."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderEvent:
    """One event. `key` is the same whenever the provider tells it again; `message_id` is what it says ours was,
    empty where it does not say.
    """

    key: str
    finding: Finding
    address: EmailAddress | None
    message_id: str

    def read_message_id(self, domain: str) -> tuple[int, int] | None:
        """(issue, subscriber) of `i42.s9@<domain>`, with or without its brackets."""
        match = re.fullmatch(
            rf"<?i([0-9]{{1,12}})\.s([0-9]{{1,12}})@{re.escape(domain)}>?", self.message_id, re.ASCII
        )
        return None if match is None else (int(match[1]), int(match[2]))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCall:
    """A call whose signature holds. `key` is what makes it unique among all calls of its provider."""

    key: str
    events: tuple[ProviderEvent, ...]


def build_call(provider: str, unique: bytes, events: Sequence[ProviderEvent | None]) -> SignedCall:
    """A call from what makes it unique; events that are None mean nothing to us."""
    digest = hashlib.sha256(unique).hexdigest()
    known = tuple(event for event in events[:_MAX_EVENTS] if event is not None)
    return SignedCall(key=f"{provider}:{digest}", events=known)


def build_event(
    key: str, kind: FeedbackKind, *, address: str, message_id: str = "", status: str = "", detail: str = ""
) -> ProviderEvent:
    """An event from a provider's fields, which are read as hostile text."""
    recipients = parse_recipient(address)
    return ProviderEvent(
        key=hashlib.sha256(key.encode("utf-8", "replace")).hexdigest(),
        finding=Finding(
            kind=kind,
            certainty=Certainty.STATED,
            source=FeedbackSource.WEBHOOK,
            status=find_status(status) or find_status(detail),
            detail=clean_reply_text(detail),
        ),
        address=recipients[0] if recipients else None,
        message_id=message_id.strip()[:200],
    )


def classify_words(status: str, words: str, *, unknown: FeedbackKind) -> FeedbackKind:
    """The kind of a failure by the receiving server's own words; `unknown` is what the provider itself calls it, which
    counts only where they say nothing.
    """
    kind = classify_failure(find_status(status) or find_status(words), find_code(words), words)
    return unknown if kind is FeedbackKind.UNKNOWN else kind


def is_fresh(signed_at: datetime | None, now: datetime, max_age: timedelta) -> bool:
    """Whether a signed moment is at most so long ago, and not ahead of us by more than clocks differ. `max_age` covers
    the time for which the provider tries again, lest a complaint be lost because our answer was.
    """
    return signed_at is not None and -MAX_SKEW <= now - signed_at <= max_age
