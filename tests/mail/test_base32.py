"""Base32 of marks: what the standard library writes, in lower case."""

from base64 import b32encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.mail import base32


@given(st.binary(max_size=40))
def test_it_is_the_standard_librarys_without_padding_and_in_lower_case(octets: bytes) -> None:
    written = base32.encode(octets)
    assert written == b32encode(octets).decode().rstrip("=").lower()
    assert base32.decode(written) == base32.decode(written.upper()) == octets


def test_what_is_no_base32_is_refused() -> None:
    with pytest.raises(ValueError, match="Non-base32"):
        base32.decode("a1!8")
