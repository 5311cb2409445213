"""The options that commands share, spelt once."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

SettingsOption = Annotated[
    Path,
    Parameter(name="--settings", env_var="NASHRA_SETTINGS", help="The settings file."),
]
"""Which settings: `settings: SettingsOption = SETTINGS`."""

JsonOption = Annotated[bool, Parameter(name="--json", negative=(), help="Print one JSON document on stdout.")]
"""For scripts: `json: JsonOption = False`."""

SETTINGS = Path("nashra.toml")
"""In the current folder, unless said otherwise."""
