"""Hostile text in every field that reaches an envelope or a header: one MAIL, one RCPT, one DATA, and the exact header
set at the other end, or a refusal before anything was said. Never anything else.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes
from itertools import chain
from pathlib import Path

import pytest

from publisher.mail.address import parse_address
from publisher.mail.compile import Contact, compile_issue
from publisher.mail.gate import OPTIONAL, REQUIRED, GateError
from publisher.mail.message import Message, MessageKind
from publisher.mail.relay_settings import RelaySettings, Tls
from publisher.model.address import EmailAddress
from publisher.model.delivery import Refused, Sent
from publisher.model.issue import Patch
from publisher.model.site import Sender
from tests.mail.bare_relay import BareRelay
from tests.mail.builders import SENDER, SIGNER, STAMP, URL, compiled, recipient, rendition
from tests.mail.scripted_relay import scripted_relay

pytestmark = pytest.mark.anyio
NAUGHTY = Path(__file__).parents[1] / "data" / "naughty_strings.json"
CRLF_PAYLOADS = [
    f"x{end}{line}"
    for end in (
        "\r\n",
        "\n",
        "\r",
        "\x0b",
        "\x0c",
        "\x85",
        "\u2028",
        "\u2029",
        "\r\n\r\n",
        "%0d%0a",
        "\\r\\n",
        "\x00",
    )
    for line in (
        "Bcc: victim@example.net",
        "RCPT TO:<victim@example.net>",
        ".\r\nMAIL FROM:<a@b.c>",
        "> SIZE=1 NOTIFY=NEVER",
        '"<a@b.c> x',
        "=?utf-8?q?=0d=0aBcc:_x?=",
    )
]


def hostile_texts() -> Iterator[str]:
    """The Big List of Naughty Strings and our own."""
    yield from json.loads(NAUGHTY.read_text(encoding="utf-8"))
    yield from CRLF_PAYLOADS
    yield from ("\ud800", "\u202e", "a" * 3000, "ن" * 3000, "=?utf-8?b?AAAA?=", "{{ 7*7 }}")


WORDS = rendition(text=f"خبر\n{Patch.UNSUBSCRIBE_URL}\n", html=f"<p>خبر <a href='{Patch.UNSUBSCRIBE_URL}'>")
COMPILED = compiled(WORDS)


def build(**changes: str) -> Message:
    return compiled(replace(WORDS, **changes)).build(recipient(), unsubscribe_url=URL)


def build_with(sender: Sender) -> Message:
    return compiled(WORDS, sender=sender).build(recipient(), unsubscribe_url=URL)


def address(text: str) -> EmailAddress:
    return EmailAddress(text, "example.net")


def stamped(**changes: str) -> Message:
    stamp = replace(STAMP, **changes)  # type: ignore[arg-type]
    return compile_issue(WORDS, stamp=stamp, sender=SENDER, signer=SIGNER).build(
        recipient(), unsubscribe_url=URL
    )


FIELDS: dict[str, Callable[[str], Message]] = {
    "subject": lambda text: build(subject=text),
    "from name": lambda text: build_with(replace(SENDER, name=text)),
    "from address": lambda text: build_with(replace(SENDER, address=address(text))),
    "reply-to": lambda text: build_with(replace(SENDER, reply_to=address(text))),
    "bounce domain": lambda text: build_with(replace(SENDER, bounce_domain=text)),
    "recipient typed": lambda text: COMPILED.build(recipient(parse_address(text)), unsubscribe_url=URL),
    "recipient local": lambda text: COMPILED.build(recipient(address(text)), unsubscribe_url=URL),
    "recipient domain": lambda text: COMPILED.build(
        recipient(parse_address(f"reader@{text}")), unsubscribe_url=URL
    ),
    "unsubscribe url": lambda text: COMPILED.build(
        recipient(), unsubscribe_url=f"https://example.org/{text}"
    ),
    "unsubscribe mailbox": lambda text: COMPILED.build(
        recipient(), unsubscribe_url=URL, unsubscribe_mailbox=address(text)
    ),
    "newsletter": lambda text: stamped(newsletter=text),
    "language": lambda text: stamped(language=text),
    "archive": lambda text: stamped(archive_url=f"https://example.org/{text}"),
    "help": lambda text: compiled(WORDS, contact=Contact(help_url=text)).build(
        recipient(), unsubscribe_url=URL
    ),
    "feedback": lambda text: compiled(WORDS, contact=Contact(feedback_address=address(text))).build(
        recipient(), unsubscribe_url=URL
    ),
    "body": lambda text: build(text=f"{text}\n{WORDS.text}", html=f"{text}\n{WORDS.html}"),
}


def built(field: str) -> list[Message]:
    """What comes of all hostile texts; a refusal is a ValueError (header, address, encoding) or the gate's."""
    messages = []
    for text in hostile_texts():
        try:
            messages.append(FIELDS[field](text))
        except (ValueError, GateError):
            continue
    return messages


@pytest.fixture(autouse=True)
def without_second_opinion(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gate alone must hold; and the other reading, made once for each compiled text, is slow."""
    monkeypatch.setattr("publisher.mail.compile._prove", lambda _compiled: None)


def test_there_are_enough_hostile_texts() -> None:
    assert len(list(hostile_texts())) >= 500


@pytest.mark.parametrize("field", FIELDS)
async def test_the_relay_sees_one_envelope_and_the_exact_header_set(field: str) -> None:
    messages = built(field)
    if field in ("subject", "from name", "body"):
        assert len(messages) > 450, "most naughty strings are words somebody could mean"
    async with scripted_relay() as served:
        relay = BareRelay(
            RelaySettings(host="127.0.0.1", port=served.port, tls=Tls.NONE, lanes=1, ehlo_name="localhost")
        )
        async with relay.lane() as lane:
            outcomes = [await lane.deliver(message) for message in messages]
        await relay.close()
    assert all(isinstance(outcome, Sent | Refused) for outcome in outcomes)
    sent = [message for message, outcome in zip(messages, outcomes, strict=True) if isinstance(outcome, Sent)]
    spoken = [command for command in served.commands if command.split(" ")[0] not in ("EHLO", "QUIT")]
    expected = ((f"RCPT TO:<{message.envelope_to}>", "DATA") for message in sent)
    assert [command for command in spoken if not command.startswith("MAIL ")] == list(
        chain.from_iterable(expected)
    )
    mails = [command.partition(" SIZE=")[0] for command in spoken if command.startswith("MAIL ")]
    assert mails == [f"MAIL FROM:<{message.envelope_from}>" for message in sent]
    assert served.bodies == [message.payload for message in sent]
    for body in served.bodies:
        names = list(message_from_bytes(body).keys())
        assert len(names) == len(set(names))
        assert (
            REQUIRED[MessageKind.DIGEST]
            <= set(names)
            <= (REQUIRED[MessageKind.DIGEST] | OPTIONAL[MessageKind.DIGEST])
        )
