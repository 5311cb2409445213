"""What a real Postfix writes: kind, delivery by three independent marks, and nothing without them."""

from pathlib import Path

import pytest

from publisher.model.feedback import Certainty, Proof
from tests.mail.bounce.confusion import count, read_as, render
from tests.mail.bounce.reports import read

FOLDER = Path(__file__).parents[2] / "data" / "bounces" / "postfix"


def labels() -> dict[str, tuple[str, int]]:
    lines = (FOLDER / "labels.txt").read_text(encoding="utf-8").splitlines()
    split = [line.split() for line in lines if not line.startswith("#")]
    return {name: (label, int(reader)) for name, label, reader in split}


REPORTS = labels()
BEYOND_ASCII = {"utf8-unknown": "مجهول", "utf8-not-offered": "سعاد"}
"""Whose reports are in the form of RFC 6533; files are named in ASCII."""


def test_the_confusion_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Every one is read as it was meant."""
    table = count(
        (label, read_as(read((FOLDER / name).read_bytes()).finding.kind))
        for name, (label, _) in REPORTS.items()
    )
    with capsys.disabled():
        print(f"\n{render(table)}")
    assert all(label == found for label, found in table)
    assert sum(table.values()) == len(list(FOLDER.glob("*.eml"))) == 17


@pytest.mark.parametrize("name", REPORTS)
def test_the_delivery_is_named_by_sender_link_and_ids(name: str) -> None:
    """Each mark is taken away in turn; without any, nobody is named."""
    label, reader = REPORTS[name]
    raw = (FOLDER / name).read_bytes()
    report = read(raw)
    assert report.claim is not None
    assert (report.claim.proof, report.claim.issue, report.claim.subscriber) == (Proof.VERP, 42, reader)
    assert (report.finding.certainty is Certainty.STATED) == (label != "unclear")
    for mark, proof in ((b"b+i42", Proof.LINK), (b"/u/", Proof.NAMED), (b"i42.s", None)):
        raw = raw.replace(mark, b"xxx")
        claim = read(raw).claim
        assert (claim.proof if claim else None) is proof
        assert claim is None or (claim.issue, claim.subscriber) == (42, reader)


@pytest.mark.parametrize("name", REPORTS)
def test_the_reader_named_in_it_is_found(name: str) -> None:
    (address,) = read((FOLDER / name).read_bytes()).addresses
    local = name.removeprefix("postfix_").removesuffix(".eml")
    assert address.local == BEYOND_ASCII.get(local, local)
