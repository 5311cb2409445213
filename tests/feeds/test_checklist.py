"""docs/feeds-checklist.md names every point, and for each tests that there are."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (\d+) ([RG]) \| (.+?) \| (.+) \|$")
ROWS = [
    found
    for line in (ROOT / "docs" / "feeds-checklist.md").read_text("utf-8").splitlines()
    if (found := ROW.match(line))
]


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of the test functions of a file, by its syntax tree."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return frozenset(function.name for function in functions if function.name.startswith("test_"))


def test_all_points_stand_in_order() -> None:
    assert [int(row[1]) for row in ROWS] == list(range(1, 46))
    assert {int(row[1]) for row in ROWS if row[2] == "G"} == {42, 43, 44, 45}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_every_test_that_is_named_exists(row: re.Match[str]) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row[4])
    assert len(named) == row[4].count("::") > 0
    for path, name in named:
        assert name in names_in(path), f"{path} has no {name}"
