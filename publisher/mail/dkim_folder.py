"""The DKIM keys of a data folder: `SELECTOR.pem`, one a key, and `states.json`, which says what each is for.

    published ──switch──> active ──switch──> retired

Promise: at most one key of a kind is active, also after a crash, since one file says it and is replaced as a whole. A
key file is readable by its owner only, from its first octet, and is never written over. A selector is never used
twice, so no mail on its way is ever checked against another key.
"""

import os
import string
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import product
from pathlib import Path

import msgspec

from publisher.mail.dkim_key import Algorithm, DkimKey, generate_key, parse_key
from publisher.model.errors import NashraError

_STATES = "states.json"
_ITS_ACCOUNT = "give the folder of the keys to the account that runs nashra"
_SERIES = {Algorithm.RSA: "n", Algorithm.ED25519: "e"}


class KeyState(StrEnum):
    """What a key is for."""

    PUBLISHED = "published"
    """Its record is in DNS, or on its way there. It signs nothing yet. The state of a key that nothing is said of."""
    ACTIVE = "active"
    """It signs."""
    RETIRED = "retired"
    """It signs no more; its record stays until the last mail it signed has arrived everywhere."""


class KeyNote(msgspec.Struct, frozen=True):
    """What `states.json` says of one key: its state, and since when (aware)."""

    state: KeyState
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKey:
    """A key, its state, and since when it is in it."""

    key: DkimKey
    state: KeyState
    since: datetime


def load_keys(folder: Path) -> tuple[StoredKey, ...]:
    """Every key there is a file of, by selector. Raises NashraError where a file cannot be read."""
    notes = _load_notes(folder)
    return tuple(_load_key(file, notes.get(file.stem)) for file in sorted(folder.glob("*.pem")))


def load_active_key(folder: Path, algorithm: Algorithm) -> DkimKey | None:
    """The key that signs, or None. Raises NashraError, also where the file of a key that is to sign is gone."""
    keys = load_keys(folder)
    active = {note for note, said in _load_notes(folder).items() if said.state is KeyState.ACTIVE}
    for selector in active - {stored.key.selector for stored in keys}:
        raise NashraError(
            f"the key {selector} is to sign, but {folder / f'{selector}.pem'} is gone",
            next_step="bring it back from a backup",
        )
    return next((stored.key for stored in keys if _is_now(stored, KeyState.ACTIVE, algorithm)), None)


def save_new_key(
    folder: Path, algorithm: Algorithm, *, now: datetime, selector: str | None = None
) -> StoredKey:
    """Make a key in state published. Without `selector` it gets the year's next one. Raises NashraError where one of
    the same kind waits to be switched to, or the selector was used before.
    """
    keys, notes = load_keys(folder), _load_notes(folder)
    waiting = next((stored for stored in keys if _is_now(stored, KeyState.PUBLISHED, algorithm)), None)
    if waiting is not None:
        raise NashraError(
            f"the key {waiting.key.selector} waits already",
            next_step="nashra dkim show; once its record is in DNS: nashra dkim switch",
        )
    taken = {*notes, *(stored.key.selector for stored in keys)}
    if selector in taken:
        raise NashraError(f"the selector {selector} was used before", next_step="choose another one")
    key = generate_key(selector or next_selector(taken, algorithm, now.year), algorithm)
    _create_private(folder / f"{key.selector}.pem", key.render_pem())
    _save_notes(folder, {**notes, key.selector: KeyNote(state=KeyState.PUBLISHED, since=now)})
    return StoredKey(key=key, state=KeyState.PUBLISHED, since=now)


def switch_keys(
    folder: Path, algorithm: Algorithm, *, now: datetime
) -> tuple[StoredKey, tuple[StoredKey, ...]]:
    """Let the published key sign and retire what signed before: the new one, and those before it. Raises NashraError
    where no key waits.
    """
    keys = load_keys(folder)
    coming = next((stored for stored in keys if _is_now(stored, KeyState.PUBLISHED, algorithm)), None)
    if coming is None:
        raise NashraError("no key waits to be switched to", next_step="nashra dkim rotate")
    leaving = [stored for stored in keys if _is_now(stored, KeyState.ACTIVE, algorithm)]
    notes = _load_notes(folder)
    notes[coming.key.selector] = KeyNote(state=KeyState.ACTIVE, since=now)
    for stored in leaving:
        notes[stored.key.selector] = KeyNote(state=KeyState.RETIRED, since=now)
    _save_notes(folder, notes)
    return (
        StoredKey(key=coming.key, state=KeyState.ACTIVE, since=now),
        tuple(StoredKey(key=stored.key, state=KeyState.RETIRED, since=now) for stored in leaving),
    )


def next_selector(taken: Iterable[str], algorithm: Algorithm, year: int) -> str:
    """`n2026a`, `n2026b`, …, `n2026z`, `n2026aa`, …: the first that was never used. Ed25519 begins with `e`."""
    used = set(taken)
    length = 1
    while True:
        for letters in product(string.ascii_lowercase, repeat=length):
            selector = f"{_SERIES[algorithm]}{year}{''.join(letters)}"
            if selector not in used:
                return selector
        length += 1


def _is_now(stored: StoredKey, state: KeyState, algorithm: Algorithm) -> bool:
    return stored.state is state and stored.key.algorithm is algorithm


def _load_key(file: Path, note: KeyNote | None) -> StoredKey:
    try:
        key = parse_key(file.stem, file.read_bytes())
        made = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except OSError as error:
        raise NashraError(f"{file} cannot be read: {error.strerror}", next_step=_ITS_ACCOUNT) from error
    note = note or KeyNote(state=KeyState.PUBLISHED, since=made)
    return StoredKey(key=key, state=note.state, since=note.since)


def _load_notes(folder: Path) -> dict[str, KeyNote]:
    file = folder / _STATES
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, KeyNote])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError) as error:
        raise NashraError(f"{file} cannot be read", next_step="bring it back from a backup") from error


def _save_notes(folder: Path, notes: dict[str, KeyNote]) -> None:
    draft = folder / f"{_STATES}.{os.getpid()}.new"
    draft.unlink(missing_ok=True)
    _create_private(draft, msgspec.json.format(msgspec.json.encode(notes), indent=2) + b"\n")
    draft.replace(folder / _STATES)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _create_private(file: Path, content: bytes) -> None:
    """Write a file that was not there, for its owner only, and have it on the disk."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise NashraError(f"{file} cannot be written: {error.strerror}", next_step=_ITS_ACCOUNT) from error
