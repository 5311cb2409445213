"""A certification authority for one run, and what it signed: one good certificate, and those that no sender may trust.

Made anew for each run, so that no key lies in the repository and none of them ends one day.
"""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.faultbench.cells import Kind

AUTHORITY = "ca.pem"
GOOD = "relay.pem"
BAD = {Kind.EXPIRED: "expired.pem", Kind.OTHER_NAME: "other-name.pem", Kind.SELF_SIGNED: "self-signed.pem"}
"""The file of each kind of a certificate that is not to be trusted."""

_HERE = x509.IPAddress(ip_address("127.0.0.1"))
_ELSEWHERE = x509.DNSName("other.example")
_DAY = timedelta(days=1)


def save_certificates(folder: Path) -> None:
    """Write all of them, each with its key. On loopback they protect nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    authority, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    root = _sign(_name("authority"), authority, _name("authority"), authority, None, now + _DAY)
    (folder / AUTHORITY).write_bytes(root.public_bytes(Encoding.PEM))
    for file, names, until, is_signed in (
        (GOOD, _HERE, now + _DAY, True),
        (BAD[Kind.EXPIRED], _HERE, now - _DAY, True),
        (BAD[Kind.OTHER_NAME], _ELSEWHERE, now + _DAY, True),
        (BAD[Kind.SELF_SIGNED], _HERE, now + _DAY, False),
    ):
        key = ec.generate_private_key(ec.SECP256R1())
        issuer, by = (_name("authority"), authority) if is_signed else (_name("relay"), key)
        made = _sign(_name("relay"), key, issuer, by, names, until)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / file).write_bytes(made.public_bytes(Encoding.PEM) + private)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _sign(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    by: ec.EllipticCurvePrivateKey,
    name: x509.GeneralName | None,
    until: datetime,
) -> x509.Certificate:
    """A certificate that has been valid for a year; without `name` an authority's."""
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - 365 * _DAY)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=name is None, path_length=None), critical=True)
    )
    if name is not None:
        built = built.add_extension(x509.SubjectAlternativeName([name]), critical=False)
    return built.sign(by, SHA256())
