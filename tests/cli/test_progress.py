"""publisher.cli.progress"""

from pathlib import Path

import pytest

from publisher.cli.progress import counting, reading


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rich takes stderr for a terminal."""
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("TERM", "xterm")


def test_elsewhere_than_on_a_terminal_nothing_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.csv").write_text("a\r\n")
    with counting("documents") as watch, reading(tmp_path / "x.csv", encoding="utf-8") as opened:
        watch(1)
        assert opened.read() == "a\r\n"
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("terminal")
def test_a_terminal_shows_how_many_were_read_so_far(capsys: pytest.CaptureFixture[str]) -> None:
    with counting("documents read") as watch:
        watch(1200)
    out, err = capsys.readouterr()
    assert out == "", "a pipe gets results only"
    assert "documents read: 1,200" in err


@pytest.mark.usefixtures("terminal")
def test_a_terminal_shows_how_much_of_a_file_was_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "readers.csv").write_bytes(b"\xef\xbb\xbfa\r\nb\r\n" * 1000)
    with reading(tmp_path / "readers.csv", encoding="utf-8-sig") as opened:
        assert opened.readline() == "a\r\n"
        opened.read()
    out, err = capsys.readouterr()
    assert out == ""
    assert "readers.csv" in err
    assert "100%" in err


def test_a_file_that_cannot_be_opened_is_an_oserror(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), reading(tmp_path / "none", encoding="utf-8"):
        pass
