"""Builders of what the tests of this room read."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from publisher.model.article import Parsed, Quarantined
from publisher.model.site import Site
from publisher.sources.markdown import parse_markdown
from publisher.sources.origin import Origin
from publisher.sources.saved_page import parse_saved_page

NOW = datetime(2025, 11, 22, 12, 0, tzinfo=UTC)
BAGHDAD = ZoneInfo("Asia/Baghdad")
SEEDS = Path(__file__).parents[2] / "seeds"
DATA = Path(__file__).parents[1] / "data"


def site(**changes: object) -> Site:
    """A site in Arabic on Baghdad's clock."""
    given: dict[str, object] = {
        "title": "نشرة",
        "home": "https://news.example",
        "base_url": "https://news.example/nashra",
        "language": "ar",
        "timezone": BAGHDAD,
    }
    return Site(**(given | changes))  # type: ignore[arg-type]


def origin(key: str, **changes: object) -> Origin:
    """A document of the source `desk`, read at `NOW`."""
    return Origin(source="desk", key=key, site=site(**changes), now=NOW)


def read_page(
    text: str | bytes, sidecar: str | bytes | None = None, **changes: object
) -> Parsed | Quarantined:
    """A saved page from text, with or without its sidecar."""
    data = text.encode() if isinstance(text, str) else text
    beside = sidecar.encode() if isinstance(sidecar, str) else sidecar
    return parse_saved_page(data, origin("story.txt", **changes), sidecar=beside)


def read_markdown(text: str | bytes, **changes: object) -> Parsed | Quarantined:
    """A Markdown document from text."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    return parse_markdown(data, origin("story.md", **changes))


def parsed(result: Parsed | Quarantined) -> Parsed:
    """The article, or a failed test that names the reason."""
    assert isinstance(result, Parsed), result
    return result


def held(result: Parsed | Quarantined) -> str:
    """The reason's key, or a failed test."""
    assert isinstance(result, Quarantined), result
    return result.reason.key


def document(body: str = "نص الخبر كاملاً.", **stated: str) -> str:
    """A Markdown document with title and date, and whatever else is stated."""
    head = {"title": "عنوان", "date": "2025-11-01T15:15:00+03:00"} | stated
    lines = "\n".join(f"{key}: {value}" for key, value in head.items())
    return f"---\n{lines}\n---\n\n{body}\n"
