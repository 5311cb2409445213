"""The id of an entry as Atom must write it: an IRI (RFC 4287 section 4.2.6).

RSS and JSON Feed take any string for an id, so an article that came here with the id `123` keeps it there. Atom alone
gets a name-based UUID of it: made from the id and nothing else, it is the same in every feed, on every machine, and
after the site has moved to another domain, which a tag URI of the domain would not be.
"""

import re
from uuid import UUID, uuid5

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[^\s\x00-\x20\x7f-\x9f<>\"{}|\\^`%\ufffd]|%[0-9A-Fa-f]{2})+")
"""Absolute, as RFC 3987 section 2.2 has it: a scheme, then signs that need no percent-encoding."""
_DIRECTING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""RFC 3987 section 4.1: never in an IRI."""
_NAMES = UUID("6f4a1d0e-6a53-5c5b-9d5c-2a1e0b7f3c11")
"""Chosen once. Another one would give every mapped entry a new id in every reader."""


def atom_id(id_: str) -> str:
    """The id itself where it is an absolute IRI, to the letter; else its `urn:uuid:` (RFC 9562 section 5.5)."""
    if _IRI.fullmatch(id_) and not _DIRECTING.search(id_):
        return id_
    return uuid5(_NAMES, id_).urn
