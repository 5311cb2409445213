"""Bodies come back word for word, in lines any relay takes."""

import base64
import quopri

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from publisher.mail.mime import (
    TransferEncoding,
    canonical_octets,
    choose_boundary,
    choose_encoding,
    encode_part,
    render_alternatives,
)

TEXT = st.text(st.characters(codec="utf-8"), max_size=400)


def decoded(body: bytes, encoding: TransferEncoding) -> bytes:
    match encoding:
        case TransferEncoding.BASE64:
            return base64.b64decode(body)
        case TransferEncoding.QUOTED_PRINTABLE:
            return quopri.decodestring(body)
        case TransferEncoding.SEVEN_BIT:
            return body


@given(TEXT, st.sampled_from(TransferEncoding))
@example("x" * 75 + " ", TransferEncoding.QUOTED_PRINTABLE)
@example("x" * 76 + "\t", TransferEncoding.QUOTED_PRINTABLE)
@example("é" * 40 + " \n .\n=\n", TransferEncoding.QUOTED_PRINTABLE)
def test_every_encoding_gives_the_octets_back(text: str, encoding: TransferEncoding) -> None:
    octets = canonical_octets(text)
    if encoding is TransferEncoding.SEVEN_BIT and choose_encoding(octets) is not encoding:
        return
    body = encode_part("plain", octets, encoding).body
    assert decoded(body, encoding) == octets
    assert body.isascii()
    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 76
    assert not any(line.endswith((b" ", b"\t")) for line in lines)
    assert (
        body.count(b"\r") == body.count(b"\n") == body.count(b"\r\n")
        or encoding is not TransferEncoding.BASE64
    )


@given(TEXT)
def test_the_chosen_encoding_is_never_much_longer_than_the_other(text: str) -> None:
    octets = canonical_octets(text * 20)
    sizes = {
        encoding: len(encode_part("plain", octets, encoding).body)
        for encoding in (TransferEncoding.BASE64, TransferEncoding.QUOTED_PRINTABLE)
    }
    chosen = choose_encoding(octets)
    if chosen is not TransferEncoding.SEVEN_BIT and "=" not in text and text.isprintable():
        assert sizes[chosen] <= 1.3 * min(sizes.values()) + 80


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("A short line.\nAnother.\n", TransferEncoding.SEVEN_BIT),
        ("A line that ends in a blank \n", TransferEncoding.QUOTED_PRINTABLE),
        ("x" * 77, TransferEncoding.QUOTED_PRINTABLE),
        ("bell \x07", TransferEncoding.QUOTED_PRINTABLE),
        (
            "Le résumé de la journée, à lire ce soir dans le calme de la maison.",
            TransferEncoding.QUOTED_PRINTABLE,
        ),
        ("نشرة الجبال", TransferEncoding.BASE64),
        ("<head>" + "<meta>\n" * 20 + "</head>" + "خبر " * 60, TransferEncoding.BASE64),
        ("", TransferEncoding.SEVEN_BIT),
    ],
)
def test_the_encoding_follows_the_real_octets(text: str, encoding: TransferEncoding) -> None:
    assert choose_encoding(canonical_octets(text)) is encoding


def test_line_ends_become_crlf() -> None:
    assert canonical_octets("a\nb\r\nc\rd\n") == b"a\r\nb\r\nc\r\nd\r\n"


def test_a_boundary_is_stable_and_occurs_in_no_body() -> None:
    first = choose_boundary("42 ar", [])
    assert first == choose_boundary("42 ar", [b"body"])
    assert choose_boundary("42 ar", [b"x " + first.encode() + b" x"]) != first
    assert first != choose_boundary("43 ar", [])


def test_a_body_made_to_hold_every_boundary_is_refused() -> None:
    class Everything(bytes):
        def __contains__(self, _item: object) -> bool:
            return True

    with pytest.raises(ValueError):
        choose_boundary("42 ar", [Everything()])


def test_the_plain_alternative_comes_first_and_every_part_names_its_charset() -> None:
    parts = [
        encode_part("plain", b"words", TransferEncoding.SEVEN_BIT),
        encode_part("html", b"<p>words</p>", TransferEncoding.SEVEN_BIT),
    ]
    assert render_alternatives(parts, "=_b") == (
        b"--=_b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\nwords\r\n"
        b"--=_b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n<p>words</p>\r\n"
        b"--=_b--\r\n"
    )
