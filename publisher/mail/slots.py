"""Finished text with places that differ from reader to reader.

Promise: no template runs for a reader, and what is put into a place is only what the caller escaped for it.
A text is cut at its `Patch` stand-ins once; for each reader the pieces are joined around the values.
"""

import re
from collections.abc import Mapping

from publisher.mail.mime import canonical_octets
from publisher.model.issue import Patch

Pieces = tuple[bytes | Patch, ...]
"""Canonical octets (UTF-8, CRLF) and the places between them, in order."""

_LONGEST = max(map(len, Patch))
_STAND_IN = re.compile("|".join(re.escape(patch) for patch in sorted(Patch, key=len, reverse=True)))


def parse_slots(text: str) -> Pieces:
    """Cut a text at its stand-ins."""
    pieces: list[bytes | Patch] = []
    end = 0
    for match in _STAND_IN.finditer(text):
        pieces += [canonical_octets(text[end : match.start()]), Patch(match[0])]
        end = match.end()
    pieces.append(canonical_octets(text[end:]))
    return tuple(pieces)


def near_slots(pieces: Pieces) -> Pieces:
    """The pieces without what is further from any place than a stand-in is long: filled, they hold a stand-in exactly
    where the whole text would, as far as it was not one before.
    """
    near: list[bytes | Patch] = []
    for piece in pieces:
        if isinstance(piece, Patch) or len(piece) <= 2 * _LONGEST:
            near.append(piece)
        else:
            near.append(piece[:_LONGEST] + b"\n" + piece[-_LONGEST:])
    return tuple(near)


def fill_slots(pieces: Pieces, values: Mapping[Patch, str]) -> bytes:
    """Join the pieces around the values, already escaped for this text. Raises KeyError for a place without one."""
    return b"".join([values[piece].encode() if isinstance(piece, Patch) else piece for piece in pieces])
