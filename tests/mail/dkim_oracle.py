"""dkimpy as a stranger who verifies our signatures, and keys to sign with.

Its clock is set, so that sample messages are neither expired nor from the future. PyNaCl, which it asks for the curve
of Ed25519, is not among our tools: `cryptography` stands in for that one step, and RFC 8463's own example checks it.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace

import dkim  # type: ignore[import-untyped]
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from publisher.mail.dkim_dns import build_dkim_record
from publisher.mail.dkim_key import Algorithm, DkimKey, generate_key

DOMAIN = "news.example.org"
RSA = generate_key("n2026a", Algorithm.RSA)
ED25519 = generate_key("e2026a", Algorithm.ED25519)
NOW = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)


def records(*keys: DkimKey, domain: str = DOMAIN) -> dict[str, str]:
    """What DNS says of these keys."""
    return {record.name: record.value for record in (build_dkim_record(key, domain) for key in keys)}


def verdicts(payload: bytes, dns: Mapping[str, str], *, at: datetime = NOW) -> list[bool]:
    """Whether each signature of a message is good, from the top; a fault of any kind counts as bad."""
    count = payload.partition(b"\r\n\r\n")[0].lower().count(b"dkim-signature:")
    with _oracle(at):
        return [_is_good(payload, dns, place) for place in range(count)]


def _is_good(payload: bytes, dns: Mapping[str, str], place: int) -> bool:
    def ask(name: bytes, timeout: int = 5) -> str:
        return dns.get(name.decode("ascii").rstrip("."), "")

    try:
        return bool(dkim.DKIM(payload).verify(place, dnsfunc=ask))
    except dkim.DKIMException:
        return False


class _VerifyKey:
    def __init__(self, public: bytes, encoder: Callable[[bytes], bytes]) -> None:
        self._public = Ed25519PublicKey.from_public_bytes(encoder(public))

    def verify(self, message: bytes, signature: bytes) -> None:
        self._public.verify(signature, message)


@contextmanager
def _oracle(at: datetime) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dkim, "time", SimpleNamespace(time=at.timestamp))
        nacl = SimpleNamespace(
            signing=SimpleNamespace(VerifyKey=_VerifyKey),
            encoding=SimpleNamespace(Base64Encoder=base64.b64decode),
            exceptions=SimpleNamespace(BadSignatureError=InvalidSignature, ValueError=ValueError),
        )
        patch.setattr(dkim, "nacl", nacl, raising=False)
        yield
