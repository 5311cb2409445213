"""publisher.mail.imap_intake against a server that can flag and nothing else."""

import ssl
from pathlib import Path

import pytest

from publisher.mail.imap_intake import ImapError, take_imap
from publisher.mail.intake import HEAD_OCTETS, MAX_MAIL_OCTETS
from publisher.mail.intake_settings import ImapSettings
from publisher.mail.maildir_intake import Pass
from publisher.mail.relay_settings import Tls
from tests.mail.imap_server import ImapServer, serving
from tests.mail.taker import Taker

MAILS = {7: b"Subject: bounce\r\n\r\nx\r\n", 9: b"Subject: a letter\r\n\r\nx\r\n"}


def settings(server: ImapServer, **changes: object) -> ImapSettings:
    values = {
        "host": "127.0.0.1",
        "port": server.port,
        "user": "bounces",
        "password": "secret",
        "tls": Tls.NONE,
    }
    return ImapSettings(**{**values, **changes})  # type: ignore[arg-type]


def test_what_was_taken_gets_a_keyword_and_stays_unread() -> None:
    with serving(dict(MAILS)) as server:
        taker = Taker()
        assert take_imap(settings(server), taker) == Pass(recognised=1, kept=1, left=0)
        assert server.flags == {7: {"NashraTaken"}, 9: {"NashraTaken", r"\Flagged"}}
        assert taker.taken == list(MAILS.values())
        assert take_imap(settings(server), taker) == Pass(recognised=0, kept=0, left=0)


def test_a_server_without_keywords_gets_seen() -> None:
    with serving(dict(MAILS), has_keywords=False) as server:
        assert take_imap(settings(server), Taker()).recognised == 1
        assert server.flags == {7: {r"\Seen"}, 9: {r"\Seen", r"\Flagged"}}
        assert take_imap(settings(server), Taker()) == Pass(recognised=0, kept=0, left=0)


def test_nothing_is_ever_deleted_moved_or_copied() -> None:
    with serving(dict(MAILS)) as server:
        take_imap(settings(server), Taker())
        verbs = " ".join(server.commands).upper()
    assert not any(word in verbs for word in ("EXPUNGE", "DELETED)", "MOVE", "COPY", "CLOSE"))


def test_what_cannot_be_taken_is_looked_at_again() -> None:
    with serving({1: b"poison", 2: b"bounce"}) as server:
        assert take_imap(settings(server), Taker()) == Pass(recognised=1, kept=0, left=1)
        assert server.flags == {2: {"NashraTaken"}}


LARGE = b"Subject: bounce\r\n\r\n".ljust(MAX_MAIL_OCTETS + 1, b"x")


def test_of_one_too_large_only_the_head_is_fetched_and_kept() -> None:
    with serving({7: LARGE}) as server:
        taker = Taker()
        assert take_imap(settings(server), taker) == Pass(recognised=0, kept=1, left=0)
        assert taker.taken == []
        assert taker.heads == [(LARGE[:HEAD_OCTETS], len(LARGE), "imap 127.0.0.1, mailbox INBOX, UID 7")]
        assert server.flags == {7: {"NashraTaken", r"\Flagged"}}
        assert [c for c in server.commands if "PEEK" in c] == ["UID FETCH 7 (BODY.PEEK[]<0.65536>)"]


def test_one_too_large_whose_head_cannot_be_kept_is_looked_at_again() -> None:
    with serving({7: b"poison" + LARGE}) as server:
        assert take_imap(settings(server), Taker()) == Pass(recognised=0, kept=0, left=1)
        assert server.flags == {}


def test_one_that_somebody_deleted_meanwhile_is_not_kept_for_a_person() -> None:
    with serving(dict(MAILS)) as server:
        server.vanished = {7}
        assert take_imap(settings(server), Taker()) == Pass(recognised=0, kept=1, left=1)
        assert server.flags == {9: {"NashraTaken", r"\Flagged"}}


def test_a_server_that_refuses_or_is_not_there_is_one_error() -> None:
    with serving({}) as server:
        gone = settings(server)
        with pytest.raises(ImapError):
            take_imap(settings(server, tls=Tls.TLS), Taker())
    with pytest.raises(ImapError):
        take_imap(gone, Taker())


def test_a_password_goes_in_the_clear_to_this_machine_only() -> None:
    with serving({}) as server, pytest.raises(ValueError, match="TLS"):
        take_imap(settings(server, host="192.0.2.1"), Taker())


@pytest.mark.parametrize("folder", ["INBOX\r\nA1 DELETE INBOX", "رسائل"])
def test_a_folder_name_carries_no_second_command(folder: str) -> None:
    with serving({}) as server:
        with pytest.raises(ValueError, match="ASCII"):
            take_imap(settings(server, folder=folder), Taker())
        assert not any("DELETE" in command for command in server.commands)


def test_quotes_in_a_folder_name_are_quoted() -> None:
    with serving({}) as server:
        take_imap(settings(server, folder='a "b" \\c'), Taker())
        assert r'SELECT "a \"b\" \\c"' in server.commands


def test_the_password_is_not_shown() -> None:
    assert "hunter2" not in repr(ImapSettings(host="mail.example.org", user="u", password="hunter2"))


# --- TLS ------------------------------------------------------------------------------------------------------------

CERTIFICATES = Path(__file__).parents[1] / "data" / "tls"


def offering(certificate: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / certificate)
    return context


@pytest.mark.parametrize(("tls", "is_tls"), [(Tls.TLS, True), (Tls.STARTTLS, False)])
def test_the_password_goes_over_tls_that_was_verified(tls: Tls, is_tls: bool) -> None:
    with serving(dict(MAILS), trust=offering("relay.pem"), is_tls=is_tls) as server:
        found = take_imap(settings(server, tls=tls, ca_file=CERTIFICATES / "ca.pem"), Taker())
        assert found == Pass(recognised=1, kept=1, left=0)
        assert any(command.startswith("LOGIN") for command in server.secret)


@pytest.mark.parametrize(("tls", "is_tls"), [(Tls.TLS, True), (Tls.STARTTLS, False)])
@pytest.mark.parametrize(("certificate", "ca"), [("other_name.pem", True), ("relay.pem", False)])
def test_a_server_that_nobody_vouches_for_learns_no_password(
    tls: Tls, is_tls: bool, certificate: str, ca: bool
) -> None:
    ca_file = CERTIFICATES / "ca.pem" if ca else None
    with serving({}, trust=offering(certificate), is_tls=is_tls) as server:
        with pytest.raises(ImapError):
            take_imap(settings(server, tls=tls, ca_file=ca_file), Taker())
        assert not any(command.startswith("LOGIN") for command in server.commands)


def test_starttls_is_never_left_out_silently() -> None:
    with serving(dict(MAILS)) as server:
        with pytest.raises(ImapError):
            take_imap(settings(server, tls=Tls.STARTTLS), Taker())
        assert not any(command.startswith("LOGIN") for command in server.commands)


def test_a_look_that_is_asked_to_end_leaves_the_rest_unmarked() -> None:
    with serving(dict(MAILS)) as server:
        taker = Taker()
        assert take_imap(settings(server), taker, goes_on=lambda: not taker.taken).recognised == 1
        assert server.flags == {7: {"NashraTaken"}}
