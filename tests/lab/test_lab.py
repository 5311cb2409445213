"""The checks of `./dev lab`. Each names what it found, so that none can pass by looking at nothing."""

import json
from pathlib import Path

import pytest

from tests.lab import __main__ as command
from tests.lab.checks import CHECKS
from tests.lab.finding import Finding, equal
from tests.lab.scene import Scene

pytestmark = pytest.mark.lab

COUNTS = {"relay": 7, "reports": 6, "refusals": 6, "signatures": 4, "rspamd": 9, "spamassassin": 7}


def test_every_check_is_counted() -> None:
    assert COUNTS.keys() == CHECKS.keys()


@pytest.mark.parametrize("name", CHECKS)
def test_the_mail_holds_at_real_software(scene: Scene, name: str) -> None:
    findings = CHECKS[name](scene)
    assert [finding.render() for finding in findings if not finding.holds] == []
    assert len({finding.what for finding in findings}) == COUNTS[name]


@pytest.mark.parametrize(("found", "code"), [([1, 1], 0), ([1, 2], 1)])
def test_one_finding_that_does_not_hold_fails_the_command(
    found: list[int],
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    findings = {"one": [equal("it is one", number, 1) for number in found]}
    monkeypatch.setattr(command, "why_not", lambda: None)
    monkeypatch.setattr(command, "_run", lambda: findings)
    assert command.main(["--json", str(tmp_path / "lab.json")]) == code
    report = json.loads((tmp_path / "lab.json").read_text(encoding="utf-8"))
    assert report["holds"] is (code == 0)
    assert [item["holds"] for item in report["findings"]["one"]] == [number == 1 for number in found]
    assert f"{found.count(1)} of 2 hold" in capsys.readouterr().out


def test_a_lab_that_cannot_be_opened_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "why_not", lambda: "not installed: rspamd")
    assert command.main([]) == 1
    assert "not installed: rspamd" in capsys.readouterr().err


def test_a_finding_tells_both_sides_where_they_differ() -> None:
    assert equal("x", 1, 1, figures="one").render() == "ok     x: one"
    assert equal("x", 2, 1, figures="two").render() == "FAILED x: 2 instead of 1"
    assert Finding(what="x", holds=True, figures="y").as_json() == {
        "what": "x",
        "holds": True,
        "figures": "y",
    }
