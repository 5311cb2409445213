"""The settings file as an operator meets it: what it says, what is told when it is wrong, and what is never shown."""

import tomllib
from collections.abc import Mapping
from datetime import time, timedelta
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from publisher.mail.dkim_settings import DkimMode, DkimSettings
from publisher.mail.relay_settings import Tls
from publisher.model.push import PushSettings
from publisher.model.schedule import CatchUp, Weekday
from publisher.model.site import Digits, MonthStyle
from publisher.settings import Settings, SettingsError, load_settings, load_spoken_languages
from publisher.settings.build import NOTICE_WAITS
from publisher.settings.tables import SECRETS
from publisher.settings.values import MASK
from publisher.store.notices import LIFETIME

SMALL = """
[site]
title = "الجبال"
home = "https://aljeebal.com/"
"""
FULL = """
[site]
title = "الجبال"
home = "https://www.aljeebal.com"
language = "ckb"
languages = ["ckb", "ar"]
timezone = "Asia/Beirut"
months = "levantine"
digits = "arab"
accent = "#004400"
words_per_minute = 150

[[source]]
kind = "folder"
path = "articles"

[[source]]
kind = "folder"
path = "/srv/pages"
slug = "pages"

[[feed]]
slug = "sports"
title = "رياضة"
sections = ["رياضة"]
languages = ["en-GB"]
full = false

[[newsletter]]
slug = "daily"
title = "يومية"

[[newsletter]]
slug = "weekly"
title = "أسبوعية"
schedule = "thursday 17:00"
language = "ar"
sections = ["أخبار"]
max_age_hours = 168
catch_up = "all"
on_ambiguous = "hold"
urgent = true
approve = true

[mail]
from = "desk@aljeebal.com"
from_name = "مكتب التحرير"
reply_to = "reply@aljeebal.com"
bounce_domain = "bounces.aljeebal.com"
host = "relay.example"
username = "nashra"
password_file = "relay.password"
lanes = 4

[[relay]]
name = "second"
host = "other.example"
messages_per_minute = 600
lanes = 2

[bounces]
lmtp = "[::1]:8024"
maildir = "bounces"
look_every_seconds = 5

[bounces.imap]
host = "imap.example"
username = "bounces"
password_file = "relay.password"

[hooks.mailgun]
signing_key_file = "relay.password"

[hooks.postmark]
password_file = "relay.password"

[hooks.ses]
topics = ["arn:aws:sns:eu-central-1:123456789012:bounces"]

[web]
base_url = "https://news.aljeebal.com/"
bind = "[::1]:9000"
trusted_proxies = ["10.0.0.5", "2001:db8::/32"]

[push]
hubs = ["https://hub.example/"]
own_hub = true
max_followers = 50
own_networks = ["10.1.0.0/16"]

[data]
folder = "state"
"""


