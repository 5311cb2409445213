"""What `nashra doctor` sees of the doors for bounces, and that looking takes nothing."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from publisher.jobs.examine import Health
from publisher.jobs.examine_returns import (
    SHELF_BYTES,
    SHELF_MAILS,
    examine_doors,
    examine_feedback,
    examine_imap,
    examine_lmtp,
    examine_maildir,
    examine_shelf,
)
from publisher.mail.intake_settings import HookSettings, ImapSettings, IntakeSettings
from publisher.mail.lmtp_intake import LmtpIntake
from publisher.mail.relay_settings import Tls
from publisher.model.address import EmailAddress
from publisher.model.feedback import Feedback, Pause, PauseReason, Proof, Verdict
from publisher.model.site import Sender
from publisher.store.feedback import save_feedback
from publisher.store.opening import opened_database
from publisher.store.pauses import save_pause
from tests.mail import imap_server
from tests.mail.taker import Taker
from tests.store import rows
from tests.store.rows import NOW
from tests.store.test_feedback import POLICY

pytestmark = pytest.mark.anyio
GOOD, UNWISE, BAD = Health
MAILDIR = IntakeSettings(maildir=Path("/nowhere"))
HOOKS = IntakeSettings(hooks=HookSettings(mailgun_key=b"k"))


async def seen(intake: IntakeSettings, domain: str | None) -> list[tuple[str, Health]]:
    address = EmailAddress("news", "news.example")
    sender = Sender(name="", address=address, bounce_domain=domain, takes_mail=intake.takes_mail)
    found = await examine_doors(intake, sender=sender, base_url="https://news.example", is_running=False)
    return [(item.seen, item.health) for item in found if item.subject == "bounces"]


@pytest.mark.parametrize(
    ("intake", "domain", "said"),
    [
        (IntakeSettings(), "b.news.example", "comes back to nobody"),
        (MAILDIR, None, "name no reader"),
        (IntakeSettings(), None, "they go to news@news.example"),
        (MAILDIR, "b.other.example", "no CFBL-Address"),
    ],
)
async def test_a_domain_without_a_door_and_a_door_without_a_domain_are_unwise(
    intake: IntakeSettings, domain: str | None, said: str
) -> None:
    ((text, health),) = await seen(intake, domain)
    assert said in text
    assert health is UNWISE


@pytest.mark.parametrize(
    ("intake", "domain"), [(MAILDIR, "b.news.example"), (HOOKS, None), (HOOKS, "b.news.example")]
)
async def test_what_fits_is_not_spoken_of(intake: IntakeSettings, domain: str | None) -> None:
    assert await seen(intake, domain) == []


async def test_every_door_is_examined_and_providers_are_told_where_to_call(tmp_path: Path) -> None:
    imap = ImapSettings(
        host="127.0.0.1", port=1, user="u", password="hunter2", tls=Tls.NONE, timeout_seconds=1
    )
    hooks = HookSettings(postmark=("u", "p"), ses_topics=frozenset({"arn"}))
    intake = IntakeSettings(lmtp=tmp_path / "lmtp", maildir=tmp_path, imap=imap, hooks=hooks)
    sender = Sender(name="", address=EmailAddress("news", "news.example"), bounce_domain="news.example")
    found = await examine_doors(intake, sender=sender, base_url="https://news.example", is_running=False)
    assert [(item.subject.split()[2], item.health) for item in found] == [
        ("lmtp", GOOD),
        ("maildir", BAD),
        ("imap", BAD),
        ("postmark", GOOD),
        ("ses", GOOD),
    ]
    assert found[-1].seen == "it must call https://news.example/hooks/ses"
    assert "hunter2" not in repr(found)


async def test_lmtp_that_listens_is_ours_or_somebody_elses(tmp_path: Path) -> None:
    for listen in (("127.0.0.1", 0), tmp_path / "lmtp"):
        intake = LmtpIntake(Taker(), listen=listen)
        await intake.start()
        place = listen if isinstance(listen, Path) else ("127.0.0.1", intake.port)
        sender = Sender(name="", address=EmailAddress("news", "news.example"), bounce_domain="news.example")
        (found,) = await examine_doors(
            IntakeSettings(lmtp=place), sender=sender, base_url="https://news.example", is_running=True
        )
        assert (found.health, found.seen) == (GOOD, "listens")
        await intake.close()


@contextmanager
def stranger(greeting: bytes) -> Iterator[tuple[str, int]]:
    """Listens, and says this to whoever comes: the kernel keeps it until it is read."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(greeting)

        thread = threading.Thread(target=answer)
        thread.start()
        yield listening.getsockname()[:2]
        thread.join()


