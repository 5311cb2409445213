"""A newsroom's folder for each test of a command, as `nashra init` writes it, in the current folder."""

import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from publisher.cli.app import run

SETTINGS = Path("nashra.toml")


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that ended: its exit code and what it wrote."""

    code: int
    out: str
    err: str


class Desk:
    """Calls commands in a folder."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def call(self, *arguments: object) -> Ended:
        """Run one command in this process. Never ends in a traceback: an exception comes out here."""
        self._capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = self._capsys.readouterr()
        return Ended(code, out, err)

    def write(self, name: str, text: str) -> Path:
        """Put a file into the folder."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return Path(name)

    def set(self, line: str, other: str) -> None:
        """Change a line of the settings."""
        text = (self.folder / SETTINGS).read_text(encoding="utf-8")
        assert line in text
        self.write("nashra.toml", text.replace(line, other))


@pytest.fixture(autouse=True)
def _logging() -> Iterator[None]:
    """Give the root logger back as it was: `serve` and `demo` take it over, as they own their process."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `nashra init` writes and the first `nashra ingest` makes of it."""
    folder = tmp_path_factory.mktemp("starter")
    assert run(["init", str(folder)]) == 0
    assert run(["ingest", "--settings", str(folder / "nashra.toml")]) == 0
    return folder


@pytest.fixture
def desk(
    starter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """A newsroom with one article, which is the current folder."""
    folder = tmp_path / "room"
    shutil.copytree(starter, folder)
    for name in [name for name in os.environ if name.startswith("NASHRA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(folder)
    return Desk(folder, capsys)
