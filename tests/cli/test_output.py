"""What commands write."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.cli.output import say, tell, tell_json, tell_json_line
from publisher.model.reason import Reason

VALUE = {
    "half \ud83d": ("\udc00", ["سلام \ud800"]),
    "at": datetime(2026, 11, 22, tzinfo=UTC),
    "path": Path("a"),
    "reason": Reason(key="\udfff", arguments={"count": 3}),
    "none": None,
}
SHOWN = {
    "half \\ud83d": ["\\udc00", ["سلام \\ud800"]],
    "at": "2026-11-22T00:00:00Z",
    "path": "a",
    "reason": {"key": "\\udfff", "arguments": {"count": 3}},
    "none": None,
}
"""Half a character is shown by its number, everything else as ever."""


def test_half_a_character_never_stops_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON that somebody else wrote may hold one (RFC 8259 section 8.2), and a file's name on Linux."""
    tell("سلام \ud800")
    say("سلام \udcff")
    assert capsys.readouterr() == ("سلام \\ud800\n", "سلام \\udcff\n")
    tell_json(VALUE)
    assert json.loads(capsys.readouterr().out) == SHOWN
    tell_json_line(VALUE)
    out = capsys.readouterr().out
    assert (out.count("\n"), json.loads(out)) == (1, SHOWN)
