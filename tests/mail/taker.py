"""A `Take` that remembers what it was given and answers as told."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Taker:
    """Recognises what contains `bounce`; raises for what contains `poison`, as a full disk would."""

    taken: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, ...]] = field(default_factory=list)
    heads: list[tuple[bytes, int, str]] = field(default_factory=list)

    def __call__(self, raw: bytes, envelope_to: Sequence[str] = (), /) -> bool:
        if b"poison" in raw:
            raise OSError(28, "No space left on device")
        self.taken.append(raw)
        self.envelopes.append(tuple(envelope_to))
        return b"bounce" in raw

    def head(self, raw: bytes, *, size_bytes: int, place: str) -> None:
        if b"poison" in raw:
            raise OSError(28, "No space left on device")
        self.heads.append((raw, size_bytes, place))
