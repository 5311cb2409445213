"""A real nginx with the configuration of docs/nginx, on a port and in a folder of its own."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CONFIGURATION = Path(__file__).parents[2] / "docs" / "nginx" / "nashra.conf"
_BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")


def require_nginx() -> str:
    """Debian's nginx with its brotli module; without them the test is skipped, in CI they are installed."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None or not _BROTLI.exists():
        pytest.skip("no nginx, or no libnginx-mod-http-brotli-static")
    return program


@contextmanager
def running_nginx(
    folder: Path, *, public: Path, upstream: int, more: str = "", push: bool = False
) -> Iterator[str]:
    """The address of an nginx that serves `public` and passes on to the port `upstream`; ended with the block.

    `more` goes into its `http` section; `push` lets it say the Link field. Its own files are in `folder`.
    """
    program, port = require_nginx(), free_port()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nginx.conf").write_text(_main(folder, _site(public, upstream, port, push=push), more))
    process = subprocess.Popen([program, "-p", str(folder), "-c", "nginx.conf", "-e", "error.log"])
    try:
        _await(port, process, folder)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _main(folder: Path, site: str, more: str) -> str:
    user = "user root;" if os.getuid() == 0 else ""
    temporary = "\n".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"load_module {_BROTLI};\n{user}\ndaemon off; worker_processes 1; pid nginx.pid;\n"
        "events { worker_connections 512; }\n"
        f"http {{\naccess_log access.log;\nkeepalive_requests 1000000;\n{temporary}\n{more}\n{site}\n}}\n"
    )


def _site(public: Path, upstream: int, port: int, *, push: bool) -> str:
    """The example with the lines an operator changes changed."""
    text = CONFIGURATION.read_text()
    changes = {
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{upstream};",
        "listen 80;": f"listen 127.0.0.1:{port};",
        "root /var/lib/nashra/public;": f"root {public};",
    }
    for before, after in changes.items():
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return _take_push_in(text) if push else text


def _take_push_in(text: str) -> str:
    """As an operator with [push] does: the commented lines of the map, and the one that uses it."""
    text, maps = re.subn(
        r"(?ms)^# map \$uri \$nashra_link .*?^# \}$", lambda found: re.sub("(?m)^# ?", "", found[0]), text
    )
    text, uses = re.subn("# (?=add_header Link )", "", text)
    assert (maps, uses) == (1, 1)
    return text


def _await(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    """Until it listens and has said its number, which it does a moment later."""
    said = folder / "nginx.pid"
    for _ in range(200):
        if process.poll() is not None:
            raise AssertionError(f"nginx ended: {(folder / 'error.log').read_text()}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
            continue
        if said.exists() and said.read_text().strip():
            return
        time.sleep(0.02)
    raise AssertionError("nginx does not listen")
