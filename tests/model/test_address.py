"""An address value cannot hold anything that would be more than an address in an envelope or a header."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.address import MAX_OCTETS, EmailAddress


def test_reads_as_local_at_domain() -> None:
    address = EmailAddress("News.Desk", "news.example.org")
    assert str(address) == "News.Desk@news.example.org"
    assert address.key == "news.desk@news.example.org"
    assert not address.needs_smtputf8


def test_a_local_part_beyond_ascii_needs_smtputf8() -> None:
    assert EmailAddress("خالد", "xn--mgbh0fb.xn--mgberp4a5d4ar").needs_smtputf8


@pytest.mark.parametrize(
    "local",
    [
        "",
        ".a",
        "a.",
        "a..b",
        "a b",
        'a"b',
        "a<b",
        "a>b",
        "a@b",
        "a\\b",
        "a,b",
        "a;b",
        "a:b",
        "(a)",
        "[a]",
        "a\r",
        "a\nRCPT TO:<x@y.z>",
        "a\x00",
        "a\x7f",
        "a\u202e",
        "a\u2028",
        "a\u00a0",
        "\ud800",
        "a" * 65,
        "ع" * 33,
    ],
)
def test_a_dangerous_or_overlong_local_part_is_refused(local: str) -> None:
    with pytest.raises(ValueError):
        EmailAddress(local, "example.org")


@pytest.mark.parametrize(
    "domain",
    [
        "",
        "Example.org",
        "مثال.السعودية",
        "a..b",
        ".a",
        "a.",
        "a b.c",
        "-a.org",
        "a-.org",
        "a_b.org",
        "a\r\n.org",
        "[127.0.0.1]",
        "a" * 64 + ".org",
        ".".join(["abcdefgh"] * 29),
    ],
)
def test_a_domain_that_is_not_lower_case_a_labels_is_refused(domain: str) -> None:
    with pytest.raises(ValueError):
        EmailAddress("reader", domain)


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_is_accepted_is_one_safe_token(local: str, domain: str) -> None:
    try:
        address = EmailAddress(local, domain)
    except ValueError:
        return
    written = str(address)
    assert written.isprintable()
    assert not set(written) & set(' <>"(),:;[]\\')
    assert written.count("@") == 1
    assert len(written.encode()) <= MAX_OCTETS
