"""`nashra feeds stats`: who reads the feeds, and what polling costs."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.types import PositiveInt

from publisher.cli.house import opened
from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import say, tell, tell_json
from publisher.cli.table import align, say_bytes
from publisher.jobs.read_access_log import tally_logs
from publisher.jobs.save_polls import load_polls
from publisher.jobs.sum_polls import PollSum, sum_polls
from publisher.model.errors import UsageError

_ROWS = 20
"""Feeds and services shown; `--json` lists all."""

Days = Annotated[PositiveInt, Parameter(help="How many days, today included.")]
Logs = Annotated[
    tuple[Path, ...],
    Parameter(
        name="--log",
        help="Count from an access log of nginx or Apache instead (combined form, .gz too); can be given again.",
    ),
]


def stats(
    *, days: Days = 7, log: Logs = (), settings: SettingsOption = SETTINGS, json: JsonOption = False
) -> None:
    """Tell how many read the feeds, how many polls were answered 304, what was saved, and who polls worst.

    The figures are lower bounds: services that say for how many they read, each feed at its highest, and programs that
    polled themselves, counted by the day. With a web server in front that serves the files, only its log knows:

    nashra feeds stats --log /var/log/nginx/access.log --log /var/log/nginx/access.log.1
    """
    with opened(settings) as house:
        room = house.room
        if log:
            found = _read_logs(log, room.feeds_folder)
        else:
            today = room.now().astimezone(room.site.timezone).date()
            found = sum_polls(load_polls(room.database, until=today, days=days))
    if json:
        tell_json(found)
    elif found is None:
        say("no poll was counted; behind a web server that serves the files, give its log: --log FILE")
    else:
        for line in describe(found):
            tell(line)


def _read_logs(files: Sequence[Path], folder: Path) -> PollSum | None:
    try:
        return sum_polls(tally_logs(files, folder))
    except OSError as error:
        raise UsageError(
            f"{error.filename} cannot be read: {error.strerror}", next_step="name another log"
        ) from error


def describe(found: PollSum) -> Iterator[str]:
    """The figures as lines, numbers under each other."""
    yield f"{found.first_day} to {found.last_day}"
    yield ""
    yield f"readers      {found.subscribers:>12,}  at services, as these say"
    yield f"             {found.readers_a_day:>12,}  programs a day that poll themselves"
    yield f"polls        {found.polls:>12,}  {_share(found.not_modified, found.polls)} answered 304"
    yield f"sent         {say_bytes(found.sent_bytes):>12}"
    yield f"not sent     {say_bytes(found.saved_by_304):>12}  by 304"
    yield f"             {say_bytes(found.saved_by_coding):>12}  by compression"
    yield from _table(
        ("feed", "polls", "304", "at services", "programs", "sent"),
        [
            (
                feed.feed, f"{feed.polls:,}", _share(feed.not_modified, feed.polls), f"{feed.subscribers:,}",
                f"{feed.readers:,}", say_bytes(feed.sent_bytes),
            )
            for feed in found.feeds
        ],
    )  # fmt: skip
    yield from _table(
        ("service", "feed", "subscribers"),
        [(item.service, item.feed, f"{item.subscribers:,}") for item in found.services],
    )
    yield from _table(
        ("worst pollers", "polls", "304", "sent"),
        [
            (item.name, f"{item.polls:,}", _share(item.not_modified, item.polls), say_bytes(item.sent_bytes))
            for item in found.worst
        ],
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table after an empty line: text to the left, numbers to the right. Nothing where there is no row."""
    if not rows:
        return
    yield ""
    yield from align([head, *rows[:_ROWS]], left=(0, 1) if head[0] == "service" else (0,))
    if len(rows) > _ROWS:
        yield f"and {len(rows) - _ROWS:,} more"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"
