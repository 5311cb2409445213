"""`nashra demo`: the main job on this machine, with sample articles, sample readers and a mailbox."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.live import Live

from publisher.cli.options import JsonOption
from publisher.cli.output import say, tell_json
from publisher.demo.progress import describe_held, describe_progress, load_progress, render_progress
from publisher.demo.run import Demonstration, run_demonstration
from publisher.demo.summary import Summary
from publisher.serving import Service
from publisher.wiring.logs import start_logging
from publisher.wiring.loop import run


def demo(
    *,
    once: Annotated[
        bool, Parameter(negative=(), show_default=False, help="End after the first issue went out.")
    ] = False,
    json: JsonOption = False,
    folder: Annotated[
        Path, Parameter(name="--dir", help="Where articles, database, feeds and mails are kept.")
    ] = Path("var/demo"),
    port: Annotated[int | None, Parameter(help="Serve the pages on this port instead of 8000.")] = None,
) -> None:
    """Show the whole job: articles become feeds and a digest, three readers subscribe, the digest arrives.

    Everything stays on this machine: mails go to a mailbox you can read at /mailbox. Start it again and it continues
    where it stopped; nothing is sent twice.
    """
    start_logging(logging.WARNING)
    console = Console(stderr=True)
    with _display(console) as watch:
        plan = Demonstration(folder=folder.absolute(), port=port, once=once, told=_tell_address, watch=watch)
        summary = run(run_demonstration(plan))
    if json:
        tell_json(summary)
    else:
        _say_summary(summary, folder / "mailbox")


def _say_summary(summary: Summary, mailbox: Path) -> None:
    if summary.issue is None:
        say("no issue went out yet")
        return
    states = ", ".join(f"{total} {state}" for state, total in summary.deliveries.items())
    say(f"issue {summary.issue.number} of {summary.issue.newsletter}: {states}; mails in {mailbox}")


def _tell_address(address: str) -> None:
    say(f"pages {address}/   mailbox {address}/mailbox   feeds {address}/feeds")


@contextmanager
def _display(console: Console) -> Iterator[Callable[[Service], None]]:
    """A table that keeps itself up to date on a terminal; lines, one for each change, elsewhere. What is held back is a
    line in both, as soon as it is known.
    """
    if not console.is_terminal:
        lines = _Lines()

        def tell(service: Service) -> None:
            lines.show(describe_held(service.house.room))
            lines.show(describe_progress(load_progress(service.house.room)))

        yield tell
        return
    with Live(console=console, auto_refresh=False) as live:
        held = _Lines()

        def show(service: Service) -> None:
            room = service.house.room
            held.show(describe_held(room))
            table = render_progress(load_progress(room), address=service.address, room=room)
            live.update(table, refresh=True)

        yield show


class _Lines:
    """Says each line once."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def show(self, lines: Iterable[str]) -> None:
        for line in lines:
            if line not in self._said:
                self._said.add(line)
                say(line)
