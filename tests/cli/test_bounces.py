"""`nashra bounces` as an operator uses it."""

import io
import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from publisher.cli.app import run
from publisher.cli.house import opened
from publisher.mail.hooks.event import SignedCall
from publisher.mail.hooks.mailgun import read_mailgun
from publisher.mail.intake import MAX_MAIL_OCTETS
from publisher.mail.leave_address import build_leave_address
from publisher.mail.maildir_intake import take_maildir
from publisher.mail.return_path import build_return_path
from publisher.model.feedback import Pause, PauseReason
from publisher.store.deliveries import freeze_issue
from publisher.store.pauses import save_pause
from publisher.store.schema import delivery
from publisher.wiring.intake import build_intake, build_take, build_take_events
from tests.cli.conftest import SETTINGS, Desk
from tests.mail.bounce.reports import dsn, group, mail
from tests.mail.hooks.calls import MAILGUN_KEY, NOW, encode, mailgun, mailgun_failure
from tests.store import rows


@pytest.fixture
def verp(desk: Desk) -> str:
    """The envelope sender of the one delivery that was begun."""
    with opened(SETTINGS) as house:
        room = house.room
        with room.database.write() as tx:
            newsletter = room.newsletter_ids["daily"]
            (reader,) = rows.readers(tx, newsletter, 1)
            issue = rows.approved_issue(tx, newsletter)
            freeze_issue(tx, issue, fallback="ar", batch_size=10, now=rows.NOW)
            tx.execute(sa.update(delivery).values(attempt=1))
        return str(
            build_return_path(room.signer, issue=issue, subscriber=reader, domain="b.news.example.org")
        )


def put(desk: Desk, raw: bytes, name: str = "report.eml") -> Path:
    (desk.folder / name).write_bytes(raw)
    return Path(name)


def test_before_anything_came_back_it_says_so(desk: Desk) -> None:
    ended = desk.call("bounces", "list")
    assert (ended.code, ended.out, ended.err) == (0, "", "nothing came back yet\n")


def test_a_file_is_taken_listed_and_shown(desk: Desk, verp: str) -> None:
    file = put(desk, dsn(to=verp))
    taken = desk.call("bounces", "take", file)
    assert (taken.code, taken.out) == (0, "hard, stated, known by verp: counted\n")
    again = desk.call("bounces", "take", file)
    assert (again.code, again.err) == (0, "nothing new\n")
    listed = desk.call("bounces", "list")
    assert len(listed.out.splitlines()) == 1
    assert "hard       -> counted   issue 1  reader 1  5.1.1" in listed.out
    put(desk, dsn(group(status="5.2.2", diagnostic=""), to=verp, message_id="<2@mx.example.net>"))
    desk.call("bounces", "take", file)
    shown = desk.call("bounces", "show", 1)
    assert "known by verp, stated, through dsn" in shown.out
    assert "5.1.1  smtp; 550 5.1.1 <address>: Recipient address rejected: User unknown" in shown.out
    assert "also" in shown.out
    assert desk.call("bounces", "list", "--kind", "soft").out.count("\n") == 1
    assert "reader0" not in listed.out + shown.out


def test_scripts_get_json(desk: Desk, verp: str) -> None:
    taken = json.loads(desk.call("bounces", "take", put(desk, dsn(to=verp)), "--json").out)
    assert (taken["kind"], taken["noted"]["verdict"], taken["kept"]) == ("hard", "counted", None)
    listed = json.loads(desk.call("bounces", "list", "--json").out)
    assert [row["subscriber"] for row in listed["feedback"]] == [1]
    shown = json.loads(desk.call("bounces", "show", 1, "--json").out)
    assert (shown["feedback"]["id"], shown["others"]) == (1, [])
    assert json.loads(desk.call("bounces", "unrecognised", "--json").out) == []


def test_what_was_not_recognised_is_listed_and_shown_without_steering_the_terminal(desk: Desk) -> None:
    letter = mail("شكراً\x1b[2J\n", subject="تحية")
    taken = desk.call("bounces", "take", put(desk, letter))
    assert "kept for a person as" in taken.err
    listed = desk.call("bounces", "unrecognised")
    assert "Sara <address>  تحية" in listed.out
    assert listed.err == "1 kept\n"
    name = listed.out.split()[0]
    shown = desk.call("bounces", "unrecognised", name)
    assert "شكراً\N{REPLACEMENT CHARACTER}[2J" in shown.out
    assert "\x1b" not in shown.out


def test_one_too_large_for_its_door_is_listed_with_where_it_lies(desk: Desk) -> None:
    letter = mail("A word.\n").ljust(MAX_MAIL_OCTETS + 1)
    for name in ("new", "cur"):
        (desk.folder / "box" / name).mkdir(parents=True)
    (desk.folder / "box" / "new" / "1.a").write_bytes(letter)
    with opened(SETTINGS) as house:
        assert take_maildir(desk.folder / "box", build_take(build_intake(house))).kept == 1
    (line,) = desk.call("bounces", "unrecognised").out.splitlines()
    assert line.endswith("(cut: only its head)")
    assert f" {len(letter)}  " in line
    shown = desk.call("bounces", "unrecognised", line.split()[0]).out
    assert f"the whole is in maildir {desk.folder / 'box'}, file 1.a\n" in shown
    assert "A word." in shown
    assert "unrecognised: 1 kept for a person" in desk.call("bounces").out


