"""The name server of the lab."""

import socket
import struct

import pytest

from tests.lab import dns
from tests.lab.zone import build_zone, read_printed

PRINTED = """\
name   n2026a._domainkey.news.example.org
type   TXT
value  v=DKIM1; k=rsa; p=AAAABBBB
zone   n2026a._domainkey.news.example.org. IN TXT (
    "v=DKIM1; k=rsa; p=AAAA"
    "BBBB"
)

name   _dmarc.news.example.org
type   TXT
value  v=DMARC1; p=none
zone   _dmarc.news.example.org. IN TXT "v=DMARC1; p=none"
"""
ZONE: dns.Zone = {("mx.example", "A"): ["192.0.2.1"], ("example", "MX"): ["10 mx.example"]}


def query(name: str, kind: int, *, number: int = 7) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!6H", number, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", kind, 1)


def test_printed_records_are_read_as_a_zone_file_is() -> None:
    zone = build_zone(read_printed(PRINTED))
    assert zone["n2026a._domainkey.news.example.org", "TXT"] == ["v=DKIM1; k=rsa; p=AAAA\nBBBB"]
    assert zone["_dmarc.news.example.org", "TXT"] == ["v=DMARC1; p=none"]
    with pytest.raises(ValueError, match="no record"):
        read_printed("nothing")


@pytest.mark.parametrize(
    ("name", "kind", "data"),
    [
        ("MX.example", "A", bytes([192, 0, 2, 1])),
        ("example", "MX", b"\0\x0a\x02mx\x07example\0"),
    ],
)
def test_what_the_zone_says_is_answered_in_any_case_of_letters(name: str, kind: str, data: bytes) -> None:
    said = dns.answer(query(name, dns.TYPES[kind]), ZONE)
    number, flags, *counts = struct.unpack_from("!6H", said)
    assert (number, flags, counts) == (7, 0x8580, [1, 1, 0, 0])
    assert said.endswith(struct.pack("!H", len(data)) + data)


def test_a_text_of_several_strings_keeps_them() -> None:
    said = dns.answer(query("t.example", dns.TYPES["TXT"]), {("t.example", "TXT"): ["ab\nc"]})
    assert said.endswith(b"\0\x05\x02ab\x01c")


@pytest.mark.parametrize(
    ("name", "kind", "rcode"), [("elsewhere.example", "A", 3), ("mx.example", "MX", 0), ("ample", "A", 3)]
)
def test_what_it_does_not_know_is_no_name_or_no_record(name: str, kind: str, rcode: int) -> None:
    _, flags, _, answers, *_ = struct.unpack_from("!6H", dns.answer(query(name, dns.TYPES[kind]), ZONE))
    assert (flags & 0xF, answers) == (rcode, 0)


def test_it_outlives_a_packet_that_is_no_question() -> None:
    with dns.serving(ZONE) as port, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.settimeout(5)
        for packet in (b"", b"x" * 12, query("mx.example", dns.TYPES["A"])):
            asker.sendto(packet, ("127.0.0.1", port))
        assert asker.recv(512).endswith(bytes([192, 0, 2, 1]))
