"""The programs of Debian that the lab uses, and where they are."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

_PLACES = f"/usr/sbin:/usr/local/sbin:/usr/lib/postfix/sbin:/usr/libexec/postfix:{Path.home()}/bin"
_PACKAGES = {
    "postfix": ("master", "smtp-sink", "smtp-source"),
    "opendkim": ("opendkim",),
    "rspamd": ("rspamd",),
    "spamassassin": ("spamassassin",),
}
"""By package of Debian."""


class MissingProgramError(Exception):
    """A program that is not here; says which package has it."""


def find_program(name: str) -> str | None:
    """Its path; None where it is not installed. Many of them are for root and not on everybody's PATH."""
    return shutil.which(name) or shutil.which(name, path=_PLACES)


def require_program(name: str) -> str:
    """Its path. Raises MissingProgramError."""
    found = find_program(name)
    if found is None:
        package = next(package for package, programs in _PACKAGES.items() if name in programs)
        raise MissingProgramError(f"{name} is not installed (Debian: apt install {package})")
    return found


def why_not() -> str | None:
    """Why the lab cannot be opened here; None where it can."""
    return _why_not(_PACKAGES)


def why_not_postfix() -> str | None:
    """Why a Postfix cannot be started here; None where it can."""
    return _why_not(["postfix"])


def _why_not(packages: Iterable[str]) -> str | None:
    missing = [name for name in packages if not all(map(find_program, _PACKAGES[name]))]
    if missing:
        return f"not installed: {', '.join(missing)}"
    return None if os.geteuid() == 0 else "Postfix starts as root only"
