"""Tests of insights: which reviews each figure counts, and that facts kept up with events are facts read anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine.domain import (
    Ask,
    AskId,
    Decision,
    Event,
    EventKind,
    FormId,
    Reason,
    Reply,
    Review,
    ReviewId,
    Signal,
    SignalId,
    SignalKind,
    SourceId,
    State,
    SubjectId,
    Topic,
    TopicId,
    Verification,
    VerificationLevel,
)
from engine.insights import Facts, FactsKept, Insights, Wanted, look
from engine.insights.facts import Rows
from engine.kpi import Share
from engine.moderation import Moderation
from engine.periods import Period, read_period
from engine.rights import OWN
from engine.store import KeptTopic, Store
from tests.factories import NOON, file, fill, make_record, make_review, make_subject, take_in

TODAY = NOON.date()
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOVEMBER = read_period("2026-11", TODAY)
VERIFIED = Verification(level=VerificationLevel.PURCHASE)


def wanted(period: Period = NOVEMBER, **others: Any) -> Wanted:
    return Wanted(period=period, timezone=AMSTERDAM, today=TODAY, **others)


def seen(store: Store, asked: Wanted | None = None, kept: FactsKept | None = None) -> Insights:
    with store.reading() as transaction:
        return look(transaction, (kept or FactsKept()).facts(transaction), asked or wanted())


def facts(store: Store, kept: FactsKept) -> Facts:
    with store.reading() as transaction:
        return kept.facts(transaction)


def in_words(found: Facts) -> Sequence[object]:
    """The rows with names in place of numbers, so that tables that met names in other orders compare."""
    rows: Rows = found.rows
    names = ("key", "state", "reason", "shown", "verified", "hundredths", "written", "received", "decided", "replied")
    return [
        (
            found.subjects[row["subject"]],
            found.sources[row["source"]],
            found.languages[row["language"]],
            *(row[name].item() for name in names),
        )
        for row in rows
    ]


def in_november(day: int = 3, **changes: Any) -> Review:
    at = datetime(2026, 11, day, 12, 0, tzinfo=UTC)
    return make_review(**{"written_at": at, "received_at": at + timedelta(hours=1)} | changes)


def decided(review: Review, state: State, hours: float, reason: Reason | None = None) -> Review:
    decision = Decision(state=state, by="ann", at=review.received_at + timedelta(hours=hours), reason=reason)
    return replace(review, state=state, decision=decision)


def test_counts_what_was_written_in_the_period_by_source(store: Store) -> None:
    october = make_review(written_at=datetime(2026, 10, 31, 22, 59, tzinfo=UTC), source_id="shop")
    first_minute = make_review(written_at=datetime(2026, 10, 31, 23, 0, tzinfo=UTC), source_id="shop")
    withdrawn = in_november(state=State.WITHDRAWN)
    undated = in_november(written_at=None)
    fill(store, [october, first_minute, withdrawn, undated, in_november(9, source_id="survey", state=State.PENDING)])

    found = seen(store)

    assert (found.now.written, found.now.shown, found.before.written) == (2, 1, 1)
    assert found.flow.steps[:3] == [date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 9)]
    assert {name: list(counts)[:3] for name, counts in found.flow.series.items()} == {
        "shop": [1, 0, 0],
        "survey": [0, 0, 1],
    }
    assert found.flow.undated == 1


def test_means_and_bars_are_those_of_what_visitors_can_read(store: Store) -> None:
    shown = [in_november(rating=5), in_november(rating=5), in_november(rating=2), in_november(rating=None)]
    fill(store, [*shown, in_november(rating=1, state=State.REJECTED)])

    found = seen(store)

    assert found.now.distribution == [0, 1, 0, 0, 2]
    assert (found.now.mean.count, found.now.mean.value) == (3, near(4))
    assert found.now.mean.is_few
    [kettle] = found.subjects
    assert (kettle.subject, kettle.bayesian) == ("kettle", near(4))
    assert found.names == {"kettle": "K2 Gooseneck Kettle"}


def test_subjects_are_put_in_an_order_that_one_lucky_rating_does_not_lead(store: Store) -> None:
    lucky = in_november(rating=5, subject_id=SubjectId("lucky"))
    proven = [in_november(rating=4.8, subject_id=SubjectId("proven")) for _ in range(40)]
    poor = [in_november(rating=2, subject_id=SubjectId("poor")) for _ in range(40)]
    fill(store, [lucky, *proven, *poor])

    found = seen(store)

    assert [each.subject for each in found.subjects] == ["proven", "lucky", "poor"]


def test_tells_how_long_decisions_and_answers_took(store: Store) -> None:
    quick, slow = (decided(in_november(), State.APPROVED, hours) for hours in (2, 10))
    answered_at = quick.written_at + timedelta(hours=5) if quick.written_at else NOON
    quick = replace(quick, replies=(Reply(body="Thanks", written_at=answered_at),))
    when_unknown = replace(slow, replies=(Reply(body="Thanks"),))
    told_again = decided(in_november(), State.APPROVED, -3)
    fill(store, [quick, when_unknown, told_again])

    found = seen(store).now

    assert (found.approval_times.count, found.approval_times.median, found.approval_times.p90) == (2, 7200, 36000)
    assert (found.reply_times.count, found.reply_times.median) == (1, 5 * 3600)
    assert found.replied == Share(2, 3)
    assert found.replied_by_star[4] == Share(2, 3)


def test_tells_what_became_of_what_came_in_by_star_and_reason(store: Store) -> None:
    kept = [in_november(rating=5), in_november(rating=1, verification=VERIFIED)]
    spam = decided(in_november(rating=1), State.REJECTED, 1, Reason.SPAM)
    unrated = decided(in_november(rating=None), State.REJECTED, 1, Reason.SPAM)
    fill(store, [*kept, spam, unrated, in_november(state=State.WITHDRAWN)])

    found = seen(store).now

    assert found.rejected == {Reason.SPAM: [1, 1, 0, 0, 0, 0]}
    assert found.received == {State.PENDING: 0, State.APPROVED: 2, State.REJECTED: 2, State.WITHDRAWN: 1}
    assert found.decided.gap == near(0.5)
    assert found.verified == Share(1, 2)


def test_names_the_subjects_that_lack_reviews(store: Store) -> None:
    many = [make_review(subject_id=SubjectId("many")) for _ in range(5)]
    hidden = make_review(subject_id=SubjectId("hidden"), state=State.PENDING)
    fill(store, [*many, make_review(), hidden], subjects=[make_subject(id=SubjectId("never"), name="Never")])

    found = seen(store)

    coverage = found.coverage
    assert (coverage.none, coverage.few, coverage.enough, coverage.known) == (2, 1, 1, 4)
    assert coverage.lacking == ["hidden", "never"]
    assert found.names[SubjectId("never")] == "Never"


def test_looks_at_some_subjects_and_sources_alone(store: Store) -> None:
    mug = SubjectId("mug")
    fill(store, [in_november(), in_november(subject_id=mug), in_november(subject_id=mug, source_id="survey")])

    of_mug = seen(store, wanted(subjects=[mug]))
    of_both = seen(store, wanted(subjects=[mug], sources=[SourceId("survey")]))
    of_nobody = seen(store, wanted(subjects=[SubjectId("unknown")]))

    assert (of_mug.now.written, of_mug.coverage.known) == (2, 1)
    assert (of_both.now.written, list(of_both.flow.series)) == (1, ["survey"])
    assert (of_nobody.now.written, of_nobody.now.mean.value) == (0, None)


def test_counts_topics_by_quarter_beside_all_that_was_written(store: Store) -> None:
    spout, other = in_november(), in_november(4)
    before = make_review(written_at=datetime(2026, 8, 1, tzinfo=UTC))
    fill(store, [spout, other, before])
    topic = Topic(id=TopicId("en-spout"), name="spout", language="en")
    kept = FactsKept()
    with store.writing() as transaction:
        transaction.topics.save([KeptTopic(topic=topic, fingerprint="a")])
        transaction.topics.replace_reviews(topic.id, {spout.id: spout.subject_id, before.id: before.subject_id})
    first = seen(store, kept=kept).topics
    with store.writing() as transaction:
        transaction.topics.save([KeptTopic(topic=topic, fingerprint="b")])
        transaction.topics.replace_reviews(topic.id, {other.id: other.subject_id, spout.id: spout.subject_id})

    then = seen(store, kept=kept).topics

    assert first.quarters[-1] == date(2026, 10, 1)
    assert (first.topics[0][:2], list(first.topics[0][2])[-2:], list(first.totals)[-2:]) == (
        ("spout", "en"),
        [1, 1],
        [1, 2],
    )
    assert list(then.topics[0][2])[-2:] == [0, 2]


def test_adds_up_what_was_asked_and_answered(store: Store) -> None:
    fill(store, [make_review()])
    with store.writing() as transaction:
        transaction.signals.save(signal(f"n{score}", SignalKind.NPS, score, (0, 10)) for score in (10, 9, 7, 3))
        transaction.signals.save([signal("c1", SignalKind.CSAT, 5, (1, 5)), signal("c2", SignalKind.CSAT, 2, (1, 5))])
        transaction.asks.save([ask("a1"), ask("a2")])
        transaction.asks.use(AskId("a1"), ReviewId("r1"), NOON)

    found, elsewhere = seen(store), seen(store, wanted(subjects=[SubjectId("mug")]))

    assert (found.asking.nps.promoters, found.asking.nps.detractors, found.asking.nps.answers) == (2, 1, 4)
    assert found.asking.csat.satisfied == Share(1, 2)
    assert found.asking.asks == Share(1, 2)
    assert found.asking_before.nps.answers == 0
    assert (elsewhere.asking.asks.whole, elsewhere.asking.nps.answers) == (0, 0)


def test_facts_are_kept_up_by_the_verbs_that_change_reviews(store: Store) -> None:
    kept = FactsKept()
    take_in(store, make_record("1"), make_record("2", rating="1"))
    first = len(facts(store, kept).rows)
    take_in(store, make_record("3"), now=NOON + timedelta(minutes=1))
    take_in(store, make_record("1", rating="2", body="It drips."), now=NOON + timedelta(minutes=2))
    with store.reading() as transaction:
        ids = [each.review.id for each in transaction.reviews.of_source(SourceId("shop"))]
    with store.writing() as transaction:
        moderation = Moderation(transaction=transaction, now=NOON + timedelta(hours=1))
        moderation.approve(ids[:2], by="ann")
        moderation.reject(ids[2:], by="ann", reason=Reason.SPAM)
    with store.writing() as transaction:
        source = transaction.sources.all()[SourceId("shop")]
        Moderation(transaction=transaction, now=NOON).change_rights(source, replace(OWN, may_show=False), by="ann")

    then = in_words(facts(store, kept))

    assert first == 2
    assert then == in_words(facts(store, FactsKept()))
    assert len(then) == 3


def test_facts_kept_up_over_many_changes_are_the_facts_read_anew(store: Store) -> None:
    chance, kept = Random(7), FactsKept()
    fill(store, [make_review(external_id=f"random {number}") for number in range(40)])

    for step in range(12):
        at = NOON + timedelta(minutes=step)
        with store.writing() as transaction:
            change_some(transaction, chance, at)
        assert in_words(facts(store, kept)) == in_words(facts(store, FactsKept()))


def change_some(transaction: Any, chance: Random, at: datetime) -> None:
    """Replaces, erases and adds a few reviews, and says so as the verbs do."""
    ids = sorted(transaction.reviews.of_source(SourceId("shop")), key=lambda each: str(each.review.id))
    changed = [replace(each.review, rating=None, language=chance.choice("abc")) for each in chance.sample(ids, 3)]
    transaction.reviews.replace([file(each) for each in changed])
    gone = chance.choice([each.review.id for each in ids if each.review.id not in {one.id for one in changed}])
    transaction.erasing.review(gone)
    new = make_review(external_id=f"new {at}", received_at=at, state=State.PENDING)
    transaction.reviews.insert([file(new)])
    events = [Event(kind=EventKind.REVIEW_CHANGED, at=at, by="x", review_id=each.id) for each in changed]
    events.append(Event(kind=EventKind.REVIEW_ERASED, at=at, by="x", review_id=gone))
    events.append(Event(kind=EventKind.REVIEW_RECEIVED, at=at, by="x", details={"count": 1}))
    transaction.events.add(events)


def signal(which: str, kind: SignalKind, score: int, scale: tuple[int, int]) -> Signal:
    worst, best = map(Decimal, scale)
    return Signal(
        id=SignalId(which),
        source_id=SourceId("shop"),
        external_id=which,
        kind=kind,
        at=NOON,
        received_at=NOON,
        score=Decimal(score),
        worst=worst,
        best=best,
        subject_id=SubjectId("kettle"),
    )


def ask(which: str) -> Ask:
    return Ask(
        id=AskId(which),
        form=FormId("review"),
        subject_id=SubjectId("kettle"),
        made_at=NOON,
        expires_at=NOON + timedelta(days=30),
    )


def near(value: float) -> Any:
    return pytest.approx(value)
