"""The workers of the sample's past: at their moments they mine, publish and tell subscriptions."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from engine.domain import EventKind, FaqState, SubjectId
from engine.editing import Editing
from engine.outbox import Handler, Outbox, Work
from engine.store import Transaction
from engine.subscribing import Subscribing
from engine.webhooks import Courier, mark_news, tell
from review_site.demo.company import EDITOR, WRITER
from review_site.demo.days import Days
from review_site.demo.receiving import CHAT, CMS, Receivers
from review_site.demo.story import Act, Step, Turn
from review_site.wiring import Instance

KETTLE = SubjectId("k2-kettle")
ABOUT_PAGES, ABOUT_CHANGES, QUIET = 52.0, 8.2, 0.02
"""Days before the story ends: since when CMS and chat are told, and from when on the CMS is told nothing."""
MINED, PUBLISHED, TOLD = (24.0,), (46.0, 24.0, 8.5), (6.0, 0.03)
"""Days before the story ends on which workers caught up with one kind of work or another."""
READ = 23.9
"""Days before the story ends: what was drafted until then was approved."""
EVEN = 0.5
"""What is left to chance elsewhere."""


@dataclass
class Clock:
    """What the time is in the story."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


def workers(instance: Instance, days: Days) -> Iterator[Step]:
    """Turns of workers, and the subscriptions that they told; what is left to mine is mined when the story is told.

    The CMS is told nothing more at the end: nobody answers at its address, and an instance of the demo asks nobody.
    """
    worker = _Worker(instance, Clock(days.before(ABOUT_PAGES)))
    yield Act(at=days.before(ABOUT_PAGES), do=_tell_cms)
    yield Act(at=days.before(ABOUT_CHANGES), do=_tell_chat)
    works = ((worker.mine, MINED), (worker.publish, PUBLISHED), (worker.tell, (*PUBLISHED, *TOLD)))
    for work, moments in (*works, (worker.profile, (QUIET,))):
        for each in moments:
            yield Turn(at=days.before(each), do=work)
    yield Act(at=days.before(READ), do=partial(approve_drafts, by=EDITOR))
    yield Act(at=days.before(QUIET), do=_quieten)


def approve_drafts(transaction: Transaction, at: datetime, *, by: str) -> None:
    """Approves what was drafted about the kettle or in English; the rest, and what customers asked, is left."""
    drafts = [
        each.id
        for each in transaction.faq.listed(state=FaqState.DRAFT)
        if each.question_id is None and (each.subject_id == KETTLE or each.language == "en")
    ]
    Editing(transaction=transaction, now=at, by=by).approve(drafts)


class _Worker:
    def __init__(self, instance: Instance, clock: Clock) -> None:
        self._instance, self._clock = instance, clock
        self._outbox = Outbox(store=instance.store, owner="demo", clock=clock)
        courier = Courier(store=instance.store, http=Receivers(), clock=clock, chance=lambda: EVEN)
        self._deliver = {Work.DELIVER: courier.deliver}

    def mine(self, at: datetime) -> None:
        self._clock.at = at
        self._work_off({Work.MINE: lambda lease: self._instance.miner.mine(lease, at)})

    def profile(self, at: datetime) -> None:
        self._clock.at = at
        self._work_off({Work.PROFILE: lambda lease: self._instance.profiler.refresh(lease, at)})

    def publish(self, at: datetime) -> None:
        self._clock.at = at
        self._work_off({Work.PUBLISH: lambda lease: self._instance.publisher.publish(lease, at)})

    def tell(self, at: datetime) -> None:
        """Sends what was due since the last time, each at its moment, and then what is new."""
        self._deliver_until(at)
        self._clock.at = at
        mark_news(self._instance.store, at)
        self._work_off({Work.TELL: lambda lease: tell(self._instance.store, lease, self._clock)})
        self._work_off(self._deliver)

    def _deliver_until(self, at: datetime) -> None:
        while (due := self._next_delivery()) is not None and due <= at:
            self._clock.at = due
            self._work_off(self._deliver)

    def _next_delivery(self) -> datetime | None:
        with self._instance.store.reading() as transaction:
            return transaction.marks.next_due(self._deliver)

    def _work_off(self, handlers: Mapping[Work, Handler]) -> None:
        while (outcome := self._outbox.work_off(handlers)) is not None:
            if outcome.error:
                raise outcome.error


def _tell_cms(transaction: Transaction, at: datetime) -> None:
    can = Subscribing(transaction=transaction, now=at, by=WRITER, chance=secrets.token_bytes)
    can.add(CMS, note="Larkfield’s CMS", events=[EventKind.SNIPPET_UPDATED], subjects={KETTLE})


def _tell_chat(transaction: Transaction, at: datetime) -> None:
    can = Subscribing(transaction=transaction, now=at, by=WRITER, chance=secrets.token_bytes)
    can.add(CHAT, note="Chat of the web team", events=[EventKind.MARKUP_REGRESSED])


def _quieten(transaction: Transaction, at: datetime) -> None:
    can = Subscribing(transaction=transaction, now=at, by=WRITER, chance=secrets.token_bytes)
    for each in transaction.subscriptions.all():
        if each.url == CMS:
            can.disable(each.id)
