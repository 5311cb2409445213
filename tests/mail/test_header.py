"""Header fields decode to what was put in, in the standard library and in a decoder of our own."""

import email.header
import random
from collections.abc import Iterator
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.mail.header import HeaderError, mailbox_field, text_field, token_field, uri_field
from publisher.model.address import EmailAddress
from tests.mail.rfc2047 import decode_field

NEWS = EmailAddress("news", "news.example.org")
WORDS = """
خبر عاجل والعراق كُرْدِسْتان أسعار النفط ٢٠٢٦ پێشمەرگە هەولێر ؟ ، ؛ «نشرة» لا\u200cيزال مح\u200dمد
OpenAI C++ F-16 GPT-4 3.2% +961 1 234 567 iPhone #خبر @aljeebal \u200f \u200e - : ; , . ! ? = _ " ' ( ) [ ] < > \\
=?utf-8?q?x?= %00 e\u0301 中文 Ω 🔴 🙂 👨\u200d👩\u200d👧\u200d👦 🇮🇶 👍🏽
"""
PIECES = [*WORDS.split(), "\u00a0"]


def fuzzed_subjects(count: int) -> Iterator[str]:
    """Arabic, mixed and emoji subjects; the seed is fixed, so that a failure can be found again."""
    chance = random.Random(20261122)  # noqa: S311 - not a secret
    for _ in range(count):
        words = chance.choices(PIECES, k=chance.randint(1, 24))
        glue = chance.choice([" ", " ", " ", "  ", "", " - "])
        subject = glue.join(words)
        if subject.strip():
            yield subject


def decode_by_email_header(field: bytes) -> str:
    value = field.decode("ascii").partition(": ")[2].replace("\r\n", "")
    return str(email.header.make_header(email.header.decode_header(value)))


def decode_by_policy(field: bytes) -> str:
    return str(message_from_bytes(field + b"\r\n\r\n", policy=policy.default)["Subject"])


def test_4000_fuzzed_subjects_decode_identically_three_ways() -> None:
    """The standard library's own encoder fails this for one subject in seven."""
    count = 0
    for subject in fuzzed_subjects(4000):
        field = text_field("Subject", subject)
        assert max(map(len, field.split(b"\r\n"))) <= 76, subject
        assert decode_field(field) == subject
        assert decode_by_policy(field) == subject
        if b"=?" in field or "  " not in subject:
            assert decode_by_email_header(field) == subject
        count += 1
    assert count > 3900


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=200))
def test_any_text_without_controls_comes_back(text: str) -> None:
    if not text.strip():
        with pytest.raises(HeaderError):
            text_field("Subject", text)
        return
    field = text_field("Subject", text)
    assert decode_field(field) == text
    assert max(map(len, field.split(b"\r\n"))) <= 76


@given(st.text(min_size=1, max_size=60), st.sampled_from("\r\n\x00\x07\x1b\x7f\x85\u2028\u2029\ud800"))
def test_a_control_character_anywhere_is_refused(text: str, control: str) -> None:
    for hostile in (text + control + "x", control + text + "x"):
        with pytest.raises(HeaderError):
            text_field("Subject", hostile)
        with pytest.raises(HeaderError):
            mailbox_field("From", NEWS, display=hostile)


def test_the_error_does_not_repeat_the_value() -> None:
    with pytest.raises(HeaderError) as caught:
        text_field("Subject", "secret\r\nBcc: x@y.z")
    assert "secret" not in str(caught.value)


def test_plain_english_stays_plain_and_folds_at_blanks() -> None:
    subject = (
        "Markets, courts and schools: what changed in the region this week and why it matters to readers"
    )
    field = text_field("Subject", subject)
    assert b"=?" not in field
    assert field.count(b"\r\n ") == 1
    assert decode_by_policy(field) == subject


@pytest.mark.parametrize(
    "text", ["two  blanks " * 12 + "end", "x" * 70, "=?utf-8?q?=41?=", " led", "trailed "]
)
def test_ascii_that_folding_would_change_is_encoded(text: str) -> None:
    field = text_field("Subject", text)
    assert b"=?utf-8?B?" in field
    assert decode_field(field) == text


