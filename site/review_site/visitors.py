"""Who sends a form, as far as that has to be known: the address behind trusted proxies, and how often it may."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import cast

from flask import Flask, current_app, request
from flask_limiter import Limiter
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute

from engine.config import Network
from engine.errors import StoreError
from review_site.asking import instance

UNKNOWN_PROXY = "unknown proxy"
"""Under this the instance remembers who forwarded for others and was not trusted."""
SUFFIX = 64
"""Bits: whoever has one IPv6 address has all of its network (RFC 6177), and is counted by that."""


def client_address(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """The address that a request comes from.

    ``forwarded`` is X-Forwarded-For, to which each proxy adds whom it heard. It is read from its end for as long as the
    one who says so is trusted; what stands before that may be anybody's invention.
    """
    address = peer
    for said in reversed([each.strip() for each in forwarded.split(",") if each.strip()]):
        if not _is_trusted(address, trusted) or _read(said) is None:
            break
        address = said
    return _counted_as(address)


def count_senders(app: Flask) -> None:
    """Counts in the memory of this process, which is the one that serves."""
    app.before_request(_note_unknown_proxy)
    app.extensions["plaudit-senders"] = Limiter(sender, app=app, storage_uri="memory://", strategy="moving-window")


def _note_unknown_proxy() -> None:
    """Remembers, once in the life of this process, who forwards for others without being trusted.

    Only from inside our networks: strangers may send whatever header they like.
    """
    peer = _read(request.remote_addr or "")
    if "X-Forwarded-For" not in request.headers or peer is None or not peer.is_private:
        return
    noted = current_app.extensions.setdefault("plaudit-proxies", set())
    if str(peer) in noted or _is_trusted(str(peer), instance().config.serve_trusted_proxies):
        return
    noted.add(str(peer))
    # Whoever asked for a page gets it, whether this could be written down or not.
    with suppress(StoreError), instance().store.writing() as transaction:
        transaction.memory.save(UNKNOWN_PROXY, str(peer))


def sends_too_often(what: str, per_hour: int) -> bool:
    """Counts one more of it; whether that is more than this sender may in an hour."""
    return not count_one(RateLimitItemPerHour(per_hour), what, sender())


def asks_too_often(who: str, per_minute: int) -> bool:
    """Counts one more request of somebody who is known; whether that is more than he may make in a minute."""
    return not count_one(RateLimitItemPerMinute(per_minute), "requests of", who)


def count_one(rate: RateLimitItem, *of: str) -> bool:
    """Counts one more of it; whether it is within the rate."""
    return _senders().limiter.hit(rate, *of)


def forget_count(rate: RateLimitItem, *of: str) -> None:
    _senders().limiter.clear(rate, *of)


def sender() -> str:
    """The address that the request in hand comes from, as it is counted."""
    forwarded = ",".join(request.headers.getlist("X-Forwarded-For"))
    return client_address(request.remote_addr or "", forwarded, instance().config.serve_trusted_proxies)


def _senders() -> Limiter:
    return cast("Limiter", current_app.extensions["plaudit-senders"])


def _is_trusted(address: str, trusted: Sequence[Network]) -> bool:
    found = _read(address)
    return found is not None and any(found in network for network in trusted)


def _counted_as(address: str) -> str:
    found = _read(address)
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found, SUFFIX), strict=False))
    return address


def _read(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
