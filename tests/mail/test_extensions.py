"""What is not announced is not used; what is used follows the letter of its RFC."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.mail.extensions import Extensions
from publisher.model.address import EmailAddress
from publisher.model.delivery import Sent
from tests.mail.bare_relay import BareRelay
from tests.mail.builders import digest
from tests.mail.scripted_relay import EHLO, scripted_relay
from tests.mail.test_smtp import settings

MESSAGE = replace(digest(), envelope_id="i42.s9")
ALL = Extensions(pipelining=True, size=True, size_limit=9, eight_bit=True, smtputf8=True, dsn=True)


def test_keywords_are_read_whatever_stands_behind_them() -> None:
    announced = {"pipelining": "", "size": "9", "8bitmime": "", "smtputf8": "", "dsn": "", "x-other": "1"}
    assert Extensions.parse(announced) == ALL
    assert Extensions.parse({}) == Extensions()


@pytest.mark.parametrize("limit", ["", "0", "lots", "-5", "٩"])
def test_a_size_that_is_no_number_is_no_limit(limit: str) -> None:
    assert Extensions.parse({"size": limit}).size_limit == 0


def test_a_relay_without_extensions_gets_the_bare_envelope() -> None:
    assert Extensions().build_mail(MESSAGE) == f"MAIL FROM:<{MESSAGE.envelope_from}>".encode()
    assert Extensions().build_rcpt(MESSAGE) == b"RCPT TO:<reader@example.net>"


def test_reports_are_asked_for_by_the_delivery_they_are_about() -> None:
    """RFC 3461: the header only, on failure and delay, with the address as we know it."""
    mail, rcpt = Extensions(dsn=True).build_mail(MESSAGE), Extensions(dsn=True).build_rcpt(MESSAGE)
    assert mail.endswith(b"> RET=HDRS ENVID=i42.s9")
    assert rcpt == b"RCPT TO:<reader@example.net> NOTIFY=FAILURE,DELAY ORCPT=rfc822;reader@example.net"
    assert Extensions(dsn=True).build_mail(replace(MESSAGE, envelope_id=None)).endswith(b"> RET=HDRS")


def test_what_xtext_may_not_hold_is_written_in_hex() -> None:
    message = replace(MESSAGE, envelope_to=EmailAddress("a+b=c", "example.net"))
    assert Extensions(dsn=True).build_rcpt(message).endswith(b"ORCPT=rfc822;a+2Bb+3Dc@example.net")


@given(st.text(st.characters(codec="ascii")))
def test_xtext_reads_back(text: str) -> None:
    """By RFC 3461 section 4's grammar."""
    command = Extensions(dsn=True).build_mail(replace(MESSAGE, envelope_id=text))
    written = command.partition(b" ENVID=")[2].decode("ascii")
    pieces = written.split("+")
    read = pieces[0] + "".join(chr(int(piece[:2], 16)) + piece[2:] for piece in pieces[1:])
    assert read == text
    assert written.isprintable()
    assert " " not in written


def test_an_address_beyond_ascii_goes_without_orcpt_and_needs_8bitmime_too() -> None:
    message = replace(MESSAGE, envelope_to=EmailAddress("خالد", "example.net"))
    assert Extensions(dsn=True).build_rcpt(message).endswith(b" NOTIFY=FAILURE,DELAY")
    assert Extensions(smtputf8=True, eight_bit=True).decide_unfit(message) is None
    for lacking in (Extensions(smtputf8=True), Extensions(eight_bit=True)):
        refused = lacking.decide_unfit(message)
        assert refused is not None
        assert refused.reply.enhanced == "5.6.7"


def test_8bitmime_is_declared_only_where_it_is_needed() -> None:
    assert b"BODY" not in ALL.build_mail(MESSAGE)
    assert b"BODY=8BITMIME" in ALL.build_mail(
        replace(MESSAGE, envelope_to=EmailAddress("خالد", "example.net"))
    )


@pytest.mark.anyio
async def test_a_relay_that_offers_everything_is_given_everything() -> None:
    async with (
        scripted_relay({"ehlo": EHLO["everything"]}) as served,
        BareRelay(settings(served)).lane() as lane,
    ):
        assert isinstance(await lane.deliver(MESSAGE), Sent)
        await lane.close()
    size = len(MESSAGE.payload)
    assert served.commands[1:4] == [
        f"MAIL FROM:<{MESSAGE.envelope_from}> SIZE={size} RET=HDRS ENVID=i42.s9",
        "RCPT TO:<reader@example.net> NOTIFY=FAILURE,DELAY ORCPT=rfc822;reader@example.net",
        "DATA",
    ]
