"""DKIM signatures (RFC 6376, RFC 8301, RFC 8463): our own signer, relaxed/relaxed, on `cryptography`.

Promise: the signature covers the whole body (never `l=`) and every field a reader or a mailbox acts on; the ones an
attacker would add a second time are signed once more than they occur, so that adding one breaks the signature. It is
aligned: `d=` is the From domain or nothing is signed. It depends on the message alone: the same delivery gives the same
bytes at every attempt. Nothing about keys or readers is ever logged or shown.

Written because the library for it computes RSA in Python, at thirteen times the cost.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from publisher.mail.dkim_key import DkimKey
from publisher.mail.dkim_settings import LIFETIME
from publisher.mail.relaxed import CRLF, canonical_body, canonical_field, split_fields, split_message
from publisher.mail.signing import SignDigests

OVERSIGNED = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Reply-To",
    "Cc",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Content-Type",
    "MIME-Version",
)
"""Signed whether they occur or not, and once more than they occur (RFC 6376 section 8.15)."""
SIGNED = frozenset(
    {
        *OVERSIGNED,
        "Auto-Submitted",
        "CFBL-Address",
        "CFBL-Feedback-ID",
        "Content-Language",
        "Content-Transfer-Encoding",
        "Feedback-ID",
        "In-Reply-To",
        "List-Archive",
        "List-Help",
        "List-Id",
        "List-Owner",
        "List-Post",
        "List-Subscribe",
        "References",
    }
)
"""Signed where they occur. Trace fields and Sender are not: relays on the way may write them."""
_SPELT = {name.lower(): name for name in SIGNED}
_WIDTH = 76


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimSigner:
    """Signs for `domain`, once with each of `keys`. A signature expires after `lifetime` (`x=`), or never. `beside`
    signs with the same keys elsewhere; without it all is signed here. A `MessageSigner`.
    """

    domain: str
    keys: tuple[DkimKey, ...]
    lifetime: timedelta | None = LIFETIME
    beside: SignDigests | None = field(default=None, repr=False)

    def prepare(self, constant: bytes, *, varying: Sequence[str], signed_at: datetime) -> "PreparedDkim":
        """See `MessageSigner`. Raises ValueError where From is not this domain's, or where a field that is to be
        signed is there twice: RFC 5322 allows each once, and a reader may be shown either.
        """
        fields = [canonical_field(each) for each in split_fields(constant)]
        names = tuple(name.lower() for name in varying)
        signed = [name for name in (*(name for name, _ in fields), *names) if name in _SPELT]
        if len(signed) != len(set(signed)):
            raise ValueError("a field that is to be signed occurs twice")
        _require_aligned(dict(fields).get("from", b""), self.domain)
        listed = [*(_SPELT[name] for name in signed), *OVERSIGNED]
        return PreparedDkim(
            varying=names,
            constant=b"".join(text for name, text in fields if name in _SPELT),
            drafts=tuple(self._draft(key, listed, signed_at) for key in self.keys),
            beside=self.beside,
        )

    def sign(self, payload: bytes, *, signed_at: datetime) -> bytes:
        """See `MessageSigner`. Raises ValueError as `prepare` does, and where the header is no list of fields."""
        header, body = split_message(payload)
        return self.prepare(header, varying=(), signed_at=signed_at).sign(b"", body)

    def _draft(self, key: DkimKey, listed: Iterable[str], signed_at: datetime) -> "_Draft":
        """Everything of a signature field up to `bh=`."""
        if signed_at.tzinfo is None:
            raise ValueError("a signature's time needs a zone")
        moment = int(signed_at.timestamp())
        times = [f"t={moment};"]
        if self.lifetime is not None:
            times.append(f"x={moment + int(self.lifetime.total_seconds())};")
        owner = [f"d={self.domain};", f"s={key.selector};"]
        lines = [
            f"DKIM-Signature: v=1; a={key.algorithm}; c=relaxed/relaxed;",
            *([" ".join(owner)] if len(" ".join(owner)) <= _WIDTH else owner),
            " ".join(times),
            *_fold_names(listed),
            "bh=",
        ]
        canonical = " ".join(lines).replace("DKIM-Signature: ", "dkim-signature:", 1)
        return _Draft(
            key=key,
            folded="\r\n ".join(lines).encode("ascii"),
            canonical=canonical.encode("ascii"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A signature field without its two hashes, as it is written and in relaxed form."""

    key: DkimKey
    folded: bytes = field(repr=False)
    canonical: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedDkim:
    """A `PreparedSigner`: `constant` holds the fields that do not vary, in relaxed form, in the order of `h=`. For a
    message there remain the hash of its body, its few own fields, and the signature itself.
    """

    varying: tuple[str, ...]
    constant: bytes = field(repr=False)
    drafts: tuple[_Draft, ...] = field(repr=False)
    beside: SignDigests | None = field(default=None, repr=False)

    def sign(self, fields: bytes, body: bytes) -> bytes:
        """See `PreparedSigner`. Raises ValueError where `fields` are not those that were named."""
        body_hash, digests = self._hash(fields, body)
        signatures = [
            draft.key.sign_digest(digest) for draft, digest in zip(self.drafts, digests, strict=True)
        ]
        return self._write(body_hash, signatures)

    async def sign_beside(self, fields: bytes, body: bytes) -> bytes:
        """See `PreparedSigner`. Raises ValueError as `sign` does."""
        if self.beside is None:
            return self.sign(fields, body)
        body_hash, digests = self._hash(fields, body)
        signatures = await self.beside(b"".join(digests))
        return self._write(body_hash, self._cut(signatures))

    def _hash(self, fields: bytes, body: bytes) -> tuple[bytes, list[bytes]]:
        """The value of `bh=`, and what each key is to sign: the field itself is hashed last, with an empty `b=` and
        without its CRLF (RFC 6376 section 3.7).
        """
        read = [canonical_field(each) for each in split_fields(fields)]
        if tuple(name for name, _ in read) != self.varying:
            raise ValueError("these are not the fields that were to vary")
        header = self.constant + b"".join([text for name, text in read if name in _SPELT])
        body_hash = base64.b64encode(hashlib.sha256(canonical_body(body)).digest())
        return body_hash, [
            hashlib.sha256(header + draft.canonical + body_hash + b"; b=").digest() for draft in self.drafts
        ]

    def _cut(self, signatures: bytes) -> Iterator[bytes]:
        at = 0
        for draft in self.drafts:
            yield signatures[at : at + draft.key.signature_octets]
            at += draft.key.signature_octets

    def _write(self, body_hash: bytes, signatures: Iterable[bytes]) -> bytes:
        """The finished fields."""
        written = [
            _write_field(draft, body_hash, signature)
            for draft, signature in zip(self.drafts, signatures, strict=True)
        ]
        return b"".join(written)


def _write_field(draft: _Draft, body_hash: bytes, signature: bytes) -> bytes:
    letters = base64.b64encode(signature)
    lines = [letters[start : start + 72] for start in range(0, len(letters), 72)]
    return draft.folded + body_hash + b";\r\n b=" + b"\r\n ".join(lines) + CRLF


def _fold_names(names: Iterable[str]) -> list[str]:
    """The tag `h=` on lines of its own, folded behind colons (RFC 6376 section 3.5)."""
    lines = ["h="]
    for word in (":".join(names) + ";").replace(":", ": ").split():
        if len(lines[-1]) + len(word) > _WIDTH:
            lines.append("")
        lines[-1] += word
    return lines


def _require_aligned(from_field: bytes, domain: str) -> None:
    """DMARC asks for it (RFC 9989); any other signature would vouch for somebody else's name."""
    if from_field.strip().removesuffix(b">").rpartition(b"@")[2].lower() != domain.encode("ascii"):
        raise ValueError(f"From is not of the domain {domain}")
