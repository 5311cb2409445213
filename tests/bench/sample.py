"""The sample issue: an Arabic digest of 40 KB HTML and 4 KB text; every word of it is invented."""

from datetime import UTC, datetime

from publisher.mail.compile import CompiledIssue, Contact, IssueStamp, compile_issue
from publisher.mail.leave_address import build_leave_address
from publisher.mail.message import Message
from publisher.mail.signing import MessageSigner
from publisher.mail.token import Purpose, TokenSigner
from publisher.model.address import EmailAddress
from publisher.model.delivery import Recipient
from publisher.model.issue import Patch, Rendition
from publisher.model.site import Sender

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
SENDER = Sender(
    name="نشرة الجبال", address=EmailAddress("news", "news.example.org"), bounce_domain="b.news.example.org"
)
SIGNER = TokenSigner({1: b"bench" * 8})
HTML_OCTETS, TEXT_OCTETS = 40_000, 4_000
_CELL = "<td style='padding:12px 0;border-bottom:1px solid #ddd'>"
_STORY = f"<tr>{_CELL}<h2>عنوان مختلق عن OpenAI والجبال</h2><p>{{}}</p></td></tr>\n"
_WORDS = "هذا نص مختلق لا يقول شيئًا وفيه كلمة English واحدة و12 رقمًا. "


def rendition(variant: str = "ar") -> Rendition:
    """The sample issue for one variant."""
    stories = _STORY.format(_WORDS * 6)
    count = HTML_OCTETS // len(stories.encode())
    leave = f"<a href='{Patch.UNSUBSCRIBE_URL}'>إلغاء الاشتراك</a>"
    text = _WORDS * (TEXT_OCTETS // len(_WORDS.encode()))
    return Rendition(
        variant=variant,
        subject="نشرة الجبال: OpenAI تطلق نموذجًا جديدًا",
        preheader="",
        html=f"<!doctype html><html dir='rtl' lang='ar'><body><table>{stories * count}</table>{leave}</body></html>",
        text=f"{text}\n\nإلغاء الاشتراك:\n{Patch.UNSUBSCRIBE_URL}\n",
    )


STAMP = IssueStamp(
    issue=42, newsletter="daily-ar", date=NOW, language="ar",
    archive_url="https://news.example.org/newsletters/daily-ar",
)  # fmt: skip


def compiled(dkim: MessageSigner | None = None) -> CompiledIssue:
    """The sample issue, compiled."""
    return compile_issue(rendition(), stamp=STAMP, sender=SENDER, signer=SIGNER, dkim=dkim)


def compiled_for_complaints() -> CompiledIssue:
    """The sample issue where mail comes in to us: it asks for complaints, and each message names its delivery."""
    contact = Contact(feedback_address=EmailAddress("fbl", "b.news.example.org"))
    return compile_issue(rendition(), stamp=STAMP, sender=SENDER, signer=SIGNER, contact=contact)


def recipient(number: int) -> Recipient:
    """Reader `number`."""
    address = EmailAddress(f"reader{number}", "example.net")
    return Recipient(issue=42, subscriber=number, address=address, variant="ar", attempt=1)


def unsubscribe_url(number: int) -> str:
    """Her own."""
    token = SIGNER.mint(Purpose.UNSUBSCRIBE, subscriber=number, subject=1, issued_at=NOW)
    return f"https://news.example.org/u/{token}"


def leave_address(number: int) -> EmailAddress:
    """Her own, by mail."""
    return build_leave_address(SIGNER, newsletter=1, subscriber=number, domain="b.news.example.org")


def messages(count: int) -> list[Message]:
    """Personalised, unsigned."""
    issue = compiled()
    return [issue.build(recipient(n), unsubscribe_url=unsubscribe_url(n)) for n in range(1, count + 1)]
