"""Proof: bombs, bodies without end and slow strangers are refused within bounds, and snippets are served meanwhile."""

from __future__ import annotations

import gzip
import http.client
import re
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

from tests.proofs.instances import Instance, Server, ground
from tests.proofs.measuring import Ledger, memory_of, percentile, table, tree_of

MEGA = 1 << 20
PATH = "/v1/reviews"
MOST_SECONDS = 10.0
MOST_MEGABYTES = 64.0
"""More than before, of all processes of the server together: a body or two that are judged, and what is kept of
200 connections."""
SLOW = 200
BODY_ENDS, HEADERS_END = 45.0, 20.0
"""Seconds after which a slow stranger is gone: the bounds of the server, and some patience."""
P99 = 250.0
ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
XML = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "ha">{ENTITIES}]><a>&a9;</a>'.encode()
NESTED = b"[" * 100_000 + b"]" * 100_000


@dataclass(slots=True)
class Watched:
    """What somebody who asks for a snippet again and again sees, and how much memory the server has meanwhile."""

    server: Server
    before: float
    milliseconds: list[float] = field(default_factory=list)
    failed: int = 0
    peak: float = 0.0

    def look(self, stop: Event) -> None:
        connection = self.server.connection()
        while not stop.wait(0.01):
            begun = time.monotonic()
            try:
                connection.request("GET", "/v1/subjects/kettle/snippets/list")
                answer = connection.getresponse()
                answer.read()
                self.failed += answer.status != 200
            except (OSError, http.client.HTTPException):
                self.failed += 1
                connection = self.server.connection()
            self.milliseconds.append((time.monotonic() - begun) * 1000)
            self.peak = max(self.peak, memory_of_tree(self.server))


def prove(ledger: Ledger) -> None:
    with ground() as place:
        instance = place.instance("shop")
        _fill(instance)
        key = _key(instance)
        with instance.serving() as server:
            _warm(server, key)
            _throw_at(ledger, server, key)


def _warm(server: Server, key: str) -> None:
    """Small requests of the kinds that follow: what the first of them loads, every server has loaded before long."""
    for _ in range(4):
        _post(server, key, b"[]", {"Content-Type": "application/json"})
        _post(server, key, b"<a/>", {"Content-Type": "application/xml"})
        _post(server, key, b"{", {"Content-Type": "application/json"})


def _throw_at(ledger: Ledger, server: Server, key: str) -> None:
    with _watched(server) as seen:
        rows = [_bomb(ledger, server, key, name, *sent) for name, sent in _bombs().items()]
        rows += [_flood(ledger, server, key), _slow_bodies(ledger, server), _slow_headers(ledger, server)]
    for line in table(("bomb", "answer", "seconds"), rows):
        ledger.say(line)
    served = len(seen.milliseconds)
    ledger.claim(f"{served} snippets were served all the while, none failed", holds=not seen.failed, found=seen.failed)
    ledger.at_most("p99 of a snippet meanwhile", percentile(seen.milliseconds, 0.99), P99, "ms")
    ledger.at_most("memory at its peak, above that before", seen.peak - seen.before, MOST_MEGABYTES, "MB")


def memory_of_tree(server: Server) -> float:
    return sum(memory_of(pid) for pid in tree_of(server.pid))


def _bombs() -> Mapping[str, tuple[bytes, Mapping[str, str], tuple[int, ...]]]:
    """What is sent, with which headers, and the answers that refuse it."""
    json = {"Content-Type": "application/json"}
    return {
        "XML, billion laughs": (XML, {"Content-Type": "application/xml"}, (415,)),
        "JSON, 100,000 deep": (NESTED, json, (400, 422)),
        "JSON, number of 900,000 digits": (b"9" * 900_000, json, (400, 422)),
        "JSON, one million members": (b"[" + b"0," * 500_000 + b"0]", json, (400, 413, 422)),
        "gzip, 100 MB in 100 kB": (
            gzip.compress(bytes(100 * MEGA)),
            {**json, "Content-Encoding": "gzip"},
            (400, 415, 422),
        ),
        "100 MB, announced": (b"", {**json, "Content-Length": str(100 * MEGA)}, (413,)),
    }


