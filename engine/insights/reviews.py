"""Figures of reviews from their columns; pure. Which reviews each counts is said with it, and in docs/insights.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from engine.domain import Reason, State, SubjectId
from engine.insights.facts import REASONS, STATES, UNKNOWN_TIME, Facts, Rows, TopicRows, picked
from engine.kpi import Mean, Share, Spans, Suppression, bayesian_mean, spans, suppression
from engine.periods import Period, begins

EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
MICROSECOND = timedelta(microseconds=1)
MICROS = 1_000_000
STARS = (1, 2, 3, 4, 5)
BOUNDS = (0, 1, 5)
"""Coverage: no review, 1 to 4, 5 and more."""
MOST_TOPICS = 12
MOST_LACKING = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Counts by step of a period, for each of several names."""

    steps: Sequence[date]
    series: Mapping[str, Sequence[int]]
    undated: int = 0
    """Reviews that came in within the period and say not when they were written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectMean:
    subject: SubjectId
    mean: Mean
    bayesian: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many subjects have how many shown reviews, of whatever age."""

    none: int
    few: int
    enough: int
    lacking: Sequence[SubjectId]
    """The first MOST_LACKING of those that have none, in the order of their ids."""
    known: int = 0
    """Subjects that there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicFlow:
    """How many shown reviews of each quarter speak of a topic."""

    quarters: Sequence[date]
    totals: Sequence[int]
    """All shown reviews of the quarter, to see a share by."""
    topics: Sequence[tuple[str, str, Sequence[int]]]
    """Name, language (empty for a tag) and counts; the most spoken of first."""


def micros(day: date, timezone: ZoneInfo) -> int:
    return (begins(day, timezone) - EPOCH) // MICROSECOND


def bounds(period: Period, timezone: ZoneInfo) -> tuple[int, int]:
    return micros(period.start, timezone), micros(period.end, timezone)


def written(facts: Facts, period: Period, timezone: ZoneInfo) -> Rows:
    """What was written in a period, and not withdrawn by its author."""
    rows = facts.within("written", *bounds(period, timezone))
    return _but_withdrawn(rows)


def received(facts: Facts, period: Period, timezone: ZoneInfo) -> Rows:
    """What came in within a period, and was not withdrawn by its author."""
    return _but_withdrawn(facts.within("received", *bounds(period, timezone)))


def shown(rows: Rows) -> Rows:
    return picked(rows, rows["shown"])


def flow(facts: Facts, rows: Rows, period: Period, timezone: ZoneInfo) -> Flow:
    """Of the rows, which were written in the period, how many in each step, by source."""
    steps = period.steps()
    cells = rows["source"] * len(steps) + _step_of(rows, steps, timezone)
    size = (len(facts.sources), len(steps))
    counts = np.bincount(cells, minlength=size[0] * size[1]).reshape(size)
    series = {name: counts[number].tolist() for number, name in enumerate(facts.sources) if counts[number].any()}
    undated = int((received(facts, period, timezone)["written"] < 0).sum())
    return Flow(steps=steps, series=dict(sorted(series.items())), undated=undated)


def distribution(rows: Rows) -> Sequence[int]:
    """How many gave one star, two, to five."""
    counted = np.bincount(rows["star"][rows["star"] > 0], minlength=6)
    return [int(each) for each in counted[1:6]]


def mean_of(rows: Rows) -> Mean:
    """Of the ratings, in stars."""
    rated = rows["hundredths"][rows["hundredths"] > 0].astype(np.float64) / 100
    return Mean(len(rated), float(rated.sum()), float((rated * rated).sum()))


def subject_means(facts: Facts, rows: Rows, prior: float) -> Sequence[SubjectMean]:
    """Of each subject with a rating, the highest Bayesian mean first."""
    rated = picked(rows, rows["hundredths"] > 0)
    stars, which, size = rated["hundredths"].astype(np.float64) / 100, rated["subject"], len(facts.subjects)
    counts = np.bincount(which, minlength=size)
    totals, squares = np.bincount(which, stars, size), np.bincount(which, stars * stars, size)
    found = [
        SubjectMean(
            subject=SubjectId(facts.subjects[number]),
            mean=Mean(int(counts[number]), float(totals[number]), float(squares[number])),
            bayesian=bayesian_mean(int(counts[number]), float(totals[number]), prior),
        )
        for number in map(int, np.flatnonzero(counts))
    ]
    return sorted(found, key=lambda each: (-each.bayesian, each.subject))


def approval_times(rows: Rows) -> Spans:
    """Seconds from when a review came in to when it was approved, where both are known in this order."""
    is_approved = rows["state"] == STATES.index(State.APPROVED)
    approved = picked(rows, is_approved & (rows["decided"] >= rows["received"]))
    return spans(((approved["decided"] - approved["received"]) / MICROS).tolist())


def reply_times(rows: Rows) -> Spans:
    """Seconds from when a review was written, or came in where it does not say, to the owner's first answer."""
    begun = np.where(rows["written"] >= 0, rows["written"], rows["received"])
    chosen = (rows["replied"] > UNKNOWN_TIME) & (rows["replied"] >= begun)
    return spans(((rows["replied"] - begun)[chosen] / MICROS).tolist())


