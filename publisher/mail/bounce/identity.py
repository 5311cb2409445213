"""Which delivery a report is about.

Promise: an identity counts as signed only by a MAC of ours. Such a mark speaks for itself wherever it stands, so
it is looked for everywhere: in the envelope, the header, the report's fields, the returned header. Two different
deliveries marked in one report name nobody. Unsigned ids are told apart (`Proof.NAMED`), and count only together
with the reader's address.
"""

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from publisher.mail.return_path import local_of_feedback_id, read_notice_path, read_return_path
from publisher.mail.token import Purpose, TokenContent, TokenSigner
from publisher.model.feedback import Proof

_VERP = re.compile(r"b\+[in][0-9]{1,12}\.s[0-9]{1,12}\.[a-z2-7]{16}(?![a-z0-9])", re.IGNORECASE | re.ASCII)
_FEEDBACK_ID = re.compile(
    r"(?<![a-z0-9])i[0-9]{1,12}:s[0-9]{1,12}:[a-z2-7]{16}(?![a-z0-9])", re.IGNORECASE | re.ASCII
)
_LINK = re.compile(r"/u/([A-Za-z0-9_-]{48})(?![A-Za-z0-9_-])", re.ASCII)
_IDS = re.compile(r"i([0-9]{1,12})\.s([0-9]{1,12})", re.ASCII)
_MAX_MARKS = 200
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Whom a report is about, and how we know. `issue` is None where only the reader is marked, or where it was no
    issue but the single mail `notice`.
    """

    proof: Proof
    issue: int | None
    subscriber: int
    notice: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a report offers: the envelope's recipients, all its text, and its ENVID field."""

    envelope_to: Sequence[str]
    text: str
    envelope_id: str


def find_claim(seen: Seen, *, signer: TokenSigner, message_domain: str, now: datetime) -> Claim | None:
    """The best claim there is: the envelope it came to, then any envelope sender or feedback id, a link, unsigned
    ids.
    """
    named = _named(seen, message_domain)
    verp = _only(_read_verp(signer, seen.envelope_to)) or _only(_read_verp(signer, _find_marks(seen.text)))
    if verp is not None:
        return verp
    reader = _only(_read_links(signer, _LINK.findall(seen.text), now))
    if reader is not None:
        issue = named.issue if named is not None and named.subscriber == reader else None
        return Claim(proof=Proof.LINK, issue=issue, subscriber=reader)
    return named


def _find_marks(text: str) -> list[str]:
    """Envelope senders, and the same marks in CFBL-Feedback-ID."""
    return _VERP.findall(text) + [local_of_feedback_id(found) for found in _FEEDBACK_ID.findall(text)]


def _read_verp(signer: TokenSigner, texts: Iterable[str]) -> set[Claim]:
    locals_ = dict.fromkeys(text.partition("@")[0].strip("<> ").lower() for text in texts)
    found = (_read_mark(signer, local) for local in list(locals_)[:_MAX_MARKS])
    return {claim for claim in found if claim is not None}


def _read_mark(signer: TokenSigner, local: str) -> Claim | None:
    of_issue, of_notice = read_return_path(signer, local), read_notice_path(signer, local)
    if of_issue is not None:
        return Claim(proof=Proof.VERP, issue=of_issue[0], subscriber=of_issue[1])
    if of_notice is not None:
        return Claim(proof=Proof.VERP, issue=None, subscriber=of_notice[1], notice=of_notice[0])
    return None


def _read_links(signer: TokenSigner, tokens: Iterable[str], now: datetime) -> set[int]:
    found = (
        signer.read(token, Purpose.UNSUBSCRIBE, now) for token in list(dict.fromkeys(tokens))[:_MAX_MARKS]
    )
    return {content.subscriber for content in found if isinstance(content, TokenContent)}


def _named(seen: Seen, message_domain: str) -> Claim | None:
    """By Original-Envelope-Id, else by the Message-ID we gave; both are in every mail and can be counted through."""
    envelope = _IDS.fullmatch(seen.envelope_id.strip("<> "))
    message_ids = re.findall(rf"<{_IDS.pattern}@{re.escape(message_domain)}>", seen.text, re.ASCII)
    pairs = {envelope.groups()} if envelope else set(message_ids)
    pair = _only({(int(issue), int(subscriber)) for issue, subscriber in pairs})
    return None if pair is None else Claim(proof=Proof.NAMED, issue=pair[0], subscriber=pair[1])


def _only(found: Set[_T]) -> _T | None:
    return next(iter(found)) if len(found) == 1 else None
