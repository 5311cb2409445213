"""`nashra config`: what is set, and by whom."""

import os

from publisher.cli.options import SETTINGS, JsonOption, SettingsOption
from publisher.cli.output import say, tell, tell_json
from publisher.settings import Setting, load_settings


def config(*, settings: SettingsOption = SETTINGS, json: JsonOption = False) -> None:
    """Print every setting and where it came from: the file, the environment or the default. Secrets are masked."""
    loaded = load_settings(settings, os.environ)
    if json:
        tell_json({"file": loaded.file, "settings": loaded.told, "warnings": loaded.warnings})
        return
    say(f"{loaded.file}")
    width = max(len(setting.path) for setting in loaded.told)
    for setting in loaded.told:
        tell(f"{setting.path:<{width}}  {_render(setting)}  [{setting.origin}]")
    for warning in loaded.warnings:
        say(f"warning: {warning}")


def _render(setting: Setting) -> str:
    """As one would write it in the file."""
    match setting.value:
        case None:
            return "(not set)"
        case bool():
            return str(setting.value).lower()
        case str():
            return f'"{setting.value}"'
        case tuple():
            return "[" + ", ".join(f'"{part}"' for part in setting.value) + "]"
        case _:
            return f"{setting.value:g}"
