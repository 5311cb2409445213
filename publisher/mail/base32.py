"""Base32 (RFC 4648 section 6) in lower case and without padding, for marks in local parts: mail systems fold case.

The standard library encodes it in Python, octet by octet, which was a tenth of what a message costs to build.
"""

from base64 import b32decode

_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = tuple(high + low for high in _ALPHABET for low in _ALPHABET)
"""What ten bits are written as."""


def encode(octets: bytes) -> str:
    """In 8 letters for 5 octets; what is left over as RFC 4648 has it, without the `=`."""
    count = len(octets)
    letters = -(-count * 8 // 5)
    pairs = -(-letters // 2)
    bits = int.from_bytes(octets, "big") << (pairs * 10 - count * 8)
    written = "".join([_PAIRS[bits >> shift & 1023] for shift in range(pairs * 10 - 10, -1, -10)])
    return written[:letters]


def decode(text: str) -> bytes:
    """The octets of letters in either case. Raises ValueError."""
    return b32decode(text.upper() + "=" * (-len(text) % 8))
