"""publisher.wiring.keys"""

import traceback
from datetime import UTC, datetime

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from publisher.mail.token import Purpose, TokenContent
from publisher.wiring.keys import Keys, derive_keys

SECRET = bytes(range(32))
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def derived(purpose: str) -> bytes:
    """The same by an independent implementation of RFC 5869 section 2.3."""
    return HKDFExpand(algorithm=SHA256(), length=32, info=f"nashra {purpose} 1".encode()).derive(SECRET)


def test_each_purpose_has_a_key_of_its_own_by_rfc_5869() -> None:
    keys = derive_keys(SECRET)
    assert keys.suppression == derived("suppression")
    assert keys.network == derived("network")
    assert len({keys.suppression, keys.network, SECRET}) == 3


def test_the_same_secret_reads_what_it_signed_at_an_earlier_start() -> None:
    token = derive_keys(SECRET).signer.mint(Purpose.UNSUBSCRIBE, subscriber=7, subject=1, issued_at=NOW)
    assert isinstance(derive_keys(SECRET).signer.read(token, Purpose.UNSUBSCRIBE, NOW), TokenContent)
    assert not isinstance(
        derive_keys(SECRET[::-1]).signer.read(token, Purpose.UNSUBSCRIBE, NOW), TokenContent
    )


def test_no_key_is_shown_not_even_in_a_traceback() -> None:
    keys = derive_keys(SECRET)
    try:
        raise LookupError(keys)
    except LookupError as error:
        shown = "".join(traceback.format_exception(error))
    assert repr(keys) == "Keys()"
    assert repr(keys.suppression) not in shown
    assert Keys.__name__ in shown
