"""Opening a newsroom for one command, beside a running Nashra or without one."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from publisher.engine.rows_only import RowsOnly
from publisher.model.errors import UsageError
from publisher.settings import Settings, load_settings
from publisher.wiring.folder import DataFolder
from publisher.wiring.newsroom import House, open_house


def load(settings: Path) -> Settings:
    """The settings, with the process's environment over them. Raises SettingsError with every fault."""
    return load_settings(settings, os.environ)


@contextmanager
def opened(settings: Path) -> Iterator[House]:
    """A newsroom for one command. What it asks for in rows, a running Nashra does within one sweep."""
    loaded = load(settings)
    with (
        DataFolder(loaded.data, lock=False) as folder,
        open_house(loaded, folder=folder, dispatcher=RowsOnly()) as house,
    ):
        yield house


def require_newsletter(slug: str | None, known: Iterable[str]) -> None:
    """Raises UsageError where a newsletter is named that is not among the known slugs."""
    slugs = sorted(known)
    if slug is not None and slug not in slugs:
        step = (
            f"--newsletter with one of: {', '.join(slugs)}"
            if slugs
            else "add a [[newsletter]] to nashra.toml"
        )
        raise UsageError(f'there is no newsletter "{slug}"', next_step=step)
