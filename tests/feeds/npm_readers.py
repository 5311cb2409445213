"""The readers of npm, feedsmith and rss-parser, over many documents in one process of Node.

What they need is pinned in tests/npm, and `./dev` installs it into .venv/npm.
"""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.feeds.read_back import Read, parse_moment

_ROOT = Path(__file__).parents[2]
_SCRIPT = _ROOT / "tests" / "npm" / "readers.mjs"
_INSTALLED = _ROOT / ".venv" / "npm"
needs_npm = pytest.mark.skipif(
    shutil.which("node") is None or not (_INSTALLED / "made-from").exists(),
    reason="no readers of npm here: ./dev installs them where there is npm",
)
Found = dict[str, dict[str, list[Read]]]
"""Reader -> name of the document -> its entries."""


def read_all(folder: Path, documents: Mapping[str, bytes]) -> Found:
    """Documents by names that end in their format, as files of this folder. rss-parser reads no JSON Feed."""
    for name, data in documents.items():
        (folder / name).write_bytes(data)
    done = subprocess.run(
        ["node", "--input-type=module", "-", *(str(folder / name) for name in documents)],
        input=_SCRIPT.read_bytes(),
        cwd=_INSTALLED,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return {
        reader: {Path(file).name: _read(entries) for file, entries in files.items()}
        for reader, files in json.loads(done.stdout).items()
    }


def _read(entries: Sequence[Mapping[str, Any]]) -> list[Read]:
    return [
        Read(
            id=entry["id"],
            title=entry["title"],
            link=entry["link"],
            published_at=parse_moment(entry["published"]),
            content=entry["content"],
        )
        for entry in entries
    ]