def test_the_very_octets_can_be_had(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = mail("شكراً\x1b[2J\n")
    name = json.loads(desk.call("bounces", "take", put(desk, letter), "--json").out)["kept"]
    stdout = io.TextIOWrapper(io.BytesIO())
    with monkeypatch.context() as patch:
        patch.setattr("sys.stdout", stdout)
        assert run(["bounces", "unrecognised", name, "--raw"]) == 0
    assert stdout.buffer.getvalue() == letter


def test_what_is_not_there_is_said_with_the_next_step(desk: Desk) -> None:
    for arguments in (("show", 7), ("unrecognised", "abcdef")):
        ended = desk.call("bounces", *arguments)
        assert ended.code == 2
        assert "next: nashra bounces" in ended.err
    ended = desk.call("bounces", "take", "missing.eml")
    assert (ended.code, "cannot be read: No such file" in ended.err) == (1, True)


def test_a_pause_is_told_with_the_list(desk: Desk) -> None:
    with opened(SETTINGS) as house, house.room.database.write() as tx:
        now = house.room.now()
        until = now.replace(year=now.year + 1)
        asked = Pause(scope="domain:mail.example", until=until, reason=PauseReason.POLICY_DOMAIN)
        save_pause(tx, asked, now=now)
    assert "paused: domain:mail.example until" in desk.call("bounces", "list").err


def test_without_more_it_says_how_bounces_come_in_and_what_came(desk: Desk, verp: str) -> None:
    ended = desk.call("bounces")
    assert ended.out.splitlines() == [
        "ways in: none",
        "in 30 days: nothing came back",
        "unrecognised: 0 kept for a person",
    ]
    assert "next: [bounces] or [hooks.…]" in ended.err
    for name, raw in (("hard", dsn(to=verp)), ("letter", mail("A word."))):
        desk.call("bounces", "take", put(desk, raw, f"{name}.eml"))
    doors = (
        '[bounces]\nlmtp = "127.0.0.1:8024"\nmaildir = "/var/mail/b"\n[bounces.imap]\nhost = "imap.example"'
    )
    text = (desk.folder / SETTINGS).read_text(encoding="utf-8")
    secrets = '\nusername = "u"\npassword_file = "pw"\n[hooks.mailgun]\nsigning_key_file = "pw"\n'
    desk.write("pw", "hunter2")
    desk.write("nashra.toml", f"{text}\n{doors}{secrets}")
    ended = desk.call("bounces")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "ways in: lmtp 127.0.0.1:8024, maildir /var/mail/b, imap imap.example (INBOX), webhook mailgun",
        "in 30 days: 1 hard",
        "unrecognised: 1 kept for a person",
    ]
    told = json.loads(desk.call("bounces", "--json").out)
    assert (len(told["doors"]), told["unrecognised"], told["summary"]["counts"]) == (4, 1, {"hard": 1})


def test_who_refuses_us_is_told(desk: Desk, verp: str) -> None:
    blocked = group(status="5.7.1", diagnostic="smtp; 550 5.7.1 blocked, see https://b.example")
    desk.call("bounces", "take", put(desk, dsn(blocked, to=verp)))
    (line,) = [line for line in desk.call("bounces").out.splitlines() if line.startswith("refused")]
    assert line.startswith("refused by reader.example: 1 readers, last ")
    assert "5.7.1" in line
    assert "blocked" in line
    assert line in desk.call("bounces", "list").err
    (alarm,) = json.loads(desk.call("bounces", "list", "--json").out)["alarms"]
    assert (alarm["domain"], alarm["readers"]) == ("reader.example", 1)


def test_a_mail_that_leaves_is_told(desk: Desk, verp: str) -> None:
    with opened(SETTINGS) as house:
        signer, newsletter = house.room.signer, house.room.newsletter_ids["daily"]
    leave = build_leave_address(signer, newsletter=newsletter, subscriber=1, domain="b.news.example.org")
    taken = desk.call("bounces", "take", put(desk, mail("", to=str(leave))))
    assert (taken.code, taken.out) == (0, "she left by mail\n")
    assert "1 unsubscribed" in desk.call("subscribers", "count").out


def test_the_doors_take_through_the_same_job(desk: Desk, verp: str) -> None:
    """What the wiring hands to LMTP, Maildir, IMAP and the webhooks."""
    with opened(SETTINGS) as house:
        intake = build_intake(house)
        take, take_events = build_take(intake), build_take_events(intake)
        assert take(dsn(), (verp,))
        assert not take(mail("a letter\n"))
        event = mailgun_failure(recipient="reader0@reader.example")
        call = read_mailgun(encode(mailgun(event)), signing_key=MAILGUN_KEY, now=NOW)
        assert isinstance(call, SignedCall)
        assert take_events(call.events, call.key)
        assert not take_events(call.events, call.key)
    assert desk.call("bounces", "list").out.count("\n") == 2
