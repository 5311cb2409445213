"""No markup from a document can act, and no words are lost over it."""

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from publisher.sources.sanitise import MAX_CHARS, has_markup, inline_text, sanitise_inline, strip_markup
from tests.sources.build import DATA

NAUGHTY: list[str] = json.loads((DATA / "naughty_strings.json").read_text("utf-8"))
ALLOWED = {"a", "em", "strong", "b", "i", "s", "del", "sub", "sup", "code", "br"}


@pytest.mark.parametrize(
    ("markup", "kept"),
    [
        ("a <em>b</em> &amp; c", "a <em>b</em> &amp; c"),
        ('<a href="https://a.example/x">b</a>', '<a href="https://a.example/x">b</a>'),
        ('<a href="/x">b</a> c', "b c"),
        ('<a href="javascript:alert(1)">b</a>', "b"),
        ('<a href="java&#10;script:alert(1)">b</a>', "b"),
        (
            '<a onclick="x" href="mailto:a@b.example" style="y" target="z">b</a>',
            '<a href="mailto:a@b.example">b</a>',
        ),
        ("<script>alert(1)</script>b", "b"),
        ("<style>x{}</style><iframe src=x>y</iframe>b", "b"),
        ("<svg><script>alert(1)</script></svg>b", "b"),
        ("<math><mi>x</mi></math>b", "b"),
        ("<!-- note -->b", "b"),
        ('<img src=x onerror="alert(1)">b', "b"),
        ('<p>a</p><div dir="rtl">b</div>', "ab"),
        ("a<br/>b", "a<br>b"),
        ("<em>open", "<em>open</em>"),
        ("x &#x202e;y&#1;", "x y"),
    ],
)
def test_allow_list(markup: str, kept: str) -> None:
    assert sanitise_inline(markup) == kept


def test_naughty_strings_are_harmless() -> None:
    for text in NAUGHTY:
        assert_harmless(text, f'<a href="{text}">x</a>', f"<b {text}>x</b>")


def assert_harmless(*markups: str) -> None:
    """Oracle: lxml reads the result and finds only what is allowed."""
    for markup in markups:
        kept = sanitise_inline(markup)
        tree = lxml_html.fragment_fromstring(kept, create_parent="div")
        for element in tree.iterdescendants():
            assert element.tag in ALLOWED
            assert set(element.attrib) <= ({"href"} if element.tag == "a" else set())
            assert element.get("href", "https://").startswith(("https://", "http://", "mailto:"))


@given(st.text(max_size=200))
def test_sanitising_twice_changes_nothing(text: str) -> None:
    once = sanitise_inline(text)
    assert sanitise_inline(once) == once


def test_words_survive_their_markup() -> None:
    kept = sanitise_inline("1 < 2 &amp; <b>bold</b><br>next")
    assert has_markup(kept)
    assert inline_text(kept) == "1 < 2 & bold\nnext"
    assert not has_markup(sanitise_inline("1 < 2"))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<b>عنوان</b>", "عنوان"),
        ("&lt;b&gt;عنوان&lt;/b&gt;", "عنوان"),
        ("&amp;lt;script&amp;gt;x&amp;lt;/script&amp;gt;y", "y"),
        ("AT&amp;T & C++ < D", "AT&T & C++ < D"),
        ("2 < 3 > 1", "2 < 3 > 1"),
        ("أ\u00a0ب\n\tج", "أ ب ج"),
        ("x\u202ey\x07", "xy"),
        ("{{7*7}}", "{{7*7}}"),
    ],
)
def test_titles_hold_no_markup(text: str, plain: str) -> None:
    assert strip_markup(text) == plain


@given(st.text(alphabet="&<>abmplt;/#x ", max_size=80))
def test_no_tag_survives_any_escaping(text: str) -> None:
    plain = strip_markup(text)
    assert strip_markup(plain) == plain
    assert not re.search("</?[A-Za-z]|<[!?]", plain)


def test_oversized_markup_is_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        sanitise_inline("x" * (MAX_CHARS + 1))


@pytest.mark.parametrize("unit", ["<ul><li>", "<b>", "<a href=https://a.example/>", "<svg>", "&amp;", "<"])
def test_worst_markup_is_quick(unit: str) -> None:
    begun = time.process_time()
    sanitise_inline(unit * (MAX_CHARS // len(unit)))
    strip_markup(unit * (MAX_CHARS // len(unit)))
    assert time.process_time() - begun < 5