def load(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> Settings:
    file = folder / "nashra.toml"
    file.write_text(text, encoding="utf-8")
    return load_settings(file, environ or {})


def faults(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Place -> what is said about it."""
    with pytest.raises(SettingsError) as caught:
        load(folder, text, environ)
    assert caught.value.exit_code == 2
    assert caught.value.next_step
    return {fault.path: f"{fault.problem} ({fault.hint})" for fault in caught.value.faults}


# --- What it says ---------------------------------------------------------------------------------------------------


def test_two_lines_are_enough(tmp_path: Path) -> None:
    settings = load(tmp_path, SMALL)
    assert settings.site.home == "https://aljeebal.com"
    assert settings.site.timezone.key == "Asia/Baghdad"
    assert str(settings.sender.address) == "newsletter@aljeebal.com"
    assert settings.sender.name == "الجبال"
    assert (settings.mail.host, settings.mail.port, settings.mail.tls) == ("localhost", 25, Tls.NONE)
    assert (settings.bind_host, settings.bind_port) == ("127.0.0.1", 8000)
    assert settings.trusted_proxies == ()
    assert not settings.push.is_on
    assert settings.own_networks == ()
    assert settings.data == tmp_path / "var"
    assert [*settings.newsletters, *settings.sources, *settings.feeds, *settings.warnings] == []


def test_every_key_reaches_its_value(tmp_path: Path) -> None:
    (tmp_path / "relay.password").write_text("s3cret\n")
    settings = load(tmp_path, FULL)
    assert settings.site.style.months is MonthStyle.LEVANTINE
    assert settings.site.style.digits is Digits.ARAB
    assert settings.site.languages == ("ckb", "ar")
    assert settings.site.base_url == "https://news.aljeebal.com"
    assert [source.path for source in settings.sources] == [tmp_path / "articles", Path("/srv/pages")]
    assert settings.feeds[0].selection.languages == ("en-GB",)
    daily, weekly = settings.newsletters
    assert daily.recurrence.times == (time(18),)
    assert daily.language == "ckb"
    assert daily.selection.max_age == timedelta(hours=72)
    assert weekly.recurrence.weekdays == (Weekday.THURSDAY,)
    assert (weekly.catch_up, weekly.hold_ambiguous, weekly.approve) == (CatchUp.ALL, True, True)
    assert (daily.urgent, weekly.urgent) == (False, True)
    assert settings.sender.bounce_domain == "bounces.aljeebal.com"
    assert str(settings.sender.reply_to) == "reply@aljeebal.com"
    assert (settings.mail.tls, settings.mail.port, settings.mail.password) == (Tls.STARTTLS, 587, "s3cret")
    assert settings.mail.messages_per_minute == 0
    (second,) = settings.further_relays
    assert settings.relays == (settings.mail, second)
    assert (second.name, second.host, second.tls, second.port) == (
        "second",
        "other.example",
        Tls.STARTTLS,
        587,
    )
    assert (second.lanes, second.messages_per_minute, second.password) == (2, 600, None)
    assert (settings.bind_host, settings.bind_port) == ("::1", 9000)
    assert settings.trusted_proxies == (ip_network("10.0.0.5/32"), ip_network("2001:db8::/32"))
    assert settings.push == PushSettings(hubs=("https://hub.example/",), own_hub=True, max_followers=50)
    assert settings.own_networks == (ip_network("10.1.0.0/16"),)
    assert settings.data == tmp_path / "state"


def test_the_past_of_feeds_is_kept_unless_switched_off(tmp_path: Path) -> None:
    assert load(tmp_path, SMALL).feed_rules.archives is True
    assert load(tmp_path, SMALL + "[feeds]\narchives = false").feed_rules.archives is False


def test_networks_of_ones_own_are_for_hubs_and_without_any_the_operator_is_told(tmp_path: Path) -> None:
    push = '[push]\nown_hub = true\nown_networks = ["10.0.0.0/8"]\n'
    (warning,) = load(tmp_path, SMALL + push).warnings
    assert "followers must be public" in warning
    assert load(tmp_path, SMALL + push + 'hubs = ["http://10.0.0.5:8080/"]').warnings == ()


@pytest.mark.parametrize(
    ("mail", "tls", "port"),
    [
        ('host = "relay.example"', Tls.STARTTLS, 587),
        ('host = "relay.example"\ntls = "tls"', Tls.TLS, 465),
        ('host = "relay.example"\ntls = "none"', Tls.NONE, 25),
        ('host = "127.0.0.1"\nport = 1025', Tls.NONE, 1025),
    ],
)
def test_protection_and_port_follow_from_the_relay(tmp_path: Path, mail: str, tls: Tls, port: int) -> None:
    """Mail leaves this machine in the clear only where somebody wrote so."""
    settings = load(tmp_path, f"{SMALL}[mail]\n{mail}")
    assert (settings.mail.tls, settings.mail.port) == (tls, port)


def test_an_age_of_0_takes_articles_however_old(tmp_path: Path) -> None:
    text = f'{SMALL}[[newsletter]]\nslug = "n"\ntitle = "n"\nmax_age_hours = 0'
    assert load(tmp_path, text).newsletters[0].selection.max_age is None


def test_mail_is_signed_by_us_unless_said_otherwise(tmp_path: Path) -> None:
    usual = load(tmp_path, SMALL).dkim
    assert usual == DkimSettings()
    assert (usual.mode, usual.ed25519, usual.lifetime) == (DkimMode.APP, False, timedelta(days=14))
    (tmp_path / "own.pem").write_text("x")
    keys = 'dkim = "relay"\ndkim_selector = "own"\ndkim_key_file = "own.pem"\ndkim_ed25519 = true'
    assert load(tmp_path, f"{SMALL}[mail]\n{keys}\ndkim_expire_days = 0").dkim == DkimSettings(
        mode=DkimMode.RELAY, selector="own", key_file=tmp_path / "own.pem", ed25519=True, lifetime=None
    )


def test_a_signature_outlives_the_last_mail_that_may_be_begun(tmp_path: Path) -> None:
    """And the days that relays keep it; a notice may wait too."""
    newsletter = '[[newsletter]]\nslug = "n"\ntitle = "n"\nnot_after_hours = '
    assert load(tmp_path, f"{SMALL}{newsletter}240").dkim.lifetime == timedelta(days=15)
    assert load(tmp_path, f"{SMALL}[mail]\ndkim_expire_days = 1").dkim.lifetime == timedelta(days=7)


def test_signing_processes_are_as_many_as_the_machine_has_room_for_unless_said(tmp_path: Path) -> None:
    assert load(tmp_path, SMALL).dkim.signers is None
    assert load(tmp_path, f"{SMALL}[mail]\nsigners = 'auto'").dkim.signers is None
    assert load(tmp_path, f"{SMALL}[mail]\nsigners = 0").dkim.signers == 0
    told = load(tmp_path, SMALL, {"NASHRA_MAIL__SIGNERS": "3"})
    assert told.dkim.signers == 3
    assert ("$.mail.signers", 3) in {(setting.path, setting.value) for setting in told.told}
    assert load(tmp_path, SMALL, {"NASHRA_MAIL__SIGNERS": "auto"}).dkim.signers is None
    assert NOTICE_WAITS >= LIFETIME


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert load(tmp_path, "\ufeff" + SMALL).site.title == "الجبال"


def test_arabic_comes_first_among_the_languages_there_are() -> None:
    assert load_spoken_languages() == ("ar", "ckb", "en")


# --- The environment ------------------------------------------------------------------------------------------------


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "relay.password").write_text("s3cret")
    environ = {
        "NASHRA_MAIL__PORT": "2525",
        "NASHRA_NEWSLETTER__1__SCHEDULE": "daily 20:00",
        "NASHRA_NEWSLETTER__1__APPROVE": "false",
        "NASHRA_SITE__LANGUAGES": "ckb, en",
        "NASHRA_SETTINGS": "elsewhere.toml",
        "PATH": "/usr/bin",
    }
    settings = load(tmp_path, FULL, environ)
    assert settings.mail.port == 2525
    assert settings.newsletters[1].recurrence.times == (time(20),)
    assert settings.newsletters[1].approve is False
    assert settings.site.languages == ("ckb", "en")


def test_a_whole_table_may_come_from_the_environment(tmp_path: Path) -> None:
    assert load(tmp_path, SMALL, {"NASHRA_WEB__BIND": "0.0.0.0:80"}).bind_port == 80


@pytest.mark.parametrize(
    ("variable", "place"),
    [
        ("NASHRA_MAIL__PROT", "$.mail.prot, from the environment NASHRA_MAIL__PROT"),
        ("NASHRA_MALI__PORT", "$.mali, from the environment NASHRA_MALI__PORT"),
        ("NASHRA_NEWSLETTER__7__TITLE", "NASHRA_NEWSLETTER__7__TITLE"),
        ("NASHRA_NEWSLETTER__0", "NASHRA_NEWSLETTER__0"),
        ("NASHRA_SITE__TITLE__AR", "NASHRA_SITE__TITLE__AR"),
        ("NASHRA_MAIL__", "NASHRA_MAIL__"),
    ],
)
def test_a_variable_that_names_no_setting_is_told(tmp_path: Path, variable: str, place: str) -> None:
    assert place in faults(tmp_path, SMALL, {variable: "x"})


# --- What is wrong --------------------------------------------------------------------------------------------------


def test_every_fault_is_told_at_once_with_its_place_and_a_hint(tmp_path: Path) -> None:
    text = """
        titel = "x"
        [site]
        title = ""
        home = "aljeebal.com"
        timezone = "Asia/Bagdad"
        months = "levantin"
        language = "fr"
        accent = "red"
        [source]
        path = "x"
        [[feed]]
        slug = "ok"
        title = "ok"
        languages = ["english!", 3]
        [[newsletter]]
        slug = "Daily News"
        schedule = "daily 25:00"
        catch_up = 3
        [mail]
        prot = 25
        port = "25"
        password = "hunter2"
        from = "nobody"
        bounce_domain = "-"
        [web]
        bind = "8000"
        base_url = "https://news.example/?a=b"
        data = 3
    """
    told = faults(tmp_path, text, {"NASHRA_MAIL__LANES": "many"})
    hints = {
        "$.titel": 'did you mean "site"?',
        "$.site.title": "1 to 500 characters",
        "$.site.home": "https://news.example",
        "$.site.timezone": 'did you mean "Asia/Baghdad"?',
        "$.site.months": 'did you mean "levantine"?',
        "$.site.language": "ar, ckb, en",
        "$.site.accent": "#7a1f1f",
        "$.source": "[[source]]",
        "$.feed[0].languages[1]": "expected text in quotes",
        "$.newsletter[0].slug": "daily-news",
        "$.newsletter[0].title": "is missing",
        "$.newsletter[0].schedule": '"25:00"',
        "$.newsletter[0].catch_up": "all, latest, none",
        "$.mail.prot": 'did you mean "port"?',
        "$.mail.port": "expected a whole number",
        "$.mail.password": "NASHRA_MAIL__PASSWORD",
        "$.mail.from": "@",
        "$.mail.bounce_domain": "",
        "$.mail.lanes, from the environment NASHRA_MAIL__LANES": "1 to 64",
        "$.web.bind": "127.0.0.1:8000",
        "$.web.base_url": "no web address",
        "$.web.data": "there is no such key",
    }
    assert told.keys() == hints.keys()
    for place, hint in hints.items():
        assert hint in told[place], place


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("", "$.site.title", "is missing"),
        ("site = 3", "$.site", "must be a table"),
        ("[site\n", "$", "is not TOML"),
        (SMALL + 'languages = ["ar", "tlh"]', "$.site.languages[1]", '"tlh"'),
        (SMALL + 'language = "en"\nlanguages = ["ar"]', "$.site.languages", 'lacks "en"'),
        (SMALL + 'timezone = "Europe"', "$.site.timezone", "is no time zone"),
        (SMALL + 'timezone = "../etc/passwd"', "$.site.timezone", "Asia/Baghdad"),
        (SMALL + '[[source]]\nkind = "feed"\npath = "x"', "$.source[0].kind", "folder"),
        (
            SMALL + '[[feed]]\nslug = "a"\ntitle = "a"\nlanguages = ["e"]',
            "$.feed[0].languages[0]",
            "no language tag",
        ),
        (SMALL + '[[feed]]\nslug="a"\ntitle="a"\n' * 2, "$.feed[1].slug", "is taken"),
        (SMALL + '[[newsletter]]\nslug="a"\ntitle="a"\n' * 2, "$.newsletter[1].slug", "is taken"),
        (SMALL + '[[newsletter]]\nslug="a"\ntitle="a"\nlanguage="fr"', "$.newsletter[0].language", '"fr"'),
        (SMALL + '[[newsletter]]\nslug="a"\ntitle="a"\nmax_items=0', "$.newsletter[0].max_items", "1 to 200"),
        (SMALL + '[mail]\nusername = "u"', "$.mail.username", "has no password"),
        (SMALL + '[mail]\nusername="u"\npassword_file="gone"', "$.mail.password_file", "cannot be read"),
        (SMALL + '[mail]\nca_file = "gone.pem"', "$.mail.ca_file", "is not there"),
        (SMALL + '[mail]\ndkim = "ap"', "$.mail.dkim", "app"),
        (SMALL + '[mail]\ndkim_selector = "s"', "$.mail.dkim_key_file", "is missing"),
        (SMALL + '[mail]\ndkim_key_file = "gone.pem"', "$.mail.dkim_selector", "is missing"),
        (SMALL + '[mail]\ndkim_key_file = "gone.pem"', "$.mail.dkim_key_file", "is not there"),
        (SMALL + '[[relay]]\nname="main"\nhost="a.example"', "$.relay[0].name", "is taken"),
        (SMALL + '[[relay]]\nname="b"\nhost="a.example"\n' * 2, "$.relay[1].name", "is taken"),
        (SMALL + '[[relay]]\nname="b"', "$.relay[0].host", "is missing"),
        (SMALL + "[mail]\nmessages_per_minute = -1", "$.mail.messages_per_minute", "messages a minute"),
        (
            SMALL + '[[relay]]\nname="b"\nhost="h.example"\nusername="u"',
            "$.relay[0].username",
            "NASHRA_RELAY__0__PASSWORD",
        ),
        (
            SMALL + '[[relay]]\nname="b"\nhost="h.example"\npassword="u"',
            "$.relay[0].password",
            "NASHRA_RELAY__0__PASSWORD or the key password_file",
        ),
        (SMALL + "[mail]\ndkim_expire_days = -1", "$.mail.dkim_expire_days", "for ever"),
        (SMALL + "[mail]\nsigners = 65", "$.mail.signers", "processes that sign, 0 to 64"),
        (SMALL + '[mail]\nsigners = "all"', "$.mail.signers", 'or "auto"'),
        (SMALL + '[web]\nbind = "127.0.0.1:99999"', "$.web.bind", "no place to listen"),
        (SMALL + '[web]\ntrusted_proxies = ["::1", "proxy"]', "$.web.trusted_proxies[1]", "no IP address"),
        (SMALL + '[web]\ntrusted_proxies = ["10.0.0.5/8"]', "$.web.trusted_proxies[0]", "10.0.0.0/8"),
        (SMALL + '[push]\nhubs = ["https://ß.example/"]', "$.push.hubs[0]", "absolute http or https"),
        (
            SMALL + '[push]\nhubs = ["https://س.example/", "https://xn--ygb.example/"]',
            "$.push.hubs[1]",
            "twice",
        ),
        (SMALL + '[push]\nhubs = ["hub.example"]', "$.push.hubs[0]", "absolute http or https"),
        (SMALL + '[push]\nhubs = ["https://a.example/", "https://a.example/"]', "$.push.hubs[1]", "twice"),
        (SMALL + '[push]\nown_networks = ["all"]', "$.push.own_networks[0]", "no IP address"),
        (SMALL + "[push]\nmax_followers = 0", "$.push.max_followers", ">= 1"),
        (SMALL + '[web]\ntrusted_proxies = "::1"', "$.web.trusted_proxies", "expected a list"),
        (SMALL.replace("aljeebal.com/", "127.0.0.1:80"), "$.mail.from", "is missing"),
        (SMALL.replace("aljeebal.com/", "a_b.com"), "$.mail.from", "is missing"),
        (SMALL.replace("aljeebal.com/", "[::1"), "$.site.home", "no web address"),
        (SMALL.replace("https:", "javascript:"), "$.site.home", "no web address"),
        (SMALL.replace("aljeebal.com/", "a b.com"), "$.site.home", "no web address"),
    ],
)
def test_one_fault(tmp_path: Path, text: str, place: str, said: str) -> None:
    assert said in faults(tmp_path, text)[place]


def test_a_file_that_is_not_there_names_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="there is no such file") as caught:
        load_settings(tmp_path / "nashra.toml", {})
    assert f"nashra init {tmp_path}" in caught.value.next_step


def test_a_folder_or_foreign_bytes_are_no_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path, {})
    (tmp_path / "nashra.toml").write_bytes("عنوان".encode("cp1256"))
    with pytest.raises(SettingsError, match="not UTF-8"):
        load_settings(tmp_path / "nashra.toml", {})


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
).filter(lambda value: value is not None)


@given(st.sampled_from(["site", "mail", "web", "newsletter", "source", "feed", "data", "x"]), st.data())
@bounds(max_examples=60, deadline=None)
def test_no_wrong_value_ends_in_anything_but_a_settings_error(
    tmp_path_factory: pytest.TempPathFactory, table: str, data: st.DataObject
) -> None:
    """Whatever stands at any key, the operator gets a list of faults and never a traceback."""
    keys = ["title", "home", "slug", "schedule", "port", "from", "bind", "languages", "folder", "timezone"]
    entries = data.draw(st.dictionaries(st.sampled_from(keys), _values, max_size=4))
    lines = "".join(f"{key} = {_toml(value)}\n" for key, value in entries.items())
    head = data.draw(st.sampled_from([f"[{table}]", f"[[{table}]]"]))
    folder = tmp_path_factory.mktemp("any")
    try:
        load(folder, f"{head}\n{lines}" if table == "site" else f"{SMALL}\n{head}\n{lines}")
    except SettingsError:
        return


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(c):08x}" for c in value if not 0xD800 <= ord(c) < 0xE000) + '"'
    return str(value)


# --- Secrets --------------------------------------------------------------------------------------------------------


def test_a_password_in_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    told = faults(tmp_path, SMALL + '[mail]\npassword = "hunter2"')
    assert "a secret is not read from this file" in told["$.mail.password"]
    assert "hunter2" not in str(told)


def test_a_password_comes_from_the_environment_and_is_shown_nowhere(tmp_path: Path) -> None:
    environ = {"NASHRA_MAIL__PASSWORD": "hunter2", "NASHRA_MAIL__USERNAME": "nashra"}
    settings = load(tmp_path, SMALL, environ)
    assert settings.mail.password == "hunter2"
    assert "hunter2" not in repr(settings)
    told = {setting.path: setting for setting in settings.told}
    assert told["$.mail.password"].value == MASK
    assert told["$.mail.password"].origin == "environment NASHRA_MAIL__PASSWORD"


def test_each_relay_has_its_own_password(tmp_path: Path) -> None:
    relays = '[[relay]]\nname="b"\nhost="h.example"\nusername="u"\n'
    settings = load(tmp_path, SMALL + relays, {"NASHRA_RELAY__0__PASSWORD": "hunter3"})
    assert (settings.mail.password, settings.further_relays[0].password) == (None, "hunter3")
    assert "hunter3" not in repr(settings)


def test_two_passwords_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("a")
    environ = {"NASHRA_MAIL__PASSWORD": "b", "NASHRA_MAIL__USERNAME": "nashra"}
    assert (
        "keep one"
        in faults(tmp_path, SMALL + '[mail]\npassword_file = "pw"', environ)["$.mail.password_file"]
    )


def test_a_password_without_a_name_is_told(tmp_path: Path) -> None:
    assert "nobody to log in" in faults(tmp_path, SMALL, {"NASHRA_MAIL__PASSWORD": "b"})["$.mail.username"]


@pytest.mark.parametrize("content", [b"", b"\n", "كلمة".encode("cp1256")])
def test_a_secret_file_without_a_secret_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pw").write_bytes(content)
    told = faults(tmp_path, SMALL + '[mail]\nusername = "u"\npassword_file = "pw"')
    assert set(told) == {"$.mail.password_file"}


# --- What is told ---------------------------------------------------------------------------------------------------


def test_every_key_is_told_with_its_origin(tmp_path: Path) -> None:
    (tmp_path / "relay.password").write_text("s3cret")
    settings = load(tmp_path, FULL, {"NASHRA_MAIL__LANES": "12"})
    told = {setting.path: setting for setting in settings.told}
    written = tomllib.loads(FULL)
    in_file = {f"$.mail.{key}" for key in written["mail"]} - {"$.mail.lanes"}
    assert {path for path in told if path.startswith("$.mail") and told[path].origin == "file"} == in_file
    assert (told["$.mail.lanes"].value, told["$.mail.lanes"].origin) == (12, "environment NASHRA_MAIL__LANES")
    assert (told["$.mail.port"].value, told["$.mail.port"].origin) == (587, "default")
    language = told["$.newsletter[0].language"]
    assert (language.value, language.origin) == ("ckb", "default")
    assert told["$.newsletter[0].schedule"].value == "daily 18:00"
    assert {path.replace("[0]", "[]") for path in told} >= SECRETS
    assert told["$.relay[0].port"].value == 587


@pytest.mark.parametrize(
    ("schedule", "warned"),
    [
        ("daily 06:00", True),
        ("sunday-thursday 7:59, 18:00", True),
        ("daily 08:00", False),
        ("daily 05:59", False),
    ],
)
def test_the_hours_of_exam_shutdowns_are_allowed_with_a_warning(
    tmp_path: Path, schedule: str, warned: bool
) -> None:
    text = f'{SMALL}[[newsletter]]\nslug = "n"\ntitle = "n"\nschedule = "{schedule}"'
    assert bool(load(tmp_path, text).warnings) is warned


def test_a_password_in_the_clear_is_warned_of(tmp_path: Path) -> None:
    text = SMALL + '[mail]\nhost = "relay.example"\nusername = "u"\ntls = "none"'
    (clear,) = load(tmp_path, text, {"NASHRA_MAIL__PASSWORD": "x"}).warnings
    assert "in the clear" in clear


@pytest.mark.parametrize(
    ("base_url", "is_sound"),
    [
        ("http://news.example", False),
        ("https://news.example", True),
        ("http://127.0.0.1:8000", True),
        ("http://localhost", True),
        ("http://127.news.example", False),
    ],
)
def test_pages_are_served_over_https_but_on_this_machine(
    tmp_path: Path, base_url: str, is_sound: bool
) -> None:
    """Without it one-click unsubscribe is not offered (RFC 8058 section 3.1), and the gate would stop every issue."""
    text = f'{SMALL}[web]\nbase_url = "{base_url}"'
    if is_sound:
        assert load(tmp_path, text).site.base_url == base_url
    else:
        assert "RFC 8058" in faults(tmp_path, text)["$.web.base_url"]


def test_pages_are_served_from_the_root_of_their_address(tmp_path: Path) -> None:
    """Their links begin there: below a path they would lead elsewhere."""
    text = f'{SMALL}[web]\nbase_url = "https://news.example/mail"'
    told = faults(tmp_path, text)
    assert list(told) == ["$.web.base_url"]
    assert "has a path" in told["$.web.base_url"]


MOVES = """
[[moved]]
from = "section/world"
to = "section/international"

[[moved]]
from = "/feed/"
to = "section/world.atom"

[[moved]]
from = "/feeds/old.rss"
to = "https://elsewhere.example/feed?format=rss"

[feeds]
retired = ["section/olympics", "/comments/feed/", "topic/recent"]
"""


def test_feeds_that_moved_or_were_retired(tmp_path: Path) -> None:
    """Checklist 37."""
    moves = load(tmp_path, SMALL + MOVES).site.moves
    assert moves.moved == {
        "section/world": "section/international",
        "/feed": "section/world.atom",
        "old.rss": "https://elsewhere.example/feed?format=rss",
    }
    assert moves.retired == ("/comments/feed", "section/olympics", "topic/recent")


@pytest.mark.parametrize(
    ("old", "compared"),
    [
        ("/category/%D8%B3%d9%8a/feed/", "/category/سي/feed"),
        ("/category/سي/feed/", "/category/سي/feed"),
        ("/a%2520b%/c%20d", "/a%20b%/c d"),
        ("/?feed=rss2&cat=%D8%B3", "/?feed=rss2&cat=س"),
        ("/blog/?feed=rss2", "/blog?feed=rss2"),
    ],
)
def test_an_old_address_is_decoded_once_however_it_is_written(
    tmp_path: Path, old: str, compared: str
) -> None:
    """As it is copied from a browser, and as servers decode what they are asked for."""
    text = f'{SMALL}[[moved]]\nfrom = "{old}"\nto = "index"\n[feeds]\nretired = ["/x{old}"]'
    moves = load(tmp_path, text).site.moves
    assert moves.moved == {compared: "index"}
    assert moves.retired == (f"/x{compared}".replace("/x/?", "/x?"),)


def test_addresses_in_other_letters_become_ascii(tmp_path: Path) -> None:
    """They go into feeds and header fields (checklist 15)."""
    text = """
        [site]
        title = "نشرة"
        home = "https://نشرة.example/أخبار/"
        icon = "https://صور.example/رمز.png"
        [web]
        base_url = "https://نشرة.example"
        [push]
        hubs = ["https://محور.example/"]
        [[moved]]
        from = "away"
        to = "https://نشرة.example/خلاصة?x=أ"
    """
    settings = load(tmp_path, text)
    site = settings.site
    assert site.base_url == "https://xn--ogbpi5e.example"
    assert site.home == f"{site.base_url}/{quote('أخبار')}"
    assert site.icon == f"https://xn--wgbh1d.example/{quote('رمز')}.png"
    assert settings.push.hubs == ("https://xn--sgbi2dn.example/",)
    assert site.moves.moved["away"] == f"{site.base_url}/{quote('خلاصة')}?x={quote('أ')}"
    told = {setting.path: setting.value for setting in settings.told}
    assert told["$.web.base_url"] == "https://نشرة.example", "a person is shown what a person wrote"


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ('[[moved]]\nfrom = "a"\nto = "b"\n[[moved]]\nfrom = "b"\nto = "a"', "$.moved", "circle"),
        ('[[moved]]\nfrom = "a"\nto = "b"\n[[moved]]\nfrom = "a"\nto = "c"', "$.moved[1].from", "twice"),
        ('[[moved]]\nfrom = "index"\nto = "b"', "$.moved[0].from", "whole site"),
        ('[[moved]]\nfrom = "A b"\nto = "b"', "$.moved[0].from", "no address"),
        ('[[moved]]\nfrom = "a"\nto = "javascript:x"', "$.moved[0].to", "nowhere"),
        ('[[moved]]\nfrom = "a"\nto = "https://x.example/a b"', "$.moved[0].to", "nowhere"),
        (
            '[feeds]\nretired = ["sports"]\n[[feed]]\nslug = "sports"\ntitle = "x"',
            "$.feeds.retired[0]",
            "still",
        ),
        ('[feeds]\nretired = ["/a#b"]', "$.feeds.retired[0]", "no address"),
        ('[feeds]\nretired = ["/a%3Fb"]', "$.feeds.retired[0]", "no address"),
        ('[feeds]\nretired = ["/a?"]', "$.feeds.retired[0]", "no address"),
        ('[feeds]\nretired = ["/%D8"]', "$.feeds.retired[0]", "no address"),
        ('[feeds]\nretired = ["/a%0Ab"]', "$.feeds.retired[0]", "no address"),
        ('[feeds]\nretired = ["index.atom"]', "$.feeds.retired[0]", "whole site"),
        ('[feeds]\nretired = ["/"]', "$.feeds.retired[0]", "the front page is there"),
        ('[feeds]\nretired = ["/?lang=ar"]', "$.feeds.retired[0]", "the front page is there"),
        ('[feeds]\nretired = ["/s%75bscribe/"]', "$.feeds.retired[0]", "the page to subscribe is there"),
        ('[feeds]\nretired = ["/feeds"]', "$.feeds.retired[0]", "the folder of our own feeds is there"),
        ('[[moved]]\nfrom = "/u/x"\nto = "a"', "$.moved[0].from", "the page to unsubscribe is there"),
        ('[[moved]]\nfrom = "section/world.rss"\nto = "a"', "$.moved[0].from", "one format of a feed"),
        ('[[moved]]\nfrom = "lang/ar.json"\nto = "a"', "$.moved[0].from", "one format of a feed"),
        ('[[moved]]\nfrom = "section/a/recent"\nto = "b"', "$.moved[0].from", 'of the past of "section/a"'),
        ('[[moved]]\nfrom = "a"\nto = "index/recent"', "$.moved[0].to", 'of the past of "index"'),
        ('[[moved]]\nfrom = "a"\nto = "/feeds/index/archive/3.rss"', "$.moved[0].to", "of the past of"),
        ('[[moved]]\nfrom = "a"\nto = "/rss.xml"', "$.moved[0].to", "nowhere"),
        (
            '[[moved]]\nfrom = "/%D8%B3"\nto = "b"\n[[moved]]\nfrom = "/س"\nto = "c"',
            "$.moved[1].from",
            "twice",
        ),
        (
            '[[feed]]\nslug = "sports"\ntitle = "x"\n[[moved]]\nfrom = "sports.rss"\nto = "a"',
            "$.moved[0].from",
            "still",
        ),
    ],
)
def test_moves_that_cannot_be_are_told(tmp_path: Path, text: str, place: str, said: str) -> None:
    with pytest.raises(SettingsError) as error:
        load(tmp_path, f"{SMALL}\n{text}")
    [fault] = error.value.faults
    assert fault.path == place
    assert said in fault.problem


def test_no_source_may_be_named_as_the_imported_articles_are(tmp_path: Path) -> None:
    told = faults(tmp_path, SMALL + '[[source]]\npath = "x"\nslug = "imported"')
    assert "nashra article import" in told["$.source[0].slug"]
