"""Where raw settings come from: the file, and the environment over it.

`NASHRA_MAIL__PORT=2525` stands for `port` in `[mail]`, `NASHRA_NEWSLETTER__0__SCHEDULE` for the schedule of the first
newsletter. Only names with a double underscore are settings, so `NASHRA_SETTINGS` and the like are free.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from publisher.settings.faults import Fault, SettingsError

PREFIX = "NASHRA_"


@dataclass(frozen=True, slots=True)
class FromEnvironment:
    """A raw value and the variable that gave it. Text stands for numbers, for true and false, and, with commas, for
    a list.
    """

    text: str
    variable: str


def load_file(path: Path) -> dict[str, object]:
    """The file's tables. Raises SettingsError where there is no such file or it is not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        fault = Fault(path="$", problem="there is no such file")
        step = f"write one: nashra init {path.parent}, or name another: --settings PATH"
        raise SettingsError(str(path), [fault], next_step=step) from error
    except OSError as error:
        raise SettingsError(
            str(path), [Fault(path="$", problem=f"cannot be read: {error.strerror}")]
        ) from error
    except UnicodeDecodeError as error:
        raise SettingsError(str(path), [Fault(path="$", problem="is not UTF-8 text")]) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(str(path), [Fault(path="$", problem=f"is not TOML: {error}")]) from error


def overlay_environment(raw: dict[str, object], environ: Mapping[str, str]) -> list[Fault]:
    """Lay the variables over the tables, in place; the faults are variables that point nowhere."""
    faults: list[Fault] = []
    for variable in sorted(environ):
        if variable.startswith(PREFIX) and "__" in variable:
            keys = variable.removeprefix(PREFIX).lower().split("__")
            if not _put(raw, keys, FromEnvironment(environ[variable], variable)):
                faults.append(
                    Fault(path=variable, problem="names no setting", hint="as in NASHRA_MAIL__PORT")
                )
    return faults


def _put(raw: dict[str, object], keys: list[str], value: FromEnvironment) -> bool:
    place: object = raw
    for key, below in pairwise(keys):
        if isinstance(place, dict) and not below.isdecimal():
            place = place.setdefault(key, {})
        elif isinstance(place, dict):
            place = place.get(key)
        elif isinstance(place, list) and key.isdecimal() and int(key) < len(place):
            place = place[int(key)]
        else:
            return False
    if not isinstance(place, dict) or not all(keys):
        return False
    place[keys[-1]] = value
    return True
