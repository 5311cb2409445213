"""Octets become text only where there is no doubt."""

import os
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.reason import Reason
from publisher.sources.decoding import MAX_BYTES, decode_document
from tests.sources.build import SEEDS

ARABIC = "قال مدير المدرسة إن الطلاب استعادوا الكتب القديمة من المخزن، وإن القاعة ستُفتح قريباً."
TURKISH = "İstanbul'da kış ağır geçti; şehir ışıl ışıl, çocuklar gülüyor."


def key(data: bytes) -> str:
    """The reason's key."""
    result = decode_document(data)
    assert isinstance(result, Reason), result
    return result.key


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
def test_arabic_is_read_in_the_charsets_newsrooms_save(codec: str) -> None:
    assert decode_document(ARABIC.encode(codec)) == ARABIC


def test_turkish_is_read_in_windows_1254() -> None:
    assert decode_document(TURKISH.encode("cp1254")) == TURKISH


def test_declared_charset_is_believed_before_looks() -> None:
    text = f"charset=iso-8859-6\n{ARABIC.replace('،', ' ')}"
    assert decode_document(text.encode("iso8859-6")) == text


def test_unknown_declared_charset_is_passed_over() -> None:
    assert decode_document(f"charset=klingon\n{ARABIC}".encode("cp1256")) == f"charset=klingon\n{ARABIC}"


@pytest.mark.parametrize("codec", ["iso8859-6", "mac_arabic", "koi8-r"])
def test_other_charset_is_not_taken_for_windows_1256(codec: str) -> None:
    text = "Привет, как дела сегодня" if codec == "koi8-r" else ARABIC.replace("،", " ")
    assert key(text.encode(codec)) == "sources.encoding_unknown"


def test_western_accents_are_not_taken_for_turkish() -> None:
    assert key("Les élèves étaient là où il fallait être".encode("latin-1")) == "sources.encoding_unknown"


def test_broken_utf_16_is_refused() -> None:
    assert key(b"\xff\xfea") == "sources.encoding_unknown"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "sources.empty"),
        (b" \r\n\t", "sources.empty"),
        ("\ufeff\u00a0\n".encode(), "sources.empty"),
        (b"x" * (MAX_BYTES + 1), "sources.too_large"),
        (b"%PDF-1.7 ...", "sources.binary_kind"),
        (b"PK\x03\x04word/document.xml", "sources.binary_kind"),
        (b"text\x00with a zero", "sources.binary"),
        ("zero\x00".encode("utf-16"), "sources.binary"),
        (b"\x01\x02\x03\x04\x05", "sources.binary"),
        (b"  <!DOCTYPE html><title>x</title>", "sources.html_page"),
        (b"<html dir=rtl>", "sources.html_page"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, reason: str) -> None:
    assert key(data) == reason


def test_size_is_told_in_megabytes() -> None:
    result = decode_document(b"x" * 5_000_000)
    assert isinstance(result, Reason)
    assert result.arguments == {"size": 5, "limit": 2}


@pytest.mark.parametrize("wrong", ["latin-1", "cp1256"])
def test_utf_8_read_as_something_else_is_mojibake(wrong: str) -> None:
    damaged = (SEEDS / "seed_article.txt").read_bytes().decode(wrong)
    result = decode_document(damaged.encode())
    assert isinstance(result, Reason)
    assert result.key == "sources.mojibake"
    assert result.arguments["line"] == 1


@given(st.binary(max_size=600))
def test_arbitrary_octets_never_raise(data: bytes) -> None:
    assert isinstance(decode_document(data), str | Reason)


def test_random_high_octets_are_never_taken_for_text() -> None:
    chance = random.Random(7)  # noqa: S311
    for _ in range(200):
        data = bytes(chance.randrange(0x80, 0x100) for _ in range(500))
        assert key(data) in ("sources.encoding_unknown", "sources.binary", "sources.binary_kind")
    assert isinstance(decode_document(os.urandom(3000)), Reason)
