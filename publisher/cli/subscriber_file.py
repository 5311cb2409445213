"""Subscribers as a CSV file, in and out, so that what goes out can come back in unchanged.

Promise: no cell is a formula to a spreadsheet, whatever address somebody subscribed with (OWASP, CSV injection): such a
cell begins with an apostrophe, which is taken off again when the file is read.
"""

import csv
from collections.abc import Generator, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TextIO

from publisher.cli.progress import reading
from publisher.jobs.import_subscribers import ImportLine
from publisher.model.errors import NashraError, UsageError
from publisher.store.audience import Reader

COLUMNS = ("address", "newsletter", "status", "language", "requested_at", "confirmed_at", "ended_at")

_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What makes a cell a formula to one spreadsheet or another when it begins with it."""
_ADDRESS = ("address", "email", "e-mail")
"""What the column of addresses may be called, in any case."""


def write_readers(readers: Iterable[Reader], out: TextIO) -> None:
    """Write every subscription, after a line of column names (RFC 4180)."""
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for item in readers:
        times = (item.requested_at, item.confirmed_at, item.ended_at)
        texts = (str(item.address), item.newsletter, item.status, item.language)
        rows.writerow([*map(guard, texts), *(at.isoformat() if at else "" for at in times)])


def read_lines(file: Path) -> Generator[ImportLine, None, None]:
    """The file's lines with their numbers; its first one names the columns; commas, semicolons or tabs part them.
    Close it when done.

    Reads the file twice: one that cannot be read to its end gives no line at all. Raises NashraError for it, and
    UsageError where there is no column of addresses.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            for _ in _parse(opened, file):
                pass
        with reading(file, encoding="utf-8-sig") as opened:
            yield from _parse(opened, file)
    except UnicodeDecodeError as error:
        raise NashraError(f"{file} is not UTF-8", next_step='save it as "CSV UTF-8"') from error
    except csv.Error as error:
        raise NashraError(f"{file} is not CSV: {error}", next_step='save it as "CSV UTF-8"') from error
    except OSError as error:
        raise NashraError(f"{file} cannot be read: {error.strerror}") from error


def guard(text: str) -> str:
    """A cell no spreadsheet takes for a formula. `unguard` gives the text back, whatever it was."""
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) else text


def unguard(cell: str) -> str:
    """The text of a cell that `guard` may have written."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell


def _parse(opened: TextIO, file: Path) -> Iterator[ImportLine]:
    first = opened.readline()
    split = partial(csv.reader, delimiter=max(",;\t", key=first.count), skipinitialspace=True)
    names = [name.strip().lower() for name in next(split([first]), [])]
    address = next((name for name in _ADDRESS if name in names), None)
    if address is None:
        raise UsageError(f"{file} has no column `address`", next_step="name the columns in its first line")
    rows = split(opened)
    for row in rows:
        cells = dict(zip(names, (unguard(cell.strip(" ")) for cell in row), strict=False))
        if any(cells.values()):
            yield ImportLine(
                number=rows.line_num + 1,
                address=cells.get(address, ""),
                language=cells.get("language", ""),
                status=cells.get("status", "").lower(),
                newsletter=cells.get("newsletter", ""),
            )
