"""publisher.mail.bounce.identity: whom a report is about, and who could have made that up."""

import pytest

from publisher.mail.return_path import build_return_path
from publisher.mail.token import Purpose, TokenSigner
from publisher.model.feedback import Proof
from tests.mail.bounce.reports import LINK, MESSAGE_ID, NOW, SIGNER, VERP, arf, dsn, read


def claim_of(raw: bytes, *envelope_to: str) -> tuple[Proof, int | None, int] | None:
    claim = read(raw, *envelope_to).claim
    return None if claim is None else (claim.proof, claim.issue, claim.subscriber)


@pytest.mark.parametrize("spelling", [VERP, VERP.upper(), f"<{VERP}>"])
def test_the_envelope_names_the_delivery(spelling: str) -> None:
    assert claim_of(dsn(), spelling) == (Proof.VERP, 42, 9)


@pytest.mark.parametrize("field", ["Delivered-To: {}", "X-Original-To: {}", "Return-Path: <{}>", "To: <{}>"])
def test_a_mark_counts_wherever_it_stands(field: str) -> None:
    """In the report's header (Maildir, IMAP) or in the returned one."""
    mark = field.format(VERP)
    assert claim_of(mark.encode() + b"\r\n" + dsn()) == (Proof.VERP, 42, 9)
    assert claim_of(dsn(returned=mark)) == (Proof.VERP, 42, 9)


def test_a_feedback_id_names_the_delivery_where_all_addresses_are_blacked_out() -> None:
    """CFBL-Feedback-ID (RFC 9477), in the report's fields or in the returned header."""
    mark = "CFBL-Feedback-ID: " + VERP.partition("@")[0].removeprefix("b+").replace(".", ":")
    assert claim_of(arf(fields=f"{mark}\n")) == (Proof.VERP, 42, 9)
    assert claim_of(arf(returned=mark.upper())) == (Proof.VERP, 42, 9)
    assert claim_of(arf(returned=mark.replace(":s9:", ":s8:"))) is None
    assert claim_of(arf(returned=f"{mark}a")) is None


def test_a_forged_mark_is_nobodys() -> None:
    """Every letter of the MAC bent in turn; another key; the ids of another reader under a good MAC."""
    local, _, domain = VERP.partition("@")
    bent = [
        local[:place] + ("a" if local[place] != "a" else "b") + local[place + 1 :]
        for place in range(len(local) - 16, len(local))
    ]
    stranger = TokenSigner({1: b"x" * 32})
    bent.append(build_return_path(stranger, issue=42, subscriber=9, domain=domain).local)
    bent.append(local.replace("s9", "s10"))
    for forged in bent:
        assert claim_of(dsn(), f"{forged}@{domain}") is None
        assert claim_of(dsn(to=f"{forged}@{domain}", returned=f"Return-Path: <{forged}@{domain}>")) is None


def test_the_envelope_wins_over_what_the_report_says() -> None:
    other = str(build_return_path(SIGNER, issue=7, subscriber=8, domain="b.news.example.org"))
    assert claim_of(dsn(returned=f"Return-Path: <{other}>"), VERP) == (Proof.VERP, 42, 9)


def test_two_deliveries_marked_in_one_report_name_nobody() -> None:
    other = str(build_return_path(SIGNER, issue=7, subscriber=8, domain="b.news.example.org"))
    assert claim_of(dsn(returned=f"X: {VERP}\nY: {other}")) is None


def test_the_readers_own_link_names_her_and_with_an_agreeing_id_the_issue() -> None:
    assert claim_of(dsn(returned=f"List-Unsubscribe: <{LINK}>")) == (Proof.LINK, None, 9)
    both = f"List-Unsubscribe: <{LINK}>\nMessage-ID: {MESSAGE_ID}"
    assert claim_of(dsn(returned=both)) == (Proof.LINK, 42, 9)
    crossed = f"List-Unsubscribe: <{LINK}>\nMessage-ID: <i42.s10@news.example.org>"
    assert claim_of(dsn(returned=crossed)) == (Proof.LINK, None, 9)


def test_a_link_made_for_something_else_names_nobody() -> None:
    token = SIGNER.mint(Purpose.CONFIRM, subscriber=9, subject=3, issued_at=NOW)
    assert claim_of(dsn(returned=f"X: https://news.example.org/u/{token}")) is None


@pytest.mark.parametrize(
    "raw",
    [
        dsn(envelope_id="i42.s9"),
        dsn(envelope_id="<i42.s9>"),
        dsn(returned=f"Message-ID: {MESSAGE_ID}"),
        dsn(envelope_id="i42.s9", returned="Message-ID: <i1.s1@news.example.org>"),
    ],
    ids=["envid", "envid-in-brackets", "message-id", "envid-first"],
)
def test_unsigned_ids_are_a_claim_of_the_weakest_kind(raw: bytes) -> None:
    assert claim_of(raw) == (Proof.NAMED, 42, 9)


@pytest.mark.parametrize(
    "raw",
    [
        dsn(),
        dsn(envelope_id="i42.s9x"),
        dsn(envelope_id="i٤٢.s9"),
        dsn(envelope_id=f"i{'9' * 13}.s9"),
        dsn(returned="Message-ID: <i42.s9@elsewhere.example>"),
        dsn(returned="Message-ID: <i42.s9@news.example.org>\nX: <i42.s10@news.example.org>"),
    ],
)
def test_other_ids_are_no_claim(raw: bytes) -> None:
    assert claim_of(raw) is None
