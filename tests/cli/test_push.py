"""`nashra push`."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher.model.push import Ask, HubRequest
from publisher.store.announcements import announce
from publisher.store.database import open_database
from publisher.store.followers import save_follower
from publisher.store.pings import claim_pings, postpone_ping
from tests.cli.conftest import Desk

HUB = "https://hub.example/"


def owe(folder: Path, *, ago: timedelta) -> None:
    """A hub that took nothing since, and one follower."""
    at = datetime.now(UTC) - ago
    database = open_database(folder / "var/nashra.db")
    with database.write() as tx:
        follow = HubRequest(
            id=1, ask=Ask.SUBSCRIBE, topic="index.rss", callback="https://r.example/cb", asked_at=at
        )
        save_follower(tx, follow, host="https://r.example", now=at)
        announce(tx, {"index.rss": 1}, hubs={HUB: "https://hub.example"}, now=at)
        (ping,) = claim_pings(tx, "https://hub.example", now=at, limit=1)
        postpone_ping(tx, ping, status="HTTP 503", retry_at=at + timedelta(hours=2))
    database.close()


def test_an_operator_sees_that_push_is_off(desk: Desk) -> None:
    ended = desk.call("push", "status")
    assert (ended.code, ended.out) == (0, "")
    assert "push is off" in ended.err


def test_an_operator_sees_a_dead_hub_and_the_followers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NASHRA_PUSH__HUBS", f"{HUB}, https://second.example/")
    monkeypatch.setenv("NASHRA_PUSH__OWN_HUB", "true")
    owe(desk.folder, ago=timedelta(hours=1))
    ended = desk.call("push", "status")
    first, second, own = ended.out.splitlines()
    assert first.startswith(f"{HUB}  1 feeds  last told never  owed 1 since 20")
    assert first.endswith("last try HTTP 503")
    assert second == "https://second.example/  told of nothing yet"
    assert own.startswith("http://127.0.0.1:8000/hub  (ours)  1 followers at 1 hosts")
    assert f"{HUB} has not taken a change since 20" in ended.err


def test_a_short_delay_is_no_warning_and_json_is_for_scripts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NASHRA_PUSH__HUBS", HUB)
    owe(desk.folder, ago=timedelta(minutes=1))
    assert "has not taken" not in desk.call("push", "status").err
    found = json.loads(desk.call("push", "status", "--json").out)
    assert [(hub["hub"], hub["owed"]) for hub in found["hubs"]] == [(HUB, 1)]
    assert (found["own_hub"]["is_on"], found["own_hub"]["state"]["followers"]) == (False, 1)


def test_the_doctor_names_a_dead_hub_and_is_content_with_a_prompt_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NASHRA_PUSH__HUBS", HUB)
    owe(desk.folder, ago=timedelta(minutes=1))
    assert f"ok   hub {HUB}: told of nothing yet" in desk.call("doctor").out
    database = open_database(desk.folder / "var/nashra.db")
    with database.write() as tx:
        tx.exec_driver_sql("UPDATE ping SET since = since - 3600000")
    database.close()
    out = desk.call("doctor").out
    assert f"!    hub {HUB}: has not taken a change since 20" in out
    assert "Z: HTTP 503\n       next: nashra push status" in out
