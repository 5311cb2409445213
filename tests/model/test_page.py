"""Spellings of an address that mean one page, and differences that mean two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.page import build_page_key, choose_same_page, normalise_address


@pytest.mark.parametrize(
    ("address", "normal"),
    [
        ("https://a.example/%d8%ae", "https://a.example/%D8%AE"),
        ("https://a.example/خ", "https://a.example/%D8%AE"),
        ("https://a.example/%7Ex%2D%41?q=%5f#%2e", "https://a.example/~x-A?q=_#."),
        ("https://a.example/a%2fb?c=%26", "https://a.example/a%2Fb?c=%26"),
        ("https://a.example/100%", "https://a.example/100%25"),
        ("https://a.example/%25%34%31", "https://a.example/%2541"),
        ("https://A.Example:443/", "https://a.example/"),
        ("http://a.example:80", "http://a.example"),
        ("http://a.example:443/", "http://a.example:443/"),
        ("https://[::443]/", "https://[::443]/"),
    ],
)
def test_normal_form(address: str, normal: str) -> None:
    """RFC 3986 sections 6.2.2.1, 6.2.2.2 and 6.2.3; what is reserved stays encoded: it says something else."""
    assert normalise_address(address) == normal
    assert normalise_address(normal) == normal


def test_a_page_is_known_by_any_scheme_and_without_fragment_and_campaign() -> None:
    key = "//a.example/%D8%AE?p=1"
    for address in (
        "https://a.example/خ?p=1",
        "http://a.example:80/%d8%ae?utm_source=x&p=1#rss",
        "https://a.example:443/%D8%ae?p=%31",
    ):
        assert build_page_key(address) == key
    assert build_page_key("http://a.example") == build_page_key("https://a.example/")


def test_what_only_the_server_knows_to_be_one_page_is_two() -> None:
    addresses = (
        "https://a.example/x",
        "https://a.example/x/",
        "https://www.a.example/x",
        "https://a.example/X",
    )
    assert len({build_page_key(address) for address in addresses}) == len(addresses)


@pytest.mark.parametrize(
    ("fragment", "others", "place"),
    [
        ("", [], None),
        ("", [""], 0),
        ("", ["#rss"], 0),
        ("#rss", [""], 0),
        ("#b", ["#a", "#b"], 1),
        ("#%62", ["", "#b"], 1),
        ("#b", ["#a"], None),
        ("", ["#a", "#b"], None),
        ("#c", ["", "#b"], None),
    ],
)
def test_a_fragment_is_a_mark_of_the_feed_or_an_entry_of_a_running_report(
    fragment: str, others: list[str], place: int | None
) -> None:
    page = "https://a.example/x"
    assert choose_same_page(page + fragment, [page + other for other in others]) == place


@given(st.text(max_size=40))
def test_the_normal_form_is_stable_ascii(path: str) -> None:
    address = "https://a.example/" + path.encode("utf-8", "ignore").decode().replace("\\", "")
    once = normalise_address(address)
    assert once.isascii()
    assert normalise_address(once) == once
