"""A language model for tests: a real server on loopback that speaks chat completions and says what it is told to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

from engine.addresses import Network
from engine.http import GuardedSession
from engine.language_model import LARGEST, LanguageModel
from engine.rewording import Rewriter
from engine.store import Store
from tests.servers import Heard, LoopbackServer, Reply, loopback

LOOPBACK = ip_network("127.0.0.1/32")
KEY = "sk-kettle"

Said = str | Reply
"""A model's message, or all that the server answers."""


def shown(heard: Heard) -> dict[str, Any]:
    """The draft in a request, as a model reads it."""
    message = json.loads(heard.body)["messages"][1]["content"]
    draft: dict[str, Any] = json.loads(message.removeprefix("<draft>").removesuffix("</draft>"))
    return draft


def completion(message: Any) -> Reply:
    """The answer around a model's message."""
    told = {
        "object": "chat.completion",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": message}}],
    }
    return Reply(body=json.dumps(told).encode(), headers={"Content-Type": "application/json"})


def proposing(question: Any, names: Any, **more: Any) -> str:
    """A message in the shape that is asked for."""
    return json.dumps({"question": question, "quote_ids": names, **more})


@contextmanager
def talking(say: Callable[[dict[str, Any]], Said]) -> Iterator[LoopbackServer]:
    """A server whose model is asked with the draft that it is shown."""

    def answer(heard: Heard) -> Reply:
        said = say(shown(heard))
        return said if isinstance(said, Reply) else completion(said)

    with loopback(answer) as server:
        yield server


def make_rewriter(
    store: Store,
    server: LoopbackServer,
    *,
    calls_a_day: int = 1000,
    name: str = "small",
    allow: Sequence[Network] = (LOOPBACK,),
) -> Rewriter:
    session = GuardedSession(allow, timeout=5.0, max_bytes=LARGEST, max_redirects=0)
    model = LanguageModel(url=f"{server.url}/v1", model=name, key=KEY, session=session)
    return Rewriter(store=store, model=model, calls_a_day=calls_a_day, longest=timedelta(seconds=5))
