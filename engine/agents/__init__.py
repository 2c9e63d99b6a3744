"""Who asks for what is served: what a user agent says of itself, by the names that operators publish.

Anybody may send any user agent. Whoever needs to be sure looks up the address; here, none is kept.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parent / "agents.toml"
UNKNOWN = ""
"""The name of whoever has none that we know; all such count as one."""


class AgentKind(StrEnum):
    BROWSER = "browser"
    """A person's browser, as far as it says."""
    SERVER = "server"
    """A CMS, a build or a program that pulls what it embeds."""
    SEARCH = "search"
    """The crawler of a search engine."""
    ASSISTANT = "assistant"
    """An AI assistant that looks something up, for its index or because somebody asked."""
    TRAINER = "trainer"
    """A collector of texts that models may learn from."""
    BOT = "bot"
    """Any other program that says that it is one."""
    OTHER = "other"
    """It does not say, or what it says is nothing that we know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A program, or all of a kind that have no name of their own."""

    name: str
    kind: AgentKind
    operator: str = ""
    page: str = ""
    """Where the operator publishes the name; empty where he does not."""
    checked: date | None = None


UNNAMED: Mapping[AgentKind, Agent] = {
    kind: Agent(name=UNKNOWN, kind=kind) for kind in (AgentKind.BROWSER, AgentKind.BOT, AgentKind.OTHER)
}
_SAYS_IT_IS_A_PROGRAM = re.compile(r"bot\b|crawl|spider|slurp|preview|monitor|\+?https?://", re.IGNORECASE)
_BROWSER = re.compile(r"(?:Chrome|Firefox|Safari|Edg|OPR)/\d")


@cache
def known_agents() -> Mapping[str, Agent]:
    """Every agent of the table, by its name in small letters."""
    listed = tomllib.loads(TABLE.read_text(encoding="utf-8"))["agent"]
    agents = (Agent(**{**each, "kind": AgentKind(each["kind"])}) for each in listed)
    return {each.name.lower(): each for each in agents}


def agent_of(user_agent: str) -> Agent:
    """Who a ``User-Agent`` header says is asking (RFC 9110, 10.1.5)."""
    named = _names().search(user_agent)
    if named:
        return known_agents()[named[0].lower()]
    if _SAYS_IT_IS_A_PROGRAM.search(user_agent):
        return UNNAMED[AgentKind.BOT]
    is_browser = user_agent.startswith("Mozilla/5.0 ") and _BROWSER.search(user_agent)
    return UNNAMED[AgentKind.BROWSER if is_browser else AgentKind.OTHER]


@cache
def _names() -> re.Pattern[str]:
    # The longest first, and whole words only: Googlebot-Image is not Googlebot, and no "node" hides in another word.
    longest_first = sorted(known_agents(), key=lambda name: (-len(name), name))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])", re.IGNORECASE)