def test_no_letter_is_cut_from_its_mark_and_no_family_apart() -> None:
    subject = "كُرْدِسْتانُ " * 8 + "👨\u200d👩\u200d👧\u200d👦" * 8
    for line in text_field("Subject", subject).split(b"\r\n"):
        shown = decode_field(b"Subject: " + line.removeprefix(b"Subject: ").lstrip(b" "))
        assert not shown.startswith(("\u064e", "\u064f", "\u0650", "\u0652", "\u200d", "👩", "👧", "👦"))


def test_a_cluster_longer_than_a_word_is_cut_between_code_points() -> None:
    subject = "a" + "\u0301" * 100
    assert decode_field(text_field("Subject", subject)) == subject


@pytest.mark.parametrize(
    ("display", "line"),
    [
        ("", b"From: news@news.example.org"),
        ("Daily News", b"From: Daily News <news@news.example.org>"),
        ('News, "daily" \\ x', b'From: "News, \\"daily\\" \\\\ x" <news@news.example.org>'),
        ("J. Doe", b'From: "J. Doe" <news@news.example.org>'),
    ],
)
def test_a_plain_display_name_is_an_atom_or_quoted(display: str, line: bytes) -> None:
    assert mailbox_field("From", NEWS, display=display) == line


@pytest.mark.parametrize(
    "display", ["نشرة الجبال اليومية", "ن" * 90, 'OpenAI نشرة <x@y.z>, "', "Plain " * 20, " x"]
)
def test_a_display_name_comes_back_with_exactly_one_address(display: str) -> None:
    """Names of more than one word are read by our decoder: the library's address parser puts blanks between words."""
    field = mailbox_field("From", NEWS, display=display)
    assert max(map(len, field.split(b"\r\n"))) <= 76
    assert decode_field(field) == f"{display} <{NEWS}>"
    (read,) = message_from_bytes(field + b"\r\n\r\n", policy=policy.default)["From"].addresses
    assert read.addr_spec == str(NEWS)
    assert read.display_name.replace(" ", "") == display.replace(" ", "")


def test_an_address_beyond_ascii_stands_in_utf8() -> None:
    address = EmailAddress("خالد", "example.net")
    assert mailbox_field("To", address) == "To: خالد@example.net".encode()


def test_uris_are_whole_and_folded_only_between() -> None:
    long = "https://news.example.org/u/" + "t" * 180
    field = uri_field("List-Unsubscribe", [long, "mailto:leave@news.example.org?subject=unsubscribe"])
    assert field == (
        f"List-Unsubscribe: <{long}>,\r\n <mailto:leave@news.example.org?subject=unsubscribe>".encode()
    )


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "no-scheme",
        "https://x/ y",
        "https://x/>",
        "https://x/<",
        "https://x/\r\nBcc: a@b.c",
        "https://مثال/",
        'https://x/"',
        "https://x/\x00",
        "https://x/" + "a" * 900,
    ],
)
def test_what_is_no_ascii_uri_is_refused(uri: str) -> None:
    with pytest.raises(HeaderError):
        uri_field("List-Archive", [uri])


def test_a_field_needs_a_uri() -> None:
    with pytest.raises(HeaderError):
        uri_field("List-Archive", [])


@pytest.mark.parametrize("value", ["", "a\r\nb", "نشرة", " a", "=?utf-8?q?x?=", "a\x00"])
def test_a_machine_field_takes_printable_ascii_only(value: str) -> None:
    with pytest.raises(HeaderError):
        token_field("Feedback-ID", value)


def test_a_machine_field_folds_between_pieces_where_needed() -> None:
    assert token_field("List-Id", "daily", "<daily.example.org>") == b"List-Id: daily <daily.example.org>"
    folded = token_field("List-Id", "d" * 40, "<" + "d" * 40 + ".example.org>")
    assert folded == b"List-Id: " + b"d" * 40 + b"\r\n <" + b"d" * 40 + b".example.org>"
    assert token_field("X", "a" * 90).startswith(b"X: a")


def test_a_machine_field_has_lines_a_relay_takes() -> None:
    with pytest.raises(HeaderError):
        token_field("X", "a" * 1000)


def test_a_field_name_is_a_name() -> None:
    with pytest.raises(HeaderError):
        token_field("Bad Name", "x")
