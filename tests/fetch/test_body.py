"""Bodies out of their coding, within bounds."""

import gzip
import time
import zlib
from collections.abc import AsyncIterator

import pytest

from publisher.fetch.body import BrokenError, TooLargeError, read_body

pytestmark = pytest.mark.anyio

FIRST, SECOND = b"<rss>" + b"first " * 500, b"second " * 500 + b"</rss>"
BOTH = gzip.compress(FIRST) + gzip.compress(SECOND)


async def unpack(data: bytes, *, size: int = 1 << 16, most: int = 1 << 20, coding: str = "gzip") -> bytes:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(data), size):
            yield data[start : start + size]

    return await read_body(chunks(), coding, most)


@pytest.mark.parametrize("size", [1, 2, 7, 100, 1 << 16])
async def test_every_member_is_read_however_it_is_cut(size: int) -> None:
    """RFC 1952 section 2.2: as several servers and `cat a.gz b.gz` make it. A member may hold nothing."""
    assert await unpack(BOTH, size=size) == FIRST + SECOND
    assert await unpack(BOTH + gzip.compress(b"") + BOTH, size=size, coding="x-gzip") == (FIRST + SECOND) * 2


@pytest.mark.parametrize("size", [1, 1 << 16])
@pytest.mark.parametrize("rest", [b"\0" * 1024, b"\x1f", b"\x1fx", b"\r\n", b"<!-- cached -->", b"\0" + BOTH])
async def test_what_follows_and_is_no_member_is_left_out_as_readers_do(rest: bytes, size: int) -> None:
    assert await unpack(BOTH + rest, size=size) == FIRST + SECOND


@pytest.mark.parametrize("cut", [1, 8, 9, len(gzip.compress(SECOND)) - 2])
async def test_a_second_member_that_ends_in_the_middle_is_broken(cut: int) -> None:
    with pytest.raises(BrokenError, match="in the middle"):
        await unpack(BOTH[:-cut])


async def test_a_torn_head_is_broken_and_nothing_at_all_is_whole() -> None:
    """An answer to HEAD names its coding and has no body."""
    assert await unpack(b"") == b""
    with pytest.raises(BrokenError, match="in the middle"):
        await unpack(BOTH[:5])
    with pytest.raises(zlib.error):
        await unpack(b"no gzip")
    with pytest.raises(zlib.error):
        await unpack(BOTH + b"\x1f\x8b" + b"no member")


async def test_the_bound_holds_over_all_members_together() -> None:
    size = len(FIRST) + len(SECOND)
    assert len(await unpack(BOTH, most=size)) == size
    for most in (size - 1, len(FIRST), len(FIRST) - 1, 1):
        with pytest.raises(TooLargeError):
            await unpack(BOTH, most=most)
    with pytest.raises(TooLargeError):
        await unpack(gzip.compress(b"a") + gzip.compress(b"\0" * 50_000_000), most=10_000)
    with pytest.raises(TooLargeError):
        await unpack(b"plain", most=4, coding="identity")


async def test_what_unpacks_to_nothing_is_bounded_too() -> None:
    """Members without content, and what follows the last one: neither is read for ever, nor costs much."""
    begun = time.process_time()
    with pytest.raises(BrokenError, match="too many members"):
        await unpack(gzip.compress(b"") * 30_000)
    with pytest.raises(TooLargeError):
        await unpack(BOTH + b"\0" * 2_000_000, most=1 << 20)
    assert time.process_time() - begun < 5


async def test_many_members_of_a_usual_size_are_fine() -> None:
    """Who packs by blocks of 64 KB makes some hundred of a large feed."""
    block = b"x" * 100
    assert await unpack(gzip.compress(block) * 5_000) == block * 5_000


async def test_a_coding_we_did_not_ask_for_is_broken() -> None:
    with pytest.raises(BrokenError, match="'br'"):
        await unpack(b"?", coding="br")
