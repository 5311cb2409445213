"""JSON of strangers: read whole within a limit, and asked for what it should hold without trusting that it does."""

from collections.abc import Mapping
from typing import Any, BinaryIO

import msgspec

from publisher.model.reason import reason
from publisher.sources.moving.entry import UnreadableError

MAX_BYTES = 256 * 1024 * 1024
"""Of a JSON document, at most: it has to be in memory whole. A Ghost export of 20,000 articles has about 200 MB."""


def load_json(stream: BinaryIO) -> Mapping[str, Any]:
    """The document. Raises UnreadableError (`moving.too_large`, `moving.broken_json`, `moving.unknown`)."""
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UnreadableError(reason("moving.too_large", limit=MAX_BYTES // 1024 // 1024))
    try:
        document = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableError(reason("moving.broken_json", detail=str(error)[:160])) from error
    if not isinstance(document, dict):
        raise UnreadableError(reason("moving.unknown", found="JSON"))
    return document


def text_in(fields: Mapping[str, Any], name: str) -> str:
    """The text of a field without blanks around it; empty where there is none."""
    value = fields.get(name)
    return value.strip() if isinstance(value, str) else ""


def find_maps(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list; none where it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
