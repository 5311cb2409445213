"""publisher.wiring.folder"""

import os
import signal
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from publisher.store.database import open_database
from publisher.store.migrate import migrate
from publisher.wiring import folder as folder_module
from publisher.wiring.folder import DataFolder, FolderError, FolderInUseError, is_held

HOLD = """
import sys
from pathlib import Path
from publisher.wiring.folder import DataFolder
with DataFolder(Path(sys.argv[1]), lock=True):
    print("held", flush=True)
    sys.stdin.read()
"""


def rights(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def hold(folder: Path) -> subprocess.Popen[str]:
    """Another process that holds the folder until its standard input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_lock_is_refused_with_a_sentence_that_names_the_first(tmp_path: Path) -> None:
    with DataFolder(tmp_path, lock=True), pytest.raises(FolderInUseError) as refused:
        DataFolder(tmp_path, lock=True)
    assert str(refused.value) == f"Another Nashra (process {os.getpid()}) already runs on {tmp_path}."
    assert refused.value.next_step


def test_the_lock_ends_with_its_process_however_that_dies(tmp_path: Path) -> None:
    process = hold(tmp_path)
    with process:
        with pytest.raises(FolderInUseError, match=f"process {process.pid}"):
            DataFolder(tmp_path, lock=True)
        process.send_signal(signal.SIGKILL)
    DataFolder(tmp_path, lock=True).close()


def test_a_lock_whose_holder_has_not_said_its_name_yet_is_refused_all_the_same(tmp_path: Path) -> None:
    with DataFolder(tmp_path, lock=True):
        (tmp_path / "nashra.lock").write_text("")
        with pytest.raises(FolderInUseError, match="process unknown"):
            DataFolder(tmp_path, lock=True)


def test_closing_lets_the_next_one_in_and_may_be_repeated(tmp_path: Path) -> None:
    first = DataFolder(tmp_path, lock=True)
    first.close()
    first.close()
    with DataFolder(tmp_path, lock=True):
        pass


def test_a_command_works_beside_the_process_that_holds_the_folder(tmp_path: Path) -> None:
    with DataFolder(tmp_path, lock=True), DataFolder(tmp_path, lock=False) as beside:
        assert len(beside.load_secret()) == 32


def test_whether_somebody_holds_a_folder_is_seen_without_making_anything(tmp_path: Path) -> None:
    assert not is_held(tmp_path)
    assert list(tmp_path.iterdir()) == []
    with DataFolder(tmp_path, lock=True):
        assert is_held(tmp_path)
        assert is_held(tmp_path)
    assert not is_held(tmp_path)
    DataFolder(tmp_path, lock=True).close()


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(FolderError, match="cannot be used") as refused:
            DataFolder(path, lock=False)
        assert refused.value.next_step


def test_places_in_the_folder(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "new" / "data", lock=False)
    assert folder.path.is_dir()
    places = (folder.database, folder.feeds, folder.mailbox, folder.secret)
    assert [place.relative_to(folder.path).as_posix() for place in places] == [
        "nashra.db",
        "public/feeds",
        "mailbox",
        "secret.key",
    ]


def test_database_and_the_files_beside_it_are_their_owners_only(tmp_path: Path) -> None:
    """They hold addresses."""
    folder = DataFolder(tmp_path, lock=False)
    database = open_database(folder.ensure_database())
    migrate(database)
    files = sorted(tmp_path.glob("nashra.db*"))
    assert [file.name for file in files] == ["nashra.db", "nashra.db-shm", "nashra.db-wal"]
    assert {rights(file) for file in files} == {0o600}
    assert folder.ensure_database().stat().st_size > 0, "a database that is there is left alone"
    database.close()


def test_a_database_that_cannot_be_opened_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "nashra.db").mkdir()
    with pytest.raises(FolderError, match=r"nashra\.db cannot be used"):
        DataFolder(tmp_path, lock=False).ensure_database()


def test_the_secret_is_made_once_for_its_owner_only_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path, lock=False)
    secret = folder.load_secret()
    assert len(secret) == 32
    assert DataFolder(tmp_path, lock=False).load_secret() == secret
    assert rights(folder.secret) == 0o600
    assert list(tmp_path.iterdir()) == [folder.secret]
    assert DataFolder(tmp_path / "other", lock=False).load_secret() != secret


def test_two_that_start_at_once_get_the_same_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All have found no secret before any of them has made one."""
    together = threading.Barrier(4)
    make = folder_module._make_secret

    def wait_and_make(file: Path) -> bytes:
        together.wait(5)
        return make(file)

    monkeypatch.setattr(folder_module, "_make_secret", wait_and_make)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: DataFolder(tmp_path, lock=False).load_secret(), range(4)))
    assert len(set(found)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["secret.key"]


def test_what_a_crash_left_does_not_stop_the_next_start(tmp_path: Path) -> None:
    """In a container every start has the same process number, so a draft named after it would be in the way."""
    for number in (1, os.getpid()):
        (tmp_path / f"secret.{number}.new").write_bytes(b"half")
    assert len(DataFolder(tmp_path, lock=False).load_secret()) == 32


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_secret_of_the_wrong_length_is_refused(tmp_path: Path, size: int) -> None:
    """It is not replaced: links in mails already sent depend on the right one."""
    (tmp_path / "secret.key").write_bytes(b"x" * size)
    with pytest.raises(FolderError, match=f"holds {size} octets instead of 32") as refused:
        DataFolder(tmp_path, lock=False).load_secret()
    assert "backup" in refused.value.next_step
    assert (tmp_path / "secret.key").stat().st_size == size


def test_a_secret_that_cannot_be_read_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "secret.key").mkdir()
    with pytest.raises(FolderError, match=r"secret\.key cannot be used"):
        DataFolder(tmp_path, lock=False).load_secret()
