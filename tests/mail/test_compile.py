"""A digest says what it must, to one reader, and says the same at every attempt."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.mail.compile import Contact, compile_issue
from publisher.mail.header import HeaderError
from publisher.mail.return_path import build_feedback_id, local_of_feedback_id, read_return_path
from publisher.model.address import EmailAddress
from publisher.model.issue import Patch
from tests.mail.builders import (
    READER,
    SENDER,
    SIGNER,
    STAMP,
    URL,
    compiled,
    digest,
    read_by_stranger,
    recipient,
    rendition,
)


def test_the_header_block_is_exactly_this() -> None:
    contact = Contact(help_url="mailto:help@example.org", feedback_address=EmailAddress("fbl", "example.org"))
    message = compiled(rendition(subject="Daily news"), contact=contact).build(
        recipient(), unsubscribe_url=URL, unsubscribe_mailbox=EmailAddress("leave+t", "news.example.org")
    )
    header = message.payload.partition(b"\r\n\r\n")[0].decode("ascii")
    boundary = header.rpartition('"=_nashra_')[2].rstrip('"')
    assert header.split("\r\n") == [
        "From: =?utf-8?B?2YbYtNix2Kkg2KfZhNis2KjYp9mE?= <news@news.example.org>",
        "Subject: Daily news",
        "Date: Sun, 22 Nov 2026 18:00:00 +0000",
        "Reply-To: desk@example.org",
        "To: reader@example.net",
        "Message-ID: <i42.s9@news.example.org>",
        f"List-Unsubscribe: <{URL}>,",
        " <mailto:leave+t@news.example.org?subject=unsubscribe>",
        f"CFBL-Feedback-ID: {build_feedback_id(message.envelope_from)}",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "List-Id: daily-ar <daily-ar.news.example.org>",
        "List-Archive: <https://news.example.org/newsletters/daily-ar>",
        "List-Post: NO",
        "Feedback-ID: i42:daily-ar:digest:newsexampleorg",
        "List-Help: <mailto:help@example.org>",
        "CFBL-Address: fbl@example.org; report=arf",
        "Content-Language: ar",
        "MIME-Version: 1.0",
        "Content-Type: multipart/alternative;",
        f' boundary="=_nashra_{boundary}"',
    ]


def test_a_stranger_reads_what_was_written() -> None:
    written = rendition()
    read = read_by_stranger(digest())
    assert read["Subject"] == written.subject
    assert read["From"].addresses[0].display_name == SENDER.name
    assert read["Date"].datetime == STAMP.date
    for kind, words in (("plain", written.text), ("html", written.html)):
        part = read.get_body((kind,))
        assert part is not None
        expected = words.replace(Patch.UNSUBSCRIBE_URL, URL)
        assert part.get_content().replace("\r\n", "\n") == expected.replace("\r\n", "\n")
        assert part["Content-Transfer-Encoding"] == "base64"


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1).filter(str.strip),
    st.text(st.characters(codec="utf-8", exclude_characters="\r")),
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=60),
)
def test_hostile_words_come_back_and_the_gate_lets_them_pass(subject: str, words: str, name: str) -> None:
    """Whatever the words are, building passes the gate and the second opinion, and the words are the same."""
    written = rendition(
        subject=subject,
        text=f"{words}\n{Patch.UNSUBSCRIBE_URL}\n",
        html=f"{words}<a href={Patch.UNSUBSCRIBE_URL}>",
    )
    message = compiled(written, sender=replace(SENDER, name=name)).build(recipient(), unsubscribe_url=URL)
    part = read_by_stranger(message).get_body(("plain",))
    assert part is not None
    octets = part.get_payload(decode=True)
    assert isinstance(octets, bytes)
    assert octets.decode() == f"{words}\n{URL}\n".replace("\n", "\r\n")


def test_the_same_delivery_is_the_same_bytes_and_message_id() -> None:
    """So a copy that a crash causes can be recognised and dropped."""
    first, second = digest(), compiled().build(replace(recipient(), attempt=2), unsubscribe_url=URL)
    assert first == second
    assert first.message_id == "<i42.s9@news.example.org>"


def test_readers_differ_in_what_is_theirs_only() -> None:
    other = digest(EmailAddress("other", "example.net"), subscriber=10)
    ours = digest().payload.split(b"\r\n")
    theirs = other.payload.split(b"\r\n")
    assert [new for old, new in zip(ours, theirs, strict=True) if old != new] == [
        b"To: other@example.net",
        b"Message-ID: <i42.s10@news.example.org>",
    ]


def test_the_unsubscribe_url_is_escaped_for_where_it_stands() -> None:
    url = "https://news.example.org/u?a=1&b='2'"
    read = read_by_stranger(compiled().build(recipient(), unsubscribe_url=url))
    page, text = read.get_body(("html",)), read.get_body(("plain",))
    assert page is not None
    assert text is not None
    assert '/u?a=1&amp;b=&#x27;2&#x27;"' in page.get_content()
    assert url in text.get_content()
    assert str(read["List-Unsubscribe"]) == f"<{url}>"


def test_the_envelope_sender_names_the_delivery() -> None:
    sender = digest().envelope_from
    assert sender.domain == "b.news.example.org"
    assert read_return_path(SIGNER, sender.local) == (42, 9)


def test_a_complaint_names_the_delivery_only_where_complaints_are_asked_for() -> None:
    asked = compiled(contact=Contact(feedback_address=EmailAddress("fbl", "b.news.example.org")))
    message = asked.build(recipient(), unsubscribe_url=URL)
    assert read_by_stranger(message)["CFBL-Feedback-ID"] == message.feedback_id
    assert read_return_path(SIGNER, local_of_feedback_id(message.feedback_id or "")) == (42, 9)
    assert "CFBL" not in digest().payload.decode("ascii")
    plain = replace(SENDER, bounce_domain=None)
    with pytest.raises(ValueError, match="bounce domain"):
        compiled(sender=plain, contact=Contact(feedback_address=EmailAddress("fbl", "example.org")))


def test_without_a_bounce_domain_the_envelope_sender_is_from() -> None:
    plain = replace(SENDER, bounce_domain=None, reply_to=None)
    message = compile_issue(rendition(), stamp=STAMP, sender=plain).build(recipient(), unsubscribe_url=URL)
    assert message.envelope_from == SENDER.address
    assert "Reply-To" not in read_by_stranger(message)


def test_a_bounce_domain_needs_a_signer() -> None:
    with pytest.raises(ValueError, match="signer"):
        compile_issue(rendition(), stamp=STAMP, sender=SENDER)


@pytest.mark.parametrize("changes", [{"issue": 43}, {"variant": "en"}])
def test_a_delivery_of_another_issue_or_variant_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        compiled().build(replace(recipient(), **changes), unsubscribe_url=URL)  # type: ignore[arg-type]


@pytest.mark.parametrize("part", ["text", "html"])
def test_a_digest_without_a_way_out_is_not_compiled(part: str) -> None:
    with pytest.raises(ValueError, match="unsubscribe"):
        compiled(rendition(**{part: "no link here"}))


@pytest.mark.parametrize("slug", ["", "Daily", "a.b", "-a", "a b", "a\r\nBcc: x", "نشرة"])
def test_a_slug_that_is_no_dns_label_is_refused(slug: str) -> None:
    with pytest.raises(ValueError):
        compile_issue(rendition(), stamp=replace(STAMP, newsletter=slug), sender=SENDER, signer=SIGNER)


def test_a_date_without_a_zone_is_refused() -> None:
    naive = replace(STAMP, date=datetime(2026, 11, 22))  # noqa: DTZ001
    with pytest.raises(ValueError):
        compile_issue(rendition(), stamp=naive, sender=SENDER, signer=SIGNER)


@pytest.mark.parametrize("language", ["", "ar_IQ", "العربية", "ar\r\nBcc: x", "a" * 20])
def test_a_language_that_is_no_tag_is_refused(language: str) -> None:
    with pytest.raises(ValueError):
        compile_issue(rendition(), stamp=replace(STAMP, language=language), sender=SENDER, signer=SIGNER)


@pytest.mark.parametrize("subject", ["", "  ", "a\r\nBcc: x@y.z", "a\x00"])
def test_a_subject_that_is_none_or_too_much_is_refused(subject: str) -> None:
    with pytest.raises(HeaderError):
        compiled(rendition(subject=subject))


@pytest.mark.parametrize(
    ("domain", "sender_id"),
    [("a.io", "aionashra"), ("news.example.org", "newsexampleorg"), ("x" * 40 + ".org", "x" * 15)],
)
def test_the_sender_id_of_feedback_is_constant_and_of_legal_length(domain: str, sender_id: str) -> None:
    sender = replace(SENDER, address=EmailAddress("news", domain))
    message = compiled(sender=sender).build(recipient(), unsubscribe_url=URL)
    assert read_by_stranger(message)["Feedback-ID"] == f"i42:daily-ar:digest:{sender_id}"
    assert 5 <= len(sender_id) <= 15


def test_latin_text_is_quoted_printable() -> None:
    """Stays readable in raw form, and short."""
    written = rendition(text=f"Le résumé: {'words ' * 60}\n{Patch.UNSUBSCRIBE_URL}\n")
    read = read_by_stranger(compiled(written).build(recipient(READER), unsubscribe_url=URL))
    part = read.get_body(("plain",))
    assert part is not None
    assert part["Content-Transfer-Encoding"] == "quoted-printable"
