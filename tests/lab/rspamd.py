"""rspamd with Debian's own rules, in folders of its own, asking our name server.

Its modules are as they are shipped: block lists, fuzzy sums and reputation ask names that our zone does not know, so
they find nothing and nothing leaves the machine. Only the list of public suffixes is a short one, since compiling the
real one takes rspamd a quarter of a minute.
"""

import json
import os
import shutil
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.lab.arrived import Arrived
from tests.lab.daemon import free_port, running
from tests.lab.newsroom import RELAY
from tests.lab.programs import require_program

_USER = "_rspamd"
_FOLDERS = {"LOCAL_CONFDIR": ".", "DBDIR": "db", "RUNDIR": "run", "LOGDIR": "log"}
_SUFFIXES = "com\nexample\niq\nnet\norg\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What rspamd thinks of a mail. `symbols` are the rules that spoke, with their share of the score."""

    score: float
    symbols: Mapping[str, float]

    def describe(self) -> str:
        """Score and symbols, those that cost something first."""
        said = sorted(self.symbols.items(), key=lambda item: -item[1])
        return f"{self.score:+.2f} " + " ".join(f"{name}={share:+.2f}" for name, share in said if share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rspamd:
    """A running one."""

    port: int

    def judge(self, mail: Arrived, *, address: str, name: str = RELAY) -> Judgement:
        """Ask as a mail server does that has the mail from a relay of that address and name."""
        headers = {
            "IP": address,
            "Helo": name,
            "Hostname": name,
            "From": mail.return_path,
            "Rcpt": mail.to.encode().decode("latin-1"),  # http.client writes headers in that
        }
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/checkv2", mail.as_received(address=address, name=name), headers
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
            said = json.load(answer)
        symbols = {key: float(symbol["score"]) for key, symbol in said["symbols"].items()}
        return Judgement(score=float(said["score"]), symbols=symbols)


@contextmanager
def running_rspamd(folder: Path, *, dns_port: int) -> Iterator[Rspamd]:
    """Start one whose files are in `folder`, which it makes."""
    port = free_port()
    _lay_out(folder, port=port, dns_port=dns_port)
    as_whom = ("-u", _USER, "-g", _USER) if os.geteuid() == 0 else ()
    places = [f"--var={name}={folder / place}" for name, place in _FOLDERS.items()]
    words = (require_program("rspamd"), "-f", *as_whom, "-c", "/etc/rspamd/rspamd.conf", *places)
    with running(words, port=port, log=folder / "rspamd.log"):
        yield Rspamd(port=port)


def _lay_out(folder: Path, *, port: int, dns_port: int) -> None:
    folder.mkdir(mode=0o755)
    for place in _FOLDERS.values():
        (folder / place).mkdir(exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(folder / place, _USER, _USER)
    local = folder / "local.d"
    local.mkdir()
    (folder / "suffixes").write_text(_SUFFIXES)
    (local / "options.inc").write_text(
        f'dns {{ nameserver = ["127.0.0.1:{dns_port}"]; retransmits = 2; }}\n'
        f'url_tld = "{folder}/suffixes";\ndisable_hyperscan = true;\n'
    )
    (local / "worker-normal.inc").write_text(f'bind_socket = "127.0.0.1:{port}";\ncount = 1;\n')
    for worker in ("controller", "proxy", "fuzzy"):
        (local / f"worker-{worker}.inc").write_text("enabled = false;\n")
    (local / "logging.inc").write_text('type = "console";\nlevel = "warning";\n')
