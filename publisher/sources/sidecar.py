"""The sidecar of a saved page: `name.toml` beside `name.txt`, with what a page cannot know."""

import re
import tomllib
from zoneinfo import ZoneInfo

from publisher.model.reason import Reason, reason
from publisher.sources.metadata import MAX_BYTES, Metadata, parse_metadata

_LINE = re.compile(r"line (\d+)")


def sidecar_name(name: str) -> str:
    """The name of the sidecar of the page `name`: `story.txt` has `story.toml`. A path keeps its folder."""
    return re.sub(r"\.[^./]*$", "", name) + ".toml"


def parse_sidecar(data: bytes, *, file: str, zone: ZoneInfo) -> Metadata | Reason:
    """Read a sidecar: TOML 1.0 in UTF-8, the keys of `publisher.sources.metadata`. `file` names it in reasons.

    Reasons: `sources.sidecar_too_large`, `sources.sidecar_broken`, and those of `parse_metadata`.
    """
    if len(data) > MAX_BYTES:
        return reason("sources.sidecar_too_large", file=file, limit=MAX_BYTES // 1024)
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        return reason("sources.sidecar_broken", file=file, line=data.count(b"\n", 0, error.start) + 1)
    try:
        raw = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # brackets nested by the thousand exhaust the parser
        line = _LINE.search(str(error))
        return reason(
            "sources.sidecar_broken", file=file, line=int(line[1]) if line else text.count("\n") + 1
        )
    return parse_metadata(raw, file=file, zone=zone)
