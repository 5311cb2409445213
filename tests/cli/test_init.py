"""`nashra init` as a newcomer runs it."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher.cli.app import run
from publisher.model.article import Parsed
from publisher.model.direction import Direction
from publisher.settings import load_settings
from publisher.settings.check import Findings, check_table
from publisher.settings.tables import NashraTable, is_secret
from publisher.sources.folder import read_folder


def test_the_folder_is_made_and_its_settings_run_as_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new" / "room"
    assert run(["init", str(folder)]) == 0
    settings = load_settings(folder / "nashra.toml", {})
    assert not settings.warnings
    assert settings.newsletters[0].slug == "daily"
    assert [file.name for file in settings.sources[0].path.iterdir()] == ["welcome.md"]
    out, err = capsys.readouterr()
    assert out.splitlines() == [str(folder / "nashra.toml"), str(folder / "articles" / "welcome.md")]
    assert "next:" in err


def test_the_first_article_is_one_that_can_be_published(tmp_path: Path) -> None:
    assert run(["init", str(tmp_path)]) == 0
    settings = load_settings(tmp_path / "nashra.toml", {})
    now = datetime.now(UTC) + timedelta(minutes=1)
    read = list(read_folder(settings.sources[0].path, slug="articles", site=settings.site, now=now))
    assert [type(article) for article in read] == [Parsed]
    assert isinstance(read[0], Parsed)
    assert (read[0].title, read[0].sample) == ("أهلاً بكم في النشرة", True)
    assert read[0].direction is Direction.RTL


def test_every_commented_key_is_a_real_one_with_its_default(tmp_path: Path) -> None:
    """Taking the # away from every commented key leaves settings that can be used: no key in them is stale."""
    assert run(["init", str(tmp_path)]) == 0
    lines = (tmp_path / "nashra.toml").read_text(encoding="utf-8").splitlines()
    told = {setting.path: setting.value for setting in load_settings(tmp_path / "nashra.toml", {}).told}
    opened = [line.removeprefix("# ") if " = " in line or line.startswith("# [") else line for line in lines]
    findings = Findings()
    check_table(NashraTable, tomllib.loads("\n".join(opened)), "$", findings)
    assert findings.faults == []
    assert told.keys() - findings.origins.keys() == {path for path in told if is_secret(path)}
    examples = ("$.feed", "$.mail.username", "$.mail.password_file", "$.mail.ca_file", "$.mail.reply_to")
    for path, value in told.items():
        if findings.origins.get(path) == "file" and value is not None and not path.startswith(examples):
            assert _read(tomllib.loads("\n".join(opened)), path) == (
                list(value) if isinstance(value, tuple) else value
            )


def _read(raw: object, path: str) -> object:
    for key in path.removeprefix("$.").replace("[", ".").replace("]", "").split("."):
        raw = raw[int(key)] if isinstance(raw, list) else raw[key]  # type: ignore[index]
    return raw


def test_a_second_init_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "nashra.toml").write_text("mine")
    assert run(["init", str(tmp_path)]) == 1
    assert (tmp_path / "nashra.toml").read_text() == "mine"
    assert not (tmp_path / "articles").exists()
    out, err = capsys.readouterr()
    assert out == ""
    assert "exists already; nothing was written" in err
    assert "nashra config --settings" in err


def test_articles_that_are_there_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "mine.md").write_text("mine")
    assert run(["init", str(tmp_path)]) == 0
    assert [file.name for file in (tmp_path / "articles").iterdir()] == ["mine.md"]


def test_a_folder_that_cannot_be_made_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert run(["init", str(tmp_path / "file" / "below")]) == 1
    assert "cannot be written" in capsys.readouterr().err
