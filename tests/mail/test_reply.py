"""Replies are read strictly and kept without addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.mail.reply import GarbledReplyError, broken, build_reply, clean_reply_text, read_reply
from publisher.model.delivery import Reply


@pytest.mark.parametrize(
    ("octets", "reply"),
    [
        (b"250 2.1.0 Ok\r\n", Reply(code=250, enhanced="2.1.0", text="Ok")),
        (b"250\r\n", Reply(code=250, text="")),
        (b"354 go\n", Reply(code=354, text="go")),
        (b"250-one\r\n250 two\r\n", Reply(code=250, text="one two")),
        (b"550-5.1.1 no\r\n550 5.1.1 such\r\n", Reply(code=550, enhanced="5.1.1", text="no such")),
        (b"250 5.1.1 is not this class\r\n", Reply(code=250, text="5.1.1 is not this class")),
        (b"550 5.1.1\r\n", Reply(code=550, enhanced="5.1.1", text="")),
        (b"550 \xff\xfe\r\n", Reply(code=550, text="\ufffd\ufffd")),
    ],
)
def test_a_whole_reply_is_read(octets: bytes, reply: Reply) -> None:
    assert read_reply(octets) == (reply, len(octets))


@pytest.mark.parametrize("octets", [b"", b"2", b"250 ok", b"250-more\r\n", b"250-more\r\n250"])
def test_an_unfinished_reply_is_waited_for(octets: bytes) -> None:
    assert read_reply(octets) is None


@pytest.mark.parametrize(
    "octets",
    [
        b"\r\n",
        b"hello\r\n",
        b"25 x\r\n",
        b"2500 x\r\n",
        b"150 x\r\n",
        b"650 x\r\n",
        b"250-a\r\n251 b\r\n",
        b"250_x\r\n",
        "٢٥٠ x\r\n".encode(),
        b"x" * 33_000,
        b"250-x\r\n" * 5_000,
        b"-1 x\r\n",
    ],
)
def test_what_is_no_reply_is_garbled(octets: bytes) -> None:
    with pytest.raises(GarbledReplyError):
        read_reply(octets)


def test_the_first_of_two_replies_is_taken() -> None:
    assert read_reply(b"250 a\r\n550 b\r\n") == (Reply(code=250, text="a"), 7)


@pytest.mark.parametrize(
    "text",
    [
        "<reader@example.net>: user unknown",
        "user reader@example.net unknown",
        'mailbox "reader@example.net" full',
        "<خالد@مثال.السعودية> unknown",
        "to=reader@example.net, relay=x",
        "(reader@example.net)",
    ],
)
def test_addresses_are_taken_out(text: str) -> None:
    kept = build_reply(550, text).text
    assert "@" not in kept
    assert "reader" not in kept
    assert "<address>" in kept


@given(st.text(max_size=2000))
def test_kept_text_is_short_printable_and_without_addresses(text: str) -> None:
    kept = clean_reply_text(text)
    assert len(kept) <= 500
    assert kept == "" or kept.isprintable()


def test_what_happened_stands_for_the_answer_nobody_gave() -> None:
    assert broken("the relay hung up") == Reply(code=0, text="the relay hung up")