def _bomb(
    ledger: Ledger,
    server: Server,
    key: str,
    name: str,
    body: bytes,
    headers: Mapping[str, str],
    wanted: tuple[int, ...],
) -> tuple[object, ...]:
    begun = time.monotonic()
    status, seconds = _post(server, key, body, headers), time.monotonic() - begun
    ledger.claim(f"{name} is refused", holds=status in wanted and seconds <= MOST_SECONDS, found=status)
    return name, status, f"{seconds:.2f}"


def _post(server: Server, key: str, body: bytes, headers: Mapping[str, str]) -> int:
    connection = server.connection()
    connection.request("POST", PATH, body or None, {"Authorization": f"Bearer {key}", **headers})
    status = connection.getresponse().status
    connection.close()
    return status


def _flood(ledger: Ledger, server: Server, key: str) -> tuple[object, ...]:
    """A hundred megabytes in chunks that announce no length, sent until the server has had enough."""
    begun, sent = time.monotonic(), 0
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nTransfer-Encoding: chunked\r\n"
    chunk = f"{MEGA:x}\r\n".encode() + bytes(MEGA) + b"\r\n"
    with _connected(server) as connection:
        connection.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n")
        try:
            while sent < 100:
                connection.sendall(chunk)
                sent += 1
        except OSError:
            pass
    seconds = time.monotonic() - begun
    ledger.claim("100 MB in chunks are cut off", holds=sent < 100 and seconds <= MOST_SECONDS, found=f"after {sent} MB")
    return "100 MB, in chunks", "cut off", f"{seconds:.2f}"


def _slow_bodies(ledger: Ledger, server: Server) -> tuple[object, ...]:
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n"
    return _slow(ledger, server, f"{SLOW} slow bodies", head.encode(), b"a", BODY_ENDS)


def _slow_headers(ledger: Ledger, server: Server) -> tuple[object, ...]:
    return _slow(ledger, server, f"{SLOW} slow headers", b"GET / HTTP/1.1\r\nHost: x\r\n", b"X-A: b\r\n", HEADERS_END)


def _slow(ledger: Ledger, server: Server, name: str, head: bytes, more: bytes, limit: float) -> tuple[object, ...]:
    """Connections that send a little each second, until the server has ended all of them."""
    begun = time.monotonic()
    with ExitStack() as stack:
        left = [stack.enter_context(_connected(server)) for _ in range(SLOW)]
        for each in left:
            each.sendall(head)
        while left and time.monotonic() - begun < limit:
            time.sleep(1)
            left = [each for each in left if _still_takes(each, more)]
        seconds = time.monotonic() - begun
    ledger.claim(f"{name} are ended", holds=not left, found=f"{len(left)} are left after {seconds:.0f} s")
    return name, "ended", f"{seconds:.0f}"


def _still_takes(connection: socket.socket, more: bytes) -> bool:
    try:
        connection.setblocking(False)
        # Whatever comes is a refusal or the end.
        connection.recv(4096)
    except BlockingIOError:
        return _sends(connection, more)
    except OSError:
        return False
    return False


def _sends(connection: socket.socket, more: bytes) -> bool:
    try:
        connection.send(more)
    except OSError:
        return False
    return True


@contextmanager
def _connected(server: Server) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        yield connection


@contextmanager
def _watched(server: Server) -> Iterator[Watched]:
    seen, stop = Watched(server, memory_of_tree(server)), Event()
    thread = Thread(target=seen.look, args=(stop,))
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def _fill(instance: Instance) -> None:
    file = instance.folder / "reviews.csv"
    file.write_text("id,subject,rating,body\n" + "".join(f"{n},kettle,5,It pours well.\n" for n in range(20)))
    mapping = ("--map", "external_id=id", "--map", "subject=subject", "--map", "rating=rating", "--map", "body=body")
    instance.plaudit("import", file, "--source", "shop", "--rights", "own", *mapping)
    instance.plaudit("approve", "--source", "shop", "--all")
    instance.plaudit("publish")


def _key(instance: Instance) -> str:
    said = instance.plaudit("key", "create", "bombs", "--permission", "reviews:write").out
    found = re.search(r"plk_\S+", said)
    if not found:
        raise RuntimeError(f"no key was made: {said}")
    return found[0]
