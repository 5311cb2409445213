"""What a command writes: results to stdout, talk to stderr, so that stdout can be piped.

A document of somebody else's can hold half a character (in JSON a lone surrogate, `"\\ud800"`), which no encoding
writes: it is shown by its number, `\\ud800`.
"""

import sys
from pathlib import Path
from typing import Any

import msgspec


def tell(text: str) -> None:
    """A result for people, on stdout."""
    print(_writable(text))


def tell_json(value: Any) -> None:
    """A result for scripts: one JSON document on stdout.

    Takes what msgspec encodes (dataclasses, enums, aware datetimes: RFC 8259, RFC 3339) and paths.
    """
    print(msgspec.json.format(_encode(value), indent=2).decode("utf-8"))


def tell_json_line(value: Any) -> None:
    """The same on one line, where a script reads many results as they come."""
    print(_encode(value).decode("utf-8"))


def _encode(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value, enc_hook=_encode_path)
    except UnicodeEncodeError:
        plain = msgspec.to_builtins(value, enc_hook=_encode_path, builtin_types=(), str_keys=True)
        return msgspec.json.encode(_make_writable(plain))


def _make_writable(value: Any) -> Any:
    match value:
        case str():
            return _writable(value)
        case dict():
            return {_writable(key): _make_writable(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_make_writable(inner) for inner in value]
    return value


def _writable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _encode_path(value: Any) -> str:
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def say(text: str) -> None:
    """Talk, on stderr: progress, warnings, what to do next."""
    print(_writable(text), file=sys.stderr)


def say_error(sentence: str, *, next_step: str = "") -> None:
    """Why it failed, in one line, and what to do in another."""
    say(f"nashra: {sentence}")
    if next_step:
        say(f"  next: {next_step}")
