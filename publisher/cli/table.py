"""Rows as lines of a terminal, columns under each other."""

from collections.abc import Collection, Iterator, Sequence


def align(rows: Sequence[Sequence[str]], *, left: Collection[int]) -> Iterator[str]:
    """Each row as a line: the columns of these numbers begin at the left, all others, numbers, end at the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            cell.ljust(width) if column in left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def say_bytes(number: float) -> str:
    """A size for people: `512 B`, `1.5 kB`, in steps of a thousand."""
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:,.0f} {unit}" if unit == "B" else f"{number:,.1f} {unit}"
        number /= 1000
    return f"{number:,.1f} TB"
