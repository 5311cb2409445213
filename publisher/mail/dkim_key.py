"""A DKIM key: who signs, by which algorithm, and what DNS must say about it.

Promise: the private half is never shown, not by `repr` and not by an error.
"""

import base64
import re
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from publisher.model.errors import NashraError

_SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_BITS = range(2048, 4097)
_PADDING, _HASHED = PKCS1v15(), Prehashed(SHA256())


class DkimKeyError(NashraError):
    """What was given as a key is none that can sign. Says nothing of its content."""


class Algorithm(StrEnum):
    """The tag `a=` of a signature."""

    RSA = "rsa-sha256"
    """What every mailbox verifies: 2048 bits here (RFC 8301)."""
    ED25519 = "ed25519-sha256"
    """RFC 8463: short and quick, but many mailboxes ignore it, so it only ever stands beside RSA."""

    @property
    def key_type(self) -> str:
        """The tag `k=` of the record in DNS."""
        return self.value.partition("-")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class DkimKey:
    """A private key and the name its public half has in DNS: `selector`, one DNS label. RSA has 2048 to 4096 bits.

    Raises DkimKeyError for anything else.
    """

    selector: str
    private: RSAPrivateKey | Ed25519PrivateKey = field(repr=False)

    def __post_init__(self) -> None:
        if not is_selector(self.selector):
            raise DkimKeyError(
                f'"{self.selector}" is no selector', next_step="small Latin letters, digits and hyphens"
            )
        if isinstance(self.private, RSAPrivateKey) and self.private.key_size not in _BITS:
            raise DkimKeyError(
                f"the RSA key {self.selector} has {self.private.key_size} bits, not 2048 to 4096",
                next_step="nashra dkim generate",
            )

    @property
    def algorithm(self) -> Algorithm:
        """By the kind of key."""
        return Algorithm.RSA if isinstance(self.private, RSAPrivateKey) else Algorithm.ED25519

    @property
    def public(self) -> str:
        """The tag `p=` of the record: base64 of the public key (RFC 6376 section 3.6.1, RFC 8463 section 4)."""
        public = self.private.public_key()
        if self.algorithm is Algorithm.RSA:
            octets = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        else:
            octets = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
        return base64.b64encode(octets).decode("ascii")

    @property
    def signature_octets(self) -> int:
        """How long each of its signatures is (RFC 8017 section 8.2.1, RFC 8032 section 5.1.6)."""
        return self.private.key_size // 8 if isinstance(self.private, RSAPrivateKey) else 64

    def sign_digest(self, digest: bytes) -> bytes:
        """The signature of a SHA-256 digest; the same every time. Ed25519 signs the digest too (RFC 8463 section 3)."""
        if isinstance(self.private, RSAPrivateKey):
            return self.private.sign(digest, _PADDING, _HASHED)
        return self.private.sign(digest)

    def render_pem(self) -> bytes:
        """The private key, PKCS #8 in PEM, unencrypted."""
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def is_selector(text: str) -> bool:
    """Whether it is one DNS label in lower case."""
    return _SELECTOR.fullmatch(text) is not None


def generate_key(selector: str, algorithm: Algorithm) -> DkimKey:
    """A new key, from the operating system's randomness."""
    if algorithm is Algorithm.RSA:
        return DkimKey(selector=selector, private=generate_private_key(public_exponent=65537, key_size=2048))
    return DkimKey(selector=selector, private=Ed25519PrivateKey.generate())


def parse_key(selector: str, pem: bytes) -> DkimKey:
    """Read an unencrypted private key in PEM (PKCS #8 or PKCS #1). Raises DkimKeyError."""
    try:
        private = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise DkimKeyError(f"the key {selector} is no unencrypted private key in PEM") from None
    if not isinstance(private, RSAPrivateKey | Ed25519PrivateKey):
        raise DkimKeyError(f"the key {selector} is neither RSA nor Ed25519")
    return DkimKey(selector=selector, private=private)
