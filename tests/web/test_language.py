"""publisher.web.language"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.web.language import negotiate_language
from tests.web.reader_app import ReaderApp

OFFERED = ("ar", "en", "ckb")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "ar"),
        ("fr-FR,fr;q=0.9", "ar"),
        ("en-GB,en;q=0.9", "en"),
        ("en-US,en;q=0.9,ar;q=0.1", "ar"),
        ("ckb-IQ, en;q=0.5", "ckb"),
        ("en;q=0.5, ckb;q=0.9", "ckb"),
        ("en;q=0, ckb;q=0.1", "ckb"),
        ("ar;q=0, en;q=0.1", "en"),
        ("*", "ar"),
        ("en;q=nonsense, ckb", "ckb"),
        ("EN-us", "en"),
    ],
)
def test_the_newsrooms_own_language_wins_where_it_is_read_at_all(header: str, language: str) -> None:
    assert negotiate_language(header, OFFERED, preferred="ar") == language


@given(st.text())
def test_no_header_breaks_it(header: str) -> None:
    assert negotiate_language(header, OFFERED, preferred="ar") in OFFERED


def test_a_link_outweighs_the_browser_and_stays_on_the_way(reader: ReaderApp) -> None:
    page = reader.client.get("/?lang=ckb", headers={"Accept-Language": "en"})
    assert '<html lang="ckb" dir="rtl">' in page.text
    assert 'href="/feeds?lang=ckb"' in page.text
    assert page.headers["Content-Language"] == "ckb"


def test_without_a_link_addresses_stay_plain_and_caches_are_told(reader: ReaderApp) -> None:
    page = reader.client.get("/", headers={"Accept-Language": "en"})
    assert '<html lang="en" dir="ltr">' in page.text
    assert 'href="/feeds"' in page.text
    assert page.headers["Vary"] == "Accept-Language"


@pytest.mark.parametrize("asked", ["xx", "", "../../etc", "\x00", "<script>"])
def test_a_language_we_do_not_speak_is_as_if_none_were_asked_for(reader: ReaderApp, asked: str) -> None:
    page = reader.client.get("/", params={"lang": asked})
    assert page.status_code == 200
    assert '<html lang="ar" dir="rtl">' in page.text
    assert "<script>" not in page.text
