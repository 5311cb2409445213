"""Which mail is a wish to leave: what came to her own address and was written by somebody."""

import pytest

from publisher.mail.leave_address import build_leave_address
from publisher.model.feedback import FeedbackKind
from tests.mail.bounce.ordinary import ordinary_mails
from tests.mail.bounce.reports import SIGNER, arf, dsn, mail, read

LEAVE = str(build_leave_address(SIGNER, newsletter=3, subscriber=9, domain="b.news.example.org"))
OTHER = str(build_leave_address(SIGNER, newsletter=3, subscriber=8, domain="b.news.example.org"))


def wish_of(raw: bytes, *envelope_to: str) -> tuple[int, int] | None:
    report = read(raw, *envelope_to)
    return report.leaving if report.is_wish else None


@pytest.mark.parametrize("spelling", [LEAVE, LEAVE.upper(), f"<{LEAVE}>"])
def test_the_envelope_says_who_leaves_what(spelling: str) -> None:
    assert wish_of(mail("", subject="unsubscribe"), spelling) == (3, 9)


@pytest.mark.parametrize("field", ["Delivered-To", "X-Original-To", "Envelope-To", "Cc"])
def test_so_do_the_fields_that_say_where_it_went(field: str) -> None:
    """Maildir and IMAP have no envelope."""
    assert wish_of(f"{field}: {LEAVE}\r\n".encode() + mail("")) == (3, 9)
    assert wish_of(mail("", to=f'"Leave, please" <{LEAVE.upper()}>')) == (3, 9)


def test_what_she_writes_does_not_matter() -> None:
    """A mail program sends it empty, with any subject; a person may say what she likes."""
    written = [raw for raw in ordinary_mails().values() if read(raw).finding.kind is FeedbackKind.ORDINARY]
    wishes = {wish_of(raw, LEAVE) for raw in written if b"Return-Path: <>" not in raw}
    assert (len(written) > 10, wishes) == (True, {(3, 9)})
    assert wish_of(mail("", subject=""), LEAVE) == (3, 9)
    assert wish_of(mail("أوقفوا هذا", subject="إلغاء الاشتراك"), LEAVE) == (3, 9)


@pytest.mark.parametrize(
    "raw",
    [
        dsn(),
        dsn(to=LEAVE),
        arf(to=LEAVE),
        mail("Gone fishing.", fields="Auto-Submitted: auto-replied\n"),
        mail("Gone fishing.", fields="Auto-Submitted: auto-generated\n"),
        mail("Gone fishing.", fields="Precedence: auto_reply\n"),
        mail("Gone fishing.", subject="Out of office: Re: unsubscribe"),
        mail("أنا في إجازة", subject="رد تلقائي: نشرة المساء"),
        mail("It bounced.", sender="MAILER-DAEMON@mx.example.net"),
        mail("It bounced.", sender="<>"),
        b"Return-Path: <>\r\n" + mail("It bounced."),
        mail("").replace(b"text/plain", b'multipart/report; boundary="b"'),
    ],
)
def test_what_a_program_answered_is_no_wish(raw: bytes) -> None:
    assert read(raw, LEAVE).leaving == (3, 9)
    assert wish_of(raw, LEAVE) is None


def test_an_address_in_the_text_is_no_wish() -> None:
    """Whoever quotes or passes on one of our mails quotes her address too."""
    quoted = mail(f"> List-Unsubscribe: <https://x.example/u>,\n>  <mailto:{LEAVE}?subject=unsubscribe>\n")
    assert read(quoted, "news@news.example.org").leaving is None
    assert read(dsn(returned=f"List-Unsubscribe: <mailto:{LEAVE}>")).leaving is None


def test_a_forged_address_or_two_readers_are_nobodys() -> None:
    forged = LEAVE.replace(".s9.", ".s8.")
    assert read(mail("", to=forged), forged).leaving is None
    assert read(mail(""), LEAVE, OTHER).leaving is None
    assert read(mail("", to=f"{LEAVE}, {OTHER}")).leaving is None
    assert read(mail(""), LEAVE, forged, "news@news.example.org").leaving == (3, 9)


def test_a_thousand_addresses_cost_little() -> None:
    assert read(mail("", to=", ".join(f"a{n}@b.example" for n in range(10_000))), LEAVE).leaving == (3, 9)
