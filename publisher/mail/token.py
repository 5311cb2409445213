"""Signed tokens: what a link in a mail may do, for whom, and nothing else.

Promise: a token made for one purpose opens no other; nobody without the secret can make or bend one; a token
in a mail that was already sent keeps working while its key is kept. 48 characters of base64url:

    key id 1 · purpose 1 · subscriber 8 · subject 6 · minted at, minutes 4 · HMAC-SHA256 cut to 128 bits 16

36 octets leave no unused bits, so every single flipped bit of the text is noticed. Each purpose has its own key,
derived from the secret (RFC 5869 expand step). The MAC is compared in constant time.
"""

import base64
import hmac
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

MIN_SECRET_OCTETS = 32
TOKEN_LENGTH = 48
_HEAD = struct.Struct(">BBQ6sI")
_MAC_OCTETS = 16
_SPELLING = re.compile(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}")


class Purpose(StrEnum):
    """What a token is for. Its place in this list is its number on the wire: only ever add at the end."""

    CONFIRM = "confirm"
    """Confirms the subscriptions a notice asked about; the subject is the notice's id."""
    UNSUBSCRIBE = "unsubscribe"
    """Leaves a newsletter; the subject is the newsletter's number, 0 for all of the reader's newsletters."""
    BOUNCE = "bounce"
    """Marks an envelope sender as ours (`return_path`); the subject is the issue's id."""
    LEAVE = "leave"
    """Marks an address that leaves a newsletter by mail (`leave_address`), where no token of mixed case survives."""

    @property
    def lifetime(self) -> timedelta | None:
        """How long a token lives; None: for ever. An unsubscribe link must still work in an old mail."""
        return timedelta(days=7) if self is Purpose.CONFIRM else None


_NUMBERS = {purpose: number for number, purpose in enumerate(Purpose)}


class TokenFault(StrEnum):
    """Why a token was not accepted: for logs and tests. A reader sees one and the same page for all of them."""

    MALFORMED = "malformed"
    """Not the text of a token at all."""
    UNKNOWN_KEY = "unknown-key"
    """Signed with a key that was never ours or has been thrown away."""
    FORGED = "forged"
    """The signature does not fit: guessed, cut, or bent."""
    WRONG_PURPOSE = "wrong-purpose"
    """Ours, but made for something else."""
    EXPIRED = "expired"
    """Ours, and too old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenContent:
    """What an accepted token says. `minted_at` is aware, in whole minutes."""

    purpose: Purpose
    subscriber: int
    subject: int
    minted_at: datetime


class TokenSigner:
    """Mints with the key of the highest id, reads with all. `keys` maps an id (0 to 255) to a secret of at
    least 32 octets; a key is rotated by adding the next id and keeping the old one as long as its mails matter.
    """

    def __init__(self, keys: Mapping[int, bytes]) -> None:
        if not keys:
            raise ValueError("a signer needs at least one key")
        for kid, secret in keys.items():
            if not 0 <= kid <= 255 or len(secret) < MIN_SECRET_OCTETS:
                raise ValueError("a key has an id of 0 to 255 and a secret of at least 32 octets")
        self._keys = {
            (kid, purpose): hmac.new(_derive(secret, purpose), digestmod="sha256")
            for kid, secret in keys.items()
            for purpose in Purpose
        }
        self._newest = max(keys)

    def __repr__(self) -> str:
        return f"TokenSigner(newest={self._newest})"

    def mint(self, purpose: Purpose, *, subscriber: int, subject: int, issued_at: datetime) -> str:
        """Make a token. Same arguments, same text: pass the moment an issue was frozen, and a resend is equal."""
        minutes = int(issued_at.timestamp()) // 60
        head = _HEAD.pack(self._newest, _NUMBERS[purpose], subscriber, subject.to_bytes(6, "big"), minutes)
        return base64.urlsafe_b64encode(head + self.mac(purpose, head)).decode("ascii")

    def read(
        self, token: str, purpose: Purpose, now: datetime, max_age: timedelta | None = None
    ) -> TokenContent | TokenFault:
        """Check a token. `max_age` can only shorten the purpose's own lifetime."""
        octets = _decoded(token)
        if octets is None:
            return TokenFault.MALFORMED
        kid, number, subscriber, subject, minutes = _HEAD.unpack_from(octets)
        if number >= len(Purpose):
            return TokenFault.MALFORMED
        claimed = list(Purpose)[number]
        if (kid, claimed) not in self._keys:
            return TokenFault.UNKNOWN_KEY
        head, mac = octets[: _HEAD.size], octets[_HEAD.size :]
        if not hmac.compare_digest(mac, self.mac(claimed, head, kid=kid)):
            return TokenFault.FORGED
        if claimed is not purpose:
            return TokenFault.WRONG_PURPOSE
        minted_at = datetime.fromtimestamp(minutes * 60, UTC)
        if _is_expired(now - minted_at, purpose.lifetime, max_age):
            return TokenFault.EXPIRED
        return TokenContent(
            purpose=purpose,
            subscriber=subscriber,
            subject=int.from_bytes(subject, "big"),
            minted_at=minted_at,
        )

    def mac(self, purpose: Purpose, octets: bytes, *, kid: int | None = None) -> bytes:
        """128 bits that vouch for `octets` under one purpose, by the newest key or the one named."""
        key = self._keys[(self._newest if kid is None else kid, purpose)]
        mac = key.copy()  # cheaper than `hmac.digest`, and a sending thread keeps the interpreter
        mac.update(octets)
        return mac.digest()[:_MAC_OCTETS]

    def matches(self, mac: bytes, purpose: Purpose, octets: bytes) -> bool:
        """Whether a (possibly shortened) MAC was made by any of our keys; for names that carry no key id."""
        fits = [
            hmac.compare_digest(mac, self.mac(purpose, octets, kid=kid)[: len(mac)])
            for kid, known in self._keys
            if known is purpose
        ]
        return any(fits)


def _derive(secret: bytes, purpose: Purpose) -> bytes:
    """One key for each purpose: HKDF-Expand (RFC 5869 section 2.3), a single block."""
    return hmac.digest(secret, f"nashra token 1 {purpose}".encode() + b"\x01", "sha256")


def _decoded(token: str) -> bytes | None:
    """The octets, or None for anything but the one spelling that `mint` writes."""
    return base64.urlsafe_b64decode(token) if _SPELLING.fullmatch(token) else None


def _is_expired(age: timedelta, *limits: timedelta | None) -> bool:
    return any(limit is not None and age > limit for limit in limits)
