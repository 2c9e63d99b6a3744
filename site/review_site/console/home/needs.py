"""What needs somebody now: for each kind how much there is, since when, and where it is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from flask import current_app

from engine.domain import FaqState, Permission
from engine.store import Transaction
from review_site.access import Who
from review_site.console.shell.areas import NAVIGATION
from review_site.console.shell.moments import age_words
from review_site.console.shell.page import shell_texts
from review_site.observing.backlog import seconds_since_heartbeat
from review_site.observing.readiness import WORKER_LATE
from review_site.source_states import SourceState

SOON_OWED = timedelta(days=7)
"""After which the answer to a reader's report is late: article 16 of Regulation (EU) 2022/2065 asks for it in time."""
MOST_UNINDEXED = 1_000
"""Changes that the index may be behind; a worker takes in as many in some seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One line; ``key`` is one of plural texts."""

    key: str
    number: int
    address: str = ""
    """Where it is done; empty where there is no such page for whoever asks."""
    age: str = ""
    """Since when the first of them waits."""
    is_urgent: bool = False


def needs_of(transaction: Transaction, states: Sequence[SourceState], asker: Who, now: datetime) -> Sequence[Need]:
    """Only what there is any of, the most urgent first."""
    found = [each for each in _needs(transaction, states, now) if each.number]
    led = [_led(each, asker) for each in found]
    return sorted(led, key=lambda each: not each.is_urgent)


def _needs(transaction: Transaction, states: Sequence[SourceState], now: datetime) -> Iterator[Need]:
    attention = transaction.attention
    count, first = attention.flags()
    is_late = first is not None and now - first > SOON_OWED
    yield _aged("need-reports", count, "/console/reviews/reports", first, now, is_urgent=is_late)
    count, first = attention.reviews()
    yield _aged("need-reviews", count, "/console/reviews?state=pending", first, now)
    yield Need(key="need-pictures", number=attention.pictures(), address="/console/reviews/media")
    entries = transaction.faq.counted()
    yield Need(key="need-stale", number=entries.get(FaqState.STALE, 0), address="/console/faq?state=stale")
    yield Need(key="need-drafts", number=entries.get(FaqState.DRAFT, 0), address="/console/faq?state=draft")
    failing = sum(each.condition.is_trouble for each in states)
    yield Need(key="need-failing", number=failing, address="/console/sources", is_urgent=True)
    yield Need(key="need-incomplete", number=sum(each.is_incomplete for each in states), address="/console/sources")
    yield Need(key="need-unheard", number=attention.unheard(), address="/console/settings/deliveries", is_urgent=True)
    yield Need(key="need-regressed", number=attention.regressed(), address="/console/validator", is_urgent=True)
    yield Need(key="need-kept-back", number=attention.kept_back(), address="/console/validator", is_urgent=True)
    yield from _machines(transaction, now)


def _machines(transaction: Transaction, now: datetime) -> Iterator[Need]:
    seen = seconds_since_heartbeat(transaction, now)
    overdue = transaction.marks.overdue(now)
    is_behind = overdue is not None and (now - overdue).total_seconds() > WORKER_LATE
    is_gone = seen is not None and seen > WORKER_LATE
    yield Need(key="need-worker", number=int(is_behind or is_gone), is_urgent=True)
    yield Need(key="need-work", number=transaction.marks.count_failing())
    behind = transaction.search.waiting()
    yield Need(key="need-index", number=behind if behind > MOST_UNINDEXED else 0, address="/console/search")


def _aged(key: str, number: int, address: str, first: datetime | None, now: datetime, **rest: bool) -> Need:
    age = age_words(shell_texts(), now - first) if first else ""
    return Need(key=key, number=number, address=address, age=age, **rest)


def _led(need: Need, asker: Who) -> Need:
    return need if not need.address or leads(need.address, asker) else replace(need, address="")


def leads(address: str, asker: Who) -> bool:
    """Whether this server has a page there that somebody may see."""
    path = address.partition("?")[0]
    place = next((each for each in NAVIGATION[1:] if path.startswith(each.address)), None)
    may_see = asker.may(place.needs if place else Permission.READ)
    return may_see and any(rule.rule == path for rule in current_app.url_map.iter_rules())
