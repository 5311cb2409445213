"""Readers that people use, driven by script: newsboat, sfeed and rss2email from Debian, `reader` from PyPI."""

import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Protocol

import reader

from tests.feeds.real.served import without_nashra


@dataclass(frozen=True, slots=True, order=True)
class Shown:
    """An entry as the reader's store has it."""

    id: str
    title: str
    unread: bool
    content: str = ""


class Reader(Protocol):
    """A reader with one feed."""

    def fetch(self) -> None:
        """Ask the server as it does on its own."""

    def shown(self) -> list[Shown]:
        """What its user sees, by id, then title."""

    def read_all(self) -> None:
        """Mark everything as read, where it knows of that."""


class Newsboat:
    """newsboat 2.21 and later."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        folder.mkdir()
        (folder / "urls").write_text(url + "\n")
        (folder / "config").write_text("download-retries 1\ndownload-timeout 10\n")

    def fetch(self) -> None:
        command = ["newsboat", "-q", "-u", "urls", "-c", "cache.db", "-C", "config", "-x", "reload"]
        environ = without_nashra({"HOME": str(self._folder), "LC_ALL": "C.UTF-8"})
        subprocess.run(command, cwd=self._folder, env=environ, check=True, capture_output=True, timeout=60)

    def shown(self) -> list[Shown]:
        with closing(sqlite3.connect(self._folder / "cache.db")) as cache:
            rows = cache.execute(
                "SELECT guid, title, unread, content FROM rss_item WHERE deleted = 0"
            ).fetchall()
        return sorted(Shown(guid, title, bool(unread), content) for guid, title, unread, content in rows)

    def read_all(self) -> None:
        with closing(sqlite3.connect(self._folder / "cache.db")) as cache, cache:
            cache.execute("UPDATE rss_item SET unread = 0")


class Sfeed:
    """sfeed: a line of a text file for each entry; knows nothing of reading, so everything stays unread."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        folder.mkdir()
        rc = f'sfeedpath="{folder}/feeds"\nmaxjobs=1\nfeeds() {{\n feed "marfa" "{url}"\n}}\n'
        (folder / "sfeedrc").write_text(rc)

    def fetch(self) -> None:
        environ = without_nashra({"HOME": str(self._folder)})
        done = subprocess.run(
            ["sfeed_update", "sfeedrc"],
            cwd=self._folder,
            env=environ,
            check=True,
            capture_output=True,
            timeout=60,
        )
        assert b"FAIL" not in done.stdout + done.stderr, done.stdout

    def shown(self) -> list[Shown]:
        lines = (self._folder / "feeds" / "marfa").read_text("utf-8").splitlines()
        fields = [line.split("\t") for line in lines]
        return sorted(Shown(line[5], line[1], unread=True, content=_unescape(line[3])) for line in fields)

    def read_all(self) -> None:
        return


class Rss2Email:
    """rss2email: a mail of each entry, once, into a Maildir. Who reads it, it does not know, so all stay unread."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        (folder / "mail").mkdir(parents=True)
        self._call("new", "reader@marfa.example")
        config = folder / "config"
        text = config.read_text("utf-8")
        for name, value in (("email-protocol", "maildir"), ("maildir-path", str(folder / "mail"))):
            text = re.sub(f"(?m)^{name} = .*$", f"{name} = {value}", text)
        config.write_text(text, "utf-8")
        self._call("add", "marfa", url)

    def _call(self, *arguments: str) -> str:
        command = ["r2e", "-c", "config", "-d", "data.json", *arguments]
        environ = without_nashra({"HOME": str(self._folder), "LC_ALL": "C.UTF-8"})
        done = subprocess.run(
            command, cwd=self._folder, env=environ, check=False, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stderr

    def fetch(self) -> None:
        said = self._call("run")
        assert "WARNING" not in said, said
        assert "ERROR" not in said, said

    def shown(self) -> list[Shown]:
        mails = [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in (self._folder / "mail" / "INBOX" / "new").iterdir()
        ]
        return sorted(
            Shown(mail["X-RSS-ID"], mail["Subject"], unread=True, content=mail.get_content())
            for mail in mails
        )

    def read_all(self) -> None:
        return


class PythonReader:
    """`reader`, which stands for the library behind several."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder, self._url = folder, url
        folder.mkdir()
        with self._open() as shelf:
            shelf.add_feed(url)

    @contextmanager
    def _open(self) -> Iterator[reader.Reader]:
        with closing(reader.make_reader(str(self._folder / "reader.db"))) as shelf:
            yield shelf

    def fetch(self) -> None:
        with self._open() as shelf:
            for result in shelf.update_feeds_iter(scheduled=False):
                assert not isinstance(result.value, Exception), result.value

    def shown(self) -> list[Shown]:
        with self._open() as shelf:
            found = list(shelf.get_entries())
        return sorted(
            Shown(one.id, one.title or "", not one.read, one.content[0].value if one.content else "")
            for one in found
        )

    def read_all(self) -> None:
        with self._open() as shelf:
            for entry in shelf.get_entries():
                shelf.mark_entry_as_read(entry)


def _unescape(text: str) -> str:
    """sfeed(5): `\\n`, `\\t` and `\\\\` stand for the characters."""
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), text)
