"""Connections that dial only an address they checked, and keep one deadline and one size for a whole answer."""

from __future__ import annotations

import io
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPResponse
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from engine.addresses import Address, Network, may_connect
from engine.errors import ForbiddenAddressError, RetryLaterError, SourceRefusedError

Resolve = Callable[[str, int], Sequence[str]]
"""Host and port in, addresses as text out; raises OSError when the name has none."""

LOOPBACK = "127.0.0.1"


def ask_system(host: str, port: int) -> list[str]:
    """The addresses of a host by the resolver of the system, which also reads ``0x7f.1`` and ``2130706433``."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class Deadline(threading.local):
    """When the call that this thread is making must be over; reads the stopwatch, never the clock."""

    ends: float = 0.0

    def start(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds that are left; raises TimeoutError when there are none."""
        seconds = self.ends - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("took too long")
        return seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Where a connection may go, how long a call may take and how many bytes may come back on the wire."""

    allow: Sequence[Network]
    resolve: Resolve
    most_bytes: int
    deadline: Deadline = field(default_factory=Deadline)

    def dial(self, host: str, port: int) -> socket.socket:
        """A socket connected to an address of the host.

        The name is asked for once, and what was checked is what is dialled, so that a name which answers differently
        the next time gains nothing. Raises ForbiddenAddressError when no address may be connected to, and
        RetryLaterError when there is none or none answers.
        """
        addresses = self._addresses(host, port)
        failure: OSError | None = None
        for position, address in enumerate(addresses):
            try:
                return self._connect(address, port, self.deadline.left() / (len(addresses) - position))
            except OSError as error:
                failure = error
        raise RetryLaterError(f"{host} port {port} does not answer: {failure}") from failure

    def _addresses(self, host: str, port: int) -> list[Address]:
        # RFC 6761, 6.3: these names mean this machine, whatever a name server says.
        if host.lower().rstrip(".").rpartition(".")[2] == "localhost":
            found: Sequence[str] = [LOOPBACK]
        else:
            found = self._resolved(host, port)
        addresses = [ip_address(each) for each in found]
        permitted = [each for each in addresses if may_connect(each, self.allow)]
        if not permitted:
            raise ForbiddenAddressError(f"{host} is {', '.join(found)}: not an address on the public internet")
        return permitted

    def _resolved(self, host: str, port: int) -> Sequence[str]:
        try:
            found = self.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise RetryLaterError(f"{host} cannot be found: {error}") from error
        if not found:
            raise RetryLaterError(f"{host} cannot be found: it has no address")
        return found

    def _connect(self, address: Address, port: int, seconds: float) -> socket.socket:
        connected = socket.create_connection((str(address), port), timeout=seconds)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # What TLS says before the first request counts as well.
        connected.settimeout(self.deadline.left())
        return connected


class GuardedAdapter(HTTPAdapter):
    """The way of requests to guarded connections."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        self.poolmanager = _GuardedPools(self._guard, num_pools=connections, maxsize=maxsize, block=block, **options)


class KeptConnection:
    """One connection for requests that come one after the other, made anew when it was closed; for one thread.

    It writes and reads what http.client does, and nothing in between: no pool, cookies, redirects or hooks.
    """

    def __init__(self, guard: Guard, url: str, tls: Callable[[], ssl.SSLContext]) -> None:
        """``url`` has the form that is sent."""
        parts = urlsplit(url)
        self._guard = guard
        self._host = parts.hostname or ""
        self._connection = (
            _TlsConnection(self._host, parts.port, guard=guard, ssl_context=tls())
            if parts.scheme == "https"
            else _PlainConnection(self._host, parts.port, guard=guard)
        )

    def ask(self, method: str, head: bytes, body: bytes) -> HTTPResponse:
        """The answer to a request, of which ``head`` is everything before the body; its body is not read yet."""
        if self._connection.sock is None or not self._connection.is_connected:
            self.close()
            self._connection.connect()
        # In one piece: a second one wakes the receiver a second time.
        self._connection.send(head + body)
        response = _BoundedResponse(self._guard, self._host, self._connection.sock, method=method)
        response.begin()
        return response

    def keep_for_next(self, response: HTTPResponse) -> None:
        """Closes the connection, unless its answer was read whole and its server keeps it open."""
        if response.will_close or response.length != 0:
            self.close()
        response.close()

    def close(self) -> None:
        self._connection.close()


class _GuardedPools(PoolManager):
    def __init__(self, guard: Guard, **options: Any) -> None:
        super().__init__(**options)
        self._guard = guard

    def _new_pool(
        self, scheme: str, host: str, port: int, request_context: dict[str, Any] | None = None
    ) -> HTTPConnectionPool:
        pool = super()._new_pool(scheme, host, port, request_context)
        pool.ConnectionCls = _TlsConnection if isinstance(pool, HTTPSConnectionPool) else _PlainConnection
        pool.conn_kw["guard"] = self._guard
        return pool


class _PlainConnection(HTTPConnection):
    def __init__(self, *names: Any, guard: Guard, **options: Any) -> None:
        super().__init__(*names, **options)
        self._guard = guard
        self.response_class = partial(_BoundedResponse, guard, self.host)  # type: ignore[assignment]  # called, nothing else

    def _new_conn(self) -> socket.socket:
        return self._guard.dial(self._dns_host.strip("[]"), self.port)

    def send(self, content: Any) -> None:
        if self.sock is not None:
            self.sock.settimeout(self._guard.deadline.left())
        super().send(content)


class _TlsConnection(_PlainConnection, HTTPSConnection):
    """The name stays the host, so TLS asks for the certificate of the name and not of the address."""


class _BoundedResponse(HTTPResponse):
    def __init__(self, guard: Guard, host: str, sock: socket.socket, **options: Any) -> None:
        super().__init__(sock, **options)
        self.fp = io.BufferedReader(_BoundedIO(self.fp.detach(), sock, guard, host))


class _BoundedIO(io.RawIOBase):
    """What a server sends.

    A time-out of a socket starts anew with each byte, and neither header lines nor chunk lines are bounded by what
    reads them, so time and size are kept here, below them all.
    """

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, guard: Guard, host: str) -> None:
        super().__init__()
        self._raw = raw
        self._sock = sock
        self._deadline = guard.deadline
        self._left = guard.most_bytes
        self._host = host

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._deadline.left())
        count: int = self._raw.readinto(buffer) or 0
        self._left -= count
        if self._left < 0:
            raise SourceRefusedError(f"{self._host} answers with more than is read")
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()
