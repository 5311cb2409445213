"""A mail to a reader's own unsubscribe address (`mail.leave_address`): whose it is, and whether it is a wish.

Promise: only what stands in the envelope or in the fields that say where a mail was delivered counts, never its text:
a mail that quotes or returns one of ours has the address in it and wishes nothing. Two readers' addresses on one mail
are nobody's. What a mail system wrote, or any program that answers, is no wish, whatever it came to.
"""

from collections.abc import Sequence
from email.message import Message
from email.utils import getaddresses

from publisher.mail.bounce.opened import MAX_FIELD, field, is_from_daemon
from publisher.mail.leave_address import read_leave_address
from publisher.mail.token import TokenSigner

_WHERE = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
_MOST = 50


def find_leaving(mail: Message, envelope_to: Sequence[str], *, signer: TokenSigner) -> tuple[int, int] | None:
    """The (newsletter, subscriber) it came to; None where that is none of ours, or not one."""
    fields = [str(value)[:MAX_FIELD] for name in _WHERE for value in mail.get_all(name, [])]
    written = [address for _, address in getaddresses(fields[:_MOST])]
    locals_ = dict.fromkeys(text.strip("<> ").rpartition("@")[0] for text in (*envelope_to, *written))
    found = {read_leave_address(signer, local) for local in list(locals_)[:_MOST]} - {None}
    return found.pop() if len(found) == 1 else None


def is_from_somebody(mail: Message) -> bool:
    """Whether anybody stands behind it who could be answered: no null sender (RFC 5321 section 4.5.5), no mail system,
    and no report (RFC 6522).
    """
    is_null = field(mail, "Return-Path") == "<>"
    return not is_null and not is_from_daemon(mail) and mail.get_content_type() != "multipart/report"
