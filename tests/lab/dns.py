"""A name server for a zone of a few names (RFC 1035), over UDP on loopback.

It is right about what it knows and says NXDOMAIN to everything else, so nothing that asks it ever leaves the machine.
"""

import ipaddress
import socket
import struct
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

Zone = Mapping[tuple[str, str], Sequence[str]]
"""By name (lower case, no final dot) and type: addresses, names, `10 mx.example`, or the one-octet-length strings of a
TXT record joined by newlines.
"""

TYPES = {"A": 1, "NS": 2, "PTR": 12, "MX": 15, "TXT": 16}
_HEADER = struct.Struct("!6H")
_NXDOMAIN = 3


@contextmanager
def serving(zone: Zone) -> Iterator[int]:
    """The port it answers on."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(0.1)
        ending = threading.Event()
        thread = threading.Thread(target=_serve, args=(listening, zone, ending), daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            ending.set()
            thread.join()


def _serve(listening: socket.socket, zone: Zone, ending: threading.Event) -> None:
    while not ending.is_set():
        with suppress(TimeoutError, ConnectionError):
            query, asker = listening.recvfrom(4096)
            with suppress(ValueError, IndexError, struct.error):  # no question: nothing to answer
                listening.sendto(answer(query, zone), asker)


def answer(query: bytes, zone: Zone) -> bytes:
    """The reply to one query. Raises ValueError, IndexError or struct.error for what is none."""
    number, flags, *_ = _HEADER.unpack_from(query)
    labels, place = [], _HEADER.size
    while length := query[place]:
        labels.append(query[place + 1 : place + 1 + length].decode("ascii").lower())
        place += 1 + length
    (kind,) = struct.unpack_from("!H", query, place + 1)
    question = query[_HEADER.size : place + 5]
    name = ".".join(labels)
    found = [
        (TYPES[asked], value)
        for (owner, asked), values in zone.items()
        if owner == name and TYPES[asked] == kind
        for value in values
    ]
    exists = any(owner == name or owner.endswith(f".{name}") for owner, _ in zone)
    rcode = 0 if exists else _NXDOMAIN
    # response, authoritative, recursion available; the question points at itself (0xC00C) in each answer
    head = _HEADER.pack(number, 0x8480 | (flags & 0x0100) | rcode, 1, len(found), 0, 0)
    return head + question + b"".join(_record(kind, value) for kind, value in found)


def _record(kind: int, value: str) -> bytes:
    data = _data(kind, value)
    return struct.pack("!HHHIH", 0xC00C, kind, 1, 60, len(data)) + data


def _data(kind: int, value: str) -> bytes:
    if kind == TYPES["A"]:
        return ipaddress.IPv4Address(value).packed
    if kind == TYPES["TXT"]:
        return b"".join(bytes([len(part)]) + part.encode("ascii") for part in value.split("\n"))
    if kind == TYPES["MX"]:
        preference, _, host = value.partition(" ")
        return struct.pack("!H", int(preference)) + _name(host)
    return _name(value)


def _name(text: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode("ascii") for label in text.split(".")) + b"\0"
