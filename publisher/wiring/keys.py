"""Keys, each derived from the folder's secret for one purpose (RFC 5869, expand step)."""

import hmac
from dataclasses import dataclass, field

from publisher.mail.token import TokenSigner


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What is signed or hashed, and with what. Never shown: not even in a traceback."""

    signer: TokenSigner = field(repr=False)
    suppression: bytes = field(repr=False)
    """Hashes addresses in the list of those we must not mail."""
    network: bytes = field(repr=False)
    """Hashes the networks that requests come from."""


def derive_keys(secret: bytes) -> Keys:
    """All keys of a data folder. The same secret gives the same keys."""
    return Keys(
        signer=TokenSigner({1: secret}),
        suppression=_derive(secret, "suppression"),
        network=_derive(secret, "network"),
    )


def _derive(secret: bytes, purpose: str) -> bytes:
    return hmac.digest(secret, f"nashra {purpose} 1".encode() + b"\x01", "sha256")
