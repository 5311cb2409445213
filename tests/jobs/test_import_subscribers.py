"""Importing readers: who confirmed elsewhere is brought with a record of it; nobody who said no is."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.jobs import import_subscribers as module
from publisher.jobs.import_subscribers import Import, ImportLine, ImportReport, import_subscribers
from publisher.jobs.unsubscribe import unsubscribe
from publisher.mail.address import parse_address
from publisher.model.subscriber import ConsentKind, SubscriptionStatus
from publisher.store import schema
from publisher.store.audience import find_subscriber, load_statuses
from publisher.store.database import Database
from publisher.text.words import load_words
from tests.jobs.subscribing import KEY, NOW, SARA, Desk, open_desk

PENDING, CONFIRMED, UNSUBSCRIBED = SubscriptionStatus
TERMS = Import(newsletter="daily", language="ar", languages=("ar", "en", "ckb"), evidence="folder 12")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(tmp_path)
    yield desk
    desk.database.close()


def bring(desk: Desk, *lines: str | ImportLine, terms: Import = TERMS) -> ImportReport:
    numbered = [
        line if isinstance(line, ImportLine) else ImportLine(number=number, address=line)
        for number, line in enumerate(lines, 2)
    ]
    return import_subscribers(desk.database, numbered, terms, hash_key=KEY, now=desk.now)


def left_out(report: ImportReport) -> dict[int, str]:
    return {item.number: item.reason.key for item in report.left_out}


def status(desk: Desk, address: str = SARA) -> SubscriptionStatus | None:
    with desk.database.read() as tx:
        return load_statuses(tx, parse_address(address)).get("daily")


def test_who_is_brought_is_confirmed_and_recorded_with_where_her_consent_is_kept(desk: Desk) -> None:
    report = bring(desk, SARA, "omar@example.net")
    assert (report.brought, report.left_out) == (2, ())
    assert desk.statuses(1) == {"daily": CONFIRMED}
    rows = desk.rows(schema.consent)
    assert [(row.kind, row.evidence, row.network) for row in rows] == [
        (ConsentKind.IMPORTED, "folder 12", None)
    ] * 2
    assert desk.works == [], "nothing is mailed"


def test_importing_again_brings_nobody_twice(desk: Desk) -> None:
    bring(desk, SARA)
    report = bring(desk, SARA.upper(), "omar@example.net", "omar@example.net")
    assert report.brought == 1
    assert left_out(report) == {2: "subscribers.known", 4: "subscribers.known"}
    assert len(desk.rows(schema.consent)) == 2


def test_unsubscribed_address_is_not_revived_by_an_import(desk: Desk) -> None:
    bring(desk, SARA)
    unsubscribe(
        desk.database, subscriber=1, newsletter=None, how=ConsentKind.ONE_CLICK, network=None, evidence="",
        now=NOW,
    )  # fmt: skip
    assert left_out(bring(desk, SARA)) == {2: "subscribers.known"}
    assert status(desk) is UNSUBSCRIBED


def test_a_reader_who_has_not_confirmed_here_is_not_confirmed_by_an_import(desk: Desk) -> None:
    desk.ask()
    assert left_out(bring(desk, SARA)) == {2: "subscribers.known"}
    assert status(desk) is PENDING


def test_suppressed_address_is_never_imported(desk: Desk) -> None:
    desk.suppress(SARA)
    assert left_out(bring(desk, SARA)) == {2: "subscribers.suppressed"}
    with desk.database.read() as tx:
        assert find_subscriber(tx, parse_address(SARA)) is None, "not even as a reader without a subscription"


def test_one_bad_line_costs_that_line_only(desk: Desk) -> None:
    report = bring(desk, "", SARA, "no address", "a@b@c", "x@nodot", "omar@example.net")
    assert report.brought == 2
    assert left_out(report) == {
        2: "mail.address_empty",
        4: "mail.address_blank",
        5: "mail.address_at",
        6: "mail.address_domain",
    }


@pytest.mark.parametrize(
    ("written", "kept"), [("", "ar"), ("en", "en"), ("EN", "en"), ("en-GB", "en"), ("ckb-IQ", "ckb")]
)
def test_the_language_is_the_lines_or_the_newsletters(desk: Desk, written: str, kept: str) -> None:
    assert bring(desk, ImportLine(number=2, address=SARA, language=written)).brought == 1
    assert [row.language for row in desk.rows(schema.subscription)] == [kept]
    assert [row.language for row in desk.rows(schema.subscriber)] == [kept]


def test_a_line_that_says_itself_that_she_must_not_be_brought_is_left_out(desk: Desk) -> None:
    """An export that comes back in: it holds those who left, and the readers of other newsletters."""
    report = bring(
        desk,
        ImportLine(number=2, address=SARA, status="unsubscribed", newsletter="daily"),
        ImportLine(number=3, address=SARA, status="pending"),
        ImportLine(number=4, address=SARA, newsletter="weekly"),
        ImportLine(number=5, address=SARA, language="fr"),
        ImportLine(number=6, address=SARA, status="confirmed", newsletter="daily"),
    )
    assert report.brought == 1
    assert left_out(report) == {
        2: "subscribers.not_confirmed",
        3: "subscribers.not_confirmed",
        4: "subscribers.other_newsletter",
        5: "subscribers.language",
    }
    for language in ("ar", "en", "ckb"):
        words = load_words(language)
        assert all(words.say_reason(item.reason) for item in report.left_out)


def test_an_unknown_newsletter_is_a_defect_of_the_caller(desk: Desk) -> None:
    terms = Import(newsletter="none", language="ar", languages=("ar",), evidence="x")
    with pytest.raises(KeyError):
        bring(desk, SARA, terms=terms)


def test_others_write_between_the_steps(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever leaves while a long import runs does not wait until it has ended."""
    monkeypatch.setattr(module, "STEP", 2)
    went_in: list[int] = []

    def lines(database: Database) -> Iterator[ImportLine]:
        for number in range(6):
            if number in (2, 4):  # the step before is committed, the next one not begun
                writer = threading.Thread(target=lambda: write(database))
                writer.start()
                writer.join(5)
                went_in.append(number)
                assert not writer.is_alive()
            yield ImportLine(number=number, address=f"r{number}@example.net")

    def write(database: Database) -> None:
        with database.write() as tx:
            tx.execute(schema.rate.delete())

    report = import_subscribers(desk.database, lines(desk.database), TERMS, hash_key=KEY, now=NOW)
    assert report.brought == 6
    assert went_in == [2, 4]


def test_what_was_brought_before_an_interruption_is_kept_and_the_rest_comes_with_the_next_run(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STEP", 2)

    def broken() -> Iterator[ImportLine]:
        for number in range(3):
            yield ImportLine(number=number, address=f"r{number}@example.net")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_subscribers(desk.database, broken(), TERMS, hash_key=KEY, now=NOW)
    assert len(desk.rows(schema.subscription)) == 2
    report = bring(desk, *(f"r{number}@example.net" for number in range(5)))
    assert report.brought == 3
