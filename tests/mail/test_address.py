"""Which addresses people may subscribe with. Corpora: isemail (BSD-3-Clause), the Big List of Naughty Strings (MIT)."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from publisher.mail.address import AddressError, parse_address
from publisher.model.address import EmailAddress
from publisher.text.words import load_words

DATA = Path(__file__).parents[1] / "data"


def load_isemail() -> list[tuple[str, str]]:
    """(address, verdict); the corpus writes control characters as their symbols U+2400 to U+2420."""
    tests = ET.parse(DATA / "isemail_tests.xml").getroot().iter("test")  # noqa: S314 - our own file
    return [
        (_with_controls(test.findtext("address") or ""), test.findtext("diagnosis") or "") for test in tests
    ]


def _with_controls(text: str) -> str:
    return "".join(chr(ord(c) - 0x2400) if 0x2400 <= ord(c) <= 0x2420 else c for c in text)


def is_accepted(text: str) -> bool:
    try:
        parse_address(text)
    except AddressError:
        return False
    return True


ACCEPTED_VERDICTS = {"ISEMAIL_VALID", "ISEMAIL_DNSWARN_NO_RECORD", "ISEMAIL_DNSWARN_NO_MX_RECORD"}
VALID_BUT_REFUSED = {"test@io"}
"""No newsletter reader lives directly on a top-level domain."""


@pytest.mark.parametrize(("text", "verdict"), load_isemail())
def test_isemail_verdicts(text: str, verdict: str) -> None:
    """We accept what isemail calls valid, and what it only misses in DNS, which we do not ask. Everything exotic
    (quoted, comments, literals, obsolete folding) is refused; blanks around an address are a paste, and dropped.
    """
    if is_accepted(text):
        assert verdict in ACCEPTED_VERDICTS or text != text.strip()
    else:
        assert verdict not in ACCEPTED_VERDICTS or text in VALID_BUT_REFUSED or len(text) > 254


def test_the_exotic_categories_are_refused_altogether() -> None:
    exotic = [
        text
        for text, verdict in load_isemail()
        if "QUOTEDSTRING" in verdict or "LITERAL" in verdict or "COMMENT" in verdict or "TOOLONG" in verdict
    ]
    assert len(exotic) >= 20
    assert [text for text in exotic if is_accepted(text)] == []


@pytest.mark.parametrize("text", json.loads((DATA / "naughty_strings.json").read_text(encoding="utf-8")))
def test_a_naughty_string_is_refused_or_harmless(text: str) -> None:
    for candidate in (text, f"{text}@example.net", f"reader@{text}"):
        if is_accepted(candidate):
            written = str(parse_address(candidate))
            assert written.isprintable()
            assert not set(written) & set(' <>"(),:;[]\\')


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("  reader@Example.NET \n", EmailAddress("reader", "example.net")),
        ("\u200freader@example.net\u200e", EmailAddress("reader", "example.net")),
        ("Reader.Name+tag@example.net", EmailAddress("Reader.Name+tag", "example.net")),
        ("khalid@مثال.السعودية", EmailAddress("khalid", "xn--mgbh0fb.xn--mgberp4a5d4ar")),
        ("خالد@مثال.السعودية", EmailAddress("خالد", "xn--mgbh0fb.xn--mgberp4a5d4ar")),
        ("Jose\u0301@example.net", EmailAddress("Jos\u00e9", "example.net")),
    ],
)
def test_what_people_type_becomes_an_address(typed: str, address: EmailAddress) -> None:
    assert parse_address(typed) == address


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("", "mail.address_empty"),
        (" \t ", "mail.address_empty"),
        ("a" * 250 + "@example.net", "mail.address_long"),
        ("reader name@example.net", "mail.address_blank"),
        ("reader\r\nRCPT TO:<x@y.z>@example.net", "mail.address_blank"),
        ("reader\u202e@example.net", "mail.address_blank"),
        ("reader", "mail.address_at"),
        ("reader@@example.net", "mail.address_at"),
        ("@example.net", "mail.address_local"),
        ("a..b@example.net", "mail.address_local"),
        ("ع" * 33 + "@example.net", "mail.address_local"),
        ("x" * 65 + "@example.net", "mail.address_local"),
        ("reader@", "mail.address_domain"),
        ("reader@example", "mail.address_domain"),
        ("reader@exa_mple.net", "mail.address_domain"),
        ("reader@[127.0.0.1]", "mail.address_domain"),
        ("reader@shop.invalid", "mail.address_domain"),
    ],
)
def test_a_refusal_says_why(typed: str, key: str) -> None:
    with pytest.raises(AddressError) as caught:
        parse_address(typed)
    assert caught.value.reason.key == key


@pytest.mark.parametrize("language", ["ar", "en", "ckb"])
def test_every_reason_has_words(language: str) -> None:
    words = load_words(language)
    for name in ("empty", "blank", "at", "local", "domain"):
        assert words.say(f"mail.address_{name}")
    assert "254" in words.say("mail.address_long", limit=254)


def test_a_long_domain_is_refused_before_it_can_cost_time() -> None:
    """The IDNA conversion is quadratic in a label's length."""
    with pytest.raises(AddressError) as caught:
        parse_address("a@" + "ع" * 200_000)
    assert caught.value.reason.key == "mail.address_long"


def test_the_error_does_not_repeat_what_was_typed() -> None:
    with pytest.raises(AddressError) as caught:
        parse_address("secret name@example.net")
    assert "secret" not in str(caught.value)
