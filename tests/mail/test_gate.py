"""Every rule of the gate, each broken once: a message that breaks it is refused."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from publisher.mail.gate import OPTIONAL, REQUIRED, GateError, GateRule, ask_second_opinion, pass_gate
from publisher.mail.message import Message, MessageKind
from publisher.mail.mime import TransferEncoding, encode_part, render_alternatives
from publisher.model.address import EmailAddress
from publisher.model.issue import Patch
from tests.mail.builders import URL, digest

MESSAGE = digest()
HEADER, _, BODY = MESSAGE.payload.partition(b"\r\n\r\n")


def swapped(old: bytes, new: bytes) -> Message:
    assert old in MESSAGE.payload
    return replace(MESSAGE, payload=MESSAGE.payload.replace(old, new, 1))


def with_field(line: bytes) -> Message:
    return replace(MESSAGE, payload=line + b"\r\n" + MESSAGE.payload)


def with_parts(*parts: tuple[str, str]) -> Message:
    """The sample header over other alternatives, in base64."""
    written = [encode_part(kind, text.encode(), TransferEncoding.BASE64) for kind, text in parts]
    boundary = HEADER.rpartition(b'boundary="')[2].rstrip(b'"').decode()
    body = render_alternatives(written, boundary)
    return replace(MESSAGE, payload=HEADER + b"\r\n\r\n" + body)


def without(name: bytes) -> Message:
    lines = HEADER.split(b"\r\n")
    kept = [line for line in lines if not line.startswith(name + b":")]
    assert len(kept) == len(lines) - 1
    return replace(MESSAGE, payload=b"\r\n".join(kept) + b"\r\n\r\n" + BODY)


BOTH = (("plain", f"words {URL}"), ("html", f"<p>words <a href='{URL}'>"))
NULL = EmailAddress("x", "example.net")
LEAVE = EmailAddress("unsub+n3.s9.x", "b.example.org")
BOTH_WAYS = f"<{URL}>,\r\n <mailto:{LEAVE}?subject=unsubscribe>".encode()

BROKEN: dict[str, tuple[GateRule, Callable[[], Message]]] = {
    "bare LF": (GateRule.READABLE, lambda: swapped(b"List-Post: NO\r\n", b"List-Post: NO\n")),
    "bare CR": (GateRule.READABLE, lambda: swapped(b"List-Post: NO", b"List-Post: N\rO")),
    "NUL": (GateRule.READABLE, lambda: swapped(b"List-Post: NO", b"List-Post: N\x00O")),
    "no final line end": (GateRule.READABLE, lambda: replace(MESSAGE, payload=MESSAGE.payload[:-2])),
    "raw UTF-8 header": (GateRule.READABLE, lambda: swapped(b"List-Post: NO", "List-Post: لا".encode())),
    "raw UTF-8 body": (
        GateRule.READABLE,
        lambda: replace(MESSAGE, payload=MESSAGE.payload + "ن\r\n".encode()),
    ),
    "header line of 999": (GateRule.READABLE, lambda: swapped(b"List-Post: NO", b"List-Post: " + b"x" * 988)),
    "body line of 79": (
        GateRule.READABLE,
        lambda: replace(MESSAGE, payload=MESSAGE.payload + b"x" * 79 + b"\r\n"),
    ),
    "no blank after the colon": (GateRule.READABLE, lambda: swapped(b"List-Post: NO", b"List-Post:NO")),
    "no field": (GateRule.READABLE, lambda: with_field(b"what is this")),
    "a fold of blanks": (GateRule.READABLE, lambda: swapped(b"List-Post: NO", b"List-Post: NO\r\n  ")),
    "empty value": (GateRule.READABLE, lambda: swapped(b"List-Post: NO", b"List-Post: ")),
    "no body": (GateRule.READABLE, lambda: replace(MESSAGE, payload=HEADER + b"\r\n\r\n")),
    "no header end": (GateRule.READABLE, lambda: replace(MESSAGE, payload=HEADER + b"\r\n")),
    "preamble": (GateRule.READABLE, lambda: swapped(b"\r\n\r\n--=_", b"\r\n\r\nhello\r\n--=_")),
    "epilogue": (GateRule.READABLE, lambda: replace(MESSAGE, payload=MESSAGE.payload + b"x\r\n")),
    "another type": (GateRule.READABLE, lambda: swapped(b"multipart/alternative", b"multipart/mixed")),
    "another boundary": (GateRule.READABLE, lambda: swapped(b'boundary="=_', b'boundary="=__')),
    "no charset": (GateRule.READABLE, lambda: swapped(b"; charset=utf-8", b"")),
    "another charset": (GateRule.READABLE, lambda: swapped(b"charset=utf-8", b"charset=us-ascii")),
    "another encoding": (GateRule.READABLE, lambda: swapped(b"Encoding: base64", b"Encoding: x-uue")),
    "no base64": (GateRule.READABLE, lambda: swapped(b"base64\r\n\r\n", b"base64\r\n\r\n!!!\r\n")),
    "cut base64": (GateRule.READABLE, lambda: swapped(b"=\r\n--", b"\r\n--")),
    "base64 of a wrong length": (
        GateRule.READABLE,
        lambda: swapped(b"base64\r\n\r\n", b"base64\r\n\r\nA\r\n"),
    ),
    "half base64": (GateRule.READABLE, lambda: swapped(b"=\r\n--", b"AAA\r\n--")),
    "no UTF-8": (GateRule.READABLE, lambda: swapped(b"base64\r\n\r\n2K", b"base64\r\n\r\n//")),
    "second Subject": (GateRule.HEADER_SET, lambda: with_field(b"Subject: another")),
    "Bcc": (GateRule.HEADER_SET, lambda: with_field(b"Bcc: victim@example.net")),
    "Cc": (GateRule.HEADER_SET, lambda: with_field(b"Cc: victim@example.net")),
    "Auto-Submitted": (GateRule.HEADER_SET, lambda: with_field(b"Auto-Submitted: auto-generated")),
    "two recipients": (
        GateRule.RECIPIENT,
        lambda: swapped(b"To: reader@example.net", b"To: reader@example.net, a@b.c"),
    ),
    "another recipient": (GateRule.RECIPIENT, lambda: replace(MESSAGE, envelope_to=NULL)),
    "named recipient": (GateRule.RECIPIENT, lambda: swapped(b"To: reader", b"To: Reader <reader")),
    "another Message-ID": (
        GateRule.IDENTITY,
        lambda: replace(MESSAGE, message_id="<i42.s10@news.example.org>"),
    ),
    "another From domain": (
        GateRule.IDENTITY,
        lambda: swapped(b"<news@news.example.org>", b"<news@other.example>"),
    ),
    "encoded unsubscribe": (
        GateRule.ENCODED_WORD,
        lambda: swapped(b"List-Unsubscribe: <https", b"List-Unsubscribe: =?utf-8?q?=3Chttps"),
    ),
    "encoded feedback": (
        GateRule.ENCODED_WORD,
        lambda: swapped(b"Feedback-ID: i42", b"Feedback-ID: =?utf-8?q?i42?="),
    ),
    "another reader's URL": (GateRule.ONE_CLICK, lambda: replace(MESSAGE, unsubscribe_url=URL + "x")),
    "no URL": (GateRule.ONE_CLICK, lambda: replace(MESSAGE, unsubscribe_url=None)),
    "mailto first": (
        GateRule.ONE_CLICK,
        lambda: swapped(b"List-Unsubscribe: <https", b"List-Unsubscribe: <mailto:a@b.c>,\r\n <https"),
    ),
    "a mailto nobody meant": (GateRule.ONE_CLICK, lambda: swapped(f"<{URL}>".encode(), BOTH_WAYS)),
    "no mailto": (GateRule.ONE_CLICK, lambda: replace(MESSAGE, unsubscribe_mailbox=LEAVE)),
    "another reader's mailto": (
        GateRule.ONE_CLICK,
        lambda: replace(swapped(f"<{URL}>".encode(), BOTH_WAYS), unsubscribe_mailbox=NULL),
    ),
    "a folded mailto": (
        GateRule.ONE_CLICK,
        lambda: replace(
            swapped(f"<{URL}>".encode(), BOTH_WAYS.replace(b"?sub", b"\r\n ?sub")), unsubscribe_mailbox=LEAVE
        ),
    ),
    "a feedback id nobody meant": (
        GateRule.IDENTITY,
        lambda: with_field(b"CFBL-Feedback-ID: i42:s9:aaaaaaaaaaaaaaaa"),
    ),
    "complaints that name nothing": (
        GateRule.IDENTITY,
        lambda: with_field(b"CFBL-Address: fbl@example.org; report=arf"),
    ),
    "no feedback id": (GateRule.IDENTITY, lambda: replace(MESSAGE, feedback_id="i42:s9:x")),
    "another post": (GateRule.ONE_CLICK, lambda: swapped(b"=One-Click", b"=One-Clic")),
    "HTML first": (GateRule.ALTERNATIVES, lambda: with_parts(*reversed(BOTH))),
    "HTML only": (GateRule.ALTERNATIVES, lambda: with_parts(BOTH[1])),
    "three parts": (GateRule.ALTERNATIVES, lambda: with_parts(*BOTH, BOTH[1])),
    "no words": (GateRule.ALTERNATIVES, lambda: with_parts(("plain", " \r\n"), BOTH[1])),
    "a stand-in left": (
        GateRule.STAND_IN,
        lambda: with_parts(BOTH[0], ("html", f"{URL} {Patch.UNSUBSCRIBE_URL}")),
    ),
    "no way out in text": (GateRule.WAY_OUT, lambda: with_parts(("plain", "words"), BOTH[1])),
    "no way out in HTML": (GateRule.WAY_OUT, lambda: with_parts(BOTH[0], ("html", "<p>words"))),
    **{
        f"without {name}": (GateRule.HEADER_SET, partial(without, name.encode()))
        for name in sorted(REQUIRED[MessageKind.DIGEST] - {"Content-Type"})
    },
}


def test_the_sample_passes_and_so_does_the_frame_of_these_tests() -> None:
    assert pass_gate(MESSAGE) is MESSAGE
    pass_gate(with_parts(*BOTH))
    assert ask_second_opinion(MESSAGE) is MESSAGE
    pass_gate(replace(swapped(f"<{URL}>".encode(), BOTH_WAYS), unsubscribe_mailbox=LEAVE))


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_message_is_refused(name: str) -> None:
    rule, build = BROKEN[name]
    with pytest.raises(GateError) as caught:
        pass_gate(build())
    assert caught.value.rule is rule


def test_every_rule_is_broken_by_some_test() -> None:
    assert {rule for rule, _ in BROKEN.values()} | {GateRule.DEFECT} == set(GateRule)


def test_every_single_octet_turned_into_a_line_end_is_refused_in_the_header() -> None:
    """No place in the header can begin another field unnoticed."""
    for place in range(len(HEADER)):
        for end in (b"\r", b"\n", b"\x00"):
            payload = MESSAGE.payload[:place] + end + MESSAGE.payload[place + 1 :]
            if payload == MESSAGE.payload:
                continue
            with pytest.raises(GateError):
                pass_gate(replace(MESSAGE, payload=payload))


@pytest.mark.parametrize(
    ("url", "passes"),
    [
        ("https://news.example.org/u/t", True),
        ("http://127.0.0.1:8000/u/t", True),
        ("http://[::1]:8000/u/t", True),
        ("http://localhost:8000/u/t", True),
        ("http://news.example.org/u/t", False),
        ("http://127.0.0.1.example.org/u/t", False),
        ("ftp://localhost/u/t", False),
        ("https:///u/t", False),
    ],
)
def test_one_click_needs_https_but_on_loopback(url: str, passes: bool) -> None:
    message = replace(
        with_parts(("plain", url), ("html", url)),
        unsubscribe_url=url,
    )
    message = replace(message, payload=message.payload.replace(URL.encode(), url.encode(), 1))
    if passes:
        pass_gate(message)
        return
    with pytest.raises(GateError) as caught:
        pass_gate(message)
    assert caught.value.rule is GateRule.ONE_CLICK


def test_only_an_internationalised_recipient_makes_a_header_utf8() -> None:
    message = digest(EmailAddress("خالد", "example.net"))
    pass_gate(message)
    bent = replace(message, payload=message.payload.replace(b"List-Post: NO", "List-Post: لا".encode()))
    with pytest.raises(GateError) as caught:
        pass_gate(bent)
    assert caught.value.rule is GateRule.RECIPIENT


@pytest.mark.parametrize(
    "bent",
    [
        lambda: swapped(b"From: =?utf-8?B?2YbY", b"From: =?utf-8?B?2YbY!"),
        lambda: swapped(b"MIME-Version: 1.0", b"MIME-Version: one"),
        lambda: swapped(b"charset=utf-8", b"charset=latin-1"),
    ],
)
def test_the_second_opinion_finds_what_the_library_dislikes(bent: Callable[[], Message]) -> None:
    with pytest.raises((GateError, ValueError)):
        ask_second_opinion(pass_gate(bent()))


def test_no_kind_both_requires_and_allows_a_field() -> None:
    for kind in MessageKind:
        assert not REQUIRED[kind] & OPTIONAL[kind]


def test_the_error_names_the_message_and_no_address() -> None:
    with pytest.raises(GateError) as caught:
        pass_gate(with_field(b"Bcc: victim@example.net"))
    assert "victim" not in str(caught.value)
    assert caught.value.message_id == MESSAGE.message_id
