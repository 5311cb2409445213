"""publisher.cli.house"""

import pytest

from publisher.cli.house import load, opened, require_newsletter
from publisher.model.errors import UsageError
from tests.cli.conftest import SETTINGS, Desk


def test_the_environment_goes_before_the_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NASHRA_SITE__TITLE", "Other")
    assert load(SETTINGS).site.title == "Other"


def test_a_command_opens_the_newsroom_of_the_settings(desk: Desk) -> None:
    with opened(SETTINGS) as house:
        assert house.folder.path == desk.folder / "var"
        assert house.room.newsletter_ids.keys() == {"daily"}


def test_a_newsletter_is_asked_for_by_a_slug_that_is_there() -> None:
    require_newsletter(None, [])
    require_newsletter("daily", ["daily"])
    with pytest.raises(UsageError, match='no newsletter "dayly"') as wrong:
        require_newsletter("dayly", ["weekly", "daily"])
    assert wrong.value.next_step == "--newsletter with one of: daily, weekly"
    with pytest.raises(UsageError) as none:
        require_newsletter("daily", [])
    assert "[[newsletter]]" in none.value.next_step
