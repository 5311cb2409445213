"""The relaxed form, against RFC 6376's own example and a stranger's regular expressions."""

import re

import dkim.canonicalization  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.mail.mime import (
    TransferEncoding,
    canonical_octets,
    choose_boundary,
    choose_encoding,
    encode_part,
    render_alternatives,
)
from publisher.mail.relaxed import canonical_body, canonical_field, split_fields, split_message

STRANGER = dkim.canonicalization.Relaxed
_blank_rich = st.lists(
    st.sampled_from([b" ", b"  ", b"\t", b"\r\n", b"\r\n\r\n", b"a", b"=20", b".", b"\xd8\xa7"]), max_size=30
).map(b"".join)
_bodies = _blank_rich | st.binary(max_size=60).map(lambda octets: re.sub(rb"[\r\n]", b"", octets))
_header_octets = st.lists(
    st.sampled_from([b" ", b"\t", b"\r\n ", b"\r\n\t", b"a", b"B", b":", b"\xd8\xa7"]), max_size=20
).map(b"".join)


def test_the_example_of_the_rfc() -> None:
    """RFC 6376 section 3.4.5."""
    payload = b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n"
    header, body = split_message(payload)
    assert b"".join(canonical_field(field)[1] for field in split_fields(header)) == b"a:X\r\nb:Y Z\r\n"
    assert canonical_body(body) == b" C\r\nD E\r\n"


@settings(max_examples=400, deadline=None)
@given(_bodies)
def test_bodies_are_what_a_stranger_makes_of_them(body: bytes) -> None:
    """The stranger trims blanks before a line's end only, so it is asked with every line ended."""
    ended = body + b"\r\n" if body and not body.endswith(b"\r\n") else body
    expected = STRANGER.canonicalize_body(ended) if ended else b""
    assert canonical_body(body) == expected
    assert canonical_body(expected) == expected


@given(_header_octets)
def test_fields_are_what_a_stranger_makes_of_them(value: bytes) -> None:
    ((name, text),) = STRANGER.canonicalize_headers([(b"X-Any", value + b"\r\n")])
    assert canonical_field(b"X-Any:" + value) == (name.decode(), name + b":" + text)


@pytest.mark.parametrize(("blanks", "is_looked_at"), [(63, True), (64, True), (65, False), (200, False)])
def test_only_a_few_blanks_are_looked_at_one_by_one(blanks: int, is_looked_at: bool) -> None:
    """Whether they are or not, the form is right."""
    body = b"a b" * blanks + b"\r\n"
    assert (canonical_body(body) is body) is is_looked_at
    assert canonical_body(body) == body
    assert canonical_body(body[:-4] + b" \r\n") == body[:-4] + b"\r\n"


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1),
    st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1),
)
def test_a_body_of_ours_in_base64_is_its_own_relaxed_form(text: str, page: str) -> None:
    """The very same object: nothing is copied for the signature."""
    parts = [
        encode_part(kind, canonical_octets(words), TransferEncoding.BASE64)
        for kind, words in (("plain", text), ("html", page))
    ]
    body = render_alternatives(parts, choose_boundary("x", [part.body for part in parts]))
    assert canonical_body(body) is body
    assert STRANGER.canonicalize_body(body) == body


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from(" \t\nab.=ا"), min_size=1), st.text(min_size=1))
def test_a_body_of_ours_in_any_encoding_has_no_blank_at_a_lines_end(text: str, page: str) -> None:
    """So the relaxed form differs by runs of blanks alone, and simple canonicalisation would do as well."""
    octets = [canonical_octets(words.replace("\r", "")) for words in (text, page)]
    parts = [encode_part("plain", each, choose_encoding(each)) for each in octets]
    body = render_alternatives(parts, choose_boundary("x", [part.body for part in parts]))
    assert not re.search(rb"[ \t]\r\n", body)
    assert canonical_body(body) == re.sub(rb"[ \t]+", b" ", body) == STRANGER.canonicalize_body(body)


def test_many_blanks_are_no_obstacle() -> None:
    """Beyond a handful they are not looked at one by one."""
    body = b"a b " * 5000 + b"c\r\n"
    assert canonical_body(body) == body
    assert canonical_body(b" " * 100_000 + b"\r\n" * 100_000) == b""


@pytest.mark.parametrize(
    ("payload", "parts"),
    [
        (b"", (b"", b"")),
        (b"\r\nbody", (b"", b"body")),
        (b"A: b", (b"A: b", b"")),
        (b"A: b\r\n", (b"A: b", b"")),
        (b"A: b\r\n\r\n", (b"A: b", b"")),
        (b"A: b\r\n\r\nc\r\n\r\nd", (b"A: b", b"c\r\n\r\nd")),
    ],
)
def test_the_header_ends_at_the_first_empty_line(payload: bytes, parts: tuple[bytes, bytes]) -> None:
    assert split_message(payload) == parts


@pytest.mark.parametrize("line", [b"no colon", b": no name", b" : blank", "نوع: x".encode()])
def test_a_line_that_is_no_field_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match="no field"):
        canonical_field(line)
