"""Mail that is no bounce, though it comes to the bounce address and often speaks like one. Invented, every word.

Vacation notices, challenges and receipts in the forms mail programs use (RFC 3834, RFC 8098); letters of readers
in Arabic, Kurdish and English; people who quote, forward or complain about bounces.
"""

from tests.mail.bounce.reports import VERP, dsn, group, mail

_QUOTED = (
    "> <sara@example.net>: host mx.example.net said: 550 5.1.1 User unknown (in reply to RCPT TO command)\n"
)
_AUTO = "Auto-Submitted: auto-replied\nPrecedence: bulk\n"


def ordinary_mails() -> dict[str, bytes]:
    """Name → octets. All are addressed to a valid, signed envelope sender: the worst case."""
    return {name: raw.replace(b"news@news.example.org", VERP.encode()) for name, raw in _mails().items()}


def _mails() -> dict[str, bytes]:
    return _letters() | _answers() | _about_bounces()


def _letters() -> dict[str, bytes]:
    return {
        "thanks": mail("شكراً على النشرة، أقرؤها كل مساء.\n"),
        "correction": mail("في خبر أمس خطأ: المدير اسمه كريم لا سامي.\n", subject="تصحيح"),
        "leave-by-mail": mail("أرجو إلغاء اشتراكي، لم أعد أقرأ.\n", subject="إلغاء الاشتراك"),
        "kurdish": mail("سوپاس بۆ هەواڵەکان، بەڵام درەنگ دەگات.\n", subject="سوپاس"),
        "english": mail("Love the newsletter. Could it come at seven?\n", subject="A wish"),
        "moved": mail("My old mailbox is no longer valid, please use this address.\n", subject="New address"),
        "moved-ar": mail("صندوق البريد القديم ممتلئ دائماً، راسلوني هنا رجاءً.\n", subject="عنوان جديد"),
        "spam-talk": mail("Your mail is classified as spam and blocked by our policy.\n", subject="FYI"),
        "empty": mail("", subject=""),
        "no-header": b"just a line of text\r\n",
        "nothing": b"",
    }


def _answers() -> dict[str, bytes]:
    return {
        "vacation-ar": mail("أنا في إجازة حتى الأحد.\n", subject="رد تلقائي: نشرة المساء", fields=_AUTO),
        "vacation-ar-unmarked": mail("سأعود يوم الأحد.\n", subject="خارج المكتب"),
        "vacation-ckb": mail("لە پشوودام.\n", subject="وەڵامی خۆکار", fields=_AUTO),
        "vacation-en": mail("I am away until Monday.\n", subject="Automatic reply: News", fields=_AUTO),
        "vacation-null-sender": mail(
            "I have left the company, this account is no longer active.\n", fields=f"Return-Path: <>\n{_AUTO}"
        ),
        "left-unmarked-null-sender": mail(
            "Sara does not work here any more. User unknown to us now, mailbox disabled.\n",
            subject="Gone",
            fields="Return-Path: <>\n",
        ),
        "vacation-by-postmaster": mail(
            "The office is closed for Nowruz.\n", sender="postmaster@example.net", fields=_AUTO
        ),
        "challenge": mail(
            "To deliver your mail, reply to this one. It was blocked until you confirm.\n",
            subject="Please confirm your message",
            fields="Auto-Submitted: auto-replied\nX-Autoreply: yes\n",
        ),
        "ticket": mail(
            "رقم طلبكم 4711.\n", subject="تم استلام رسالتكم", fields="Auto-Submitted: auto-generated\n"
        ),
        "receipt": _receipt(),
        "quota-warning": mail(
            "Your mailbox is 95 % full. Mailbox full soon.\n",
            subject="Quota",
            fields="Auto-Submitted: auto-generated\n",
        ),
    }


def _about_bounces() -> dict[str, bytes]:
    return {
        "quotes-a-bounce": mail(
            f"I got this back, is my address broken?\n{_QUOTED}", subject="Fwd: Undelivered"
        ),
        "quotes-a-bounce-ar": mail(f"وصلتني هذه الرسالة، ما معناها؟\n{_QUOTED}", subject="مرتجعة"),
        "quotes-prose": mail(
            "The following addresses had permanent fatal errors\n<sara@example.net>\n550 User unknown\n",
            subject="Returned mail: see transcript",
        ),
        "list-digest": mail(
            f"1. Bounces\n{_QUOTED * 20}", fields="Precedence: list\nList-Id: <ops.example.net>\n"
        ),
        "attaches-a-bounce": _forwarded("message/rfc822"),
        "forwards-a-bounce-inline": _forwarded("multipart"),
        "delayed": dsn(group(action="delayed", status="4.4.1", diagnostic="smtp; connection timed out")),
        "delivered": dsn(group(action="delivered", status="2.0.0", diagnostic="smtp; 250 OK")),
        "relayed": dsn(group(action="relayed", status="2.0.0", diagnostic="")),
    }


def _forwarded(how: str) -> bytes:
    """A person sends a bounce on: as an attachment, or with its parts in her own mail."""
    inner = dsn().decode()
    if how == "message/rfc822":
        part = f"Content-Type: message/rfc822\r\n\r\n{inner}"
    else:
        part = inner[inner.index("Content-Type: multipart/report") :]
    return (
        "From: Sara <sara@example.net>\r\nTo: news@news.example.org\r\nSubject: Fwd: bounce\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="=_f"\r\n\r\n'
        f"--=_f\r\nContent-Type: text/plain\r\n\r\nsee below\r\n--=_f\r\n{part}\r\n--=_f--\r\n"
    ).encode()


def _receipt() -> bytes:
    return (
        b"From: Sara <sara@example.net>\r\nTo: news@news.example.org\r\nSubject: Read: News\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=disposition-notification; boundary="=_r"\r\n\r\n'
        b"--=_r\r\nContent-Type: text/plain\r\n\r\nYour message was read.\r\n"
        b"--=_r\r\nContent-Type: message/disposition-notification\r\n\r\n"
        b"Final-Recipient: rfc822; sara@example.net\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n\r\n"
        b"--=_r--\r\n"
    )
