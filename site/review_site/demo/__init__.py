"""The sample company: its story of a year is told through the same doors as anybody's, and ends where it is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from engine.domain import Batch, Record
from engine.intake import Intake, Report, register, run
from engine.questions import take_in_questions
from engine.rights import declared_consent
from engine.store import Transaction
from review_site.demo import arriving, asking, checking, importing, moderating, reading, serving, working, writing
from review_site.demo.company import EDITOR, SHOP, SOURCES, record_of, reviews, source_of, subjects, table
from review_site.demo.days import Days, Line, begins, days_of, remember
from review_site.demo.story import Act, Step, tell
from review_site.wiring import Instance, now


def load_demo(instance: Instance) -> Report:
    """Fills an instance with the sample company; run again, it changes nothing."""
    return fill(instance, now())


def fill(instance: Instance, moment: datetime) -> Report:
    """As ``load_demo``, at any moment: the story of the sample ends there, and its newest review is two days old."""
    with instance.store.writing() as transaction:
        days = days_of(transaction, reviews(), moment)
        remember(transaction, days)
        known = transaction.subjects.among([each.id for each in subjects()])
        transaction.subjects.save([each for each in subjects() if each.id not in known])
    lines = [days.line(each) for each in reviews()]
    for each in SOURCES:
        register(instance.store, source_of(instance, each.id))
    was_told = days.told is not None
    before = _count(instance)
    tell(instance.store, days, _story(instance, lines, days))
    with instance.store.writing() as transaction:
        writing.pick(table("collections.toml")["collection"], transaction, moment)
    report = Report() if was_told else Report(taken=_count(instance) - before)
    return report if report.taken else _taken_in_again(instance, lines, moment)


def approve_answers(instance: Instance) -> None:
    """Approves what was drafted from the sample's reviews, unless somebody decided about it before.

    What customers asked, and some more, is left to whoever looks at the console.
    """
    with instance.store.writing() as transaction:
        working.approve_drafts(transaction, now(), by=EDITOR)


def _story(instance: Instance, lines: Sequence[Line], days: Days) -> Iterator[Step]:
    elsewhere = {**reading.arrived(lines, days), **importing.arrived(days)}
    yield from reading.readings(instance, lines, days)
    yield from importing.upload(instance, lines, days)
    yield from arriving.arrivals(instance, lines, days, elsewhere)
    yield from moderating.reports(SHOP, table("reports.toml")["report"], days)
    yield from moderating.replies(instance, SHOP, table("replies.toml")["reply"], days)
    yield from asking.invitations(instance, lines, days)
    yield from asking.signals(instance, table("signals.toml")["quarter"], days)
    yield from _questions(instance, days)
    yield from writing.picks(table("collections.toml")["collection"], days)
    yield from writing.searches(table("searches.toml")["search"], days)
    yield from serving.asked(table("served.toml")["asked"], days)
    yield from checking.checks(instance, days)
    yield from working.workers(instance, days)


def _questions(instance: Instance, days: Days) -> Iterator[Step]:
    for kept in table("questions.toml")["question"]:
        fields = {**kept["fields"], "asked_at": days.moved(kept["fields"]["asked_at"])}
        record = Record(fields=fields, external_id=kept["id"], place=f"sample {kept['id']}", payload="")

        def ask(transaction: Transaction, at: datetime, record: Record = record) -> None:
            take_in_questions(transaction, source_of(instance, SHOP), [record], instance.rules, at)

        yield Act(at=begins(fields["asked_at"]), do=ask)


def _count(instance: Instance) -> int:
    with instance.store.reading() as transaction:
        return transaction.reviews.count()


def _taken_in_again(instance: Instance, lines: Sequence[Line], moment: datetime) -> Report:
    """Everything as it is told by now: what there is stays as it is."""
    report = Report()
    for each in SOURCES:
        source = source_of(instance, each.id)
        intake = Intake(
            source=source,
            consent=declared_consent(source.rights, proof="the sample company's own writing", now=moment),
            rules=instance.rules,
            seal=instance.privacy.seal,
        )
        records = [record_of(line) for line in lines if line["source"] == each.id]

        def batches(_cursor: str | None, records: Sequence[Record] = records) -> Iterator[Batch]:
            yield Batch(records=records, cursor=None)

        report.add(run(instance.store, intake, batches, arriving.STREAM, now=moment))
    return report
