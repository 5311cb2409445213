"""`nashra embed` as a newsroom's engineer uses it."""

from pathlib import Path

import pytest
from lxml import html

from publisher.cli.app import run

TEXT = """
[site]
title = "الجبال"
home = "https://aljeebal.com"
[web]
base_url = "https://news.aljeebal.com"
[[newsletter]]
slug = "daily"
title = "نشرة المساء"
[[newsletter]]
slug = "weekly"
title = "The week"
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "nashra.toml"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


def test_the_form_and_nothing_else_goes_to_stdout(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["embed", "--settings", file, "--newsletter", "daily"]) == 0
    out, err = capsys.readouterr()
    form = html.fragment_fromstring(out)
    assert form.get("action") == "https://news.aljeebal.com/subscribe?lang=ar"
    assert form.xpath(".//input[@name='newsletter']/@value") == ["daily"]
    assert "Paste this" in err


def test_without_a_choice_it_offers_all_newsletters(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["embed", "--settings", file, "--language", "en"]) == 0
    form = html.fragment_fromstring(capsys.readouterr().out)
    assert (form.get("lang"), form.get("dir")) == ("en", "ltr")
    assert form.xpath(".//input[@name='newsletter']/@value") == ["daily", "weekly"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["--newsletter", "nothing"], "daily, weekly"), (["--language", "xx"], "ar, en, ckb")],
)
def test_what_does_not_exist_is_a_usage_error_with_the_choices(
    file: str, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert run(["embed", "--settings", file, *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err


def test_a_site_without_newsletters_is_told_to_add_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "nashra.toml"
    path.write_text('[site]\ntitle = "x"\nhome = "https://x.example"\n', encoding="utf-8")
    assert run(["embed", "--settings", str(path)]) == 2
    assert "[[newsletter]]" in capsys.readouterr().err
