"""How a run of a command ends, whatever the command."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cyclopts import App

from publisher import __version__
from publisher.cli.app import COMMANDS, run
from publisher.cli.output import tell, tell_json
from publisher.model.errors import NashraError, UsageError


def app_that_raises(error: BaseException) -> App:
    app = App(result_action="return_value", suppress_keyboard_interrupt=False)

    @app.default
    def fail() -> None:
        raise error

    return app


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_of_the_table_exists_and_has_help(
    command: object, capsys: pytest.CaptureFixture[str]
) -> None:
    name, where = command.name, command.where  # type: ignore[attr-defined]
    module, function = where.split(":")
    assert getattr(importlib.import_module(f"publisher.cli.{module}"), function)
    assert run([name, "--help"]) == 0
    assert f"Usage: nashra {name}" in capsys.readouterr().out


def test_alone_it_lists_the_commands_in_the_order_of_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0
    lines = capsys.readouterr().out.splitlines()
    listed = [line.split()[1] for line in lines if line.startswith("│ ") and line[2] not in " -"]
    assert listed == [command.name for command in COMMANDS]


def test_help_imports_no_command() -> None:
    """`nashra --help` answers at once: neither a command nor the database behind it is loaded."""
    code = (
        "import sys; from publisher.cli.app import run; run(['--help']);"
        "sys.exit(any(name in sys.modules for name in ('sqlalchemy', 'publisher.settings', 'publisher.cli.config')))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.strip() == __version__


@pytest.mark.parametrize(
    ("arguments", "said", "step"),
    [
        (["confg"], 'Did you mean "config"?', "nashra --help"),
        (["config", "--jsn"], "Did you mean --json?", "nashra config --help"),
        (["init"], "requires an argument", "nashra init --help"),
    ],
)
def test_a_wrong_command_line_ends_with_2_and_names_the_way_out(
    arguments: list[str], said: str, step: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert f"next: {step}" in err


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (
            NashraError("the folder is in use", next_step="stop it"),
            1,
            "nashra: the folder is in use\n  next: stop it\n",
        ),
        (UsageError("no such issue"), 2, "nashra: no such issue\n"),
        (KeyboardInterrupt(), 1, "nashra: stopped\n"),
    ],
)
def test_what_a_person_can_mend_is_told_without_a_traceback(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([], app_that_raises(error)) == code
    assert capsys.readouterr().err == said


def test_a_defect_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        run([], app_that_raises(ZeroDivisionError()))


def test_a_command_may_choose_its_exit_code_and_be_asynchronous() -> None:
    app = App(result_action="return_value")

    @app.default
    async def fail() -> int:
        return 1

    assert run([], app) == 1


def test_json_is_utf8_and_knows_paths(capsys: pytest.CaptureFixture[str]) -> None:
    tell_json({"path": Path("/x"), "title": "نشرة"})
    assert '"title": "نشرة"' in capsys.readouterr().out
    with pytest.raises(TypeError):
        tell_json(object())


def test_output_is_utf8_under_any_locale(tmp_path: Path) -> None:
    """A server without a locale still prints Arabic."""
    environment = {**os.environ, "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    run(["init", str(tmp_path)])
    done = subprocess.run(
        [sys.executable, "-m", "publisher", "config", "--settings", str(tmp_path / "nashra.toml")],
        capture_output=True,
        env=environment,
        check=True,
    )
    assert "نشرة المساء" in done.stdout.decode("utf-8")


def test_a_reader_that_went_away_is_no_traceback(tmp_path: Path) -> None:
    """`nashra config | head -1` says nothing about pipes."""
    run(["init", str(tmp_path)])
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "publisher", "config", "--settings", str(tmp_path / "nashra.toml")],
            stdout=closed,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr


def test_tell_goes_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    tell("here")
    assert capsys.readouterr() == ("here\n", "")
