"""What the tests of this folder read with."""

from collections.abc import Collection
from functools import partial
from io import BytesIO

from publisher.model.article import Parsed
from publisher.sources.moving.accept import accept_entry
from publisher.sources.moving.entry import FormerEntry, Onward, UnreadableError
from publisher.sources.moving.read import Terms, read_entries
from tests.sources.build import DATA, origin

HOME = "https://tide.example"


def read(
    document: str | bytes, kinds: Collection[str] = ("post",), *, address: str = ""
) -> list[FormerEntry | Onward]:
    """Everything in a document, which was had from `address`."""
    data = document.encode() if isinstance(document, str) else document
    return list(read_entries(partial(BytesIO, data), Terms(home=HOME, kinds=kinds, address=address)))


def entries(
    document: str | bytes, kinds: Collection[str] = ("post",), *, address: str = ""
) -> list[FormerEntry]:
    """The entries of a document."""
    return [found for found in read(document, kinds, address=address) if isinstance(found, FormerEntry)]


def entries_of(name: str, folder: str = "feeds") -> list[FormerEntry]:
    """The entries of a file of the tests."""
    return entries((DATA / folder / name).read_bytes())


def onward(document: str | bytes) -> list[str]:
    """Where a document leads on to."""
    return [found.address for found in read(document) if isinstance(found, Onward)]


def refused(document: str | bytes) -> tuple[str, dict[str, str | int]]:
    """The reason why a document cannot be read."""
    try:
        read(document)
    except UnreadableError as error:
        return error.reason.key, dict(error.reason.arguments)
    raise AssertionError("it could be read")


def accepted(entry: FormerEntry, **more: str) -> Parsed:
    """The article of an entry, or a failed test that names the reason."""
    found = accept_entry(entry, origin(entry.guid), **more)
    assert isinstance(found, Parsed), found
    return found
