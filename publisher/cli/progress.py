"""Progress of what may take long, on stderr while it lasts. Where stderr is no terminal nothing is shown."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn


@contextmanager
def counting(what: str) -> Iterator[Callable[[int], None]]:
    """For an unknown number of things: give what is yielded the number so far."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}: {task.completed:,.0f}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        yield lambda number: progress.update(task, completed=number)


@contextmanager
def reading(file: Path, *, encoding: str) -> Iterator[TextIO]:
    """An open text file (line ends as they are) with a bar of how much of it was read. Raises OSError."""
    console = Console(stderr=True)
    with (
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
        progress.open(file, "r", encoding=encoding, newline="", description=file.name) as opened,
    ):
        yield opened
