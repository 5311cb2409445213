"""A Nashra that serves, in a process of its own, and the newsroom beside it that changes what is published."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from publisher.feeds.formats import FORMATS

NASHRA = Path(sys.executable).with_name("nashra")
SETTINGS = """
[site]
title = "المرفأ"
home = "https://marfa.example"
description = "أخبار المرفأ"
rights = "© المرفأ"
[data]
folder = "var"
[[source]]
kind = "folder"
path = "articles"
slug = "desk"
[mail]
host = "127.0.0.1"
port = 9
[web]
base_url = "http://127.0.0.1:{port}"
bind = "127.0.0.1:{port}"
"""
_PATIENCE = 60.0


@dataclass(slots=True)
class Served:
    """The newsroom in `folder`, served at `port`; `restart` ends the process and begins another."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    def url(self, path: str) -> str:
        """A feed's address."""
        return self.page(f"/feeds/{path}")

    def page(self, path: str) -> str:
        """Any address, from the root."""
        return f"http://127.0.0.1:{self.port}{path}"

    def write(
        self,
        name: str,
        title: str,
        text: str = "نص الخبر.",
        *,
        day: int = 1,
        date: str = "",
        updated: str = "",
    ) -> None:
        """Put or change a document, of that day in November or of `date`; it is published by the next `publish`."""
        head = [f"title: {title}", f"date: {date or f'2025-11-{day:02}T10:00:00+03:00'}"]
        head += ["language: ar", "section: مرفأ"]
        head += [f"url: https://marfa.example/{name}", *([f"updated: {updated}"] if updated else [])]
        document = "\n".join(["---", *head, "---", "", text, ""])
        (self.folder / "articles" / f"{name}.md").write_text(document, encoding="utf-8")

    def call(self, *arguments: str) -> str:
        """A command beside the running server."""
        done = subprocess.run(
            [NASHRA, *arguments], cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def publish(self) -> None:
        """Take in what changed, and wait until it is served."""
        with self.changing():
            self.call("ingest")

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Wait until what was done is served in every format: the server looks at its files once a second."""
        urls = [self.url(f"index{format_.ending}") for format_ in FORMATS]
        before = {url: _etag(url) for url in urls}
        yield
        end = time.monotonic() + _PATIENCE
        while any(_etag(url) == before[url] for url in urls):
            assert time.monotonic() < end, "nothing new is served"
            time.sleep(0.05)

    def start(self) -> None:
        """Serve, and wait until the first feed answers."""
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen([NASHRA, "serve"], cwd=self.folder, stdout=log, stderr=log)
        end = time.monotonic() + _PATIENCE
        while not _answers(self.url("index.rss")):
            assert self.process.poll() is None, (self.folder / "serve.log").read_text()
            assert time.monotonic() < end, "the server does not answer"
            time.sleep(0.05)

    def stop(self) -> None:
        """End it as an operator does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(_PATIENCE)
            self.process = None

    def restart(self) -> None:
        """End and begin again."""
        self.stop()
        self.start()


@contextmanager
def serving(folder: Path, settings: str = "") -> Iterator[Served]:
    """A newsroom without articles, not served yet. `settings`: what it sets besides."""
    (folder / "articles").mkdir(parents=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "nashra.toml").write_text(SETTINGS.format(port=port) + settings, encoding="utf-8")
    served = Served(folder, port)
    try:
        yield served
    finally:
        served.stop()


def without_nashra(environ: dict[str, str] | None = None) -> dict[str, str]:
    """This process's environment for another program."""
    return {k: v for k, v in os.environ.items() if not k.startswith("NASHRA_")} | (environ or {})


def _etag(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 (our own server)
        return str(answer.headers["etag"])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 (our own server)
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
