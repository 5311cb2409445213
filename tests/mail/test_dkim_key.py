"""A key is read where it can sign, refused with a sentence where not, and never shown."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from publisher.mail.dkim_key import Algorithm, DkimKey, DkimKeyError, generate_key, parse_key
from tests.mail.dkim_oracle import ED25519, RSA

SAMPLE = Path(__file__).parents[1] / "data" / "dkim" / "sample.pem"


def _pem(
    key: object, form: PrivateFormat = PrivateFormat.PKCS8, lock: KeySerializationEncryption | None = None
) -> bytes:
    written: bytes = key.private_bytes(Encoding.PEM, form, lock or NoEncryption())  # type: ignore[attr-defined]
    return written


@pytest.mark.parametrize("key", [RSA, ED25519], ids=str)
def test_a_key_comes_back_from_its_file(key: DkimKey) -> None:
    again = parse_key(key.selector, key.render_pem())
    assert (again.public, again.algorithm) == (key.public, key.algorithm)
    assert again.sign_digest(b"d" * 32) == key.sign_digest(b"d" * 32)


def test_keys_of_openssl_in_its_older_form_are_read_too() -> None:
    assert parse_key("n", _pem(RSA.private, PrivateFormat.TraditionalOpenSSL)).public == RSA.public


def test_a_key_made_elsewhere_is_read() -> None:
    assert parse_key("n", SAMPLE.read_bytes()).algorithm is Algorithm.RSA


def test_every_new_key_is_another_one() -> None:
    assert generate_key("e", Algorithm.ED25519).public != generate_key("e", Algorithm.ED25519).public


@pytest.mark.parametrize(
    ("pem", "said"),
    [
        (b"", "no unencrypted private key"),
        (b"-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n", "no unencrypted private key"),
        (_pem(ED25519.private, lock=BestAvailableEncryption(b"x")), "no unencrypted private key"),
        (_pem(generate_ec(SECP256R1())), "neither RSA nor Ed25519"),
        (_pem(generate_rsa(65537, 1024)), "1024 bits"),  # noqa: S505
    ],
)
def test_what_cannot_sign_is_refused_without_being_repeated(pem: bytes, said: str) -> None:
    with pytest.raises(DkimKeyError, match=said) as caught:
        parse_key("n2026a", pem)
    assert "hunter2" not in repr(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__cause__ is None


@pytest.mark.parametrize("selector", ["", "-a", "a-", "A", "a.b", "a b", "a;b", "نون", "x" * 64])
def test_a_selector_is_one_label(selector: str) -> None:
    with pytest.raises(DkimKeyError, match="no selector"):
        DkimKey(selector=selector, private=ED25519.private)


def test_a_key_is_not_shown() -> None:
    assert repr(RSA) == "DkimKey(selector='n2026a')"
