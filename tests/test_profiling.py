"""Tests of the shop's profile on both databases: what subjects put in is taken out again exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from engine.domain import Reason, Review, SubjectId
from engine.learnt import LEAST_TEXTS, Learnt
from engine.minable import quotable_texts
from engine.mining import profile_of
from engine.mining.profile import Profile
from engine.moderation import Moderation
from engine.outbox import Work
from engine.profiling import AT_ONCE, Profiler
from engine.rights import DISPLAY_ONLY, INTERNAL
from engine.store import Lease, ModelKind, Store
from tests.factories import NOON, fill, lease, make_review, make_source

LATER = NOON + timedelta(days=1)
WORDS = ("spout", "lid", "handle", "base", "filter")


def profiler(store: Store) -> Profiler:
    return Profiler(store=store, languages=("en", "de"))


def reviews_of(subject: str, count: int, language: str = "en") -> list[Review]:
    return [
        make_review(
            subject_id=SubjectId(subject), body=f"The {WORDS[number % len(WORDS)]} is great.", language=language
        )
        for number in range(count)
    ]


def mark(store: Store, *subjects: str, at: datetime = NOON) -> None:
    with store.writing() as transaction:
        transaction.marks.set(Work.PROFILE, subjects, at)


def refresh(store: Store, subject: str, now: datetime = NOON) -> int:
    mark(store, subject, at=now)
    return profiler(store).refresh(lease(store, Work.PROFILE, subject, now=now), now)


def kept(store: Store, language: str = "en") -> Profile | None:
    with store.reading() as transaction:
        found = transaction.models.find(ModelKind.PROFILE, language)
    return None if found is None else Profile.from_bytes(found.body)


def anew(store: Store, subjects: Sequence[str], language: str = "en") -> Profile:
    """The sum of what the subjects' texts say now."""
    total = Profile.empty(language)
    with store.reading() as transaction:
        for each in subjects:
            total += profile_of(quotable_texts(transaction, SubjectId(each), NOON).get(language, ()), language)
    return total


def marked(store: Store, kind: Work) -> int:
    with store.reading() as transaction:
        return transaction.marks.count([kind], due_by=LATER)


def test_the_first_time_every_subject_is_put_in(store: Store) -> None:
    fill(store, [*reviews_of("kettle", 3), *reviews_of("teapot", 2), *reviews_of("kanne", 2, "de")])

    done = refresh(store, "kettle")

    assert done == 3
    assert kept(store) == anew(store, ["kettle", "teapot"])
    assert kept(store, "de") == anew(store, ["kanne"], "de")
    assert marked(store, Work.PROFILE) == 0


def test_what_changed_is_taken_out_and_put_in_anew(store: Store) -> None:
    kettles = reviews_of("kettle", 6)
    fill(store, [*kettles, *reviews_of("teapot", 2)])
    refresh(store, "kettle")
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).reject(
            [kettles[0].id, kettles[1].id], by="ann", reason=Reason.SPAM
        )

    done = refresh(store, "kettle")

    profile = kept(store)
    assert done == 1
    assert profile is not None
    assert profile.texts == 6
    assert profile == anew(store, ["kettle", "teapot"])


def test_a_subject_without_reviews_takes_all_of_it_out(store: Store) -> None:
    kettle = reviews_of("kettle", 1)
    fill(store, [*kettle, *reviews_of("teapot", 2)])
    refresh(store, "kettle")
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).withdraw(kettle[0].id, by="author")

    refresh(store, "kettle")

    assert kept(store) == anew(store, ["teapot"])
    with store.reading() as transaction:
        assert list(transaction.models.subjects_of("en")) == ["teapot"]


def test_the_order_of_the_changes_leaves_the_same_bytes(store: Store) -> None:
    fill(store, [*reviews_of("kettle", 3), *reviews_of("teapot", 4), *reviews_of("jug", 5)])
    refresh(store, "kettle")
    with store.reading() as transaction:
        [before] = transaction.models.all(ModelKind.PROFILE)

    for subject in ("jug", "kettle", "teapot"):
        refresh(store, subject, LATER)

    with store.reading() as transaction:
        assert transaction.models.all(ModelKind.PROFILE) == [before]


