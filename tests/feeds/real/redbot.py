"""redbot, the HTTP linter, over many addresses in a process of its own: its event loop owns the process it runs in."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from tests.feeds.real.served import without_nashra

_SCRIPT = """
import json, sys
from configparser import ConfigParser
import thor
from redbot.resource import HttpResource
config = ConfigParser()
config.read_dict({"redbot": {"enable_local_access": "True"}})
urls, found = sys.argv[1:], {}
def begin(url):
    resource = HttpResource(config["redbot"])
    resource.set_request(url)
    def done():
        notes = {}
        for part in (resource, *resource.subreqs.values()):
            for note in part.response.notes:
                notes[type(note).__name__] = note.level.value
        found[url] = notes
        if len(found) == len(urls):
            thor.stop()
    resource.on("check_done", done)
    resource.check()
for url in urls:
    begin(url)
thor.run()
print(json.dumps(found))
"""


@dataclass(frozen=True, slots=True)
class Notes:
    """What redbot says of one address: everything, and what it warns of or calls bad. By its names for them."""

    all: frozenset[str]
    bad: tuple[str, ...]


def lint_all(urls: Sequence[str]) -> dict[str, Notes]:
    """Ask redbot about each address."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _SCRIPT, *urls],
        env=without_nashra(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, str]] = json.loads(done.stdout.splitlines()[-1])
    return {url: _sort(notes) for url, notes in found.items()}


def _sort(notes: dict[str, str]) -> Notes:
    bad = tuple(sorted(name for name, level in notes.items() if level in ("warning", "bad")))
    return Notes(frozenset(notes), bad)
