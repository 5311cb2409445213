"""The compressed twins beside a feed file, named as nginx's `gzip_static` and `brotli_static` look for them.

gzip at its smallest takes 40 ms for a feed of 230 KB and is made with the file. Brotli at its smallest takes 600 ms:
its twin is made afterwards, by `complete_twins`, and until then servers send gzip (docs/notes/serving.md).
"""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import brotli


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """A content coding (RFC 9110 section 8.4.1): its name in headers, the ending of its twins, its two directions.

    `compress` gives the same bytes for the same data. `decompress` raises ValueError for what it did not write.
    """

    name: str
    ending: str
    compress: Callable[[bytes], bytes]
    decompress: Callable[[bytes], bytes]


def _gzip(data: bytes) -> bytes:
    """No date in its header (RFC 1952 section 2.3.1): equal data, equal bytes."""
    return gzip.compress(data, compresslevel=9, mtime=0)


def _gunzip(data: bytes) -> bytes:
    try:
        return gzip.decompress(data)
    except (EOFError, OSError) as error:
        raise ValueError("not gzip") from error


def _brotli(data: bytes) -> bytes:
    """RFC 7932, at quality 11."""
    return bytes(brotli.compress(data, mode=brotli.MODE_TEXT))


def _unbrotli(data: bytes) -> bytes:
    try:
        return bytes(brotli.decompress(data))
    except brotli.error as error:
        raise ValueError("not brotli") from error


GZIP = Coding(name="gzip", ending=".gz", compress=_gzip, decompress=_gunzip)
BROTLI = Coding(name="br", ending=".br", compress=_brotli, decompress=_unbrotli)
CODINGS = (BROTLI, GZIP)
"""Best first."""


def twin(path: Path, coding: Coding = GZIP) -> Path:
    """Where the twin of a file stands."""
    return path.with_name(path.name + coding.ending)


def is_paired(path: Path, coding: Coding) -> bool:
    """Whether the file has a twin of its own date, which it has exactly when that twin holds the same bytes."""
    try:
        return twin(path, coding).stat().st_mtime_ns == path.stat().st_mtime_ns
    except FileNotFoundError:
        return False
