"""Filling the gaps of an encoded part is encoding the filled text."""

import base64
import quopri

from hypothesis import example, given
from hypothesis import strategies as st

from publisher.mail.gaps import encode_gapped
from publisher.mail.mime import TransferEncoding, canonical_octets, encode_part
from publisher.mail.slots import fill_slots, parse_slots
from publisher.model.issue import Patch

TEXTS = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=150), min_size=2, max_size=5
)
VALUES = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=200)


def filled(texts: list[str], value: str, other: str, encoding: TransferEncoding) -> bytes:
    """Encoded for one value, then filled with another of the same length."""
    pieces = parse_slots(Patch.UNSUBSCRIBE_URL.join(texts))
    gapped = encode_gapped(pieces, encoding, {Patch.UNSUBSCRIBE_URL: other.encode()})
    return b"".join(gapped.fill({Patch.UNSUBSCRIBE_URL: value.encode()}))


@given(TEXTS, VALUES)
@example(["", ""], "")
@example(["x" * 57, "x" * 57], "y" * 57)
def test_base64_is_what_encoding_the_whole_text_gives(texts: list[str], value: str) -> None:
    """To the letter, wherever the places fall in groups and lines."""
    whole = fill_slots(parse_slots(Patch.UNSUBSCRIBE_URL.join(texts)), {Patch.UNSUBSCRIBE_URL: value})
    written = filled(texts, value, "z" * len(value), TransferEncoding.BASE64)
    assert written == encode_part("plain", whole, TransferEncoding.BASE64).body
    assert base64.b64decode(written) == whole


@given(TEXTS, VALUES, VALUES)
@example(["x" * 75 + "é", ""], "y" * 76, "")
@example(["." * 80, "\n."], ".", "")
def test_quoted_printable_reads_back_whatever_the_length(texts: list[str], value: str, other: str) -> None:
    written = filled(texts, value, other, TransferEncoding.QUOTED_PRINTABLE)
    assert quopri.decodestring(written) == canonical_octets(value.join(texts))
    assert written.isascii()
    for line in written.split(b"\r\n"):
        assert len(line) <= 76
        assert b"\n" not in line
        assert b"\r" not in line
        assert not line.endswith((b" ", b"\t"))
