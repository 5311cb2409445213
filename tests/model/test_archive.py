"""How the documents of a feed's past hang together: point 42 of the feeds' checklist (RFC 5005)."""

import pytest

from publisher.model.archive import (
    RESERVE,
    SIZE,
    Neighbours,
    archive_number,
    archive_path,
    count_closable,
    find_neighbours,
    recent_path,
)


def test_addresses_can_be_guessed_and_read_back() -> None:
    assert recent_path("section/sport") == "section/sport/recent"
    assert archive_path("section/sport", 12) == "section/sport/archive/12"
    assert archive_number("section/sport/archive/12") == 12
    assert archive_number("section/sport/recent") is None
    assert archive_number("section/archive/archive/3") == 3
    assert archive_number("section/archive/recent") is None, "a section may be called Archive"
    assert archive_number("archive") is None


@pytest.mark.parametrize(
    ("number", "archives", "previous", "following"),
    [
        (None, 0, None, None),
        (None, 2, "index/archive/2", None),
        (1, 1, None, "index/recent"),
        (1, 2, None, "index/archive/2"),
        (2, 2, "index/archive/1", "index/recent"),
    ],
)
def test_every_document_names_the_one_before_and_the_one_after(
    number: int | None, archives: int, previous: str | None, following: str | None
) -> None:
    """Checklist 42 G."""
    found = find_neighbours("index", number, archives=archives)
    assert found == Neighbours(previous=previous, next=following)


@pytest.mark.parametrize(
    ("entries", "closable"),
    [
        (0, 0),
        (50 + RESERVE + SIZE - 1, 0),
        (50 + RESERVE + SIZE, 1),
        (50 + RESERVE + 3 * SIZE, 3),
    ],
)
def test_an_archive_is_closed_when_a_reserve_stays(entries: int, closable: int) -> None:
    assert count_closable(entries, shown=50) == closable
