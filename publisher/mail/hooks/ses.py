"""Amazon SES through SNS: RSA-SHA256 (signature version 2) by a certificate that the message itself points at.

So the pointer is checked before anything is fetched: https, host `sns.<region>.amazonaws.com`, the path of an SNS
certificate. Version 1 signatures are SHA-1 and refused; the topic must be ours, since anybody can have a topic.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from publisher.mail.hooks.event import HookFault, is_fresh
from publisher.mail.hooks.payload import parse_json, read_iso, text_at

MAX_AGE = timedelta(hours=1)
"""SNS tries again for so long, with the first timestamp."""
_HOST = re.compile(r"sns\.[a-z0-9-]{3,30}\.amazonaws\.com(?:\.cn)?")
_CERTIFICATE_PATH = re.compile(r"/SimpleNotificationService-[0-9a-f]{8,64}\.pem")
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message",
        "MessageId",
        "SubscribeURL",
        "Timestamp",
        "Token",
        "TopicArn",
        "Type",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SnsMessage:
    """An SNS message that is well-formed, ours by its topic, and fresh; not yet verified. `vouched` is what is
    signed.
    """

    kind: str
    id: str
    message: str
    certificate_url: str
    subscribe_url: str
    vouched: bytes
    signature: bytes


def parse_sns(body: bytes, *, topics: Collection[str], now: datetime) -> SnsMessage | HookFault:
    """Read a message so far that its certificate can be fetched. `topics` are the ARNs we listen to."""
    document = parse_json(body)
    kind = text_at(document, "Type")
    if kind not in _SIGNED:
        return HookFault.MALFORMED
    if text_at(document, "TopicArn") not in topics or text_at(document, "SignatureVersion") != "2":
        return HookFault.FORGED
    signature = _octets(text_at(document, "Signature"))
    url = text_at(document, "SigningCertURL")
    if signature is None or not is_certificate_url(url):
        return HookFault.FORGED
    if not is_fresh(read_iso(text_at(document, "Timestamp")), now, MAX_AGE):
        return HookFault.STALE
    return SnsMessage(
        kind=kind,
        id=text_at(document, "MessageId"),
        message=text_at(document, "Message"),
        certificate_url=url,
        subscribe_url=text_at(document, "SubscribeURL"),
        vouched=_vouched(document, _SIGNED[kind]),
        signature=signature,
    )


def is_signed(message: SnsMessage, certificate_pem: bytes, *, now: datetime) -> bool:
    """Whether the certificate, valid now, vouches for the message."""
    try:
        certificate = x509.load_pem_x509_certificate(certificate_pem)
        key = certificate.public_key()
        if not isinstance(key, RSAPublicKey):
            return False
        key.verify(message.signature, message.vouched, PKCS1v15(), SHA256())
    except (ValueError, InvalidSignature):
        return False
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def is_certificate_url(url: str) -> bool:
    """Whether this is where SNS keeps its certificates."""
    return _is_sns(url) and _CERTIFICATE_PATH.fullmatch(urlsplit(url).path) is not None


def is_subscribe_url(url: str) -> bool:
    """Whether visiting this confirms a subscription at SNS, and nothing else."""
    return _is_sns(url, with_query=True) and "Action=ConfirmSubscription&" in urlsplit(url).query


def _is_sns(url: str, *, with_query: bool = False) -> bool:
    """Spelt plainly: what two readers of an address could understand differently is not followed."""
    if not re.fullmatch(r"https://[a-z0-9.-]+/[A-Za-z0-9_./?=&:%+-]*", url):
        return False
    parts = urlsplit(url)
    return _HOST.fullmatch(parts.netloc) is not None and (with_query or "?" not in url)


def _vouched(document: Any, names: tuple[str, ...]) -> bytes:
    """The canonical text: name and value of each signed field in turn; an absent Subject is left out."""
    pairs = ((name, text_at(document, name)) for name in names if name in document)
    return "".join(f"{name}\n{value}\n" for name, value in pairs).encode()


def _octets(text: str) -> bytes | None:
    try:
        return b64decode(text, validate=True) or None
    except (binascii.Error, ValueError):
        return None
