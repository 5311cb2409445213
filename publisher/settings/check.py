"""From raw tables to the structs of `tables.py`, naming every fault instead of the first.

msgspec checks each value; this walk around it goes on after a fault, knows the path, and remembers where each value
came from. What is faulty is replaced by its default, or by empty text, so that the rules in `build.py` can be tried
on everything else in the same run.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo, fields

from publisher.settings.faults import Fault, did_you_mean
from publisher.settings.gather import PREFIX, FromEnvironment
from publisher.settings.tables import Table, is_secret

T = TypeVar("T", bound=Table)

_KINDS = {
    "`str`": "text in quotes",
    "`int`": "a whole number",
    "`float`": "a number",
    "`bool`": "true or false",
    "`array`": "a list",
    "`object`": "a table",
}


@dataclass(slots=True)
class Findings:
    """What the walk notes on its way: faults, and where each given value came from (absent: the default)."""

    faults: list[Fault] = field(default_factory=list)
    origins: dict[str, str] = field(default_factory=dict)
    faulty: set[str] = field(default_factory=set)

    def fault(self, path: str, problem: str, hint: str = "") -> None:
        """Note a fault, with the variable's name where the value came from the environment. One a place: what
        follows from a fault is not told as a second one.
        """
        if path in self.faulty:
            return
        self.faulty.add(path)
        origin = self.origins.get(path, "file")
        place = path if origin == "file" else f"{path}, from the {origin}"
        self.faults.append(Fault(path=place, problem=problem, hint=hint))

    def given(self, path: str, raw: object) -> None:
        """Note who gave a value: `file`, or `environment NASHRA_…`."""
        inner = list(raw.values()) if isinstance(raw, dict) else [raw]
        variables = [value.variable for value in inner if isinstance(value, FromEnvironment)]
        self.origins[path] = f"environment {variables[0]}" if variables else "file"


def check_table(kind: type[T], raw: object, path: str, findings: Findings) -> T:
    """Read one table; its faults and those below it are in `findings`."""
    if not isinstance(raw, dict):
        findings.fault(path, "must be a table")
        return check_table(kind, {}, path, Findings())
    known = {info.encode_name: info for info in fields(kind)}
    for key in [key for key in raw if key not in known]:
        findings.given(f"{path}.{key}", raw[key])
        findings.fault(f"{path}.{key}", "there is no such key", did_you_mean(key, known))
    values: dict[str, Any] = {}
    for key, info in known.items():
        if key in raw:
            values[info.name] = _check_value(info, raw[key], f"{path}.{key}", findings)
        elif info.required:
            values[info.name] = _note_missing(info, f"{path}.{key}", findings)
    return kind(**values)


def variable_for(path: str) -> str:
    """The environment's name for the key at this path."""
    keys = path.removeprefix("$.").replace("[", ".").replace("]", "")
    return PREFIX + keys.upper().replace(".", "__")


def _check_value(info: FieldInfo, raw: object, path: str, findings: Findings) -> object:
    element: Any = get_args(info.type)[0] if get_origin(info.type) is tuple else None
    table = table_in(info.type)
    if table is not None:
        return check_table(table, raw, path, findings)
    if _is_table(element):
        return _check_tables(element, raw, path, findings)
    findings.given(path, raw)
    if is_secret(path) and not isinstance(raw, FromEnvironment):
        name = path.rpartition(".")[2]
        hint = f"use {variable_for(path)} or the key {name}_file"
        findings.fault(path, "a secret is not read from this file", hint)
        return info.default
    return _convert(info, raw, path, findings)


def _check_tables(kind: type[T], raw: object, path: str, findings: Findings) -> tuple[T, ...]:
    if not isinstance(raw, list):
        name = path.rpartition(".")[2]
        findings.fault(path, "must be a list of tables", f"write [[{name}]], in double brackets")
        return ()
    return tuple(check_table(kind, entry, f"{path}[{n}]", findings) for n, entry in enumerate(raw))


def _convert(info: FieldInfo, raw: object, path: str, findings: Findings) -> object:
    kind, value = info.type, raw
    if isinstance(raw, FromEnvironment):
        is_list = get_origin(kind) is tuple
        value = [part.strip() for part in raw.text.split(",") if part.strip()] if is_list else raw.text
    try:
        return msgspec.convert(value, kind, strict=not isinstance(raw, FromEnvironment))
    except msgspec.ValidationError as error:
        problem, _, inside = str(error).partition(" - at `$")
        findings.fault(path + inside.rstrip("`"), _in_plain_words(problem), _hint(kind, value))
        return "" if info.required else info.default


def _note_missing(info: FieldInfo, path: str, findings: Findings) -> object:
    if _is_table(info.type):
        return check_table(info.type, {}, path, findings)
    findings.fault(path, "is missing and has no default", _hint(info.type, ""))
    return ""


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Table)


def table_in(kind: Any) -> type[Table] | None:
    """The table a key stands for, also where it may be left out (`ImapTable | UnsetType`)."""
    parts = get_args(kind) if isinstance(kind, UnionType) else (kind,)
    return next((part for part in parts if _is_table(part)), None)


def _in_plain_words(problem: str) -> str:
    """msgspec's sentence in the words of someone who writes TOML."""
    if "matching regex" in problem:
        return "has the wrong form"
    for code, words in _KINDS.items():
        problem = problem.replace(code, words)
    return problem.replace("Invalid enum value", "is not one of the choices:").replace("Expected", "expected")


def _hint(kind: Any, value: object) -> str:
    """The description of the type, or the choices of an enumeration."""
    for part in (kind, *get_args(kind)):
        if isinstance(part, type) and issubclass(part, StrEnum):
            return did_you_mean(str(value), list(part))
        for note in getattr(part, "__metadata__", ()):
            if isinstance(note, msgspec.Meta) and note.description:
                return note.description
    return ""
