"""The floors hold, and the machine that checks them would notice if they did not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINT = Path(sys.executable).with_name("lint-imports")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT, "--no-logo", "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package as it stands, to spoil at will."""
    shutil.copytree(ROOT / "publisher", tmp_path / "publisher", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("publisher/model/reason.py", "import publisher.text"),
        ("publisher/feeds/__init__.py", "import publisher.digest"),
        ("publisher/model/reason.py", "import sqlalchemy"),
        ("publisher/settings/__init__.py", "import publisher.cli"),
    ],
    ids=["upwards", "between-rooms", "model-needs-a-library", "down-from-the-doors"],
)
def test_a_seeded_violation_is_caught(copy: Path, module: str, line: str) -> None:
    assert lint(copy).returncode == 0
    with (copy / module).open("a", encoding="utf-8") as spoiled:
        spoiled.write(f"\n{line}\n")
    result = lint(copy)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "BROKEN" in result.stdout
