"""publisher.store.rates"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from publisher.store.database import Database
from publisher.store.rates import claim_earliest, claim_turn, prune_rates
from publisher.store.schema import rate

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_bucket_takes_its_limit_in_a_window_and_no_more(database: Database) -> None:
    with database.write() as tx:
        taken = [claim_turn(tx, "a", limit=3, window=HOUR, now=NOW) for _ in range(5)]
        assert taken == [True, True, True, False, False]
        assert claim_turn(tx, "b", limit=3, window=HOUR, now=NOW), "another bucket has its own count"
        assert claim_turn(tx, "a", limit=3, window=HOUR, now=NOW + HOUR), "the next hour begins anew"


def test_a_window_is_a_fixed_stretch_of_the_clock(database: Database) -> None:
    with database.write() as tx:
        assert claim_turn(tx, "a", limit=1, window=HOUR, now=NOW.replace(minute=0))
        assert not claim_turn(tx, "a", limit=1, window=HOUR, now=NOW.replace(minute=59, second=59))


def test_what_finds_the_present_full_gets_the_first_window_with_room(database: Database) -> None:
    with database.write() as tx:
        turns = [claim_earliest(tx, "m", limit=2, window=HOUR, now=NOW, ahead=2) for _ in range(7)]
    ten, eleven = NOW.replace(hour=10, minute=0), NOW.replace(hour=11, minute=0)
    assert turns == [NOW, NOW, ten, ten, eleven, eleven, None]


def test_old_windows_are_forgotten(database: Database) -> None:
    with database.write() as tx:
        claim_turn(tx, "a", limit=3, window=HOUR, now=NOW - timedelta(days=2))
        claim_turn(tx, "a", limit=3, window=HOUR, now=NOW)
        assert prune_rates(tx, before=NOW - timedelta(days=1)) == 1
        assert tx.scalar(sa.select(sa.func.count()).select_from(rate)) == 1


def test_simultaneous_claims_never_pass_the_limit(database: Database) -> None:
    def claim(_: int) -> bool:
        with database.write() as tx:
            return claim_turn(tx, "a", limit=5, window=HOUR, now=NOW)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(24))) == 5
