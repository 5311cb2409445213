"""A process that signs beside the sender. It is given keys and digests, and answers with signatures.

One socket is all it has. First come the keys: how many (1 octet), then each as its length (4 octets, big endian) and
PEM. After that every request is one SHA-256 digest for each key, and every answer the signatures in the same order;
both have fixed lengths, and answers come in the order of the requests. It ends when the socket does, so also when the
sender was killed; signals that ask a whole group to end leave it alone, as the sender may still have mail in hand.
"""

import os
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress

from publisher.mail.dkim_key import DkimKey, parse_key

DIGEST_OCTETS = 32
NICENESS = 5
"""Pages and lanes go first where cores are few."""


def main(handle: int) -> None:
    """Sign until the socket of this number ends."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.nice(NICENESS)
    with socket.socket(fileno=handle) as line, suppress(OSError):
        serve(line)


def serve(line: socket.socket) -> None:
    """The conversation, from the keys to the end."""
    with line.makefile("rb") as asked:
        many = int.from_bytes(asked.read(1))
        keys = [parse_key("signer", asked.read(int.from_bytes(asked.read(4)))) for _ in range(many)]
        size = DIGEST_OCTETS * many
        while keys and len(request := asked.read(size)) == size:
            line.sendall(sign_digests(keys, request))


def sign_digests(keys: Sequence[DkimKey], request: bytes) -> bytes:
    """The answer to a request."""
    starts = range(0, len(request), DIGEST_OCTETS)
    return b"".join(
        [key.sign_digest(request[at : at + DIGEST_OCTETS]) for key, at in zip(keys, starts, strict=True)]
    )


def introduce(keys: Sequence[DkimKey]) -> bytes:
    """What the sender says first."""
    pems = [key.render_pem() for key in keys]
    return bytes([len(pems)]) + b"".join(len(pem).to_bytes(4) + pem for pem in pems)
