"""`nashra init`: the first minute of a newsroom with Nashra.

Promise: nothing that exists is touched. Every file is created exclusively, so not even a second `init` that runs at
the same moment can overwrite one.
"""

from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from publisher.cli.output import say, tell
from publisher.model.errors import NashraError

_ZONE = ZoneInfo("Asia/Baghdad")  # as in the settings written below


def init(
    folder: Annotated[Path, Parameter(help="The folder to write into; made if it is not there.")],
    /,
) -> None:
    """Write a commented nashra.toml that runs as it is, and a first article. Nothing that exists is touched."""
    starter = files("publisher.cli") / "starter"
    settings = folder / "nashra.toml"
    if not _create(settings, _text(starter / "nashra.toml")):
        raise NashraError(
            f"{settings} exists already; nothing was written",
            next_step=f"nashra config --settings {settings}",
        )
    tell(str(settings))
    if not (folder / "articles").exists():
        now = datetime.now(_ZONE).isoformat(timespec="minutes")
        article = folder / "articles" / "welcome.md"
        if _create(article, _text(starter / "articles" / "welcome.md").replace("{now}", now)):
            tell(str(article))
    say(f"  next: cd {folder}; put your name into nashra.toml, articles into articles/, then: nashra serve")


def _text(file: Traversable) -> str:
    return file.read_text(encoding="utf-8")


def _create(file: Path, text: str) -> bool:
    """Whether the file was made; False where it, or something in its place, was there before."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        return False
    except OSError as error:
        raise NashraError(f"{file} cannot be written: {error.strerror}") from error
    return True
