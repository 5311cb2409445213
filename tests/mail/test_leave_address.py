"""The address that leaves by mail: one reader's, one newsletter's, and nobody else can make it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.mail.leave_address import build_leave_address, build_leave_uri, read_leave_address
from publisher.mail.return_path import build_return_path, read_return_path
from publisher.mail.token import TokenSigner

SIGNER = TokenSigner({1: b"o" * 32})
IDS = st.integers(min_value=0, max_value=10**12 - 1)


def local(newsletter: int = 3, subscriber: int = 9, signer: TokenSigner = SIGNER) -> str:
    built = build_leave_address(signer, newsletter=newsletter, subscriber=subscriber, domain="b.example.org")
    return built.local


@given(IDS, IDS)
def test_a_mail_finds_its_reader_in_any_case(newsletter: int, subscriber: int) -> None:
    written = local(newsletter, subscriber)
    assert len(written) <= 64
    assert written == written.lower()
    assert read_leave_address(SIGNER, written) == (newsletter, subscriber)
    assert read_leave_address(SIGNER, written.upper()) == (newsletter, subscriber)


def test_the_uri_is_short_and_holds_nothing_that_needs_escaping() -> None:
    address = build_leave_address(SIGNER, newsletter=10**12 - 1, subscriber=10**12 - 1, domain="b" + "x" * 62)
    uri = build_leave_uri(address)
    assert len(uri) < 200
    assert re.fullmatch(r"mailto:unsub\+n\d+\.s\d+\.[a-z2-7]{26}@[a-z]+\?subject=unsubscribe", uri)


def test_a_bent_address_is_nobodys() -> None:
    written = local()
    for place, letter in enumerate(written):
        for other in ("7", "6", "a"):
            bent = written[:place] + other + written[place + 1 :]
            assert letter == other or read_leave_address(SIGNER, bent) is None


@pytest.mark.parametrize(
    "text",
    ["", "unsub", "unsub+", "unsub+n3.s9", "unsub+n3.s9." + "a" * 26, "unsub+n٣.s9." + "a" * 26, "news"],
)
def test_what_we_never_made_is_nobodys(text: str) -> None:
    assert read_leave_address(SIGNER, text) is None


def test_a_mark_of_one_kind_is_none_of_the_other() -> None:
    """An envelope sender that came back must never leave for a reader."""
    sender = build_return_path(SIGNER, issue=3, subscriber=9, domain="b.example.org").local
    assert read_leave_address(SIGNER, sender) is None
    assert read_return_path(SIGNER, local()) is None
    mac = sender.rpartition(".")[2]
    assert read_leave_address(SIGNER, f"unsub+n3.s9.{mac}{'a' * 10}") is None


def test_addresses_of_an_old_key_still_leave() -> None:
    assert read_leave_address(TokenSigner({1: b"o" * 32, 2: b"n" * 32}), local()) == (3, 9)
    assert read_leave_address(TokenSigner({2: b"n" * 32}), local()) is None
