"""[bounces] and [hooks] as an operator meets them."""

from datetime import timedelta
from pathlib import Path

import pytest

from publisher.mail.intake_settings import IntakeSettings
from publisher.mail.relay_settings import Tls
from publisher.settings.values import MASK
from tests.mail.hooks import calls
from tests.test_settings import SMALL, faults, load

ALL = f"""
[mail]
bounce_domain = "b.aljeebal.com"
[bounces]
lmtp = "unix:run/lmtp"
maildir = "/var/mail/bounces"
look_every_seconds = 5
[bounces.imap]
host = "imap.example"
username = "bounces@aljeebal.com"
password_file = "imap.password"
mailbox = "INBOX.bounces"
tls = "starttls"
[hooks.mailgun]
[hooks.postmark]
username = "nashra"
password_file = "postmark.password"
[hooks.sendgrid]
verification_key = "{calls.sendgrid_public_key()}"
[hooks.ses]
topics = ["{calls.TOPIC}"]
"""
KEY = {"NASHRA_HOOKS__MAILGUN__SIGNING_KEY": "mg-key"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "imap.password").write_text("imap-s3cret\n")
    (tmp_path / "postmark.password").write_text("pm-s3cret\n")
    return tmp_path


def test_without_the_tables_no_door_is_open(tmp_path: Path) -> None:
    settings = load(tmp_path, SMALL)
    assert settings.intake == IntakeSettings()
    assert (settings.intake.takes_mail, settings.intake.hooks.providers) == (False, ())
    assert not settings.sender.takes_mail


def test_every_key_reaches_its_door(folder: Path) -> None:
    settings = load(folder, SMALL + ALL, KEY)
    intake = settings.intake
    assert intake.lmtp == folder / "run/lmtp"
    assert (intake.maildir, intake.look_every) == (Path("/var/mail/bounces"), timedelta(seconds=5))
    assert intake.imap is not None
    assert (intake.imap.host, intake.imap.port, intake.imap.tls) == ("imap.example", 143, Tls.STARTTLS)
    assert (intake.imap.user, intake.imap.folder) == ("bounces@aljeebal.com", "INBOX.bounces")
    assert intake.imap.password == "imap-s3cret"
    assert intake.hooks.providers == ("mailgun", "postmark", "sendgrid", "ses")
    assert intake.hooks.mailgun_key == b"mg-key"
    assert intake.hooks.postmark == ("nashra", "pm-s3cret")
    assert intake.hooks.ses_topics == {calls.TOPIC}
    assert settings.sender.takes_mail
    assert intake.describe() == (
        f"lmtp unix:{folder / 'run/lmtp'}",
        "maildir /var/mail/bounces",
        "imap imap.example (INBOX.bounces)",
        "webhook mailgun",
        "webhook postmark",
        "webhook sendgrid",
        "webhook ses",
    )


@pytest.mark.parametrize(
    ("text", "listen"),
    [
        ("127.0.0.1:8024", ("127.0.0.1", 8024)),
        ("localhost:8024", ("127.0.0.1", 8024)),
        ("[::1]:8024", ("::1", 8024)),
        ("unix:/run/nashra/lmtp", Path("/run/nashra/lmtp")),
    ],
)
def test_lmtp_listens_on_this_machine(tmp_path: Path, text: str, listen: object) -> None:
    assert load(tmp_path, f'{SMALL}[bounces]\nlmtp = "{text}"').intake.lmtp == listen


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0.0.0.0:8024", "not this machine"),
        ("192.0.2.1:8024", "not this machine"),
        ("mail.example:8024", "not this machine"),
        ("8024", "no place to listen"),
        ("unix:", "no path of a socket"),
        ("unix:/" + "x" * 107, "no path of a socket"),
    ],
)
def test_lmtp_anywhere_else_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in faults(tmp_path, f'{SMALL}[bounces]\nlmtp = "{text}"')["$.bounces.lmtp"]


def test_a_mail_door_without_a_domain_for_bounces_promises_readers_nothing(tmp_path: Path) -> None:
    assert not load(tmp_path, f'{SMALL}[bounces]\nlmtp = "127.0.0.1:8024"').sender.takes_mail


