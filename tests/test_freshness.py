"""Tests of sources that ask for fresh copies: what is told again stays, what is not leaves page and counts in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from engine.domain import Locale, Material, Review, Rights, RightsClass, Source, SourceId, SubjectId
from engine.errors import BadValueError
from engine.material import select_material
from engine.moderation import Moderation
from engine.outbox import Work
from engine.rights import OWN, declared_consent, oldest_allowed, profile
from engine.store import Store
from review_site.home import home_page
from tests.factories import (
    NOON,
    fill,
    lease,
    make_intake,
    make_record,
    make_review,
    make_settings,
    make_snippet,
    make_source,
    take_in,
)
from tests.publishing import PAGE, Forbids, bodies, make_publisher, names, publish

CLUB = SourceId("club")
KETTLE = SubjectId("kettle")
DAY = timedelta(hours=24)
TRUSTPILOT = profile("trustpilot-service")


def club(rights: Rights = TRUSTPILOT) -> Source:
    return make_source("club", rights)


def tell(store: Store, *external_ids: str, now: datetime, rights: Rights = TRUSTPILOT) -> None:
    consent = declared_consent(rights, proof="reading", now=NOON)
    intake = replace(make_intake(club(rights)), consent=consent)
    take_in(store, *(make_record(each, body=f"Review {each}.") for each in external_ids), intake=intake, now=now)


def approve_all(store: Store, now: datetime = NOON) -> None:
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=now).approve_waiting(CLUB, by="ann", limit=100)


def of_club(store: Store) -> list[Review]:
    with store.reading() as transaction:
        return [each.review for each in transaction.reviews.of_source(CLUB)]


def selected(store: Store, now: datetime) -> Material:
    with store.reading() as transaction:
        subject = transaction.subjects.find(KETTLE)
        return select_material(transaction, subject, Locale("en"), make_settings(), now=now)


def publishing_due(store: Store) -> datetime | None:
    with store.reading() as transaction:
        return transaction.marks.next_due([Work.PUBLISH])


def test_what_is_told_again_is_fresh_again(store: Store) -> None:
    tell(store, "1", now=NOON)
    approve_all(store)

    tell(store, "1", now=NOON + DAY / 2)

    [review] = of_club(store)
    assert review.received_at == NOON + DAY / 2
    assert selected(store, NOON + DAY).shown != ()


def test_what_is_told_otherwise_is_fresh_too(store: Store) -> None:
    tell(store, "1", now=NOON)
    intake = make_intake(club())
    take_in(store, make_record("1", body="Review 1.", rating="2"), intake=intake, now=NOON + DAY / 2)

    [review] = of_club(store)
    assert review.received_at == NOON + DAY / 2


def test_a_source_that_asks_for_no_fresh_copies_costs_no_writes(store: Store) -> None:
    tell(store, "1", now=NOON, rights=OWN)

    tell(store, "1", now=NOON + DAY, rights=OWN)

    [review] = of_club(store)
    assert review.received_at == NOON


def test_what_was_too_old_is_published_again_when_it_is_told_again(store: Store) -> None:
    tell(store, "1", now=NOON)
    approve_all(store)
    publisher = make_publisher(store)
    publish(publisher, NOON + DAY)
    assert bodies(store).get("list/en") is None

    tell(store, "1", now=NOON + DAY)
    publisher.publish(lease(store, Work.PUBLISH, PAGE, now=NOON + DAY), NOON + DAY)

    assert bodies(store)["list/en"] == "en: Review 1."


def test_what_is_too_old_is_neither_shown_nor_counted(store: Store) -> None:
    tell(store, "1", now=NOON)
    tell(store, "2", now=NOON + DAY / 2)
    approve_all(store)
    fill(store, [make_review(rating=2)])

    fresh, half, stale = (selected(store, NOON + part) for part in (timedelta(0), DAY, DAY * 2))

    assert [(each.total_shown, len(each.shown)) for each in (fresh, half, stale)] == [(3, 3), (2, 2), (1, 1)]
    assert [[other.summary.rated for other in each.others] for each in (fresh, half, stale)] == [[2], [1], []]
    assert {each.summary.rated for each in (fresh, half, stale)} == {1}


def test_our_own_aggregate_does_not_count_what_is_too_old_either(store: Store) -> None:
    rights = replace(OWN, max_age=DAY)
    tell(store, "1", now=NOON, rights=rights)
    approve_all(store)

    assert selected(store, NOON).summary.rated == 1
    assert selected(store, NOON + DAY).summary.rated == 0


def test_a_page_is_built_anew_when_the_first_that_is_counted_is_too_old(store: Store) -> None:
    tell(store, "1", now=NOON)
    tell(store, "2", now=NOON + DAY / 2)
    approve_all(store)
    settings = make_settings(locales=(Locale("en"),), reviews_per_list=1)
    publisher = make_publisher(store, settings=settings)

    publish(publisher, NOON + DAY / 2)

    assert publishing_due(store) == NOON + DAY
    publisher.publish(lease(store, Work.PUBLISH, PAGE, now=NOON + DAY), NOON + DAY)
    assert bodies(store)["list/en"] == "en: Review 2."
    assert publishing_due(store) == NOON + DAY * 1.5


def test_words_on_a_blocked_page_are_gone_when_they_become_too_old(store: Store) -> None:
    tell(store, "1", now=NOON)
    approve_all(store)
    blocking = make_publisher(store, checker=Forbids(["en"]))
    publish(make_publisher(store))
    publish(blocking, NOON + DAY / 2)
    standing = bodies(store)

    published = blocking.publish(lease(store, Work.PUBLISH, PAGE, now=NOON + DAY), NOON + DAY)

    assert standing["list/en"] == "en: Review 1."
    assert "list/en" not in bodies(store)
    assert "list/en" in names(published.removed)


def test_a_mark_moves_with_each_review_that_becomes_too_old_or_is_told_again(store: Store) -> None:
    tell(store, "1", now=NOON)
    tell(store, "2", now=NOON + DAY / 2)
    approve_all(store)

    marks = [aged(store, NOON + DAY * part) for part in (0.5, 1, 1.5)]
    tell(store, "1", now=NOON + DAY * 1.5)

    assert marks[0] == {}
    assert len({each[KETTLE] for each in (*marks[1:], aged(store, NOON + DAY * 1.5))}) == 3


def aged(store: Store, now: datetime) -> dict[SubjectId, str]:
    with store.reading() as transaction:
        return transaction.summaries.too_old(oldest_allowed(transaction.sources.all().values(), now))


def test_the_home_page_does_not_count_what_is_too_old(store: Store) -> None:
    tell(store, "1", now=NOON)
    approve_all(store)

    with store.reading() as transaction:
        fresh, stale = (
            home_page(transaction, make_settings(), Locale("en"), now=NOON + age) for age in (timedelta(0), DAY)
        )

    assert "1 review" in fresh
    assert "1 review" not in stale


def test_lists_over_all_subjects_do_not_count_what_is_too_old(store: Store) -> None:
    rights = replace(OWN, max_age=DAY)
    tell(store, "1", now=NOON, rights=rights)
    approve_all(store)
    fill(store, [make_review(rating=2, subject_id=SubjectId("grinder"))])

    with store.reading() as transaction:
        fresh, stale = (oldest_allowed(transaction.sources.all().values(), NOON + age) for age in (timedelta(0), DAY))
        listed = [transaction.summaries.most_rated(RightsClass.OWN, 9, each) for each in (fresh, stale)]
        counted = [transaction.summaries.of_everything(RightsClass.OWN, each) for each in (fresh, stale)]

    assert listed == [["grinder", "kettle"], ["grinder"]]
    assert [(summary.rated, subjects) for summary, subjects in counted] == [(2, 2), (1, 1)]


def test_the_sitemap_leaves_out_a_page_whose_reviews_are_all_too_old(store: Store) -> None:
    tell(store, "1", now=NOON)
    approve_all(store)
    with store.writing() as transaction:
        transaction.snippets.save([make_snippet("page")])

    with store.reading() as transaction:
        fresh, stale = (oldest_allowed(transaction.sources.all().values(), NOON + age) for age in (timedelta(0), DAY))
        listed = [transaction.snippets.reviewed_pages("page", Locale("en"), oldest=each) for each in (fresh, stale)]
        counted = [transaction.snippets.count_reviewed_pages("page", Locale("en"), each) for each in (fresh, stale)]

    assert listed == [[KETTLE], []]
    assert counted == [1, 0]


@pytest.mark.parametrize("age", [timedelta(0), -DAY])
def test_a_maximum_age_of_nothing_is_refused(age: timedelta) -> None:
    with pytest.raises(BadValueError, match="max_age"):
        replace(OWN, max_age=age)
