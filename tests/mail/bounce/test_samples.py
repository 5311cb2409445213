"""Sixty bounces of real mail systems against what a person reads in them."""

from pathlib import Path

import pytest

from publisher.model.feedback import Certainty, FeedbackKind
from tests.mail.bounce.confusion import count, read_as, render
from tests.mail.bounce.reports import read

FOLDER = Path(__file__).parents[2] / "data" / "bounces"
UNDERSTOOD = 0.85


def labels() -> dict[str, str]:
    lines = (FOLDER / "labels.txt").read_text(encoding="utf-8").splitlines()
    return {line.split()[0]: line.split()[1] for line in lines if not line.startswith("#")}


SAMPLES = labels()


def test_the_confusion_table(capsys: pytest.CaptureFixture[str]) -> None:
    """At least 85 % are read as a person reads them; none that is not hard is read as hard."""
    table = count(
        (label, read_as(read((FOLDER / name).read_bytes()).finding.kind)) for name, label in SAMPLES.items()
    )
    with capsys.disabled():
        print(f"\n{render(table)}")
    right = sum(total for (label, found), total in table.items() if label == found)
    assert right / len(SAMPLES) >= UNDERSTOOD
    assert not {label: total for (label, found), total in table.items() if found == "hard" != label}


def test_every_sample_has_a_label() -> None:
    assert {path.name for path in FOLDER.glob("*_*.txt")} == SAMPLES.keys()


@pytest.mark.parametrize("name", SAMPLES)
def test_only_a_standard_report_is_certain_that_an_address_is_dead(name: str) -> None:
    """Prose is a guess, and a report inside another mail too: neither can suppress by itself."""
    finding = read((FOLDER / name).read_bytes()).finding
    if finding.kind is FeedbackKind.HARD and finding.certainty is Certainty.STATED:
        assert SAMPLES[name] == "hard"
        assert name.startswith("dsn_")


@pytest.mark.parametrize("name", SAMPLES)
def test_none_of_them_names_a_delivery_of_ours(name: str) -> None:
    assert read((FOLDER / name).read_bytes()).claim is None


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_kept_of_it_holds_no_address(name: str) -> None:
    detail = read((FOLDER / name).read_bytes()).finding.detail
    assert "@example" not in detail
    assert detail.isprintable()