def test_webhooks_alone_take_no_mail(tmp_path: Path) -> None:
    text = f'{SMALL}[mail]\nbounce_domain = "b.aljeebal.com"\n'
    settings = load(tmp_path, text, KEY)
    assert settings.intake.hooks.providers == ("mailgun",), "a variable alone sets a provider up"
    assert not settings.sender.takes_mail


def test_every_fault_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    text = f"""{SMALL}
[mail]
bounce_domain = "{".".join(["x" * 40] * 4)}.example"
[bounces]
lmtp = "mail.example:25"
look_every_seconds = 0
[bounces.imap]
host = "imap.example"
username = "u"
tls = "none"
mailbox = "رسائل"
ca_file = "nowhere.pem"
mailbx = "INBOX"
[hooks.mailgun]
[hooks.postmark]
username = "a:b"
password_file = "nowhere"
[hooks.sendgrid]
verification_key = "AAAA"
[hooks.ses]
topics = ["bounces"]
"""
    found = faults(tmp_path, text)
    assert set(found) == {
        "$.mail.bounce_domain",
        "$.bounces.lmtp",
        "$.bounces.look_every_seconds",
        "$.bounces.imap.tls",
        "$.bounces.imap.mailbox",
        "$.bounces.imap.ca_file",
        "$.bounces.imap.mailbx",
        "$.bounces.imap.password",
        "$.hooks.mailgun.signing_key",
        "$.hooks.postmark.username",
        "$.hooks.postmark.password_file",
        "$.hooks.sendgrid.verification_key",
        "$.hooks.ses.topics[0]",
    }
    assert "NASHRA_BOUNCES__IMAP__PASSWORD or password_file" in found["$.bounces.imap.password"]
    assert "NASHRA_HOOKS__MAILGUN__SIGNING_KEY" in found["$.hooks.mailgun.signing_key"]


def test_what_is_no_table_or_lacks_its_keys_is_one_fault_each(tmp_path: Path) -> None:
    found = faults(
        tmp_path, f"bounces.imap = 5\nhooks.mailgun = 5\n{SMALL}[hooks.sendgrid]\n[hooks.ses]\ntopics = []"
    )
    assert set(found) == {
        "$.bounces.imap",
        "$.hooks.mailgun",
        "$.hooks.sendgrid.verification_key",
        "$.hooks.ses.topics",
    }


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ('[bounces.imap]\nhost = "imap.example"\nusername = "u"', "password"),
        ("[hooks.mailgun]", "signing_key"),
        ("[hooks.postmark]", "password"),
    ],
)
def test_a_secret_is_not_read_from_the_file_nor_twice_nor_empty(folder: Path, table: str, key: str) -> None:
    path = "$." + table.partition("]")[0].strip("[") + f".{key}"
    variable = "NASHRA_" + path[2:].upper().replace(".", "__")
    assert "a secret is not read from this file" in faults(folder, f'{SMALL}{table}\n{key} = "hunter2"')[path]
    both = f'{SMALL}{table}\n{key}_file = "imap.password"'
    assert "keep one" in faults(folder, both, {variable: "hunter2"})[f"{path}_file"]
    empty = faults(folder, f"{SMALL}{table}", {variable: ""})
    assert [found for place, found in empty.items() if place.startswith(path)] == ["is empty ()"]


def test_secrets_are_masked_wherever_settings_are_shown(folder: Path) -> None:
    settings = load(folder, SMALL + ALL, KEY)
    told = {setting.path: setting.value for setting in settings.told}
    assert told["$.hooks.mailgun.signing_key"] == MASK
    assert told["$.bounces.imap.port"] == 143
    shown = repr(settings) + repr(settings.told)
    assert not any(secret in shown for secret in ("mg-key", "imap-s3cret", "pm-s3cret"))


@pytest.mark.parametrize("password", ["كلمة", "a\r\nA2 DELETE INBOX", "é"])
def test_a_password_that_imap_cannot_carry_is_told_here_and_not_shown(tmp_path: Path, password: str) -> None:
    text = f'{SMALL}[bounces.imap]\nhost = "imap.example"\nusername = "قارئ"\n'
    found = faults(tmp_path, text, {"NASHRA_BOUNCES__IMAP__PASSWORD": password})
    assert {place.partition(",")[0] for place in found} == {
        "$.bounces.imap.password",
        "$.bounces.imap.username",
    }
    assert password not in str(found)
