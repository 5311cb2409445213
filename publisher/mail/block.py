"""The header fields every message has, in the order they stand in it."""

import re
from datetime import datetime
from email.utils import format_datetime

from publisher.mail.header import mailbox_field, text_field, token_field
from publisher.model.address import EmailAddress
from publisher.model.site import Sender

CRLF = b"\r\n"
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


def recipient_field(address: EmailAddress) -> bytes:
    """`To`: exactly one address and no name, which would tell a mail's copier who reads what."""
    return mailbox_field("To", address)


def message_id_field(message_id: str) -> bytes:
    """`Message-ID`, whose domain is the From domain."""
    return token_field("Message-ID", message_id)


def origin_fields(sender: Sender, subject: str, date: datetime) -> list[bytes]:
    """`From`, `Subject`, `Date`, and `Reply-To` where answers go elsewhere. `date` is aware."""
    if date.tzinfo is None:
        raise ValueError("a Date field needs a zone")
    fields = [
        mailbox_field("From", sender.address, display=sender.name),
        text_field("Subject", subject),
        token_field("Date", format_datetime(date)),
    ]
    if sender.reply_to is not None:
        fields.append(mailbox_field("Reply-To", sender.reply_to))
    return fields


def content_fields(language: str, boundary: str) -> list[bytes]:
    """`Content-Language` (RFC 5646) and the fields of a multipart/alternative, last in the header."""
    if not _LANGUAGE_TAG.fullmatch(language):
        raise ValueError("a language is written as a tag of letters, digits and hyphens")
    return [
        token_field("Content-Language", language),
        token_field("MIME-Version", "1.0"),
        token_field("Content-Type", "multipart/alternative;", f'boundary="{boundary}"'),
    ]
