"""Which IP addresses belong to the public internet.

`ipaddress.is_global` is no filter: in Python 3.11 it says yes to NAT64 and 6to4 forms of 127.0.0.1, to `::127.0.0.1`,
`fec0::1`, 192.0.0.8 and 224.0.0.1. So the tables are our own, after the IANA registries of special-purpose addresses
(RFC 6890), and an IPv6 address that carries an IPv4 address is judged by that one too.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

_CLOSED_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network; Linux takes 0.0.0.0 for itself
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by carriers; also some clouds' metadata
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's own service, reachable from every machine there
        "169.254.0.0/16",  # link-local; most clouds' metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # the 6to4 relays of old
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_UNICAST_V6 = IPv6Network("2000::/3")
"""All of IPv6 that is given out; the rest is loopback, local, multicast, or unused."""
_CLOSED_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
"""RFC 6052: how a network without IPv4 reaches IPv4, so it is as public as what stands in it."""
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)
_LOW_32 = 0xFFFF_FFFF


def is_public(address: Address) -> bool:
    """Whether anybody on the internet has this address: unicast, given out, nobody's private network."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _CLOSED_V4)
    if not all(is_public(inner) for inner in find_inner(address)):
        return False
    if address.ipv4_mapped is not None or address in _NAT64:
        return True
    return address in _UNICAST_V6 and not any(address in network for network in _CLOSED_V6)


def find_inner(address: IPv6Address) -> Iterator[IPv4Address]:
    """Every IPv4 address that stands in an IPv6 address: v4-mapped (RFC 4291), NAT64 (RFC 6052), 6to4 (RFC 3056),
    both of Teredo (RFC 4380), ISATAP (RFC 5214).
    """
    number = int(address)
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address in _NAT64 or number >> 32 & _LOW_32 in _ISATAP:
        yield IPv4Address(number & _LOW_32)
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
