"""`nashra config` as an operator and as a script read it."""

import json
from pathlib import Path

import pytest

from publisher.cli.app import run
from publisher.settings.values import MASK

TEXT = """
[site]
title = "الجبال"
home = "https://aljeebal.com"
[[newsletter]]
slug = "early"
title = "صباحية"
schedule = "daily 07:00"
max_age_hours = 36.5
[mail]
username = "nashra"
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NASHRA_MAIL__PASSWORD", "hunter2")
    path = tmp_path / "nashra.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_each_line_has_the_value_as_one_would_write_it_and_its_origin(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["config", "--settings", str(file)]) == 0
    out, err = capsys.readouterr()
    lines = {line.split()[0]: line.split(maxsplit=1)[1] for line in out.splitlines()}
    assert lines["$.site.title"] == '"الجبال"  [file]'
    assert lines["$.site.languages"] == '["ar", "en", "ckb"]  [default]'
    assert lines["$.mail.port"] == "25  [default]"
    assert lines["$.newsletter[0].max_age_hours"] == "36.5  [file]"
    assert lines["$.newsletter[0].approve"] == "false  [default]"
    assert lines["$.mail.ca_file"] == "(not set)  [default]"
    assert lines["$.mail.password"] == f'"{MASK}"  [environment NASHRA_MAIL__PASSWORD]'
    assert "hunter2" not in out + err
    assert "warning: newsletter early is due at 07:00" in err


def test_json_is_one_document_with_the_same_values(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "--settings", str(file), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    told = {setting["path"]: setting for setting in document["settings"]}
    assert document["file"] == str(file)
    assert told["$.site.languages"]["value"] == ["ar", "en", "ckb"]
    assert told["$.mail.password"]["value"] == MASK
    assert len(document["warnings"]) == 1


def test_the_settings_file_may_be_named_by_the_environment(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NASHRA_SETTINGS", str(file))
    assert run(["config"]) == 0
    assert "الجبال" in capsys.readouterr().out


def test_faults_end_with_2_and_name_the_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "nashra.toml").write_text("[mail]\nprot = 25\n")
    assert run(["config", "--settings", str(tmp_path / "nashra.toml")]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert '$.mail.prot: there is no such key (did you mean "port"?)' in err
    assert "next:" in err
