"""publisher.web.guesses"""

from datetime import UTC, datetime, timedelta

from publisher.web import guesses
from publisher.web.guesses import MAX_NETWORKS, PER_MINUTE, Guesses
from tests.web.reader_app import ReaderApp

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def test_a_network_may_try_so_many_dead_links_in_a_minute() -> None:
    tried = Guesses()
    assert [tried.are_too_many("a", NOW) for _ in range(PER_MINUTE + 2)] == [False] * PER_MINUTE + [True] * 2
    assert not tried.are_too_many("b", NOW)
    assert not tried.are_too_many("a", NOW + timedelta(minutes=1))


def test_its_memory_is_bounded() -> None:
    tried = Guesses()
    for n in range(MAX_NETWORKS + 5):
        tried.are_too_many(str(n), NOW)
    assert len(tried._counts) <= guesses.MAX_NETWORKS


def test_guessing_is_refused_but_a_link_that_works_never_is(reader: ReaderApp) -> None:
    """A mail provider brings the one-click unsubscribes of thousands of readers from one network."""
    reader.subscribe("sara@example.net")
    reader.press()
    answers = [reader.client.get(f"/u/{n:048}").status_code for n in range(PER_MINUTE + 1)]
    assert answers == [404] * PER_MINUTE + [429]
    done = reader.client.post(reader.leave_path("daily"), data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    assert reader.statuses("sara@example.net")["daily"] == "unsubscribed"
