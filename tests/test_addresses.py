"""Tests of the table of addresses that an outgoing connection may go to."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.addresses import GLOBAL_UNICAST_V6, INSIDE_V4, SIX_TO_FOUR, Address, may_connect

LOOPBACK = ip_network("127.0.0.0/8")


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "169.254.169.254",
        "172.31.0.1",
        "192.0.0.192",
        "192.0.2.1",
        "192.168.1.1",
        "198.19.255.255",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "100::1",
        "2001:db8::1",
        "2001:2::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "64:ff9b:1::8.8.8.8",
    ],
)
def test_refuses_an_address_inside(address: str) -> None:
    assert not may_connect(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "100.63.255.255", "172.32.0.1", "2606:4700::1111", "2a00:1450::200e"])
def test_lets_a_public_address_pass(address: str) -> None:
    assert may_connect(ip_address(address))


FORMS = {
    "mapped": "::ffff:{v4}",
    "translated": "::ffff:0:{v4}",
    "NAT64": "64:ff9b::{v4}",
    "6to4": "2002:{high:x}:{low:x}::1",
    "Teredo server": "2001:0:{high:x}:{low:x}:0:0:f7f7:f7f7",
    "Teredo client": "2001:0:808:808:0:0:{not_high:x}:{not_low:x}",
    "ISATAP": "2606:4700::5efe:{v4}",
}


def carrying(form: str, v4: str) -> Address:
    high, low = divmod(int(ip_address(v4)), 0x1_0000)
    return ip_address(form.format(v4=v4, high=high, low=low, not_high=high ^ 0xFFFF, not_low=low ^ 0xFFFF))


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.0.0.192"])
def test_judges_an_address_by_the_one_it_carries(form: str, inside: str) -> None:
    assert not may_connect(carrying(form, inside))
    assert may_connect(carrying(form, "9.9.9.9"))


def test_a_carried_address_does_not_excuse_the_network_around_it() -> None:
    assert not may_connect(ip_address("fe80::5efe:9.9.9.9"))


def test_what_the_operator_allowed_passes_and_nothing_beside_it() -> None:
    allow = [ip_network("10.1.0.0/16")]

    assert may_connect(ip_address("10.1.2.3"), allow)
    assert may_connect(ip_address("::ffff:10.1.2.3"), allow)
    assert not may_connect(ip_address("10.2.0.1"), allow)
    assert not may_connect(ip_address("127.0.0.1"), allow)


@given(st.ip_addresses(v=4))
def test_every_ipv4_address_that_passes_is_global(address: Address) -> None:
    refused = any(address in block for block in INSIDE_V4)

    assert may_connect(address) is not refused
    assert refused or address.is_global


@given(st.ip_addresses(v=6, network=str(GLOBAL_UNICAST_V6)))
def test_every_ipv6_address_that_passes_is_global_or_carries_one_that_is(address: Address) -> None:
    assert not may_connect(address) or address.is_global or address in SIX_TO_FOUR
