"""Builders of sample values; every name and text in them is invented."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from publisher.mail.compile import CompiledIssue, Contact, IssueStamp, compile_issue
from publisher.mail.message import Message
from publisher.mail.token import TokenSigner
from publisher.model.address import EmailAddress
from publisher.model.delivery import Recipient
from publisher.model.issue import Patch, Rendition
from publisher.model.site import Sender

SIGNER = TokenSigner({1: b"k" * 32})
READER = EmailAddress("reader", "example.net")
URL = "https://news.example.org/u/" + "Ab-_" * 12
STAMP = IssueStamp(
    issue=42,
    newsletter="daily-ar",
    date=datetime(2026, 11, 22, 18, 0, tzinfo=UTC),
    language="ar",
    archive_url="https://news.example.org/newsletters/daily-ar",
)
SENDER = Sender(
    name="نشرة الجبال",
    address=EmailAddress("news", "news.example.org"),
    reply_to=EmailAddress("desk", "example.org"),
    bounce_domain="b.news.example.org",
)


def rendition(**changes: str) -> Rendition:
    """An Arabic rendition that offers the way out in both texts."""
    values = {
        "variant": "ar",
        "subject": "نشرة الجبال: OpenAI تطلق نموذجاً جديداً",
        "preheader": "مقتطف",
        "html": f'<html dir="rtl"><p>{"خبر وتفاصيل " * 40}</p><a href="{Patch.UNSUBSCRIBE_URL}">إلغاء</a></html>',
        "text": f"خبر أول\n{'تفاصيل ' * 30}\n\nإلغاء الاشتراك:\n{Patch.UNSUBSCRIBE_URL}\n",
    }
    return Rendition(**{**values, **changes})


def compiled(
    written: Rendition | None = None, *, sender: Sender = SENDER, contact: Contact | None = None
) -> CompiledIssue:
    return compile_issue(written or rendition(), stamp=STAMP, sender=sender, contact=contact, signer=SIGNER)


def recipient(address: EmailAddress = READER, *, subscriber: int = 9) -> Recipient:
    return Recipient(issue=42, subscriber=subscriber, address=address, variant="ar", attempt=1)


def digest(address: EmailAddress = READER, *, subscriber: int = 9) -> Message:
    """One whole message of the sample issue."""
    return compiled().build(recipient(address, subscriber=subscriber), unsubscribe_url=URL)


def read_by_stranger(message: Message) -> EmailMessage:
    """As the standard library's parser reads it."""
    parsed = message_from_bytes(message.payload, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed
