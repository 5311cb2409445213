"""Addresses that moved or were retired (checklist 37)."""

import pytest

from publisher.model.moves import Moves, build_moves, is_feed_path


def test_a_chain_is_followed_to_its_end() -> None:
    moves = build_moves({"a": "b", "b": "c", "/rss.xml": "a", "x": "https://other.example/feed"}, frozenset())
    assert moves.moved == {"a": "c", "b": "c", "/rss.xml": "c", "x": "https://other.example/feed"}


def test_a_slash_at_the_end_of_an_old_address_does_not_count() -> None:
    moves = build_moves({"/feed/": "index", "/?a=/": "index"}, frozenset({"/comments/feed/", "/", "/b/?c"}))
    assert moves.moved == {"/feed": "index", "/?a=/": "index"}
    assert moves.retired == ("/", "/b?c", "/comments/feed")


@pytest.mark.parametrize(
    ("moved", "retired", "problem"),
    [
        ({"a": "a"}, set(), "a moves in a circle"),
        ({"a": "b", "b": "a"}, set(), "a moves in a circle"),
        ({"a": "b", "b": "c", "c": "b"}, set(), "a moves in a circle"),
        ({"a": "b"}, {"a"}, "a both moves and is retired"),
        ({"a": "b"}, {"b"}, "a moves to b, which is retired"),
    ],
)
def test_what_leads_nowhere_is_refused(moved: dict[str, str], retired: set[str], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        build_moves(moved, frozenset(retired))


def test_a_feed_that_is_gone_is_not_published_and_its_heir_is() -> None:
    moves = build_moves(
        {"old": "new", "away": "https://other.example/", "one": "new.rss"}, frozenset({"dead"})
    )
    assert [moves.is_gone(path) for path in ("old", "away", "dead", "new")] == [True, True, True, False]
    assert [moves.heir(path) for path in ("old", "away", "one", "dead", "new")] == [
        "new",
        "away",
        "one",
        "dead",
        "new",
    ]
    assert Moves().heir("index") == "index"


def test_a_target_is_a_feed_or_an_address() -> None:
    assert is_feed_path("section/world")
    assert not any(map(is_feed_path, ("section/world.rss", "/rss.xml", "https://other.example/feed")))
