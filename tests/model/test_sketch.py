"""Counting without keeping."""

from hashlib import blake2b

import pytest

from publisher.model.sketch import estimate, new_sketch, put


def digest(number: int) -> bytes:
    return blake2b(str(number).encode(), digest_size=16).digest()


@pytest.mark.parametrize("count", [0, 1, 2, 37, 500, 5_000, 60_000])
def test_the_estimate_is_near_the_truth(count: int) -> None:
    """Three standard errors; nearly exact for small numbers."""
    sketch = new_sketch()
    for number in range(count):
        put(sketch, digest(number))
    assert abs(estimate(sketch) - count) <= (0.07 * count if count > 40 else 1)


def test_what_is_put_in_twice_counts_once() -> None:
    sketch = new_sketch()
    for _ in range(1_000):
        put(sketch, digest(1))
    assert estimate(sketch) == 1


def test_its_size_does_not_grow() -> None:
    sketch = new_sketch()
    size = len(sketch)
    for number in range(10_000):
        put(sketch, digest(number))
    assert len(sketch) == size
    put(sketch, b"\0" * 8)
    assert estimate(bytes([60] * size)) > 10**15
