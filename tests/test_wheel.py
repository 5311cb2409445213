"""The wheel carries everything that runs: templates, seeds, catalogues, migrations, the starter of `nashra init`."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The names in a wheel built from this tree by its own back end."""
    folder = tmp_path_factory.mktemp("wheel")
    code = f"import hatchling.build as b; print(b.build_wheel({str(folder)!r}))"
    built = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ}
    )
    with zipfile.ZipFile(folder / built.stdout.strip().splitlines()[-1]) as wheel:
        return frozenset(wheel.namelist())


@pytest.mark.parametrize(
    ("folder", "inside"), [("templates", "_bundled/templates"), ("seeds", "_bundled/seeds")]
)
def test_what_lies_beside_the_package_is_bundled(names: frozenset[str], folder: str, inside: str) -> None:
    files = [file for file in (ROOT / folder).rglob("*") if file.is_file()]
    assert files
    assert {f"publisher/{inside}/{file.relative_to(ROOT / folder).as_posix()}" for file in files} <= names


def test_every_file_of_the_package_is_there(names: frozenset[str]) -> None:
    files = [
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "publisher").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    ]
    assert {file for file in files if file.endswith(".po")}
    assert set(files) <= names


def test_nothing_else_is_there(names: frozenset[str]) -> None:
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"publisher", "nashra"}
