"""All figures of a period beside those of the one before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.domain import Reason, State, SubjectId
from engine.insights import reviews
from engine.insights.asked import Asking, Telling, Wanted, asking, telling
from engine.insights.facts import Facts
from engine.insights.reviews import Coverage, Flow, SubjectMean, TopicFlow
from engine.kpi import Mean, Share, Spans, Suppression
from engine.periods import QUARTER, Period, read_period
from engine.store import ServedTotals, Transaction

QUARTERS = 8
MOST_SUBJECTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What reviews amount to in one period."""

    period: Period
    written: int
    """Reviews that say they were written in it; those that authors withdrew count nowhere."""
    shown: int
    """Of these, the ones that visitors can read."""
    mean: Mean
    """Of the ratings of what is shown."""
    distribution: Sequence[int]
    verified: Share
    replied: Share
    replied_by_star: Mapping[int, Share]
    reply_times: Spans
    received: Mapping[State, int]
    """What came in within it, by what became of it."""
    decided: Suppression
    """Of what came in within it."""
    rejected: Mapping[Reason, Sequence[int]]
    approval_times: Spans


@dataclass(frozen=True, slots=True, kw_only=True)
class Insights:
    wanted: Wanted
    asking: Asking
    asking_before: Asking
    now: Stretch
    before: Stretch
    flow: Flow
    subjects: Sequence[SubjectMean]
    """The first MOST_SUBJECTS by Bayesian mean."""
    names: Mapping[SubjectId, str]
    """Of the subjects that are named anywhere in this."""
    prior: float
    """The mean of all ratings that are shown, which the Bayesian means are drawn towards."""
    coverage: Coverage
    languages: Mapping[str, int]
    topics: TopicFlow
    served: ServedTotals
    telling: Telling


def look(transaction: Transaction, facts: Facts, wanted: Wanted) -> Insights:
    """Reads what the database counts, and passes over the facts of everything else."""
    known = transaction.insight_counts.subjects()
    chosen = facts.among(subjects=wanted.subjects, sources=wanted.sources)
    prior = reviews.mean_of(reviews.shown(facts.rows)).value or 0.0
    rows = reviews.written(chosen, wanted.period, wanted.timezone)
    in_period = reviews.shown(rows)
    means = reviews.subject_means(chosen, in_period, prior)[:MOST_SUBJECTS]
    about = [each for each, _ in known if not wanted.subjects or each in wanted.subjects]
    coverage = reviews.coverage(chosen, about)
    named = {*coverage.lacking, *(each.subject for each in means), *wanted.subjects}
    quarters = _quarters(wanted.period)
    return Insights(
        wanted=wanted,
        asking=asking(transaction, wanted, wanted.period),
        asking_before=asking(transaction, wanted, wanted.period.before()),
        now=stretch(chosen, wanted, wanted.period),
        before=stretch(chosen, wanted, wanted.period.before()),
        flow=reviews.flow(chosen, rows, wanted.period, wanted.timezone),
        subjects=means,
        names={each: name for each, name in known if each in named},
        prior=prior,
        coverage=coverage,
        languages=reviews.languages(chosen, in_period),
        topics=reviews.topic_flow(chosen, quarters, _after(quarters[-1]), wanted.timezone),
        served=transaction.served.totals(wanted.period.start, wanted.period.end),
        telling=telling(transaction, wanted),
    )


def stretch(facts: Facts, wanted: Wanted, period: Period) -> Stretch:
    """What reviews amount to in a period of what is wanted."""
    rows = reviews.written(facts, period, wanted.timezone)
    seen, came = reviews.shown(rows), reviews.received(facts, period, wanted.timezone)
    by_star = reviews.replied_by_star(seen)
    return Stretch(
        period=period,
        written=len(rows),
        shown=len(seen),
        mean=reviews.mean_of(seen),
        distribution=reviews.distribution(seen),
        verified=reviews.verified_share(seen),
        replied=Share(sum(each.part for each in by_star.values()), len(seen)),
        replied_by_star=by_star,
        reply_times=reviews.reply_times(seen),
        received=reviews.states_of(facts.within("received", *reviews.bounds(period, wanted.timezone))),
        decided=reviews.decided(came),
        rejected=reviews.rejected(came),
        approval_times=reviews.approval_times(came),
    )


def _quarters(period: Period) -> Sequence[date]:
    """The first days of the QUARTERS that end with the one that the period ends in."""
    each = read_period(QUARTER, period.last)
    found = [each.start]
    while len(found) < QUARTERS:
        each = each.before()
        found.append(each.start)
    return found[::-1]


def _after(quarter: date) -> date:
    return read_period(QUARTER, quarter).end
