"""Reading a stranger's JSON: whatever is not there, or is not text, is empty."""

from datetime import UTC, datetime
from typing import Any

import msgspec


def parse_json(body: bytes) -> Any:
    """The document; None where it is none, or nests deeper than anybody means."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def text_at(value: Any, *path: str) -> str:
    """The text, number or truth value under a path of keys, as text."""
    found = _follow(value, path)
    if isinstance(found, bool):
        return "true" if found else "false"
    return str(found) if isinstance(found, (str, int, float)) else ""


def list_at(value: Any, *path: str) -> list[Any]:
    """The list under a path of keys."""
    found = _follow(value, path)
    return found if isinstance(found, list) else []


def read_epoch(text: str) -> datetime | None:
    """An instant of whole Unix seconds."""
    if not (text.isascii() and text.isdigit() and len(text) <= 11):
        return None
    return datetime.fromtimestamp(int(text), UTC)


def read_iso(text: str) -> datetime | None:
    """An instant as in RFC 3339; None where it is none or has no zone."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _follow(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value
