"""How many different things were seen, without keeping any of them (HyperLogLog, Flajolet and others 2007).

A sketch is a `bytearray` of REGISTERS registers. It is off by 2.3 % on average; below a few thousand, where it counts
empty registers, by less. Nothing that was put in can be taken out again.
"""

import math

REGISTERS = 2048
_BITS = REGISTERS.bit_length() - 1
_ALPHA = 0.7213 / (1 + 1.079 / REGISTERS)


def new_sketch() -> bytearray:
    """One that has seen nothing."""
    return bytearray(REGISTERS)


def put(sketch: bytearray, digest: bytes) -> None:
    """Note a thing by the first eight bytes of a hash of it."""
    number = int.from_bytes(digest[:8], "big")
    register, rest = number & (REGISTERS - 1), number >> _BITS
    rank = 64 - _BITS - rest.bit_length() + 1
    if rank > sketch[register]:
        sketch[register] = rank


def estimate(sketch: bytes | bytearray) -> int:
    """About how many different things were put in."""
    empty = sketch.count(0)
    raw = _ALPHA * REGISTERS**2 / sum(2.0**-rank for rank in sketch)
    if raw <= 2.5 * REGISTERS and empty:
        return round(REGISTERS * math.log(REGISTERS / empty))
    return round(raw)
