"""Each bench runs, measures what it says, and writes its rows; no time is judged here."""

import json
from pathlib import Path

import pytest

from tests.bench import sample
from tests.bench.__main__ import main
from tests.bench.measure import at_least, at_most, measure
from tests.bench.smtp import measure_postfix
from tests.lab.programs import why_not_postfix
from tests.web.nginx import require_nginx


@pytest.mark.parametrize(
    ("what", "rows"),
    [
        ("http", ["304 to If-None-Match", "200, gzip twin", "200, gzip twin: processor time"]),
        ("build", ["build, unsigned", "build and RSA sign"]),
        ("feeds", ["all feeds from cold", "one feed of 30 entries: time", "one feed of 30 entries: memory"]),
        ("sign", ["signed engine: throughput", "feed and page while it sends: p99"]),
        ("smtp", ["SMTP, 8 lanes: throughput", "20 ms an answer, 4 lanes"]),
        ("send", ["whole engine with ledger, 8 lanes", "freeze 1,000 deliveries", "memory, 1,000 readers"]),
    ],
)
def test_each_bench_runs(
    what: str, rows: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if what == "http":
        require_nginx()
    assert main([what, "--quick", "--json", str(tmp_path / "rows.json")]) == 0
    report = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))
    assert report["quick"] is True
    found = [row["what"] for row in report["rows"]]
    assert set(rows) <= set(found)
    assert all(row["ours"] > 0 and row["peer"] > 0 for row in report["rows"])
    printed = capsys.readouterr().out
    assert all(name in printed for name in rows)


@pytest.mark.lab
def test_through_a_real_postfix_both_sides_are_measured() -> None:
    reason = why_not_postfix()
    if reason is not None:
        pytest.skip(reason)
    rows = measure_postfix(sample.messages(40), quick=True)
    assert [(row.unit, row.ours > 0, row.peer > 0) for row in rows] == [
        ("messages/s", True, True),
        ("µs/message", True, True),
    ]


def test_sides_take_turns_and_the_first_round_does_not_count() -> None:
    turns: list[str] = []

    def side(name: str) -> int:
        turns.append(name)
        return 10

    costs = measure({"a": lambda: side("a"), "b": lambda: side("b")}, rounds=2)
    assert turns == ["a", "b"] * 3
    assert costs.keys() == {"a", "b"}


def test_a_goal_is_judged_by_the_ratio() -> None:
    assert at_least("x", "y", "u", 40, 10, 4).reached
    assert not at_least("x", "y", "u", 39, 10, 4).reached
    assert at_most("x", "y", "u", 1, 10, 0.1).reached
    assert not at_most("x", "y", "u", 2, 10, 0.1).reached