def replied_by_star(rows: Rows) -> Mapping[int, Share]:
    """Of the reviews with one star, two, to five, and of those without (0), which the owner answered."""
    found = {}
    for star in (*STARS, 0):
        some = picked(rows, rows["star"] == star)
        found[star] = Share(int((some["replied"] >= UNKNOWN_TIME).sum()), len(some))
    return found


def verified_share(rows: Rows) -> Share:
    return Share(int(rows["verified"].sum()), len(rows))


def decided(rows: Rows) -> Suppression:
    """The suppression figure of these reviews."""
    counts: dict[tuple[State, int, bool], int] = {}
    for number, state in enumerate(STATES):
        of_state = picked(rows, rows["state"] == number)
        for is_shown in (False, True):
            stars = np.bincount(of_state["star"][of_state["shown"] == is_shown], minlength=6)
            counts.update({(state, star, is_shown): int(stars[star]) for star in range(6)})
    return suppression(counts)


def rejected(rows: Rows) -> Mapping[Reason, Sequence[int]]:
    """How many were rejected for each reason: without a rating, and with one star to five."""
    some = picked(rows, rows["state"] == STATES.index(State.REJECTED))
    return {
        Reason(name): [int(each) for each in np.bincount(some["star"][some["reason"] == number], minlength=6)]
        for number, name in enumerate(REASONS)
        if name and (some["reason"] == number).any()
    }


def states_of(rows: Rows) -> Mapping[State, int]:
    counted = np.bincount(rows["state"], minlength=len(STATES))
    return {state: int(counted[number]) for number, state in enumerate(STATES)}


def languages(facts: Facts, rows: Rows) -> Mapping[str, int]:
    """How many are in each language, the most first; under the empty name, those of which it is not known."""
    counted = np.bincount(rows["language"], minlength=len(facts.languages))
    found = {name: int(counted[number]) for number, name in enumerate(facts.languages) if counted[number]}
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def coverage(facts: Facts, subjects: Sequence[SubjectId]) -> Coverage:
    """Of these subjects, by how many shown reviews each has now."""
    counted = np.bincount(shown(facts.rows)["subject"], minlength=len(facts.subjects))
    numbers = {name: int(counted[number]) for number, name in enumerate(facts.subjects)}
    counts = [(each, numbers.get(each, 0)) for each in subjects]
    lacking = [each for each, count in counts if count == 0]
    few = sum(1 for _, count in counts if 0 < count < BOUNDS[2])
    return Coverage(
        none=len(lacking),
        few=few,
        enough=len(counts) - few - len(lacking),
        lacking=sorted(lacking)[:MOST_LACKING],
        known=len(counts),
    )


def topic_flow(facts: Facts, quarters: Sequence[date], end: date, timezone: ZoneInfo) -> TopicFlow:
    """What was written in each quarter, the last of which ends at ``end``, by the topics that are spoken of most."""
    rows = shown(facts.within("written", micros(quarters[0], timezone), micros(end, timezone)))
    quarter = _step_of(rows, quarters, timezone)
    topics = list(facts.topics.values())
    counts = _by_topic(rows["key"], quarter, topics, len(quarters))
    ranked = sorted(zip(topics, counts, strict=True), key=lambda each: (-sum(each[1]), each[0].name))[:MOST_TOPICS]
    return TopicFlow(
        quarters=quarters,
        totals=np.bincount(quarter, minlength=len(quarters)).tolist(),
        topics=[(each.name, each.language or "", counts) for each, counts in ranked if any(counts)],
    )


def _by_topic(keys: Rows, quarter: Rows, topics: Sequence[TopicRows], quarters: int) -> Sequence[Sequence[int]]:
    """How many of the rows of these keys, which are in order, speak of each topic in each quarter."""
    spoken = np.concatenate([np.empty(0, np.int64), *(each.keys for each in topics)])
    which = np.repeat(np.arange(len(topics)), [len(each.keys) for each in topics])
    if not len(keys):
        return [[0] * quarters for _ in topics]
    places = np.minimum(np.searchsorted(keys, spoken), len(keys) - 1)
    is_there = keys[places] == spoken
    cells = which[is_there] * quarters + quarter[places[is_there]]
    counted = np.bincount(cells, minlength=len(topics) * quarters).reshape(len(topics), quarters)
    found: list[list[int]] = counted.tolist()
    return found


def _step_of(rows: Rows, steps: Sequence[date], timezone: ZoneInfo) -> Rows:
    """In which step each was written; no row is older than the first."""
    starts = np.array([micros(each, timezone) for each in steps])
    return np.asarray(np.searchsorted(starts, rows["written"], side="right") - 1)


def _but_withdrawn(rows: Rows) -> Rows:
    return picked(rows, rows["state"] != STATES.index(State.WITHDRAWN))
