"""The true length of files that go with an article: measured, where the file is here.

A feed that names a wrong length breaks players; one that names none is only slower to show. So a length is what the
file has, or what a person states of a file elsewhere, or nothing.
"""

from dataclasses import replace
from pathlib import Path

from publisher.model.article import Parsed
from publisher.model.media import Enclosure
from publisher.model.reason import Reason, reason


def measure_enclosures(parsed: Parsed, *, root: Path, beside: Path) -> Parsed | Reason:
    """The document with the lengths of its local files, whose paths count from the document `beside` and stay inside
    `root`. Reasons: `sources.enclosure_missing`, `sources.enclosure_empty`, `sources.enclosure_size` where another
    length is stated.
    """
    measured = [_measure(item, root, beside) for item in parsed.enclosures]
    wrong = next((item for item in measured if isinstance(item, Reason)), None)
    if wrong is not None:
        return wrong
    return replace(parsed, enclosures=tuple(item for item in measured if isinstance(item, Enclosure)))


def _measure(enclosure: Enclosure, root: Path, beside: Path) -> Enclosure | Reason:
    if enclosure.file is None:
        return enclosure
    place = beside.parent / enclosure.file
    try:
        is_inside = place.resolve(strict=True).is_relative_to(root.resolve())
        size = place.stat().st_size if is_inside and place.is_file() else None
    except (OSError, RuntimeError, ValueError):
        size = None
    if size is None:
        return reason("sources.enclosure_missing", name=enclosure.file)
    if size == 0:
        return reason("sources.enclosure_empty", name=enclosure.file)
    if enclosure.size_bytes not in (None, size):
        stated = enclosure.size_bytes or 0
        return reason("sources.enclosure_size", name=enclosure.file, size=size, stated=stated)
    return replace(enclosure, size_bytes=size)
