"""Foreign runs get a direction of their own; words and order never change."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from publisher.feeds.isolation import isolate_runs
from publisher.model.direction import Direction


def isolated(source: str, direction: Direction = Direction.RTL) -> str:
    element = html.fragment_fromstring(source)
    isolate_runs(element, direction)
    return str(html.tostring(element, encoding="unicode"))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>ارتفع</p>", "<p>ارتفع</p>"),
        (
            "<p>اتصلوا على الرقم +1 202-555-0188 اليوم.</p>",
            '<p>اتصلوا على الرقم <span dir="ltr">+1 202-555-0188</span> اليوم.</p>',
        ),
        (
            '<p>كتب <a href="https://news.example">برنامجاً بلغة C++ أمس</a> بلغة C++ ثم C++.</p>',
            (
                '<p>كتب <a href="https://news.example">برنامجاً بلغة <span dir="ltr">C++</span> أمس</a> بلغة '
                '<span dir="ltr">C++</span> ثم <span dir="ltr">C++</span>.</p>'
            ),
        ),
        ('<p>من <span dir="ltr">+1 202</span> هنا</p>', '<p>من <span dir="ltr">+1 202</span> هنا</p>'),
    ],
)
def test_runs_are_wrapped_where_they_stand(source: str, expected: str) -> None:
    assert isolated(source) == expected


def test_arabic_inside_english_is_isolated_too() -> None:
    assert isolated("<p>The ferry الأمل sails.</p>", Direction.LTR) == (
        '<p>The ferry <span dir="rtl">الأمل</span> sails.</p>'
    )


@given(st.text(alphabet="ابج abc 123+-.%", max_size=60), st.text(alphabet="ابج abc 123+-.%", max_size=60))
def test_text_and_order_never_change(first: str, second: str) -> None:
    element = html.Element("p")
    element.text = first
    link = html.Element("a", href="https://news.example")
    link.text, link.tail = second, first
    element.append(link)
    before = element.text_content()
    isolate_runs(element, Direction.RTL)
    assert element.text_content() == before


def test_a_text_of_one_megabyte_takes_time_in_proportion_to_its_length() -> None:
    """Ten times the text, not a hundred times the time (with room for a busy machine)."""

    def seconds(count: int) -> float:
        element = html.Element("p")
        element.text = "نص (report) 2025-11-02 وأضاف OPEC+ " * count
        began = time.process_time()
        isolate_runs(element, Direction.RTL)
        assert len(element) >= count
        return time.process_time() - began

    assert seconds(20_000) < 40 * seconds(2_000)
