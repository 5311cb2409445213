"""`nashra db`: the database: its revision, bringing it up, a backup."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from publisher.cli.house import load
from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import say, tell, tell_json
from publisher.model.errors import NashraError
from publisher.store.backup import copy_database
from publisher.store.migrate import load_revision
from publisher.store.opening import load_standing, opened_database
from publisher.wiring.folder import DataFolder, database_of, secret_of

app = App(name="db", help="Show the database's revision, bring it up to this version, back it up.")


@app.command
def status(*, settings: SettingsOption = SETTINGS, json: JsonOption = False) -> None:
    """Show where the database is, whether it is whole and whether it fits this version. Changes nothing.

    Ends with 1 where it cannot be used as it is.
    """
    standing = load_standing(_require_database(settings))
    if json:
        tell_json(standing)
    else:
        tell(f"{standing.file}: revision {standing.revision or 'none'}, this version wants {standing.wanted}")
    if standing.damage:
        raise NashraError(f"the database is damaged: {standing.damage}", next_step="restore a backup")
    if not standing.is_known:
        raise NashraError(
            "a newer Nashra wrote this database", next_step="install that version again, or restore a backup"
        )
    if standing.revision != standing.wanted:
        raise NashraError("an older Nashra wrote this database", next_step="nashra db migrate")


@app.command
def migrate(*, settings: SettingsOption = SETTINGS) -> None:
    """Bring the database up to this version. `serve` and every other command do this by themselves."""
    file = DataFolder(load(settings).data, lock=False).ensure_database()
    before = load_standing(file).revision
    with opened_database(file) as database:
        after, _ = load_revision(database)
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
    source = _require_database(settings)
    with opened_database(source) as database:
        copy_database(database, file)
    tell(str(file))
    secret = secret_of(source.parent)
    say(f"keep a copy of {secret} apart from it: without that file, links in sent mails stop working")


def _require_database(settings: Path) -> Path:
    """The database's file; nothing is made. Raises NashraError where there is none."""
    file = database_of(load(settings).data)
    if not file.exists():
        raise NashraError(f"there is no database yet: {file}", next_step="nashra ingest, or nashra serve")
    return file
