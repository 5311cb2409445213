"""Keys on the disk: safe from the first octet, and at most one that signs."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher.mail import dkim_folder
from publisher.mail.dkim_folder import (
    KeyState,
    load_active_key,
    load_keys,
    next_selector,
    save_new_key,
    switch_keys,
)
from publisher.mail.dkim_key import Algorithm, DkimKeyError
from publisher.model.errors import NashraError

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ED = Algorithm.ED25519
"""Quicker to make; nothing in the folder depends on the kind."""


def states(folder: Path) -> dict[str, KeyState]:
    return {stored.key.selector: stored.state for stored in load_keys(folder)}


def test_the_life_of_keys(tmp_path: Path) -> None:
    folder = tmp_path / "dkim"
    assert (load_keys(folder), load_active_key(folder, ED)) == ((), None)
    first = save_new_key(folder, ED, now=NOW)
    assert load_active_key(folder, ED) is None
    assert switch_keys(folder, ED, now=NOW)[1] == ()
    assert load_active_key(folder, ED).public == first.key.public  # type: ignore[union-attr]
    second = save_new_key(folder, ED, now=NOW + timedelta(days=1))
    assert states(folder) == {"e2026a": KeyState.ACTIVE, "e2026b": KeyState.PUBLISHED}
    active, retired = switch_keys(folder, ED, now=NOW + timedelta(days=3))
    assert (active.key.public, active.since) == (second.key.public, NOW + timedelta(days=3))
    assert [stored.key.selector for stored in retired] == ["e2026a"]
    assert states(folder) == {"e2026a": KeyState.RETIRED, "e2026b": KeyState.ACTIVE}
    assert load_keys(folder)[0].since == NOW + timedelta(days=3)


def test_each_kind_has_a_life_of_its_own(tmp_path: Path) -> None:
    save_new_key(tmp_path, ED, now=NOW)
    save_new_key(tmp_path, Algorithm.RSA, now=NOW)
    switch_keys(tmp_path, Algorithm.RSA, now=NOW)
    assert states(tmp_path) == {"e2026a": KeyState.PUBLISHED, "n2026a": KeyState.ACTIVE}
    assert load_active_key(tmp_path, ED) is None
    assert load_active_key(tmp_path, Algorithm.RSA) is not None


def test_only_the_owner_may_read_keys(tmp_path: Path) -> None:
    previous = os.umask(0)
    try:
        save_new_key(tmp_path / "var" / "dkim", ED, now=NOW)
    finally:
        os.umask(previous)
    assert stat.S_IMODE((tmp_path / "var" / "dkim").stat().st_mode) == 0o700
    for file in (tmp_path / "var" / "dkim").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(file.name for file in (tmp_path / "var" / "dkim").iterdir()) == [
        "e2026a.pem",
        "states.json",
    ]


def test_a_key_file_is_never_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even where another process made one of that name at the same moment."""
    (tmp_path / "e2026a.pem").write_text("mine")
    monkeypatch.setattr(dkim_folder, "load_keys", lambda _: ())
    with pytest.raises(NashraError, match="cannot be written") as refused:
        save_new_key(tmp_path, ED, now=NOW)
    assert refused.value.next_step
    assert (tmp_path / "e2026a.pem").read_text() == "mine"


def test_one_waiting_key_is_enough(tmp_path: Path) -> None:
    save_new_key(tmp_path, ED, now=NOW)
    with pytest.raises(NashraError, match="e2026a waits already"):
        save_new_key(tmp_path, ED, now=NOW)


def test_without_a_waiting_key_nothing_is_switched(tmp_path: Path) -> None:
    save_new_key(tmp_path, ED, now=NOW)
    switch_keys(tmp_path, ED, now=NOW)
    with pytest.raises(NashraError, match="no key waits"):
        switch_keys(tmp_path, ED, now=NOW)
    assert states(tmp_path) == {"e2026a": KeyState.ACTIVE}


def test_a_selector_is_never_used_twice(tmp_path: Path) -> None:
    """Not even after its key was thrown away: mail on its way may still name it."""
    save_new_key(tmp_path, ED, now=NOW, selector="own")
    switch_keys(tmp_path, ED, now=NOW)
    save_new_key(tmp_path, ED, now=NOW)
    switch_keys(tmp_path, ED, now=NOW)
    (tmp_path / "own.pem").unlink()
    with pytest.raises(NashraError, match="used before"):
        save_new_key(tmp_path, ED, now=NOW, selector="own")
    with pytest.raises(DkimKeyError, match="no selector"):
        save_new_key(tmp_path, ED, now=NOW, selector="../own")


def test_selectors_follow_each_other() -> None:
    assert next_selector((), Algorithm.RSA, 2026) == "n2026a"
    assert next_selector(["n2026a", "n2026c"], Algorithm.RSA, 2026) == "n2026b"
    assert next_selector(["n2026a"], Algorithm.RSA, 2027) == "n2027a"
    letters = [f"e2026{chr(code)}" for code in range(ord("a"), ord("z") + 1)]
    assert next_selector([*letters, "e2026aa"], ED, 2026) == "e2026ab"


def test_a_crash_between_key_and_state_leaves_a_key_that_waits(tmp_path: Path) -> None:
    save_new_key(tmp_path, ED, now=NOW)
    (tmp_path / "states.json").unlink()
    assert states(tmp_path) == {"e2026a": KeyState.PUBLISHED}


def test_a_draft_that_a_crash_left_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / f"states.json.{os.getpid()}.new").write_text("half")
    save_new_key(tmp_path, ED, now=NOW)
    assert states(tmp_path) == {"e2026a": KeyState.PUBLISHED}


def test_a_key_that_is_to_sign_and_is_gone_is_told(tmp_path: Path) -> None:
    """Sending unsigned, silently, would be worse than not starting."""
    save_new_key(tmp_path, ED, now=NOW)
    switch_keys(tmp_path, ED, now=NOW)
    (tmp_path / "e2026a.pem").unlink()
    with pytest.raises(NashraError, match="is gone"):
        load_active_key(tmp_path, ED)


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": {"state": "lost", "since": "2026-11-22T00:00:00Z"}}'])
def test_states_that_cannot_be_read_are_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "states.json").write_bytes(content)
    with pytest.raises(NashraError, match="cannot be read"):
        load_keys(tmp_path)


def test_a_folder_that_cannot_be_read_or_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "dkim").write_text("")
    with pytest.raises(NashraError, match="cannot be"):
        save_new_key(tmp_path / "dkim", ED, now=NOW)
    (tmp_path / "keys" / "n2026a.pem").mkdir(parents=True)
    with pytest.raises(NashraError, match="cannot be read"):
        load_keys(tmp_path / "keys")
