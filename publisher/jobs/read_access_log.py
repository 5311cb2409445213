"""Polls from the access log of the web server that stands in front: then our own server sees few of them or none.

Nothing of it is stored, so reading a log twice counts nothing twice.
"""

import gzip
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import TextIO

from publisher.feeds.addresses import FOLDER
from publisher.feeds.served import is_served
from publisher.jobs.tally_polls import Answered, Tallier
from publisher.model.access_log import Access, parse_access
from publisher.model.polling import Tally

_PREFIX = f"/{FOLDER}/"


def tally_logs(files: Iterable[Path], folder: Path) -> Mapping[str, Tally]:
    """What each day of these logs came to, in order; a name that ends in `.gz` is read unpacked. `folder` is the feeds
    folder, for the size of what was not sent. Raises OSError for a file that cannot be read.
    """
    accesses = sorted(_read(files), key=lambda access: access.day)
    plain = {name: _size(folder / name) for name in {_name(access) for access in accesses}}
    tallies = {}
    for day, of_day in groupby(accesses, key=lambda access: access.day):
        tallier = Tallier()
        tallier.begin(day)
        tallier.count(_answers(list(of_day), plain))
        tallies[day] = tallier.take()
    return tallies


def _read(files: Iterable[Path]) -> Iterator[Access]:
    for file in files:
        unpack: Callable[..., TextIO] = gzip.open if file.suffix == ".gz" else open
        with unpack(file, "rt", encoding="utf-8", errors="replace") as lines:
            for line in lines:
                access = parse_access(line)
                if access is not None and _is_poll(access):
                    yield access


def _is_poll(access: Access) -> bool:
    return (
        access.method in ("GET", "HEAD")
        and access.status in (200, 304)
        and access.path.startswith(_PREFIX)
        and is_served(_name(access))
    )


def _answers(accesses: list[Access], plain: Mapping[str, int]) -> Iterator[Answered]:
    """The log does not say what a 304 spared: at least the smallest whole answer of that day."""
    least: dict[str, int] = {}
    for access in accesses:
        if access.status == 200 and access.sent:
            least[_name(access)] = min(least.get(_name(access), access.sent), access.sent)
    for access in accesses:
        name = _name(access)
        yield Answered(
            name=name,
            status=access.status,
            sent=access.sent if access.status == 200 else 0,
            whole=least.get(name, 0),
            plain=max(plain[name], access.sent),
            agent=access.agent,
            host=access.host,
        )


def _name(access: Access) -> str:
    return access.path.removeprefix(_PREFIX)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
