"""Bounces written for people, without the fields of RFC 3464: always a guess.

Read only where a mail system sent it (null sender, MAILER-DAEMON, postmaster): a person who quotes a bounce is not
one. The library flufl.bounce knows forms that we do not; what it finds is a hint and nothing more: that something
failed, and the addresses that the text names.
"""

import logging
import re
from email.message import Message

from flufl.bounce import all_failures

from publisher.mail.bounce.codes import classify_failure, find_code, find_status
from publisher.mail.bounce.dsn import parse_recipient
from publisher.mail.bounce.opened import field, is_from_daemon, plain_text
from publisher.mail.bounce.phrases import says_later
from publisher.mail.reply import clean_reply_text
from publisher.model.address import EmailAddress
from publisher.model.feedback import Certainty, FeedbackKind, FeedbackSource, Finding

log = logging.getLogger(__name__)

_NULL_PATH = re.compile(r"<(?:>|mailer-daemon)", re.IGNORECASE)
_RETURNED = re.compile(
    r"^[^\w\n]{0,80}(?:below this line|(?:here|this) is a copy|start of returned|returned mail|unsent mes|included is"
    r"|mensaje orig|(?:the )?original mes|message (?:header|text)|the header|header of the|a (?:copy|summary) of the"
    r"|forwarded message|received: ).*",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)


def read_prose(mail: Message) -> tuple[Finding, frozenset[EmailAddress]] | None:
    """What a bounce for people says, and the addresses it names; None where it is no bounce.

    A null sender alone is no mail system: RFC 3834 asks it of vacation notices too. Then it takes a form of bounce that
    the library knows.
    """
    is_daemon = is_from_daemon(mail)
    if not is_daemon and not _NULL_PATH.match(field(mail, "Return-Path")):
        return None
    later, failed = _ask_flufl(mail)
    words = _RETURNED.sub("", plain_text(mail))
    kind = _read_kind(words)
    if not (later or failed) and (kind is FeedbackKind.UNKNOWN or not is_daemon):
        return None
    finding = Finding(
        kind=FeedbackKind.DELAYED if kind is FeedbackKind.UNKNOWN and not failed else kind,
        certainty=Certainty.GUESSED,
        source=FeedbackSource.PROSE,
        status=find_status(words),
        detail=clean_reply_text(words)[:200],
    )
    return finding, later | failed


def _read_kind(words: str) -> FeedbackKind:
    if says_later(words):
        return FeedbackKind.DELAYED
    return classify_failure(find_status(words), find_code(words), words)


def _ask_flufl(mail: Message) -> tuple[frozenset[EmailAddress], frozenset[EmailAddress]]:
    """Addresses that wait and addresses that failed, in flufl.bounce's opinion; none where it stumbles."""
    try:
        later, failed = all_failures(mail)
    except (
        Exception
    ):  # a hint that cannot be had is no hint: the library reads hostile text with many regexes
        log.warning("bounce.hint_failed", exc_info=True)
        return frozenset(), frozenset()
    return _addresses(later), _addresses(failed)


def _addresses(found: frozenset[bytes]) -> frozenset[EmailAddress]:
    return frozenset(
        address for octets in found for address in parse_recipient(octets.decode("utf-8", "replace"))
    )
