"""Builders of reports as mail systems write them. Every name and text in them is invented."""

from datetime import UTC, datetime

from publisher.mail.bounce.read import Marks, Report, read_report
from publisher.mail.return_path import build_return_path
from publisher.mail.token import Purpose, TokenSigner

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SIGNER = TokenSigner({1: b"k" * 32})
MARKS = Marks(signer=SIGNER, message_domain="news.example.org")
VERP = str(build_return_path(SIGNER, issue=42, subscriber=9, domain="b.news.example.org"))
LINK = "https://news.example.org/u/" + SIGNER.mint(
    Purpose.UNSUBSCRIBE, subscriber=9, subject=3, issued_at=NOW
)
MESSAGE_ID = "<i42.s9@news.example.org>"


def read(raw: bytes, *envelope_to: str) -> Report:
    """Read as every door does."""
    return read_report(raw, envelope_to=envelope_to, marks=MARKS, now=NOW)


def group(
    *,
    recipient: str = "reader@example.net",
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 <reader@example.net>: Recipient address rejected: User unknown",
    original: str = "",
) -> str:
    """The fields of one recipient (RFC 3464 section 2.3)."""
    lines = [f"Final-Recipient: rfc822; {recipient}", f"Action: {action}", f"Status: {status}"]
    lines += [f"Original-Recipient: rfc822; {original}"] if original else []
    lines += [f"Diagnostic-Code: {diagnostic}"] if diagnostic else []
    return "\n".join(lines) + "\n"


def dsn(
    *groups: str,
    to: str = "news@news.example.org",
    envelope_id: str = "",
    returned: str = "",
    message_id: str = "<dsn-1@mx.example.net>",
    prose: str = "This is the mail system at host mx.example.net.\n",
    content_type: str = "multipart/report; report-type=delivery-status",
    part_type: str = "message/delivery-status",
) -> bytes:
    """A delivery status notification about one or several recipients."""
    header = "Reporting-MTA: dns; mx.example.net\n"
    header += f"Original-Envelope-Id: {envelope_id}\n" if envelope_id else ""
    parts = [
        f"Content-Type: text/plain; charset=utf-8\n\n{prose}",
        f"Content-Type: {part_type}\n\n" + "\n".join([header, *(groups or (group(),))]),
        f"Content-Type: text/rfc822-headers\n\n{returned}",
    ]
    return report(parts, to=to, message_id=message_id, content_type=content_type)


def arf(
    kind: str = "abuse",
    *,
    to: str = "fbl@news.example.org",
    returned: str = "",
    fields: str = "",
    content_type: str = "multipart/report; report-type=feedback-report",
) -> bytes:
    """A feedback report (RFC 5965 section 2)."""
    report_fields = f"Feedback-Type: {kind}\nUser-Agent: Example-FBL/1.0\nVersion: 1\n{fields}"
    parts = [
        "Content-Type: text/plain\n\nThis is an abuse report.\n",
        f"Content-Type: message/feedback-report\n\n{report_fields}",
        f"Content-Type: message/rfc822\n\n{returned}\n\nbody\n",
    ]
    return report(
        parts,
        to=to,
        message_id="<arf-1@fbl.example.net>",
        content_type=content_type,
        sender="fbl@fbl.example.net",
    )


def report(
    parts: list[str],
    *,
    to: str,
    message_id: str,
    content_type: str,
    sender: str = "MAILER-DAEMON@mx.example.net (Mail Delivery System)",
) -> bytes:
    """A multipart of these parts."""
    head = (
        f"Return-Path: <>\nFrom: {sender}\nTo: {to}\nSubject: Undelivered Mail Returned to Sender\n"
        f"Message-ID: {message_id}\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        f'Content-Type: {content_type}; boundary="=_b"\n\n'
    )
    body = "".join(f"--=_b\n{part}\n" for part in parts)
    return (head + body + "--=_b--\n").replace("\n", "\r\n").encode()


def mail(
    body: str,
    *,
    sender: str = "Sara <sara@example.net>",
    subject: str = "Re: نشرة المساء",
    to: str = "news@news.example.org",
    fields: str = "",
) -> bytes:
    """A mail in one part, as a person or a mail program writes it."""
    head = (
        f"From: {sender}\nTo: {to}\nSubject: {subject}\nMessage-ID: <m-1@example.net>\n{fields}"
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    )
    return (head + body).replace("\n", "\r\n").encode()
