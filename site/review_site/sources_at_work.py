"""What is done with the configured sources: they are collected from, told by webhook, and answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network

from engine.budget import MOST_BYTES, Budget, BudgetedSession, Pace
from engine.collecting import Job, Synced, next_due, schedule, sync
from engine.discreet import Discreet
from engine.domain import ApprovalRule, Source, SourceId
from engine.fields import Rules
from engine.hooks import drop, work_off
from engine.intake import Intake, Report
from engine.outbox import finish
from engine.plugins import AnswersAtLength
from engine.replying import Sender
from engine.rights import declared_consent
from engine.source_settings import SourceSettings
from engine.store import Lease, Store
from engine.tombstones import Seal


@dataclass(frozen=True, kw_only=True)
class SourcesAtWork:
    """The sources of one instance, and what it takes to work with them."""

    store: Store
    settings: Mapping[SourceId, SourceSettings]
    rules: Rules
    policy: Sequence[ApprovalRule]
    mining_delay: timedelta
    allow: Sequence[IPv4Network | IPv6Network]
    """Inside networks that may be called."""
    seal: Seal
    """Knows again what persons had erased."""
    clock: Callable[[], datetime]

    @cached_property
    def budgets(self) -> Mapping[SourceId, Budget]:
        """Kept from run to run, so that the calls of the last minute are known to the next."""
        return {
            each.id: Budget(per_minute=each.per_minute, per_day=each.per_day, clock=self.clock)
            for each in self.settings.values()
        }

    def collect(
        self, lease: Lease, pace: Pace, *, full: bool = False, progress: Callable[[int], None] = lambda _: None
    ) -> Synced | None:
        """Runs the source of a leased mark; None, and the mark is gone, when it is configured no longer."""
        settings = self.settings.get(SourceId(lease.key))
        if settings is None:
            with self.store.writing() as transaction:
                finish(transaction, lease)
            return None
        budget = self.budgets[settings.id]
        kind = settings.kind
        most = kind.most_bytes if isinstance(kind, AnswersAtLength) else MOST_BYTES
        with BudgetedSession(budget, self.allow, max_bytes=most) as http:
            job = Job(
                store=self.store,
                intake=self.intake_of(settings),
                collector=Discreet(collector=kind.collector(settings.given, http), secrets=settings.secrets),
                budget=budget,
                every=settings.every,
                full_every=settings.full_every,
                clock=self.clock,
                pace=pace,
                options=settings.options,
            )
            return sync(job, lease, full=full, progress=progress)

    def take_in_hooks(self, lease: Lease) -> Report | None:
        """Takes in what came by webhook for the source of a leased mark; None when it is configured no longer."""
        settings = self.settings.get(SourceId(lease.key))
        if settings is None:
            drop(self.store, lease)
            return None
        return work_off(self.store, self.intake_of(settings), lease, self.clock)

    @cached_property
    def sender(self) -> Sender:
        return Sender(
            store=self.store,
            settings_of=self.settings.get,
            session_for=lambda settings: BudgetedSession(self.budgets[settings.id], self.allow),
            clock=self.clock,
        )

    def intake_of(self, settings: SourceSettings) -> Intake:
        """What takes in the reviews of a configured source."""
        source = Source(id=settings.id, collector=settings.kind.name, rights=settings.rights)
        return Intake(
            source=source,
            consent=declared_consent(source.rights, proof=f"collected from {source.id}", now=self.clock()),
            rules=self.rules,
            policy=self.policy,
            mining_delay=self.mining_delay,
            seal=self.seal,
        )

    def schedule(self) -> None:
        """Marks every configured source for its next run."""
        with self.store.reading() as transaction:
            readings = transaction.readings.all()
        moment = self.clock()
        due = {each.id: next_due(readings.get(each.id), each.every, moment) for each in self.settings.values()}
        schedule(self.store, due)
