"""A folder as a source: every saved page and Markdown document below it.

Promise: one document never stops the rest. Whatever is wrong with it (its bytes, its rights, its name, a link that
leads out of the folder) becomes a `Quarantined` with a reason, and the next one is read.
"""

import logging
import os
import stat
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from publisher.model.article import Parsed, Quarantined
from publisher.model.reason import Reason, reason
from publisher.model.site import Site
from publisher.sources.decoding import MAX_BYTES, too_large
from publisher.sources.markdown import parse_markdown
from publisher.sources.measure import measure_enclosures
from publisher.sources.origin import Origin
from publisher.sources.saved_page import parse_saved_page
from publisher.sources.sidecar import sidecar_name

_log = logging.getLogger(__name__)


def read_folder(path: Path, *, slug: str, site: Site, now: datetime) -> Iterator[Parsed | Quarantined]:
    """Read every document below `path`, in the order of their keys' octets.

    A document's key is its path below `path`, with `/`. Known endings are `.txt`, `.md` and `.markdown`, in any case;
    everything else, dot files and folders, and `README*` are passed over. A sidecar belongs to its page. Links
    may point to files within the folder; linked folders are not entered. Never raises for what is in the folder.
    """
    root = Origin(source=slug, key=".", site=site, now=now)
    if not path.is_dir():
        yield root.quarantine(reason("sources.folder_missing", path=_show(str(path))))
        return
    for key, place in _list_documents(path):
        shown = _show(key)
        origin = Origin(source=slug, key=shown, site=site, now=now)
        if shown != key:
            yield origin.quarantine(reason("sources.name_unreadable", name=shown))
        elif isinstance(place, Reason):
            yield origin.quarantine(place)
        else:
            yield _read_document(path, place, origin)


def _list_documents(root: Path) -> Iterator[tuple[str, Path | Reason]]:
    """Keys and places of all documents; a folder that cannot be listed stands with its reason."""
    found: list[tuple[str, Path | Reason]] = []
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            found.append((folder.relative_to(root).as_posix(), _why_unreadable(error)))
            continue
        for entry in entries:
            if entry.name.startswith(".") or entry.name.upper().startswith("README"):
                continue
            place = folder / entry.name
            if entry.is_dir(follow_symlinks=False):
                folders.append(place)
            elif place.suffix.lower() in _FORMATS:
                found.append((place.relative_to(root).as_posix(), place))
    yield from sorted(found, key=lambda pair: os.fsencode(pair[0]))


def _read_document(root: Path, place: Path, origin: Origin) -> Parsed | Quarantined:
    try:
        read = _FORMATS[place.suffix.lower()](root, place, origin)
        if isinstance(read, Quarantined) or not read.enclosures:
            return read
        measured = measure_enclosures(read, root=root, beside=place)
        return origin.quarantine(measured) if isinstance(measured, Reason) else measured
    except Exception as error:  # the promise above: a defect of ours costs one document, and says so
        _log.exception("document not read", extra={"source": origin.source, "document": origin.key})
        return origin.quarantine(reason("sources.unexpected", error=type(error).__name__))


def _read_page(root: Path, place: Path, origin: Origin) -> Parsed | Quarantined:
    data = _load(root, place)
    if isinstance(data, Reason):
        return origin.quarantine(data)
    beside = place.with_name(sidecar_name(place.name))
    if not os.path.lexists(beside):
        return parse_saved_page(data, origin)
    sidecar = _load(root, beside)
    if isinstance(sidecar, Reason):
        return origin.quarantine(sidecar)
    return parse_saved_page(data, origin, sidecar=sidecar)


def _read_markdown(root: Path, place: Path, origin: Origin) -> Parsed | Quarantined:
    data = _load(root, place)
    return origin.quarantine(data) if isinstance(data, Reason) else parse_markdown(data, origin)


_FORMATS: dict[str, Callable[[Path, Path, Origin], Parsed | Quarantined]] = {
    ".txt": _read_page,
    ".md": _read_markdown,
    ".markdown": _read_markdown,
}
"""By ending, in lower case. A new format is a module and a line here."""


def _load(root: Path, place: Path) -> bytes | Reason:
    """The octets of a regular file inside `root`, never more than `MAX_BYTES` of them; else the reason."""
    try:
        if not place.resolve(strict=True).is_relative_to(root.resolve()):
            return reason("sources.link_outside", name=place.name)
        # Not blocking: opening a named pipe would wait for a writer for ever.
        descriptor = os.open(place, os.O_RDONLY | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                return reason("sources.not_a_file", name=place.name)
            if found.st_size > MAX_BYTES:
                return too_large(found.st_size)
            data = file.read(MAX_BYTES + 1)
    except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
        return _why_unreadable(error)
    return data if len(data) <= MAX_BYTES else too_large(len(data))


def _why_unreadable(error: Exception) -> Reason:
    match error:
        case FileNotFoundError():
            return reason("sources.vanished")
        case PermissionError():
            return reason("sources.no_permission")
        case _:
            return reason(
                "sources.unreadable", error=str(getattr(error, "strerror", "")) or type(error).__name__
            )


def _show(name: str) -> str:
    """`name` as text that can be shown: octets that are no UTF-8 and control characters become U+FFFD."""
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join(char if char.isprintable() or char == "\u200c" else "\ufffd" for char in text)
