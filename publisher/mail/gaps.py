"""A body part encoded once, with gaps for what differs from reader to reader.

Promise: filling the gaps gives an encoding of exactly the filled text, whatever is filled in, in lines of at most 76
octets. In base64 three octets are four letters and a line is 57 octets, so values of the same length always touch the
same letters: only those groups are encoded again, and the line ends among them stand where they always stand. In
quoted-printable a value stands on lines of its own between soft line breaks, so its length does not matter.
"""

import binascii
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

from publisher.mail.mime import TransferEncoding
from publisher.mail.slots import Pieces
from publisher.model.issue import Patch

Values = Mapping[Patch, bytes]
"""What goes into the places: ASCII, escaped for this text."""
_GROUP = 3
_LINE = 76
_SOFT = b"=\r\n"


class Gapped(Protocol):
    """An encoded part with gaps."""

    def fill(self, values: Values) -> list[bytes]:
        """The encoded part in pieces, without a final CRLF. Values must be as long as those it was made for."""
        ...

    def has_dot_lines(self, values: Values) -> bool:
        """Whether a line of it begins with a dot, which SMTP wants doubled."""
        ...


def encode_gapped(pieces: Pieces, encoding: TransferEncoding, values: Values) -> Gapped:
    """Encode all but the gaps, for values as long as these. What is not base64 becomes quoted-printable."""
    if encoding is TransferEncoding.BASE64:
        return _gapped_base64(pieces, values)
    return _gapped_qp(pieces)


# --- base64 ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Groups:
    """A few groups that hold a value: what they are made of, and where their letters are cut by line ends."""

    pieces: Pieces
    cuts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Base64:
    segments: tuple[bytes | _Groups, ...]

    def fill(self, values: Values) -> list[bytes]:
        """See `Gapped`."""
        filled: list[bytes] = []
        for segment in self.segments:
            if isinstance(segment, bytes):
                filled.append(segment)
            else:
                octets = b"".join([values[p] if isinstance(p, Patch) else p for p in segment.pieces])
                filled.append(_cut(binascii.b2a_base64(octets, newline=False), segment.cuts))
        return filled

    def has_dot_lines(self, values: Values) -> bool:  # noqa: ARG002
        """See `Gapped`. The alphabet has no dot."""
        return False


def _gapped_base64(pieces: Pieces, values: Values) -> _Base64:
    lengths = [len(values[piece]) if isinstance(piece, Patch) else len(piece) for piece in pieces]
    ends = list(accumulate(lengths))
    total = ends[-1]
    dirty = _join_touching(
        (start - start % _GROUP, min(total, -(-end // _GROUP) * _GROUP))
        for piece, start, end in zip(pieces, [0, *ends], ends, strict=False)
        if isinstance(piece, Patch)
    )
    segments: list[bytes | _Groups] = []
    at = 0
    for start, end in [*dirty, (total, total)]:
        if at < start:
            constant = [piece for piece in _slice(pieces, lengths, at, start) if isinstance(piece, bytes)]
            letters = binascii.b2a_base64(b"".join(constant), newline=False)
            segments.append(_cut(letters, _line_ends(at, len(letters))))
        if start < end:
            length = -(-(end - start) // _GROUP) * 4
            segments.append(_Groups(tuple(_slice(pieces, lengths, start, end)), _line_ends(start, length)))
        at = end
    return _Base64(tuple(segments))


def _join_touching(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in ranges:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _slice(pieces: Pieces, lengths: list[int], start: int, end: int) -> Iterator[bytes | Patch]:
    """The octets from start to end, neighbouring constants as one; a value is inside or outside, never cut."""
    run = b""
    at = 0
    for piece, length in zip(pieces, lengths, strict=True):
        if isinstance(piece, Patch):
            if start <= at and at + length <= end and length:
                if run:
                    yield run
                yield piece
                run = b""
        else:
            run += piece[max(0, start - at) : max(0, end - at)]
        at += length
    if run:
        yield run


def _line_ends(start: int, length: int) -> tuple[int, ...]:
    """Where letters that stand for the octets from `start` on are cut; a line end belongs to what comes behind it."""
    first = start // _GROUP * 4
    head = -first % _LINE if first else _LINE
    return tuple(range(head, length, _LINE))


def _cut(letters: bytes, cuts: tuple[int, ...]) -> bytes:
    if not cuts:
        return letters
    return b"\r\n".join([letters[a:b] for a, b in zip((0, *cuts), (*cuts, None), strict=True)])


# --- quoted-printable ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _QuotedPrintable:
    segments: tuple[bytes | Patch, ...]
    has_dots: bool
    """Whether a line of the constant text begins with a dot: what stands behind a value begins a line."""

    def fill(self, values: Values) -> list[bytes]:
        """See `Gapped`."""
        return [_quoted(values[s]) if isinstance(s, Patch) else s for s in self.segments]

    def has_dot_lines(self, values: Values) -> bool:
        """See `Gapped`. A value begins a line."""
        return self.has_dots or any(_begins_with_dot(_quoted(value)) for value in values.values())


def _gapped_qp(pieces: Pieces) -> _QuotedPrintable:
    """Line by line: within a line, a soft break between a constant and a value."""
    segments: list[bytes | Patch] = []
    is_line_empty = True
    for piece in pieces:
        if isinstance(piece, Patch):
            segments += [piece] if is_line_empty else [_SOFT, piece]
            is_line_empty = False
            continue
        for number, line in enumerate(piece.split(b"\r\n")):
            if number:
                segments.append(b"\r\n")
                is_line_empty = True
            if line:
                segments += [_quoted(line)] if is_line_empty else [_SOFT, _quoted(line)]
                is_line_empty = False
    joined = tuple(_joined(segments))
    has_dots = any(_begins_with_dot(segment) for segment in joined if isinstance(segment, bytes))
    return _QuotedPrintable(joined, has_dots)


def _begins_with_dot(octets: bytes) -> bool:
    return octets.startswith(b".") or b"\n." in octets


def _joined(segments: list[bytes | Patch]) -> Iterator[bytes | Patch]:
    """Neighbouring constants as one."""
    run: list[bytes] = []
    for segment in segments:
        if isinstance(segment, Patch):
            yield b"".join(run)
            yield segment
            run = []
        else:
            run.append(segment)
    yield b"".join(run)


def _quoted(line: bytes) -> bytes:
    """RFC 2045 section 6.7. A blank at the end is encoded, and the last line leaves room for a soft break behind it."""
    written = binascii.b2a_qp(line, istext=False).replace(b"=\n", _SOFT)
    last = written[written.rfind(b"\n") + 1 :]
    if len(last) < _LINE:
        return written
    keep = 3 if last[-3:-2] == b"=" else 1
    return written[:-keep] + _SOFT + written[-keep:]
