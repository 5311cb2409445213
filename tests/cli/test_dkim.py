"""`nashra dkim` from the first key to the second, as an operator goes through it."""

import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from publisher.cli import dkim as command
from publisher.cli.app import run
from publisher.mail.dkim_dns import RecordFault
from publisher.mail.dkim_folder import load_active_key, load_keys
from publisher.mail.dkim_key import Algorithm

TEXT = """
[site]
title = "الجبال"
home = "https://aljeebal.com"
[mail]
from = "news@news.aljeebal.com"
"""


class Newsroom:
    """A settings file, and commands run with it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.file = folder / "nashra.toml"
        self.keys = folder / "var" / "dkim"
        self.capsys = capsys
        self.write()

    def write(self, more: str = "") -> None:
        self.file.write_text(TEXT + more, encoding="utf-8")

    def dkim(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, stdout, stderr."""
        code = run(["dkim", *arguments, "--settings", str(self.file)])
        return (code, *self.capsys.readouterr())


@pytest.fixture
def newsroom(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Newsroom:
    return Newsroom(tmp_path, capsys)


def values(out: str) -> dict[str, str]:
    """Name -> value, as printed for a form."""
    return dict(re.findall(r"^name   (.+)\ntype   TXT\nvalue  (.+)$", out, re.MULTILINE))


def test_the_first_key_and_everything_that_dns_must_say(newsroom: Newsroom) -> None:
    code, out, err = newsroom.dkim("generate")
    ((stored,)) = load_keys(newsroom.keys)
    selector = stored.key.selector
    assert re.fullmatch(r"n20\d\da", selector)
    assert (code, values(out)) == (
        0,
        {
            f"{selector}._domainkey.news.aljeebal.com": f"v=DKIM1; k=rsa; p={stored.key.public}",
            "news.aljeebal.com": "v=spf1 a:THE.RELAY.EXAMPLE ~all",
            "_dmarc.news.aljeebal.com": "v=DMARC1; p=none; np=reject; rua=mailto:dmarc@news.aljeebal.com",
        },
    )
    assert f"zone   {selector}._domainkey.news.aljeebal.com. IN TXT (" in out
    assert "nashra dkim switch" in err
    assert "PRIVATE" not in out + err
    assert newsroom.dkim("generate")[0] == 1


def test_from_one_key_to_the_next(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    assert newsroom.dkim("rotate")[0] == 1
    assert newsroom.dkim("generate", "--selector", "first")[0] == 0
    assert load_active_key(newsroom.keys, Algorithm.RSA) is None
    code, _, err = newsroom.dkim("switch")
    assert (code, "first signs from the next start on" in err) == (0, True)
    code, out, err = newsroom.dkim("rotate", "--selector", "second")
    assert (code, list(values(out))) == (0, ["second._domainkey.news.aljeebal.com"])
    assert newsroom.dkim("rotate")[0] == 1
    code, _, err = newsroom.dkim("switch")
    assert (code, "first is retired" in err) == (0, True)
    assert load_active_key(newsroom.keys, Algorithm.RSA).selector == "second"  # type: ignore[union-attr]
    assert newsroom.dkim("switch")[0] == 1
    name = "first._domainkey.news.aljeebal.com"
    assert values(newsroom.dkim("show")[1])[name].startswith("v=DKIM1; k=rsa; p=MII")
    later = command._now() + timedelta(days=8)
    monkeypatch.setattr(command, "_now", lambda: later)
    assert values(newsroom.dkim("show")[1])[name] == "v=DKIM1; p="


def test_show_has_every_key_and_json(newsroom: Newsroom) -> None:
    assert newsroom.dkim("show")[0] == 1
    newsroom.dkim("generate", "--selector", "main")
    newsroom.dkim("generate", "--selector", "extra", "--ed25519")
    code, out, err = newsroom.dkim("show")
    assert code == 0
    assert "main  rsa-sha256  published since" in err
    assert "extra  ed25519-sha256  published since" in err
    document = json.loads(newsroom.dkim("show", "--json")[1])
    assert [key["selector"] for key in document["keys"]] == ["extra", "main"]
    assert {record["name"]: record["value"] for record in document["records"]} == values(out)


def test_reports_may_go_to_another_domain(newsroom: Newsroom) -> None:
    newsroom.dkim("generate", "--selector", "main")
    found = values(newsroom.dkim("show", "--reports", "d@reports.example.net")[1])
    assert found["_dmarc.news.aljeebal.com"].endswith("rua=mailto:d@reports.example.net")
    assert found["news.aljeebal.com._report._dmarc.reports.example.net"] == "v=DMARC1"
    assert newsroom.dkim("show", "--reports", "nobody")[0] == 2


@pytest.mark.parametrize(
    ("mail", "name", "value"),
    [
        ('host = "relay.example"', "news.aljeebal.com", "v=spf1 a:relay.example ~all"),
        ('ehlo_name = "mx.aljeebal.com"', "news.aljeebal.com", "v=spf1 a:mx.aljeebal.com ~all"),
        ('bounce_domain = "b.aljeebal.com"', "b.aljeebal.com", "v=spf1 a:THE.RELAY.EXAMPLE -all"),
        ('bounce_domain = "b.aljeebal.com"', "news.aljeebal.com", "v=spf1 a:THE.RELAY.EXAMPLE ~all"),
        ('bounce_domain = "news.aljeebal.com"', "news.aljeebal.com", "v=spf1 a:THE.RELAY.EXAMPLE ~all"),
    ],
)
def test_spf_follows_the_relay_and_the_envelope_sender(
    newsroom: Newsroom, mail: str, name: str, value: str
) -> None:
    """Both envelope senders: a bounce domain is for issues only, single mails go out from the domain itself."""
    newsroom.write(mail)
    printed = newsroom.dkim("generate", "--ed25519")[1]
    assert values(printed)[name] == value
    assert printed.count(f"name   {name}\n") == 1


def test_a_bounce_domain_is_told_to_need_an_mx(newsroom: Newsroom) -> None:
    assert "MX" not in newsroom.dkim("generate")[2]
    newsroom.write('bounce_domain = "b.aljeebal.com"')
    assert "b.aljeebal.com needs an MX record" in newsroom.dkim("show")[2]
    assert "b.aljeebal.com needs an MX record" in newsroom.dkim("generate", "--ed25519")[2]


@pytest.mark.parametrize(
    ("mail", "arguments", "said"),
    [
        ('dkim = "relay"', (), 'dkim is "relay"'),
        ("", ("--ed25519",), "dkim_ed25519 is false"),
        ("dkim_ed25519 = true", ("--ed25519",), ""),
    ],
)
def test_a_key_that_the_settings_leave_aside_is_told(
    newsroom: Newsroom, mail: str, arguments: tuple[str, ...], said: str
) -> None:
    newsroom.write(mail)
    err = newsroom.dkim("generate", *arguments)[2]
    assert said in err if said else "note:" not in err


def test_a_key_kept_elsewhere_goes_first_and_is_told(newsroom: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "own.pem").write_text("x")
    newsroom.write('dkim_selector = "own"\ndkim_key_file = "own.pem"')
    assert "dkim_key_file goes before" in newsroom.dkim("generate")[2]


def test_check_knows_a_record_of_ours(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    newsroom.dkim("generate", "--selector", "main")
    newsroom.dkim("generate", "--selector", "extra", "--ed25519")
    public = {stored.key.selector: stored.key.public for stored in load_keys(newsroom.keys)}
    good = f"v=DKIM1; k=rsa; p={public['main']}"
    code, out, _ = newsroom.dkim("check", "--record", good)
    assert (code, out) == (0, "main: the record belongs to this key, which is published\n")
    monkeypatch.setattr("sys.stdin", io.StringIO(f'"{good[:255]}" "{good[255:]}"\n'))
    assert newsroom.dkim("check", "main")[0] == 0
    code, out, err = newsroom.dkim("check", "extra", "--record", good)
    assert (code, out) == (1, "")
    assert "not the record of extra" in err
    assert "another kind of key" in err


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("v=DKIM1; k=rsa; p=", "withdrawn"),
        ("v=DKIM1; k=rsa; p=MIIB", "cut short"),
        ("v=spf1 -all", "no list of tags"),
        ("", "no list of tags"),
    ],
)
def test_check_says_what_is_wrong(newsroom: Newsroom, record: str, said: str) -> None:
    newsroom.dkim("generate")
    code, _, err = newsroom.dkim("check", "--record", record)
    assert code == 1
    assert said in err


def test_check_needs_a_key(newsroom: Newsroom) -> None:
    assert newsroom.dkim("check", "--record", "x")[0] == 2
    newsroom.dkim("generate", "--ed25519")
    assert newsroom.dkim("check", "gone", "--record", "x")[0] == 2


def test_every_fault_has_its_sentence() -> None:
    assert command._FAULTS.keys() == set(RecordFault)
