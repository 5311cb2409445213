"""publisher.mail.maildir_intake: nothing is deleted, whatever happens."""

from pathlib import Path

import pytest

from publisher.mail.intake import HEAD_OCTETS, MAX_MAIL_OCTETS
from publisher.mail.maildir_intake import Pass, look_at_maildir, take_maildir
from tests.mail.taker import Taker


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("new", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


def put(folder: Path, name: str, text: str) -> None:
    (folder / "new" / name).write_text(text)


def names(folder: Path) -> set[str]:
    return {f"{path.parent.name}/{path.name}" for path in folder.rglob("*") if path.is_file()}


def test_what_was_taken_is_seen_and_what_is_for_a_person_is_flagged(folder: Path) -> None:
    put(folder, "1.a.host", "bounce")
    put(folder, "2.b.host:2,", "a letter")
    taker = Taker()
    assert take_maildir(folder, taker) == Pass(recognised=1, kept=1, left=0)
    assert names(folder) == {"cur/1.a.host:2,S", "cur/2.b.host:2,FS"}
    assert taker.taken == [b"bounce", b"a letter"]
    assert take_maildir(folder, taker) == Pass(recognised=0, kept=0, left=0)


def test_what_cannot_be_taken_stays_and_does_not_hold_the_others_up(folder: Path) -> None:
    put(folder, "1.a", "poison")
    put(folder, "2.b", "bounce")
    assert take_maildir(folder, Taker()) == Pass(recognised=1, kept=0, left=1)
    assert names(folder) == {"new/1.a", "cur/2.b:2,S"}


def test_a_crash_before_the_move_means_once_more(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(folder, "1.a", "bounce")
    taker = Taker()

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", die)
        with pytest.raises(KeyboardInterrupt):
            take_maildir(folder, taker)
    take_maildir(folder, taker)
    assert taker.taken == [b"bounce"] * 2
    assert names(folder) == {"cur/1.a:2,S"}


def test_of_one_too_large_the_head_is_kept_and_the_whole_stays_flagged(folder: Path) -> None:
    octets = b"Subject: bounce\n\n" + b"x" * MAX_MAIL_OCTETS
    (folder / "new" / "1.a:2,").write_bytes(octets)
    put(folder, "2.b", "bounce")
    taker = Taker()
    assert take_maildir(folder, taker) == Pass(recognised=1, kept=1, left=0)
    assert taker.taken == [b"bounce"]
    assert taker.heads == [(octets[:HEAD_OCTETS], len(octets), f"maildir {folder}, file 1.a")]
    assert names(folder) == {"cur/1.a:2,FS", "cur/2.b:2,S"}
    assert (folder / "cur" / "1.a:2,FS").stat().st_size == len(octets)


def test_one_too_large_whose_head_cannot_be_kept_stays(folder: Path) -> None:
    (folder / "new" / "1.a").write_bytes(b"poison" + b"x" * MAX_MAIL_OCTETS)
    assert take_maildir(folder, Taker()) == Pass(recognised=0, kept=0, left=1)
    assert names(folder) == {"new/1.a"}


def test_one_of_the_very_limit_is_read(folder: Path) -> None:
    (folder / "new" / "1.a").write_bytes(b"bounce".ljust(MAX_MAIL_OCTETS))
    assert take_maildir(folder, Taker()) == Pass(recognised=1, kept=0, left=0)


def test_links_and_hidden_files_are_left_alone(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("bounce")
    (folder / "new" / "1.link").symlink_to(secret)
    put(folder, ".hidden", "bounce")
    assert take_maildir(folder, Taker()) == Pass(recognised=0, kept=0, left=0)


def test_a_folder_that_is_no_maildir_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        take_maildir(tmp_path, Taker())


def test_a_look_that_is_asked_to_end_leaves_the_rest_as_it_is(tmp_path: Path) -> None:
    for name in ("cur", "new"):
        (tmp_path / name).mkdir()
    for n in range(3):
        (tmp_path / "new" / f"{n}.x").write_bytes(b"bounce")
    taker = Taker()
    assert take_maildir(tmp_path, taker, goes_on=lambda: not taker.taken).recognised == 1
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["1.x", "2.x"]


def test_looking_says_what_is_wrong_and_changes_nothing(tmp_path: Path) -> None:
    assert look_at_maildir(tmp_path) == "is no Maildir: it has no folder new"
    (tmp_path / "new").mkdir()
    assert look_at_maildir(tmp_path) == ""
    (tmp_path / "cur").write_text("a file in its place")
    assert look_at_maildir(tmp_path) == f"{tmp_path / 'cur'} cannot be read and written by this account"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cur", "new"]
