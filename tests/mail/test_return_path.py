"""The envelope sender names its delivery, and nobody can make one up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.mail.return_path import (
    build_feedback_id,
    build_notice_path,
    build_return_path,
    local_of_feedback_id,
    read_notice_path,
    read_return_path,
)
from publisher.mail.token import TokenSigner

SIGNER = TokenSigner({1: b"o" * 32})
IDS = st.integers(min_value=0, max_value=10**12 - 1)


@given(IDS, IDS)
def test_a_bounce_finds_its_delivery_in_any_case(issue: int, subscriber: int) -> None:
    address = build_return_path(SIGNER, issue=issue, subscriber=subscriber, domain="b.example.org")
    assert len(address.local) <= 64
    assert read_return_path(SIGNER, address.local) == (issue, subscriber)
    assert read_return_path(SIGNER, address.local.upper()) == (issue, subscriber)


@given(IDS, IDS)
def test_a_feedback_id_is_the_same_mark_without_dots(issue: int, subscriber: int) -> None:
    """RFC 9477 section 4: letters of an atom and colons."""
    address = build_return_path(SIGNER, issue=issue, subscriber=subscriber, domain="b.example.org")
    written = build_feedback_id(address)
    assert set(written) <= set("is0123456789:abcdefghijklmnopqrstuvwxyz")
    assert local_of_feedback_id(written) == address.local


@given(IDS, IDS)
def test_a_notice_that_comes_back_finds_itself_and_passes_for_no_issue(notice: int, subscriber: int) -> None:
    local = build_notice_path(SIGNER, notice=notice, subscriber=subscriber, domain="b.example.org").local
    assert len(local) <= 64
    assert read_notice_path(SIGNER, local.upper()) == (notice, subscriber)
    assert read_return_path(SIGNER, local) is None
    assert read_return_path(SIGNER, local.replace("+n", "+i")) is None
    issue = build_return_path(SIGNER, issue=notice, subscriber=subscriber, domain="b.example.org").local
    assert read_notice_path(SIGNER, issue) is None
    assert read_notice_path(SIGNER, issue.replace("+i", "+n")) is None


def test_a_bent_sender_is_nobodys() -> None:
    ids = {"subscriber": 9, "domain": "b.example.org"}
    for local in (
        build_return_path(SIGNER, issue=42, **ids).local,  # type: ignore[arg-type]
        build_notice_path(SIGNER, notice=42, **ids).local,  # type: ignore[arg-type]
    ):
        for place, letter in enumerate(local):
            bent = local[:place] + ("7" if letter != "7" else "6") + local[place + 1 :]
            assert read_return_path(SIGNER, bent) is None
            assert read_notice_path(SIGNER, bent) is None


@pytest.mark.parametrize(
    "local", ["", "b", "bounce", "b+i42.s9", "b+i42.s9.aaaaaaaaaaaaaaaa", "b+i٤٢.s9.aaaaaaaaaaaaaaaa"]
)
def test_what_we_never_made_is_nobodys(local: str) -> None:
    assert read_return_path(SIGNER, local) is None


def test_senders_of_an_old_key_are_still_read() -> None:
    local = build_return_path(SIGNER, issue=42, subscriber=9, domain="b.example.org").local
    assert read_return_path(TokenSigner({1: b"o" * 32, 2: b"n" * 32}), local) == (42, 9)
    assert read_return_path(TokenSigner({2: b"n" * 32}), local) is None
