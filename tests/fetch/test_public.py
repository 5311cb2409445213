"""Which addresses are anybody's (SSRF: docs/notes/push.md)."""

from ipaddress import ip_address

import pytest

from publisher.fetch.public import is_public

CLOSED = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 168.63.129.16
169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.8 192.0.0.192 192.0.2.1 192.88.99.1
192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0:127.0.0.1 ::8.8.8.8 64:ff9b::7f00:1 64:ff9b::a00:1
64:ff9b:1::1 64:ff9b:1::808:808 100::1 2001::1 2001:0:4136:e378:8000:63bf:80ff:fffe 2001:2::1 2001:10::1 2001:db8::1
2002:7f00:1:: 2002:a00:1::1 2002:c0a8:101::1 2a01:4f8::5efe:127.0.0.1 2a01:4f8::200:5efe:10.0.0.1 3fff::1 5f00::1
fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 ff0e::1 4000::1 0:0:0:0:0:ffff:7f00:1
"""
OPEN = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 172.15.255.255 172.32.0.0
192.0.1.0 192.167.255.255 192.169.0.0 223.255.255.255 ::ffff:8.8.8.8 64:ff9b::808:808 2001:200::1 2002:808:808::1
2606:4700:4700::1111 2a00:1450::1 3ffe::1 2a01:4f8::5efe:8.8.8.8
"""


@pytest.mark.parametrize("text", CLOSED.split())
def test_what_is_local_reserved_or_carries_such_an_address_is_not_public(text: str) -> None:
    assert is_public(ip_address(text)) is False


@pytest.mark.parametrize("text", OPEN.split())
def test_what_is_given_out_is_public_up_to_the_very_edges(text: str) -> None:
    assert is_public(ip_address(text)) is True
