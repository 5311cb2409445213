"""What a command writes: results to stdout, talk to stderr, so that stdout can be piped."""

import sys
from pathlib import Path
from typing import Any

import msgspec


def tell(text: str) -> None:
    """A result for people, on stdout."""
    print(text)


def tell_json(value: Any) -> None:
    """A result for scripts: one JSON document on stdout.

    Takes what msgspec encodes (dataclasses, enums, aware datetimes: RFC 8259, RFC 3339) and paths.
    """
    document = msgspec.json.encode(value, enc_hook=_encode_path)
    print(msgspec.json.format(document, indent=2).decode("utf-8"))


def tell_json_line(value: Any) -> None:
    """The same on one line, where a script reads many results as they come."""
    print(msgspec.json.encode(value, enc_hook=_encode_path).decode("utf-8"))


def _encode_path(value: Any) -> str:
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def say(text: str) -> None:
    """Talk, on stderr: progress, warnings, what to do next."""
    print(text, file=sys.stderr)


def say_error(sentence: str, *, next_step: str = "") -> None:
    """Why it failed, in one line, and what to do in another."""
    say(f"nashra: {sentence}")
    if next_step:
        say(f"  next: {next_step}")
