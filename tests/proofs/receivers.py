"""Receivers of webhooks for proofs, in a process of their own: ``python -m tests.proofs.receivers SECRETS``.

Each subscriber has a path and a way to fail. ``GET /report`` says what each heard, ``GET /count`` how many events each
took; the port is the first line printed.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from engine.errors import SignatureError
from engine.signatures import check_standard

ANSWERS = {
    "well": b"HTTP/1.1 204 No Content\r\n\r\n",
    "broken": b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n",
    "redirects": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/inside\r\nContent-Length: 0\r\n\r\n",
    "gone": b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n",
}
FIRST = 2
"""Messages that a receiver which fails at first fails at."""


@dataclass
class Heard:
    """What one subscriber heard."""

    events: dict[str, int] = field(default_factory=dict)
    """Those that it took, and how often."""
    asked: int = 0
    unsigned: int = 0
    follows: int = 0
    """Requests that came by way of the redirect."""


class Receivers:
    def __init__(self, secrets: Mapping[str, str]) -> None:
        self.secrets = secrets
        self.heard = {name: Heard() for name in secrets}
        self.inside = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                if not await self._answer(head, reader, writer):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        first, *lines = head.decode("latin-1").strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        path = first.split(" ")[1].strip("/")
        if path not in self.heard:
            self.inside += path == "inside"
            said = json.dumps(self._counted() if path == "count" else self._reported()).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(said) + said)
            return True
        return await self._take(path, headers, body, writer)

    def _counted(self) -> Mapping[str, int]:
        """Small, because it is asked for while others are measured."""
        return {name: len(heard.events) for name, heard in self.heard.items()}

    def _reported(self) -> Mapping[str, object]:
        return {"heard": {name: vars(heard) for name, heard in self.heard.items()}, "inside": self.inside}

    async def _take(self, name: str, headers: Mapping[str, str], body: bytes, writer: asyncio.StreamWriter) -> bool:
        heard = self.heard[name]
        heard.asked += 1
        try:
            check_standard(self.secrets[name], headers, body, datetime.now(UTC))
        except SignatureError:
            heard.unsigned += 1
        way, _, at_first = name.partition(".")[0].partition("-")
        if at_first and heard.asked > FIRST:
            way = "well"
        if way == "hangs":
            await asyncio.sleep(60)
            return False
        if way == "closes":
            return False
        if way == "well":
            number = json.loads(body)["data"]["id"]
            heard.events[number] = heard.events.get(number, 0) + 1
        port = writer.get_extra_info("sockname")[1]
        writer.write(ANSWERS[way] % port if way == "redirects" else ANSWERS[way])
        return True


async def serve(secrets: Mapping[str, str]) -> None:
    receivers = Receivers(secrets)
    server = await asyncio.start_server(receivers.talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(json.loads(sys.stdin.readline())))
