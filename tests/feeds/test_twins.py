"""The codings of the twins (checklist 31)."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.feeds.twins import CODINGS, GZIP, Coding, is_paired, twin

codings = pytest.mark.parametrize("coding", CODINGS, ids=lambda coding: coding.name)


@given(st.binary(max_size=2000), st.sampled_from(CODINGS))
def test_what_is_compressed_comes_back_and_equal_data_gives_equal_bytes(data: bytes, coding: Coding) -> None:
    assert coding.decompress(coding.compress(data)) == data
    assert coding.compress(data) == coding.compress(data)


@codings
@pytest.mark.parametrize("data", [b"", b"not compressed", b"\x1f\x8b\x08"])
def test_what_is_not_compressed_is_a_value_error(coding: Coding, data: bytes) -> None:
    with pytest.raises(ValueError, match=r"not (gzip|brotli)"):
        coding.decompress(data if data or coding.name == "br" else b"\x00")


def test_the_gzip_twin_has_no_date_in_its_header() -> None:
    """RFC 1952 section 2.3.1: MTIME is bytes 4 to 7."""
    assert GZIP.compress(b"x" * 1000)[4:8] == b"\0\0\0\0"


@codings
def test_a_twin_is_paired_by_its_date(tmp_path: Path, coding: Coding) -> None:
    path = tmp_path / "index.rss"
    assert not is_paired(path, coding)
    path.write_bytes(b"x")
    assert not is_paired(path, coding)
    twin(path, coding).write_bytes(b"y")
    os.utime(path, (100, 100))
    os.utime(twin(path, coding), (100, 100))
    assert is_paired(path, coding)
    os.utime(path, (101, 101))
    assert not is_paired(path, coding)
