"""Tests of who a user agent says it is."""

from __future__ import annotations

import pytest

from engine.agents import AgentKind, agent_of, known_agents

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36"
)
AS_CHROME = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; {}) Chrome/139.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "kind", "name"),
    [
        (CHROME, AgentKind.BROWSER, ""),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", AgentKind.BROWSER, ""),
        (AS_CHROME.format("Googlebot/2.1; +http://www.google.com/bot.html"), AgentKind.SEARCH, "Googlebot"),
        ("Googlebot-Image/1.0", AgentKind.SEARCH, "Googlebot-Image"),
        (AS_CHROME.format("bingbot/2.0; +http://www.bing.com/bingbot.htm"), AgentKind.SEARCH, "bingbot"),
        (AS_CHROME.format("GPTBot/1.2; +https://openai.com/gptbot"), AgentKind.TRAINER, "GPTBot"),
        (AS_CHROME.format("ChatGPT-User/1.0; +https://openai.com/bot"), AgentKind.ASSISTANT, "ChatGPT-User"),
        (AS_CHROME.format("Claude-User/1.0; +Claude-User@anthropic.com"), AgentKind.ASSISTANT, "Claude-User"),
        ("CLAUDEBOT/1.0", AgentKind.TRAINER, "ClaudeBot"),
        ("WordPress/6.8; https://larkfield.example", AgentKind.SERVER, "WordPress"),
        ("python-requests/2.32.3", AgentKind.SERVER, "python-requests"),
        ("node", AgentKind.SERVER, "node"),
        ("SomeNewBot/0.1 (+https://example.com/bot)", AgentKind.BOT, ""),
        ("Mozilla/5.0 (compatible; a-nodecrawler/1.0)", AgentKind.BOT, ""),
        ("", AgentKind.OTHER, ""),
        ("Mozilla/4.0 (compatible; MSIE 6.0)", AgentKind.OTHER, ""),
        ("my-nodes", AgentKind.OTHER, ""),
    ],
)
def test_is_known_by_the_name_its_operator_publishes(user_agent: str, kind: AgentKind, name: str) -> None:
    agent = agent_of(user_agent)

    assert (agent.kind, agent.name) == (kind, name)


def test_each_agent_of_the_table_is_found_by_its_own_name() -> None:
    found = {name: agent_of(f"Mozilla/5.0 (compatible; {each.name}/1.0)") for name, each in known_agents().items()}

    assert found == dict(known_agents())
    assert all(each.checked for each in found.values())
    assert all(each.page.startswith("https://") for each in found.values() if each.page)


@pytest.mark.parametrize("word", ["Google-Extended", "Applebot-Extended"])
def test_words_for_robots_txt_are_no_agents(word: str) -> None:
    assert word.lower() not in known_agents()
    assert agent_of(word).name == ""


def test_a_name_is_short_enough_to_be_kept() -> None:
    assert max(len(each.name) for each in known_agents().values()) <= 32
