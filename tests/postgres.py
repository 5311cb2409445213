"""A PostgreSQL server for the tests: started once a session from the machine's binaries, in a folder of its own.

It listens on a Unix socket in that folder only. As root it runs under the `postgres` account, since PostgreSQL refuses
to run as root; without binaries the tests that need it are skipped, which CI counts as a failure.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def find_binaries() -> Path | None:
    """The folder of `initdb` and `pg_ctl`: Debian keeps them outside PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    folders = [*debian, *([Path(on_path).resolve().parent] if on_path else [])]
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


@contextmanager
def running_server(binaries: Path) -> Iterator[str]:
    """Start a throw-away server; yields the URL of its `postgres` database, without a name of a database at its end."""
    base = Path(tempfile.mkdtemp(prefix="nashra-pg-"))
    if os.geteuid() == 0:
        shutil.chown(base, "postgres", "postgres")
    data = base / "data"
    try:
        _run(
            binaries / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
            "--locale=C",
        )
        options = f"-c listen_addresses='' -c unix_socket_directories={base} -c fsync=off"
        _run(binaries / "pg_ctl", "-D", data, "-w", "-l", base / "log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://postgres@/{{name}}?host={base}"
        finally:
            _run(binaries / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(base, ignore_errors=True)


def restart_server(binaries: Path, url: str) -> None:
    """Restart the server of that URL as after a crash: what is not committed is gone, and every connection breaks."""
    base = Path(url.partition("?host=")[2])
    _run(binaries / "pg_ctl", "-D", base / "data", "-w", "-m", "immediate", "-l", base / "log", "restart")


def _run(*command: object) -> None:
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        words = ["runuser", "-u", "postgres", "--", *words]
    done = subprocess.run(
        words,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}\n{done.stdout}")
