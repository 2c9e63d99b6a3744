"""Which network addresses an outgoing connection may go to, judged by the address that a packet would reach in the end.

The tables follow the special-purpose registries of IANA
(https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry).
``ipaddress.is_global`` is not asked: its answer for several of these blocks changed between patch releases of Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

INSIDE_V4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # behind a carrier's NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, where clouds keep their metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; 192.0.0.192 is a metadata service
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112, answered by whoever is near
        "192.52.193.0/24",  # multicast tunnels
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)

# Everything outside of it is loopback, link-local, unique-local, multicast, or not assigned.
GLOBAL_UNICAST_V6 = IPv6Network("2000::/3")
INSIDE_V6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments, benchmarks, overlays
        "2001:db8::/32",  # documentation
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)

MAPPED = IPv6Network("::ffff:0:0/96")
TRANSLATED = IPv6Network("::ffff:0:0:0/96")
NAT64 = IPv6Network("64:ff9b::/96")
SIX_TO_FOUR = IPv6Network("2002::/16")
TEREDO = IPv6Network("2001::/32")
# The interface ids under which ISATAP writes an IPv4 address (RFC 5214, 6.1).
ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})


def may_connect(address: Address, allow: Sequence[Network] = ()) -> bool:
    """Whether a connection may go there: to the public internet, or into a network that the operator allowed.

    An IPv6 address that carries an IPv4 address is judged by what it carries; a Teredo address carries two.
    """
    return all(_is_allowed(each, allow) or not _is_inside(each) for each in destinations(address))


def destinations(address: Address) -> tuple[Address, ...]:
    """The addresses that packets to this one may end up at: itself, or the IPv4 addresses within it."""
    if isinstance(address, IPv4Address):
        return (address,)
    return tuple(_carried(address)) or (address,)


def _carried(address: IPv6Address) -> Iterator[Address]:
    bits = int(address)
    if address in MAPPED or address in TRANSLATED or address in NAT64:
        yield _v4(bits)
    elif address in SIX_TO_FOUR:
        yield _v4(bits >> 80)
    elif address in TEREDO:
        yield _v4(bits >> 64)
        # The client's address is written inverted (RFC 4380, 4).
        yield _v4(~bits)
    elif bits >> 32 & 0xFFFF_FFFF in ISATAP:
        # Only the second half of the address: the network before it counts as well.
        yield address
        yield _v4(bits)


def _v4(bits: int) -> IPv4Address:
    return IPv4Address(bits & 0xFFFF_FFFF)


def _is_allowed(address: Address, allow: Sequence[Network]) -> bool:
    return any(address in network for network in allow)


def _is_inside(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return any(address in network for network in INSIDE_V4)
    return address not in GLOBAL_UNICAST_V6 or any(address in network for network in INSIDE_V6)
