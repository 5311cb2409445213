"""YAML at the head of a document: text only, bounded, and broken heads name their line."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.reason import Reason
from publisher.sources.front_matter import Document, split_front_matter

LAUGHS = "a: &a [x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [*{before},*{before},*{before},*{before}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
"""A billion laughs: each name is four times the one before."""


def split(text: str) -> Document | Reason:
    """A document in parts."""
    return split_front_matter(text, file="a.md")


def stated(head: str) -> dict[str, object]:
    """What a head states."""
    document = split(f"---\n{head}\n---\nbody")
    assert isinstance(document, Document), document
    assert document.body.strip() == "body"
    return document.stated


def test_values_stay_text() -> None:
    head = (
        "date: 2025-11-01 15:15:00\nsample: yes\nsection: no\ntitle: 1:30\nurl: 0x1F\nrights: 1e3\nauthor: ~"
    )
    assert stated(head) == {
        "date": "2025-11-01 15:15:00",
        "sample": "yes",
        "section": "no",
        "title": "1:30",
        "url": "0x1F",
        "rights": "1e3",
        "author": None,
    }


def test_groups_and_lists() -> None:
    assert stated("image:\n  src: null\n  alt: ''\nsources: [a, 'b: c']") == {
        "image": {"src": None, "alt": ""},
        "sources": ["a", "b: c"],
    }


def test_empty_head_states_nothing() -> None:
    assert stated("") == {}
    assert stated("# only a comment") == {}


def test_rule_in_the_body_is_no_end() -> None:
    document = split("\n\n---\ntitle: a\n---\nx\n\n---\n\ny")
    assert isinstance(document, Document)
    assert document.body.split() == ["x", "---", "y"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "front_matter_missing"),
        ("title: a", "front_matter_missing"),
        ("---\ntitle: a\n", "front_matter_unclosed"),
        ("---\n" + "a" * 17_000 + ": b\n---\n", "front_matter_too_large"),
        ("---\ntitle: a\ntitle: b\n---\n", "repeated_key"),
        ("---\n- a\n- b\n---\n", "front_matter_broken"),
        ("---\njust words\n---\n", "front_matter_broken"),
    ],
)
def test_head_that_is_none(text: str, reason: str) -> None:
    found = split(text)
    assert isinstance(found, Reason)
    assert found.key == f"sources.{reason}"


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("title: a\nsummary: one: two", 3),
        ("title: a\n\tsummary: b", 3),
        ('title: "open', 3),
        ("title: &x a\nsummary: *x", 2),
        ("title: !!python/object/apply:os.system ['true']", 2),
        ("title: !x a", 2),
        ("{a: [[[[[1]]]]]}", 2),
        ("? [a, b]\n: c", 2),
    ],
)
def test_broken_head_tells_the_line(head: str, line: int) -> None:
    found = split(f"---\n{head}\n---\nbody")
    assert isinstance(found, Reason)
    assert (found.key, found.arguments["line"]) == ("sources.front_matter_broken", line)


@pytest.mark.parametrize(
    "head",
    [
        LAUGHS,
        "a: " + "[" * 16_000,
        "a: " + "{a: " * 4000,
        "- " * 8000,
        "".join(" " * level + f"k{level}:\n" for level in range(150)),
        "? " * 8000,
        "a: '" + "x" * 16_000,
        "- a\n" * 4000,
    ],
)
def test_bombs_are_refused_quickly(head: str) -> None:
    begun = time.process_time()
    assert isinstance(split(f"---\n{head}\n---\nbody"), Reason)
    assert time.process_time() - begun < 3


@given(st.text(max_size=200))
def test_arbitrary_heads_never_raise(head: str) -> None:
    assert isinstance(split(f"---\n{head}\n---\nbody"), Document | Reason)