@pytest.mark.parametrize(
    ("greeting", "said"),
    [(b"220 mx ESMTP Postfix\r\n", "ESMTP Postfix"), (b"", "(silent)"), (b"\x1b[2J\n", "\ufffd[2J")],
)
def test_another_program_in_its_place_is_bad(greeting: bytes, said: str) -> None:
    with stranger(greeting) as place:
        found = examine_lmtp(place, is_running=False)
    assert found.health is BAD
    assert said in found.seen


def test_a_place_where_nobody_listens_is_free_or_a_fault(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        place = probe.getsockname()
    for listen in (place, tmp_path / "lmtp"):
        assert examine_lmtp(listen, is_running=False).health is GOOD
        assert examine_lmtp(listen, is_running=True).health is BAD
    (tmp_path / "file").write_text("")
    assert "cannot be asked" in examine_lmtp(tmp_path / "file" / "lmtp", is_running=False).seen


def test_a_maildir_is_examined_and_left_as_it_is(tmp_path: Path) -> None:
    assert examine_maildir(tmp_path).health is BAD
    (tmp_path / "new").mkdir()
    assert examine_maildir(tmp_path).health is GOOD
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_imap_is_opened_for_reading_only() -> None:
    with imap_server.serving({1: b"bounce"}) as server:
        settings = ImapSettings(host="127.0.0.1", port=server.port, user="u", password="p", tls=Tls.NONE)
        assert examine_imap(settings).health is GOOD
        assert server.flags == {}
        assert any(command.startswith("EXAMINE") for command in server.commands)
        assert not any(command.startswith("SELECT") for command in server.commands)
    found = examine_imap(settings)
    assert found.health is BAD
    assert "username" in found.next_step


def test_who_refuses_us_and_what_is_paused_is_told(tmp_path: Path) -> None:
    file = tmp_path / "nashra.db"
    assert examine_feedback(file, NOW) == ()
    assert not file.exists()
    with opened_database(file) as database, database.write() as tx:
        (reader,) = rows.readers(tx, rows.newsletter(tx), 1)
        new = Feedback(finding=POLICY, proof=Proof.SESSION, issue=None, at=NOW)
        save_feedback(tx, new, report="r", subscriber_id=reader, verdict=Verdict.ALARM)
        pause = Pause(scope="relay", until=NOW + timedelta(hours=1), reason=PauseReason.POLICY_RELAY)
        save_pause(tx, pause, now=NOW)
    refused, paused = examine_feedback(file, NOW)
    assert (refused.subject, refused.health) == ("refused by reader.example", UNWISE)
    assert refused.seen == "1 of our readers there, last 2025-11-01 15:00Z: spam"
    assert paused.seen == "relay until 2025-11-01 16:00Z (policy-relay)"
    assert examine_feedback(file, NOW + timedelta(days=8)) == ()


def test_a_shelf_that_is_read_is_not_spoken_of(tmp_path: Path) -> None:
    assert examine_shelf(tmp_path / "shelf") == ()
    for n in range(SHELF_MAILS):
        (tmp_path / f"{n:064x}.eml").write_bytes(b"spam")
    (tmp_path / "notes.txt").write_text("a person's")
    assert examine_shelf(tmp_path) == ()


def test_a_shelf_with_too_many_mails_is_told_with_what_to_do(tmp_path: Path) -> None:
    for n in range(SHELF_MAILS + 1):
        (tmp_path / f"{n:064x}.eml").write_bytes(b"spam")
    (found,) = examine_shelf(tmp_path)
    assert (found.subject, found.health) == ("unrecognised mail", UNWISE)
    assert found.seen == "501 mails, 0 MB, and Nashra deletes none"
    assert f"delete in {tmp_path} what is spam" in found.next_step
    assert len(list(tmp_path.iterdir())) == SHELF_MAILS + 1


def test_a_shelf_of_few_but_large_mails_is_told_too(tmp_path: Path) -> None:
    with (tmp_path / f"{1:064x}.eml").open("wb") as file:
        file.truncate(SHELF_BYTES)
    assert examine_shelf(tmp_path) == ()
    (tmp_path / f"{2:064x}.of12000000.eml").write_bytes(b"x")
    (found,) = examine_shelf(tmp_path)
    assert found.seen == "2 mails, 500 MB, and Nashra deletes none"


def test_a_database_of_another_version_is_left_to_the_check_of_the_database(tmp_path: Path) -> None:
    file = tmp_path / "nashra.db"
    with opened_database(file) as database, database.write() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    assert examine_feedback(file, NOW) == ()