def test_what_may_not_be_quoted_is_not_learnt_from(store: Store) -> None:
    sources = [make_source("survey", INTERNAL), make_source("platform", DISPLAY_ONLY)]
    hidden = [replace(each, source_id=source.id) for source in sources for each in reviews_of("kettle", 2)]
    fill(store, [*hidden, *reviews_of("kettle", 1)], sources=sources)

    refresh(store, "kettle")

    profile = kept(store)
    assert profile is not None
    assert profile.texts == 1


@pytest.mark.parametrize(("texts", "mined"), [(LEAST_TEXTS - 1, 0), (LEAST_TEXTS, 2)])
def test_every_subject_is_mined_anew_once_there_is_enough_to_learn_from(store: Store, texts: int, mined: int) -> None:
    fill(store, [*reviews_of("kettle", texts - 1), *reviews_of("teapot", 1)])

    refresh(store, "kettle")

    assert marked(store, Work.MINE) == mined
    with store.reading() as transaction:
        assert (Learnt().of(transaction, "en").profile is not None) == bool(mined)


def test_what_moved_nothing_has_nothing_mined(store: Store) -> None:
    fill(store, reviews_of("kettle", LEAST_TEXTS))
    refresh(store, "kettle")
    with store.writing() as transaction:
        mining = transaction.marks.lease([Work.MINE], "worker", now=NOON, until=LATER)
        assert transaction.marks.finish(mining[0])

    refresh(store, "kettle")

    assert marked(store, Work.MINE) == 0


def test_those_that_wait_for_later_are_taken_along(store: Store) -> None:
    fill(store, [*reviews_of("kettle", 1), *reviews_of("teapot", 1)])
    refresh(store, "kettle")
    mark(store, "teapot", at=LATER)

    assert refresh(store, "kettle") == 2
    assert marked(store, Work.PROFILE) == 0


def test_more_subjects_than_fit_into_one_run_are_gone_on_with_at_once(store: Store) -> None:
    subjects = [f"s{number:03}" for number in range(AT_ONCE + 5)]
    fill(store, [each for subject in subjects for each in reviews_of(subject, 1)])

    runs = [refresh(store, subjects[0])]
    while marked(store, Work.PROFILE):
        with store.writing() as transaction:
            [due] = transaction.marks.lease([Work.PROFILE], "worker", now=NOON, until=LATER)
        runs.append(profiler(store).refresh(due, NOON))

    assert runs == [AT_ONCE, 5]
    assert kept(store) == anew(store, subjects)
    assert marked(store, Work.MINE) == len(subjects)


def test_a_profile_that_cannot_be_read_is_begun_anew(store: Store) -> None:
    fill(store, [*reviews_of("kettle", 3), *reviews_of("teapot", 2)])
    refresh(store, "kettle")
    with store.writing() as transaction:
        [found] = transaction.models.all(ModelKind.PROFILE)
        transaction.models.save(replace(found, body=b"plaudit profile 0 en 5 0\n"))

    refresh(store, "kettle")
    while marked(store, Work.PROFILE):
        with store.writing() as transaction:
            [due] = transaction.marks.lease([Work.PROFILE], "worker", now=NOON, until=LATER)
        profiler(store).refresh(due, NOON)

    assert kept(store) == anew(store, ["kettle", "teapot"])


def test_a_subject_that_changes_meanwhile_is_put_in_again(store: Store) -> None:
    fill(store, reviews_of("kettle", 2))
    mark(store, "kettle")
    taken: Lease = lease(store, Work.PROFILE, "kettle")
    mark(store, "kettle", at=LATER)

    profiler(store).refresh(taken, NOON)

    assert kept(store) == anew(store, ["kettle"])
    assert marked(store, Work.PROFILE) == 1
