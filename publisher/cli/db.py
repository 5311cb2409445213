"""`nashra db`: the database: its revision, bringing it up, a backup."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from publisher.cli.house import load
from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import say, tell, tell_json
from publisher.model.errors import NashraError
from publisher.store.backup import copy_database
from publisher.store.database import open_database
from publisher.store.migrate import load_revision
from publisher.store.migrate import migrate as bring_up
from publisher.wiring.folder import DataFolder

app = App(name="db", help="Show the database's revision, bring it up to this version, back it up.")


@app.command
def status(*, settings: SettingsOption = SETTINGS, json: JsonOption = False) -> None:
    """Show where the database is and whether it fits this version. Changes nothing."""
    path = DataFolder(load(settings).data, lock=False).database
    revision, wanted = _revision(path)
    if json:
        tell_json({"file": path, "revision": revision, "wanted": wanted})
    else:
        tell(f"{path}: revision {revision or 'none yet'}, this version wants {wanted}")
    if revision not in (None, wanted):
        raise NashraError("the database is of another version", next_step="nashra db migrate")


@app.command
def migrate(*, settings: SettingsOption = SETTINGS) -> None:
    """Bring the database up to this version. `serve` and every other command do this by themselves."""
    database = open_database(DataFolder(load(settings).data, lock=False).database)
    try:
        before, after = bring_up(database)
    finally:
        database.close()
    say(
        f"already at revision {after}"
        if before == after
        else f"brought from {before or 'nothing'} to {after}"
    )


@app.command
def backup(
    file: Annotated[Path, Parameter(help="The file to write; it must not exist.")],
    /,
    *,
    settings: SettingsOption = SETTINGS,
) -> None:
    """Write a whole copy of the database, also while Nashra runs. It holds addresses: keep it safe."""
    folder = DataFolder(load(settings).data, lock=False)
    if not folder.database.exists():
        raise NashraError(f"there is no database in {folder.path} yet", next_step="nashra ingest")
    database = open_database(folder.database)
    try:
        copy_database(database, file)
    finally:
        database.close()
    tell(str(file))
    say(
        f"keep {folder.path / 'secret.key'} apart from it: without that file, links in sent mails stop working"
    )


def _revision(path: Path) -> tuple[str | None, str]:
    database = open_database(path)
    try:
        return load_revision(database)
    finally:
        database.close()
