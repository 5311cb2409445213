"""A stranger believes what we signed, and nothing that was changed, added or taken away afterwards."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.mail.compile import compile_issue
from publisher.mail.dkim import OVERSIGNED, SIGNED, DkimSigner
from publisher.mail.dkim_key import DkimKey
from publisher.mail.gate import OPTIONAL, REQUIRED, GateError, GateRule, pass_gate
from publisher.mail.message import Message
from publisher.mail.notice import build_notice
from publisher.mail.relaxed import canonical_body, canonical_field, split_fields, split_message
from publisher.model.address import EmailAddress
from publisher.model.issue import Patch
from publisher.model.subscriber import NoticeKind
from publisher.text.words import load_words
from publisher.wiring.templates import build_templates
from tests.mail.builders import READER, SENDER, STAMP, URL, digest, recipient, rendition
from tests.mail.builders import SIGNER as TOKENS
from tests.mail.dkim_oracle import DOMAIN, ED25519, NOW, RSA, records, verdicts
from tests.mail.test_notice import LANGUAGES, SITE, letter
from tests.mail.test_notice import build as build_sample_notice

SIGNER = DkimSigner(domain=DOMAIN, keys=(RSA,))
DUAL = DkimSigner(domain=DOMAIN, keys=(RSA, ED25519))
DNS = records(RSA, ED25519)
SMALL = b"From: <a@news.example.org>\r\nTo: b@example.net\r\nSubject: s\r\nList-Unsubscribe: <https://x.example/u>\r\n\r\n"


def signed(message: Message, signer: DkimSigner = SIGNER) -> bytes:
    return signer.sign(message.payload, signed_at=STAMP.date) + message.payload


def tags(field: bytes) -> dict[str, str]:
    """The tags of a signature field, their blanks removed."""
    value = re.sub(rb"\s", b"", field.partition(b":")[2]).decode()
    return {name: content for name, _, content in (tag.partition("=") for tag in value.split(";"))}


# --- What is believed -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", [EmailAddress("reader", "example.net"), EmailAddress("قارئ", "example.net")]
)
def test_a_digest_is_believed(address: EmailAddress) -> None:
    assert verdicts(signed(digest(address), DUAL), DNS) == [True, True]


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_is_believed(kind: NoticeKind, language: str) -> None:
    assert verdicts(signed(build_sample_notice(kind, language), DUAL), DNS) == [True, True]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from([b" ", b"\t", b"\r\n", b"a", b"..", b"\xd8\xa7"]), max_size=30).map(b"".join),
    st.lists(st.sampled_from([b" ", b"\t", b"\r\n ", b"\r\n\t", b"A:", b"\xd8\xa7"]), max_size=12).map(
        b"".join
    ),
)
def test_any_message_is_believed(body: bytes, subject: bytes) -> None:
    payload = (
        b"from: A <a@news.example.org>\r\nsubject:" + subject + b"x\r\nX-Other: y\r\n\r\n" + body + b"\r\n"
    )
    assert verdicts(SIGNER.sign(payload, signed_at=STAMP.date) + payload, DNS) == [True]


def test_the_example_of_rfc_8463() -> None:
    """Appendix A.3: our canonical forms and our Ed25519 give the signature that stands there."""
    payload = (
        b"From: Joe SixPack <joe@football.example.com>\r\nTo: Suzie Q <suzie@shopping.example.net>\r\n"
        b"Subject: Is dinner ready?\r\nDate: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
        b"Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n\r\n"
        b"Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n"
    )
    unsigned = (
        b"DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n d=football.example.com; "
        b"i=@football.example.com;\r\n q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
        b" subject : date : message-id : from : subject : date;\r\n"
        b" bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n b="
    )
    header, body = split_message(payload)
    assert base64.b64encode(hashlib.sha256(canonical_body(body)).digest()) in unsigned
    text = b"".join(canonical_field(field)[1] for field in split_fields(header))
    secret = base64.b64decode("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
    key = DkimKey(selector="brisbane", private=Ed25519PrivateKey.from_private_bytes(secret))
    digested = hashlib.sha256(text + canonical_field(unsigned)[1].removesuffix(b"\r\n")).digest()
    assert key.public == "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    assert base64.b64encode(key.sign_digest(digested)).decode() == (
        "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw=="
    )


# --- What is not ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\r\n--=_nashra_", b"\r\nread this instead\r\n--=_nashra_"),
        (b"List-Unsubscribe: <https://news.", b"List-Unsubscribe: <https://evil."),
        (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", b""),
        (b"\r\nTo: reader@", b"\r\nTo: writer@"),
        (b"Feedback-ID: i42", b"Feedback-ID: i43"),
        (b"List-Id: daily", b"List-Id: weekly"),
        (b"Content-Language: ar", b"Content-Language: en"),
        (b"; boundary=", b"; x=y; boundary="),
        (b"; x=1", b"; x=2"),
    ],
)
def test_what_was_changed_is_not_believed(old: bytes, new: bytes) -> None:
    payload = signed(digest(), DUAL).replace(
        b"multipart/alternative;\r\n boundary", b"multipart/alternative; boundary"
    )
    assert verdicts(payload, DNS) == [True, True]
    assert old in payload
    assert True not in verdicts(payload.replace(old, new), DNS)


def test_what_was_appended_is_not_believed() -> None:
    """There is no `l=` behind which somebody could go on writing."""
    assert verdicts(signed(digest()) + b"and more\r\n", DNS) == [False]


@pytest.mark.parametrize("name", OVERSIGNED)
@pytest.mark.parametrize("at_top", [True, False])
def test_a_field_that_was_added_is_not_believed(name: str, at_top: bool) -> None:
    """Neither a second one nor a first one of those that matter, wherever it is put."""
    added = f"{name}: attacker@example.com\r\n".encode()
    payload = signed(digest())
    bent = added + payload if at_top else payload.replace(b"\r\n\r\n", b"\r\n" + added + b"\r\n", 1)
    assert verdicts(bent, DNS) == [False]


def test_fields_that_relays_write_do_no_harm() -> None:
    trace = b"Return-Path: <b@example.org>\r\nReceived: from here\r\nSender: l@example.com\r\n"
    assert verdicts(trace + signed(digest()), DNS) == [True]


def test_folds_and_blanks_that_relays_change_do_no_harm() -> None:
    payload = signed(digest())
    header, body = split_message(payload)
    fields = [field.replace(b"\r\n ", b"\r\n\t ") for field in split_fields(header)]
    assert verdicts(b"\r\n".join([*fields, b"", body]) + b"\r\n\r\n", DNS) == [True]


def test_an_expired_signature_is_not_believed() -> None:
    payload = signed(digest())
    assert verdicts(payload, DNS, at=STAMP.date + timedelta(days=13)) == [True]
    assert verdicts(payload, DNS, at=STAMP.date + timedelta(days=15)) == [False]


def test_another_key_or_none_is_not_believed() -> None:
    payload = signed(digest())
    name = f"{RSA.selector}._domainkey.{DOMAIN}"
    other = DkimKey(selector=RSA.selector, private=ED25519.private)
    assert verdicts(payload, records(other)) == [False]
    assert verdicts(payload, {}) == [False]
    assert verdicts(payload, {name: "v=DKIM1; p="}) == [False]


# --- What is written ------------------------------------------------------------------------------------------------


def test_the_field_is_exactly_this() -> None:
    lines = SIGNER.sign(digest().payload, signed_at=STAMP.date).decode("ascii").split("\r\n")
    assert lines[:10] == [
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;",
        " d=news.example.org; s=n2026a;",
        " t=1795370400; x=1796580000;",
        " h=From:Subject:Date:Reply-To:To:Message-ID:List-Unsubscribe:",
        " List-Unsubscribe-Post:List-Id:List-Archive:List-Post:Feedback-ID:",
        " Content-Language:MIME-Version:Content-Type:From:To:Subject:Date:Message-ID:",
        " Reply-To:Cc:List-Unsubscribe:List-Unsubscribe-Post:Content-Type:",
        " MIME-Version;",
        lines[8],
        lines[9],
    ]
    assert re.fullmatch(r" bh=[A-Za-z0-9+/]{43}=;", lines[8])
    assert re.fullmatch(r" b=[A-Za-z0-9+/]{72}", lines[9])
    assert lines[-1] == ""


@pytest.mark.parametrize("domain", [DOMAIN, f"{'label.' * 10}example.org"])
def test_no_line_is_longer_than_78(domain: str) -> None:
    payload = SMALL.replace(DOMAIN.encode(), domain.encode())
    field = DkimSigner(domain=domain, keys=(replace(RSA, selector="s" * 30), ED25519)).sign(
        payload, signed_at=NOW
    )
    assert max(map(len, field.split(b"\r\n"))) <= 78
    assert verdicts(field + payload, records(ED25519, domain=domain)) == [False, True]


def test_every_signature_has_the_safe_tags_and_no_others() -> None:
    for field in split_fields(DUAL.sign(digest().payload, signed_at=STAMP.date)):
        assert list(tags(field)) == ["v", "a", "c", "d", "s", "t", "x", "h", "bh", "b"]
    unlimited = replace(SIGNER, lifetime=None).sign(SMALL, signed_at=NOW)
    assert list(tags(unlimited)) == ["v", "a", "c", "d", "s", "t", "h", "bh", "b"]


def test_both_one_click_fields_are_covered() -> None:
    """RFC 8058 section 4: without it mailboxes do not offer one-click."""
    listed = tags(SIGNER.sign(digest().payload, signed_at=STAMP.date))["h"].split(":")
    for name in ("List-Unsubscribe", "List-Unsubscribe-Post"):
        assert listed.count(name) == 2


def test_every_field_that_a_message_of_ours_may_have_is_covered() -> None:
    names = {name for kind in REQUIRED for name in REQUIRED[kind] | OPTIONAL[kind]} - {"DKIM-Signature"}
    assert names <= SIGNED


def test_the_same_delivery_gives_the_same_bytes() -> None:
    """At every attempt, whatever the clock says, and whatever the zone of its date."""
    baghdad = STAMP.date.astimezone(timezone(timedelta(hours=3)))
    assert DUAL.sign(SMALL, signed_at=STAMP.date) == DUAL.sign(SMALL, signed_at=baghdad)


def test_what_is_prepared_once_gives_the_same_signature_as_the_whole() -> None:
    header, body = split_message(SMALL + b"body  \r\n")
    fields = split_fields(header)
    constant, varying = b"\r\n".join(fields[:2]), b"\r\n".join(fields[2:])
    prepared = DUAL.prepare(constant, varying=("Subject", "List-Unsubscribe"), signed_at=NOW)
    assert prepared.sign(varying, body) == DUAL.sign(SMALL + b"body  \r\n", signed_at=NOW)


# --- What is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        b"Subject: no From",
        b"From: a@example.org",
        b"From: a@evil-news.example.org",
        b"From: news.example.org",
        b"From: a@news.example.org\r\nfrom: b@news.example.org",
        b"From: a@news.example.org\r\nSubject: a\r\nSubject: b",
        b"From: a@news.example.org\r\nno field",
    ],
)
def test_a_header_that_must_not_be_vouched_for_is_refused(header: bytes) -> None:
    with pytest.raises(ValueError):
        SIGNER.sign(header + b"\r\n\r\nbody\r\n", signed_at=NOW)


@pytest.mark.parametrize("fields", [b"", b"Subject: x", b"To: x\r\nTo: y", b"To: x\r\nBcc: y"])
def test_other_fields_than_those_that_were_to_vary_are_refused(fields: bytes) -> None:
    prepared = SIGNER.prepare(b"From: a@news.example.org", varying=("To",), signed_at=NOW)
    with pytest.raises(ValueError, match="vary"):
        prepared.sign(fields, b"")


def test_a_field_cannot_be_constant_and_vary() -> None:
    with pytest.raises(ValueError, match="twice"):
        SIGNER.prepare(b"From: a@news.example.org\r\nTo: x", varying=("To",), signed_at=NOW)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        SIGNER.sign(SMALL, signed_at=datetime(2026, 11, 22))  # noqa: DTZ001


def test_nothing_of_keys_or_readers_is_shown() -> None:
    prepared = DUAL.prepare(b"From: a@news.example.org\r\nSubject: secret", varying=("To",), signed_at=NOW)
    shown = repr(DUAL) + repr(prepared)
    assert "secret" not in shown
    assert "PrivateKey" not in shown


# --- Built and signed -----------------------------------------------------------------------------------------------


def build_digest(signer: DkimSigner | None = DUAL, address: EmailAddress = READER) -> Message:
    compiled = compile_issue(rendition(), stamp=STAMP, sender=SENDER, signer=TOKENS, dkim=signer)
    return compiled.build(recipient(address), unsubscribe_url=URL)


@pytest.mark.parametrize("address", [READER, EmailAddress("قارئ", "example.net")])
def test_a_compiled_digest_carries_its_signatures(address: EmailAddress) -> None:
    """On top, by the same signature that the whole message would get, and through the gate."""
    message = build_digest(address=address)
    assert verdicts(message.payload, DNS) == [True, True]
    assert verdicts(build_digest(SIGNER, address).payload, DNS) == [True]
    assert message == build_digest(address=address)
    unsigned = build_digest(None, address)
    assert message.payload.endswith(unsigned.payload)


def test_a_digest_in_latin_script_is_believed_too() -> None:
    """Its parts are quoted-printable or 7bit, with runs of blanks: here the body has to be canonicalised."""
    page = f'<p>\n    caf\xe9  au lait\n</p>\t<a href="{Patch.UNSUBSCRIBE_URL}">leave</a>'
    written = rendition(html=page, text=f"two  blanks\n\n{Patch.UNSUBSCRIBE_URL}\n\n\n")
    compiled = compile_issue(written, stamp=STAMP, sender=SENDER, signer=TOKENS, dkim=DUAL)
    assert verdicts(compiled.build(recipient(), unsubscribe_url=URL).payload, DNS) == [True, True]


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_built_notice_carries_its_signatures(kind: NoticeKind) -> None:
    words = load_words("ar")
    message = build_notice(
        letter(kind), site=SITE, sender=SENDER, words=words, env=build_templates(words), dkim=DUAL
    )
    assert verdicts(message.payload, DNS) == [True, True]


def test_an_issue_of_another_domain_is_not_signed() -> None:
    elsewhere = replace(DUAL, domain="example.org")
    with pytest.raises(ValueError, match="From is not of the domain"):
        build_digest(elsewhere)


@pytest.mark.parametrize("place", ["third", "below"])
def test_the_gate_takes_two_signatures_on_top_and_no_others(place: str) -> None:
    message = build_digest()
    field = b"DKIM-Signature: v=1\r\n"
    bent = (
        field + message.payload
        if place == "third"
        else message.payload.replace(b"\r\nTo:", b"\r\n" + field + b"To:", 1)
    )
    with pytest.raises(GateError) as caught:
        pass_gate(replace(message, payload=bent))
    assert caught.value.rule is GateRule.HEADER_SET
