"""What the settings say of signing."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

LIFETIME = timedelta(days=14)
"""How long a signature counts: longer than any relay keeps mail, short enough to end a replay."""


class DkimMode(StrEnum):
    """Who signs."""

    APP = "app"
    """Nashra, with the active key of the data folder or a key of your own; without a key, nobody."""
    RELAY = "relay"
    """The relay, or the provider behind it. Nashra signs nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimSettings:
    """`selector` and `key_file` come together: an RSA key kept elsewhere, instead of the data folder's. `ed25519` adds
    a second signature by the folder's Ed25519 key. `lifetime` is None where signatures do not expire. `signers` is how
    many processes may sign beside the sender, 0 for none, None for what the machine's cores allow.
    """

    mode: DkimMode = DkimMode.APP
    selector: str | None = None
    key_file: Path | None = None
    ed25519: bool = False
    lifetime: timedelta | None = LIFETIME
    signers: int | None = None
