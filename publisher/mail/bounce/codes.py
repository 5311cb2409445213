"""From a status code (RFC 3463), an SMTP code (RFC 5321) and the server's words to a kind of failure.

A code decides where it is specific; where it says only "failed" (x.0.0, or a bare 550) the words decide, and
without words that we know the cause stays unknown. A routing status (x.4.x) is about the way there, not the
mailbox: a resolver that lies for two days would otherwise empty a list. A dead address is never read out of a
temporary status, and never against the words: `5.1.1 … over quota` is a full mailbox.
"""

import re
from collections.abc import Mapping

from publisher.mail.bounce.phrases import find_phrase
from publisher.model.delivery import Phase, Reply
from publisher.model.feedback import Certainty, FeedbackKind, FeedbackSource, Finding

_HARD_CODES = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
_OUR_CODES = frozenset({"5.1.7", "5.1.8"})
"""Bad sender's mailbox, bad sender's system: about us."""
_FULL_CODES = frozenset({"5.2.2", "5.2.3", "5.3.4"})
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_CODE = re.compile(r"(?<![\w.-])((?:4[2-5]|5[0-5])\d)(?=[ #:]|-(?!\d\d)|$)")


def find_status(text: str) -> str | None:
    """The first specific status of a failure in a text, else the first at all; None where there is none."""
    found = [match[1] for match in _STATUS.finditer(text) if match[1][0] in "45"]
    return next((status for status in found if is_specific(status)), found[0] if found else None)


def find_code(text: str) -> int | None:
    """The first SMTP code of a refusal in a text."""
    match = _CODE.search(text)
    return None if match is None else int(match[1])


def is_specific(status: str | None) -> bool:
    """Whether a status says more than that it failed."""
    return status is not None and not status.endswith(".0.0")


def classify_failure(status: str | None, code: int | None, words: str) -> FeedbackKind:
    """HARD, SOFT, POLICY or UNKNOWN. `words` are the server's own, with or without the codes in them."""
    phrase = find_phrase(words)
    status = status or ""
    ours = status[1:].startswith((".7.", ".6.")) or status in _OUR_CODES
    if ours or phrase is FeedbackKind.POLICY:
        return FeedbackKind.POLICY
    if status.startswith(("4", "5.4.")) or status in _FULL_CODES or code == 552 or (code or 500) < 500:
        return FeedbackKind.SOFT
    if phrase is not None:
        return phrase
    if status in _HARD_CODES:
        return FeedbackKind.HARD
    return FeedbackKind.SOFT if is_specific(status or None) else FeedbackKind.UNKNOWN


_AT: Mapping[Phase, FeedbackSource] = {Phase.RCPT: FeedbackSource.RCPT}


def classify_reply(phase: Phase, reply: Reply) -> Finding:
    """What a refusal (5xx) in our own SMTP session says. Only at RCPT, and of a whole message at the dot, can it
    be about the reader: before that, and at DATA, it is about us.
    """
    kind = (
        classify_failure(reply.enhanced, reply.code, reply.text)
        if phase in (Phase.RCPT, Phase.DOT)
        else FeedbackKind.POLICY
    )
    return Finding(
        kind=kind,
        certainty=Certainty.STATED,
        source=_AT.get(phase, FeedbackSource.SESSION),
        status=reply.enhanced,
        detail=" ".join(part for part in (str(reply.code), reply.enhanced or "", reply.text) if part),
    )
