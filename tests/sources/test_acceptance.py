"""The last checks that every format shares."""

from datetime import datetime, timedelta

import pytest

from publisher.model.reason import Reason
from publisher.sources.acceptance import check_dates, decide_language
from publisher.text.dates import ReadDate
from tests.sources.build import BAGHDAD, NOW, site


def at(moment: datetime, *, has_time: bool = True) -> ReadDate:
    """A date as read."""
    return ReadDate(at=moment, raw="", has_time=has_time, zone_from="")


DAY = datetime(2025, 11, 1, tzinfo=BAGHDAD)


def test_dates_in_order_are_accepted() -> None:
    assert check_dates(at(DAY), None, now=NOW) is None
    assert check_dates(at(DAY), at(DAY + timedelta(hours=1)), now=NOW) is None
    assert check_dates(at(DAY + timedelta(hours=5)), at(DAY, has_time=False), now=NOW) is None


@pytest.mark.parametrize(
    ("published", "updated", "key"),
    [
        (at(NOW + timedelta(minutes=10, seconds=1)), None, "sources.date_future"),
        (at(DAY), at(NOW + timedelta(days=1)), "sources.date_future"),
        (at(datetime(1989, 12, 31, 23, 59, tzinfo=BAGHDAD)), None, "sources.date_too_old"),
        (at(DAY), at(DAY - timedelta(seconds=1)), "sources.date_order"),
        (at(DAY), at(DAY - timedelta(days=1), has_time=False), "sources.date_order"),
    ],
)
def test_impossible_dates_are_refused(published: ReadDate, updated: ReadDate | None, key: str) -> None:
    found = check_dates(published, updated, now=NOW)
    assert isinstance(found, Reason)
    assert found.key == key


def test_reason_shows_only_what_was_said() -> None:
    found = check_dates(at(datetime(1980, 1, 2, tzinfo=BAGHDAD), has_time=False), None, now=NOW)
    assert found is not None
    assert found.arguments["date"] == "1980-01-02"


@pytest.mark.parametrize(
    ("stated", "text", "language", "decided"),
    [
        ("fr", "نص عربي", "ar", "fr"),
        (None, "نص عربي فيه Reuters و AP", "ar", "ar"),
        (None, "12345", "ar", "ar"),
        (None, "English text", "en", "en"),
        (None, "English text", "ar", None),
        (None, "نص عربي", "en", None),
        (None, "ئاستی ئاوی ڕووبارەکە", "ar", None),
        (None, "این یک متن فارسی است که می‌خوانید", "ar-IQ", None),
        (None, "ئاستی ئاوی ڕووبارەکە", "ckb", "ckb"),
    ],
)
def test_language_is_stated_or_the_sites(
    stated: str | None, text: str, language: str, decided: str | None
) -> None:
    found = decide_language(stated, text, site=site(language=language))
    assert (None if isinstance(found, Reason) else found) == decided
