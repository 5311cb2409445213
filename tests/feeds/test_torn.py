"""Readers during publications, and a publisher killed among them: the small run of `python -m tests.feeds.torn`."""

from pathlib import Path

from tests.feeds.torn import run


def test_no_reader_sees_a_torn_mixed_or_missing_file_though_the_publisher_is_killed(tmp_path: Path) -> None:
    """Feed checklist 33 and 34."""
    outcome = run(tmp_path, publishes=24, kills=3)
    assert outcome.wrong == []
    assert (outcome.publishes, outcome.kills) == (24, 3)
    assert outcome.reads > 24
    assert outcome.twins > 0
