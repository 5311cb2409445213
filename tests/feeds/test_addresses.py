"""Addresses that can be typed, guessed and kept."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.feeds.addresses import ascii_url, feed_id, is_path, language_path, named_path
from publisher.feeds.validate.finding import Point, Severity
from publisher.feeds.validate.urls import check_url


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Politics", "section/politics"),
        ("World News", "section/world-news"),
        ("world_news", "section/world-news"),
        ("G20", "section/g20"),
        ("سياسة", "section/s-k3gluo2r"),
        ("C++", "section/s-"),
        ("x" * 61, "section/s-"),
    ],
)
def test_section_addresses(name: str, path: str) -> None:
    assert named_path("section", name).startswith(path)


def test_a_section_keeps_its_address_in_either_unicode_form() -> None:
    assert named_path("section", "آراء") == named_path("section", "\u0627\u0653راء")


@given(st.text(min_size=1))
def test_every_section_name_makes_a_legal_path(name: str) -> None:
    if name.isprintable():
        assert is_path(named_path("section", name))


@pytest.mark.parametrize(
    "path", ["", "/", "../x", "a/../b", "a//b", "a.b", ".x", "a/", "/a", "A", "a%2f", "س", "x" * 101]
)
def test_a_path_that_leads_elsewhere_is_none(path: str) -> None:
    assert not is_path(path)


def test_language_addresses_hang_on_the_primary_subtag() -> None:
    assert language_path("ar-IQ") == language_path("ar") == "lang/ar"
    assert language_path("ckb") == "lang/ckb"


def test_a_feed_id_is_stable_and_its_own() -> None:
    """The literal guards it: a change of it is a change of every feed's identity."""
    assert feed_id("https://aljeebal.com/", "index") == "urn:uuid:37c1f57e-ab46-5b6b-a893-87e5455b9b52"
    assert feed_id("https://aljeebal.com", "index") == feed_id("https://aljeebal.com/", "index")
    assert feed_id("https://aljeebal.com/", "lang/ar") != feed_id("https://aljeebal.com/", "index")


@pytest.mark.parametrize(
    ("url", "ascii_form"),
    [
        ("https://aljeebal.com/posts/10750", "https://aljeebal.com/posts/10750"),
        ("https://x.example/مقال?q=أ#ب", "https://x.example/%D9%85%D9%82%D8%A7%D9%84?q=%D8%A3#%D8%A8"),
        ("https://مثال.example:8443/", "https://xn--mgbh0fb.example:8443/"),
        ("https://مثال.example/a b", "https://xn--mgbh0fb.example/a%20b"),
        ("https://x.example/%D9%85", "https://x.example/%D9%85"),
        ("https://مثال.example:", "https://xn--mgbh0fb.example:"),
        ("http://Desk_1.Example.:80", "http://Desk_1.Example.:80"),
        ("http://[2001:DB8::1]:8000/", "http://[2001:DB8::1]:8000/"),
        ("http://192.0.2.1", "http://192.0.2.1"),
    ],
)
def test_addresses_are_written_in_ascii(url: str, ascii_form: str) -> None:
    assert ascii_url(url) == ascii_form
    assert ascii_url(ascii_form) == ascii_form


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "/posts/1",
        "data:text/html,x",
        "ftp://x/y",
        "http://",
        "",
        "http://a<b>/",
        "http://exa mple.com/",
        "http://a\u00a0b/",
        "http://%D9%85.example/",
        "http://a..b/",
        "http://مثال..example/",
        "http://مثال .example/",
        f"http://{'a' * 64}.example/",
        f"http://{'a.' * 127}a/",
        "http://me:secret@x.example/",
        "http://x.example:99999/",
        "http://x.example:0/",
        "http://x.example:٨٠/",
        "http://x.example:80:80/",
        "http://:80/",
        "http://straße.example/",
        "http://نامه\u200cای.example/",
        "http://[::1/",
        "http://[1::2::3]/",
        "http://[v1.x]/",
    ],
)
def test_an_address_that_is_not_absolute_http_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        ascii_url(url)


AUTHORITIES = st.text(
    st.sampled_from("aZ09-_.~%:@[]<>\\^`{}|\"'\x00\t \u00a0ß٨مس。\u200c\u202e/?#"), max_size=12
)


@given(
    st.sampled_from(["http://", "https://", "HTTP://", ""]),
    AUTHORITIES | st.text(max_size=12),
    st.sampled_from(["", ":80", ":99999", ":x"]),
    st.text(max_size=8),
)
@example("http://", "a<b>", "", "")
@example("http://", "a", ":99999", "")
def test_what_is_let_through_is_an_address_to_the_validator(
    scheme: str, authority: str, port: str, rest: str
) -> None:
    try:
        url = ascii_url(f"{scheme}{authority}{port}/{rest}")
    except ValueError:
        return
    found = [f for f in check_url(url, "link", Point("x")) if f.severity is Severity.ERROR]
    assert found == []
    assert url.isascii()
    assert ascii_url(url) == url
    host = urlsplit(url).hostname or ""
    assert ":" in host or re.fullmatch(r"[a-z0-9_.-]+", host), "RFC 3986 section 3.2.2"
