"""226 with the programs themselves (checklist 44): what each asks, what it is sent, and that it loses no article.

One newsroom, and each reader with a way of its own to it, through: an article, nothing, two publications with an edit
while the readers were away, a withdrawal, and a restart, after which no version is remembered.
"""

import gzip
import platform
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import feedparser
import pytest

from tests.feeds.real.between import Between, Exchange, between
from tests.feeds.real.programs import Newsboat, PythonReader, Reader, Rss2Email
from tests.feeds.real.served import Served, serving
from tests.web.delta_readers import NEWSBOAT, READER, RSS2EMAIL

pytestmark = pytest.mark.skipif(
    any(shutil.which(name) is None for name in ("newsboat", "r2e")), reason="no newsboat or rss2email here"
)
GOLDEN = {"newsboat": NEWSBOAT, "reader rss": READER, "reader atom": READER, "rss2email": RSS2EMAIL}
TAKERS = ("newsboat", "reader rss", "reader atom")
OF_EACH_POLL = {"host", "if-none-match", "if-modified-since"}


@dataclass(slots=True)
class Journey:
    """What passed in each round, and what each reader showed after it, titles by their ids."""

    rounds: list[dict[str, Exchange]] = field(default_factory=list)
    shown: list[dict[str, dict[str, str]]] = field(default_factory=list)

    def statuses(self, reader: str) -> list[int]:
        """How the reader was answered, round by round."""
        return [exchanges[reader].status for exchanges in self.rounds]

    def sent(self, reader: str) -> list[list[str]]:
        """The titles it was sent in each round."""
        return [titles_of(exchanges[reader]) for exchanges in self.rounds]


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    """Two rounds to get to know each other, since newsboat has no validator before, then five."""
    folder = tmp_path_factory.mktemp("deltas")
    with serving(folder / "room") as room, ExitStack() as ways:
        room.write("a", "أول", day=1)
        room.write("b", "ثان", day=2)
        room.call("ingest")
        room.start()
        way = {name: ways.enter_context(between(room.port)) for name in GOLDEN}
        readers: dict[str, Reader] = {
            "newsboat": Newsboat(folder / "newsboat", way["newsboat"].url("index.rss")),
            "reader rss": PythonReader(folder / "reader-rss", way["reader rss"].url("index.rss")),
            "reader atom": PythonReader(folder / "reader-atom", way["reader atom"].url("index.atom")),
            "rss2email": Rss2Email(folder / "rss2email", way["rss2email"].url("index.rss")),
        }
        found = Journey()
        fetch(readers, way)
        fetch(readers, way)
        for step in (one_article, nothing, two_publications, withdrawal, restart):
            step(room)
            found.rounds.append(fetch(readers, way))
            found.shown.append({name: shown(reader) for name, reader in readers.items()})
        yield found


def one_article(room: Served) -> None:
    room.write("c", "ثالث", day=3)
    room.publish()


def nothing(_room: Served) -> None:
    return


def two_publications(room: Served) -> None:
    room.write("d", "رابع", day=4)
    room.publish()
    room.write("a", "أول معدل", day=1)
    room.write("e", "خامس", day=5)
    room.publish()


def withdrawal(room: Served) -> None:
    room.write("f", "سادس", day=6)
    with room.changing():
        room.call("article", "withdraw", "desk/c.md")
    room.publish()


def restart(room: Served) -> None:
    room.write("g", "سابع", day=7)
    room.publish()
    room.restart()


def fetch(readers: dict[str, Reader], way: dict[str, Between]) -> dict[str, Exchange]:
    """One poll of each reader: what passed."""
    passed: dict[str, Exchange] = {}
    for name, reader in readers.items():
        way[name].exchanges.clear()
        reader.fetch()
        (passed[name],) = way[name].exchanges
    return passed


def shown(reader: Reader) -> dict[str, str]:
    """Titles by their ids, none of which stands twice."""
    entries = reader.shown()
    found = {entry.id: entry.title for entry in entries}
    assert len(found) == len(entries)
    return found


def titles_of(exchange: Exchange) -> list[str]:
    coded = exchange.fields.get("content-encoding") == "gzip"
    document = feedparser.parse(gzip.decompress(exchange.body) if coded else exchange.body)
    return [entry.title for entry in document.entries]


@pytest.mark.parametrize("reader", GOLDEN)
def test_a_reader_asks_as_the_tests_of_deltas_say(journey: Journey, reader: str) -> None:
    """A new version that asks otherwise is to be seen here before it is believed there."""
    for exchanges in journey.rounds:
        asked = {name: value for name, value in exchanges[reader].asked.items() if name not in OF_EACH_POLL}
        asked["user-agent"] = asked["user-agent"].replace(platform.machine(), "x86_64")
        assert asked == GOLDEN[reader]
        assert {"if-none-match", "if-modified-since"} <= {*exchanges[reader].asked}


@pytest.mark.parametrize("reader", TAKERS)
def test_a_reader_that_takes_deltas_is_sent_what_is_new_alone(journey: Journey, reader: str) -> None:
    """After the restart no version is remembered, so it is sent everything once."""
    assert journey.statuses(reader) == [226, 304, 226, 226, 200]
    assert journey.sent(reader) == [
        ["ثالث"],
        [],
        ["خامس", "رابع", "أول معدل"],
        ["سادس"],
        ["سابع", "سادس", "خامس", "رابع", "ثان", "أول معدل"],
    ]


def test_rss2email_is_never_sent_one(journey: Journey) -> None:
    """It asks under the name of feedparser, and would lose the article."""
    assert journey.statuses("rss2email") == [200, 304, 200, 200, 200]
    assert all("im" not in exchanges["rss2email"].fields for exchanges in journey.rounds)


@pytest.mark.parametrize("reader", GOLDEN)
def test_no_article_is_lost_nor_shown_twice(journey: Journey, reader: str) -> None:
    """By deltas alone until the restart. Edited ones are as they are now, but with rss2email, which mails each once;
    what was withdrawn stays with who has it.
    """
    first = "أول" if reader == "rss2email" else "أول معدل"
    titles = [first, "ثان", "ثالث", "رابع", "خامس", "سادس", "سابع"]
    everything = {
        f"tag:marfa.example,2025-11-{number:02}:/{name}": title
        for number, (name, title) in enumerate(zip("abcdefg", titles, strict=True), 1)
    }
    *_, before_restart, after_restart = (shown[reader] for shown in journey.shown)
    assert after_restart == everything
    assert before_restart == {id_: title for id_, title in everything.items() if title != "سابع"}
