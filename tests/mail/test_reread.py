"""What we write is read back word for word, whatever its encoding; all that is refused is in test_gate."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.mail.mime import (
    TransferEncoding,
    canonical_octets,
    choose_encoding,
    encode_part,
    render_alternatives,
)
from publisher.mail.reread import ReadPart, RereadError, Unreadable, reread

HEADER = b'Subject: one\r\n two\r\nContent-Type: multipart/alternative; boundary="=_b"\r\n\r\n'
TEXT = st.text(st.characters(codec="utf-8"), max_size=200)


@given(TEXT, TEXT)
def test_words_come_back(text: str, page: str) -> None:
    parts = [
        encode_part(kind, octets, choose_encoding(octets))
        for kind, octets in (("plain", canonical_octets(text)), ("html", canonical_octets(page)))
    ]
    read = reread(HEADER + render_alternatives(parts, "=_b"))
    assert [(part.subtype, part.words.encode()) for part in read.parts] == [
        ("plain", canonical_octets(text)),
        ("html", canonical_octets(page)),
    ]


@pytest.mark.parametrize("encoding", TransferEncoding)
def test_each_encoding_is_read(encoding: TransferEncoding) -> None:
    read = reread(HEADER + render_alternatives([encode_part("plain", b"a = b\r\n", encoding)], "=_b"))
    assert read.parts == (ReadPart("plain", "a = b\r\n"),)
    assert read.fields[0] == ("Subject", "one\r\n two")


def test_an_error_says_what_is_wrong() -> None:
    with pytest.raises(RereadError) as caught:
        reread(HEADER.replace(b"=_b", b"=_c") + b"--=_b--\r\n")
    assert (caught.value.why, str(caught.value)) == (Unreadable.BODY_SHAPE, "body-shape: boundary")
