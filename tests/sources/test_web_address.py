"""Only absolute addresses that cannot surprise a reader are published."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.sources.web_address import parse_link, parse_page_address, parse_web_address

SHARED = Path(__file__).parents[2].parent / "shared"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://aljeebal.com/posts/10750", "https://aljeebal.com/posts/10750"),
        ("HTTPS://Example.COM/A?b=c&d=%20#e", "https://example.com/A?b=c&d=%20#e"),
        ("https://example.com/مقال", "https://example.com/%D9%85%D9%82%D8%A7%D9%84"),
        ("https://مثال.example/", "https://xn--mgbh0fb.example/"),
        ("http://127.0.0.1:8000/x", "http://127.0.0.1:8000/x"),
        ("http://[0:0::1]/x", "http://[::1]/x"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ("https://example.com?q", "https://example.com?q"),
    ],
)
def test_address_in_ascii(text: str, address: str) -> None:
    assert parse_web_address(text) == address
    assert parse_web_address(address) == address


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "/posts/1", "//evil.example/x", "https:", "https://", "https:///x", "https:evil.example"),
        *(
            "javascript:alert(1)",
            "\u2028javascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "ftp://a.example",
        ),
        *("https://user:pass@example.com/", "https://good.example@evil.example/", "https://a.example:99999/"),
        *(
            "https://a b.example/",
            "https://a.example/\n",
            "https://a.example/\x00",
            "https://a.example\\@b",
            "http://[",
        ),
        *(
            "https://" + "a" * 64 + ".é.example/",
            "https://" + "a" * 3000,
            "https://a.example/<b>",
            'https://a.example/"',
        ),
        *("http://0x7f.1/", "http://010.0.0.1/", "http://2130706433/", "http://1.2.3.4.5/", "http://[::zz]/"),
        *(
            "https://straße.example/",
            "https://a..example/",
            "https://" + "é" * 300 + "/",
            "https://-/",
            "https://a.example/\ud800",
        ),
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    assert parse_web_address(text) is None


def test_links_may_also_be_mail() -> None:
    assert parse_link("mailto:desk@news.example?subject=x") == "mailto:desk@news.example?subject=x"
    assert parse_link("https://a.example/") == "https://a.example/"
    for text in (
        "mailto:",
        "mailto:a",
        "mailto:a@b c",
        "mailto:a@b.example\nbcc:x",
        "mailto:a@b?x=\r\n",
        "tel:+1",
    ):
        assert parse_link(text) is None


@given(st.text(max_size=60))
def test_what_passes_is_ascii_absolute_and_stable(text: str) -> None:
    for candidate in (text, "https://" + text, "https://a.example/" + text):
        address = parse_web_address(candidate)
        if address is not None:
            assert address.isascii()
            assert urlsplit(address).scheme in ("http", "https")
            assert urlsplit(address).hostname
            assert parse_web_address(address) == address


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared folder is not here")
def test_never_accepts_what_the_url_standard_calls_a_failure_or_another_scheme() -> None:
    """Oracle: web-platform-tests (each case resolves against its own base; absolute ones do not need it)."""
    cases = json.loads((SHARED / "data" / "whatwg_urls.json").read_text("utf-8"))
    for case in (case for case in cases if isinstance(case, dict)):
        address = parse_web_address(case["input"])
        if address is not None:
            assert not case.get("failure"), case["input"]
            assert urlsplit(address).hostname == urlsplit(case["href"]).hostname, case["input"]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://a.example/%d8%ae?utm_x=1&b=%c3", "https://a.example/%D8%AE?b=%C3"),
        ("https://a.example:443/%7ex#%2d", "https://a.example/~x#-"),
        ("https://[", None),
    ],
)
def test_the_address_of_an_articles_page_is_in_its_normal_form(text: str, address: str | None) -> None:
    """RFC 3986 sections 6.2.2 and 6.2.3. A link's stays as it is written: it may be signed."""
    assert parse_page_address(text) == address
    assert parse_web_address("https://a.example/%d8?sign=%7e") == "https://a.example/%d8?sign=%7e"
