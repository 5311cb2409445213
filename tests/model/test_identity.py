"""Permanent ids are tag URIs (RFC 4151): minted from what an article's page already owns."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.identity import build_article_id

DAY = datetime(2025, 11, 1, 15, 15, tzinfo=timezone(timedelta(hours=3)))
HOME = "https://news.example"


def mint(url: str | None, *, key: str = "a.txt", home: str = HOME, at: datetime = DAY) -> str:
    return build_article_id(url=url, home=home, source="desk", key=key, published_at=at)


def test_an_address_gives_its_own_domain_and_path() -> None:
    assert mint("https://aljeebal.com/posts/10750") == "tag:aljeebal.com,2025-11-01:/posts/10750"
    assert mint("http://aljeebal.com:8080/p?id=1&x=ب") == "tag:aljeebal.com,2025-11-01:/p?id=1&x=%D8%A8"
    assert mint("https://aljeebal.com") == "tag:aljeebal.com,2025-11-01:/"


def test_scheme_and_fragment_do_not_belong_to_it() -> None:
    assert mint("http://aljeebal.com/1#top") == mint("https://aljeebal.com/1")


def test_what_a_campaign_added_to_an_address_does_not_belong_to_it() -> None:
    """Feed checklist 41."""
    for query in (
        "utm_source=x&id=1",
        "id=1&fbclid=y&UTM_medium=z",
        "gclid=1&id=1",
        "id=1&at_medium=rss&mc_cid=1&",
        "mc_eid=1&igshid=1&igsh=2&msclkid=3&id=1&twclid=4&ttclid=5&yclid=6&dclid=7",
        "_hsenc=a&_hsmi=1&mkt_tok=b&id=1&srsltid=c&gbraid=d&wbraid=e&li_fat_id=f&gclsrc=g&fbclid",
    ):
        assert mint(f"https://aljeebal.com/p?{query}") == "tag:aljeebal.com,2025-11-01:/p?id=1"
    assert mint("https://aljeebal.com/p?utm_source=x") == mint("https://aljeebal.com/p")
    for own in ("my_utm_id=1", "igshop=1", "gclids=2", "at_mediums=3", "clid=4", "ref=5"):
        assert mint(f"https://aljeebal.com/p?{own}").endswith(f"/p?{own}")


def test_without_an_address_the_document_is_named_under_the_sites_domain() -> None:
    assert (
        mint(None, key="خبر 1.txt") == "tag:news.example,2025-11-01:article:desk:%D8%AE%D8%A8%D8%B1%201.txt"
    )


def test_the_date_is_the_newsrooms_own() -> None:
    """An evening article belongs to its local day, whatever day it is in UTC."""
    late = datetime(2025, 11, 1, 0, 30, tzinfo=timezone(timedelta(hours=3)))
    assert mint("https://aljeebal.com/1", at=late).startswith("tag:aljeebal.com,2025-11-01:")
    assert late.astimezone(UTC).day == 31


def test_an_international_domain_is_spelt_in_a_labels() -> None:
    assert mint("https://مثال.example/1") == "tag:xn--mgbh0fb.example,2025-11-01:/1"


def test_without_any_domain_nothing_is_invented() -> None:
    with pytest.raises(ValueError, match="no domain"):
        mint(None, home="not an address")


@given(st.text(max_size=40))
def test_every_id_is_ascii_without_blanks(key: str) -> None:
    """RFC 4151 section 2.1, and safe in any attribute of a feed."""
    assert re.fullmatch(r"tag:news\.example,2025-11-01:article:desk:[\x21-\x7e]*", mint(None, key=key))
