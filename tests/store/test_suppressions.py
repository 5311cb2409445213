"""publisher.store.suppressions"""

import hashlib
import hmac

from publisher.model.address import EmailAddress
from publisher.store.database import Database
from publisher.store.schema import suppression
from publisher.store.suppressions import add_suppression, hash_address, is_suppressed
from tests.store.rows import NOW

SARA = EmailAddress("Sara", "example.net")
KEY = b"k" * 32


def test_two_spellings_of_one_reader_are_one_hash_and_another_key_is_another_hash() -> None:
    assert hash_address(KEY, SARA) == hash_address(KEY, EmailAddress("sARA", "example.net"))
    assert hash_address(KEY, SARA) == hmac.new(KEY, b"sara@example.net", hashlib.sha256).hexdigest()
    assert hash_address(KEY, SARA) != hash_address(b"x" * 32, SARA)


def test_a_suppressed_address_is_known_by_its_hash_and_the_first_reason_stays(database: Database) -> None:
    address_hash = hash_address(KEY, SARA)
    with database.write() as tx:
        assert not is_suppressed(tx, address_hash)
        assert add_suppression(tx, address_hash, reason="complaint", now=NOW)
        assert not add_suppression(tx, address_hash, reason="bounce", now=NOW)
        assert is_suppressed(tx, address_hash)
        row = tx.execute(suppression.select()).one()
    assert row.reason == "complaint"
    assert "sara" not in repr(row).lower()
