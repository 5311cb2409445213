"""The command line: the table of commands, and how a run of one ends.

A new command is a new file here and one line in `COMMANDS`. Its module is imported only when it is called, so that
`nashra --help` answers at once. A command parses, calls one job and presents: results to stdout, talk to stderr.
Exit 0: done. Exit 1: failed. Exit 2: the command line or the settings cannot be used.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from cyclopts import App, CycloptsError

from publisher import __version__
from publisher.cli.output import say, say_error
from publisher.model.errors import NashraError


@dataclass(frozen=True, slots=True)
class Command:
    """A command by name: where it is (`module:function` below publisher.cli) and its line in `nashra --help`."""

    name: str
    where: str
    line: str


COMMANDS = (
    Command("demo", "demo:demo", "Show the whole job on this machine, with sample articles and readers."),
    Command("init", "init:init", "Write a commented nashra.toml that runs as it is, and a first article."),
    Command("serve", "serve:serve", "Run a newsroom: pages, feeds, schedule and sending."),
    Command("doctor", "doctor:doctor", "Check that everything is in order, and say what to do if not."),
    Command("ingest", "ingest:ingest", "Read the sources now; list what is held back, and why."),
    Command("article", "article:app", "List articles, take one back, restore it."),
    Command("feeds", "feeds:app", "Publish the feeds and list them; check any feed."),
    Command("push", "push:app", "Show who is told of changed feeds: hubs, followers, what they are owed."),
    Command("issue", "issue:app", "List issues, show one, approve, pause, cancel it; see who missed it."),
    Command(
        "trace",
        "trace:trace",
        "Tell what happened to one reader: every issue and mail, with the relay's reply.",
    ),
    Command("subscribers", "subscribers:app", "Count, import, export, let one leave, erase one."),
    Command("bounces", "bounces:app", "List bounces and complaints, and the mail nobody recognised."),
    Command("dkim", "dkim:app", "Make the keys that sign our mail; print and check what DNS must say."),
    Command("embed", "embed:embed", "Print the sign-up form to paste into your own site."),
    Command("config", "config:config", "Print every setting and where it came from; secrets are masked."),
    Command("db", "db:app", "Show the database's revision, bring it up, back it up."),
)


def build_app(commands: Sequence[Command] = COMMANDS, *, called: str = "") -> App:
    """The parser. Commands stand in the help in the order of the table, which is the order one needs them in.

    The command that is `called` explains itself by its own docstring; the others by their line, unimported.
    """
    app = App(
        name="nashra",
        help="Articles go in; RSS, Atom and JSON feeds and an email digest come out, on a schedule.",
        help_epilogue="Begin with `nashra demo`, or with `nashra init DIR` for your own newsroom.",
        version=__version__,
        exit_on_error=False,
        print_error=False,
        suppress_keyboard_interrupt=False,
        result_action="return_value",
    )
    for place, command in enumerate(commands):
        app.command(
            f"publisher.cli.{command.where}",
            name=command.name,
            help=None if command.name == called else command.line,
            sort_key=(place, command.name),
        )
    return app


def run(arguments: Sequence[str], app: App | None = None) -> int:
    """Run one command line and return its exit code. A command returns its own code, or None for 0."""
    try:
        called = next(iter(arguments), "")
        result = (build_app(called=called) if app is None else app)(list(arguments))
        sys.stdout.flush()
    except CycloptsError as error:
        say_error(str(error), next_step=f"nashra {_name_command(arguments)}--help")
        return 2
    except NashraError as error:
        say_error(str(error), next_step=error.next_step)
        return error.exit_code
    except KeyboardInterrupt:
        say("nashra: stopped")
        return 1
    except BrokenPipeError:
        # The reader of our output went away (`nashra … | head`). Python would complain once more while closing stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return result if isinstance(result, int) else 0


def _name_command(arguments: Sequence[str]) -> str:
    """The command that was called, with a blank after it; empty where there is none of that name."""
    names = [command.name for command in COMMANDS]
    return f"{arguments[0]} " if arguments and arguments[0] in names else ""
