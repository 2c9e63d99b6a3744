"""An instance with 100,000 reviews and all that gathers around them, as the console of a large shop opens on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import islice

from engine.domain import Reason, ReviewId, Signal, SignalId, SignalKind, SourceId, SubjectId
from review_site.wiring import now, open_instance
from tests.benchmarks.search_corpus import SIZE, Written, gathered, write_rows
from tests.proofs.instances import Instance
from tests.proofs.measuring import Ledger
from tests.signing import make_account

WAITING, REFUSED = 8_000, 2_000
MINED = 3
SIGNALS = 20_000
DAYS = 700
AT_ONCE = 200
RIGHTS = ("--rights", "own")


def fill(ledger: Ledger, instance: Instance) -> None:
    """The sample company with its webhooks and answers, and 100,000 more reviews: approved, rejected and waiting."""
    reviews = gathered(SIZE).reviews
    refused, waiting, shown = reviews[:REFUSED], reviews[REFUSED : REFUSED + WAITING], reviews[REFUSED + WAITING :]
    instance.plaudit("demo")
    for source, rows in (("shop", shown), ("fair", refused), ("form", waiting)):
        path = instance.folder / f"{source}.csv"
        write_rows(path, rows)
        instance.plaudit("import", path, "--source", source, *RIGHTS)
    instance.plaudit("approve", "--source", "shop", "--all")
    _decide(instance)
    for subject, _ in Counter(each.subject for each in shown).most_common(MINED):
        instance.plaudit("mine", "--subject", subject)
    _account_and_signals(instance, shown)
    instance.plaudit("rebuild", "search", limit=3_600)
    for line in _counted(instance):
        ledger.say(line)


def _decide(instance: Instance) -> None:
    """Rejects what came from the fair; what is published of the rest is left to a worker, as in a shop that is busy."""
    opened = open_instance(None, instance.folder / "data", {})
    found = [
        ReviewId(each.id)
        for each in instance.rows("SELECT id FROM review WHERE source_id = 'fair' AND state = 'pending'")
    ]
    for start in range(0, len(found), AT_ONCE):
        with opened.store.writing() as transaction:
            some = found[start : start + AT_ONCE]
            opened.moderation(transaction).reject(some, by="Ann Oak", reason=Reason.SPAM)
    opened.store.close()


def _account_and_signals(instance: Instance, reviews: Sequence[Written]) -> None:
    opened = open_instance(None, instance.folder / "data", {})
    make_account(opened.store, now=now())
    with opened.store.writing() as transaction:
        transaction.signals.save(islice(_signals(reviews), SIGNALS))
    opened.store.close()


def _signals(reviews: Sequence[Written]) -> Iterator[Signal]:
    today = now()
    for number, each in enumerate(reviews):
        kind, worst, best = (SignalKind.NPS, 0, 10) if number % 2 else (SignalKind.CSAT, 1, 5)
        yield Signal(
            id=SignalId(f"s{number}"),
            source_id=SourceId("shop"),
            external_id=str(number),
            kind=kind,
            subject_id=SubjectId(each.subject),
            score=Decimal(worst + number * 7 % (best - worst + 1)),
            worst=Decimal(worst),
            best=Decimal(best),
            at=today - timedelta(days=number % DAYS),
            received_at=today,
        )


def _counted(instance: Instance) -> Iterator[str]:
    for table in ("review", "earlier_decision", "event", "delivery", "audit", "signal", "snippet", "subject", "phrase"):
        [[count]] = instance.rows(f"SELECT count(*) FROM {table}")  # noqa: S608  the names stand above
        yield f"{table}: {count:,}"
