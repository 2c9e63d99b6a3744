"""Tests of publishing on both databases: same material same bytes, versions that only grow, a lease that is fenced."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.domain import (
    EventKind,
    FaqEntry,
    FaqId,
    FaqState,
    Locale,
    Order,
    Quote,
    ReviewId,
    Scope,
    Sentence,
    Severity,
    Source,
    State,
    SubjectId,
    View,
)
from engine.errors import BadValueError, NotFoundError
from engine.moderation import Moderation
from engine.outbox import Work
from engine.publish import etag_of
from engine.rights import DISPLAY_ONLY, OWN
from engine.store import Store
from tests.factories import NOON, fill, lease, make_review, make_settings, make_source
from tests.publishing import (
    KETTLE,
    PAGE,
    Bodies,
    Forbids,
    Frame,
    bodies,
    make_publisher,
    mark,
    names,
    publish,
    versions,
)

MONTH = timedelta(days=30)
LATER = NOON + timedelta(days=1)


def events(store: Store) -> list[tuple[EventKind, object, object, object]]:
    with store.reading() as transaction:
        found = [each for _, each in transaction.events.since()]
    return [
        (each.kind, each.details.get("name"), each.details.get("locale"), each.details.get("version")) for each in found
    ]


def withdraw(store: Store, review: ReviewId) -> None:
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).withdraw(review, by="author")


def approve(store: Store, review: ReviewId) -> None:
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).approve([review], by="ann")


def test_a_page_is_built_in_every_locale(store: Store) -> None:
    fill(store, [make_review(body="It pours.")])

    published = publish(make_publisher(store))

    assert bodies(store) == {
        "list/en": "en: It pours.",
        "list/de": "de: It pours.",
        "page/en": "<main>en: It pours.</main>",
        "page/de": "<main>de: It pours.</main>",
    }
    assert names(published.updated) == set(bodies(store))
    assert (published.removed, published.unchanged, published.blocked) == ([], 0, {})


def test_the_etag_is_of_the_body_and_names_it_in_the_event(store: Store) -> None:
    fill(store, [make_review(body="It pours.")])

    publish(make_publisher(store, generators=[Bodies()]))

    with store.reading() as transaction:
        kept = transaction.snippets.of_page(Scope.SUBJECT, KETTLE)
        told = {str(each.details["etag"]) for _, each in transaction.events.since()}
    assert {each.etag for each in kept.values()} == told == {etag_of(each.body) for each in kept.values()}


def test_the_same_material_gives_the_same_bytes_and_no_event(store: Store) -> None:
    fill(store, [make_review()])
    publish(make_publisher(store))
    before = (bodies(store), versions(store), events(store))

    again = publish(make_publisher(store), now=LATER)

    assert (again.unchanged, again.updated, again.removed) == (4, [], [])
    assert (bodies(store), versions(store), events(store)) == before


def test_the_mark_is_gone_with_the_result(store: Store) -> None:
    fill(store, [make_review()])

    publish(make_publisher(store))

    with store.reading() as transaction:
        assert transaction.marks.next_due(Work) is None


def test_a_version_grows_only_where_the_bytes_moved(store: Store) -> None:
    fill(store, [make_review(body="It pours.")])
    publish(make_publisher(store))

    publish(make_publisher(store, settings=make_settings(locales=(Locale("en"),), site_name="Other")))
    fill(store, [make_review(body="It leaks.", external_id="2")])
    publish(make_publisher(store, generators=[Bodies()], settings=make_settings(locales=(Locale("en"),))))

    assert versions(store) == {"list/en": 2, "page/en": 2, "list/de": 2, "page/de": 2}
    assert set(bodies(store)) == {"list/en"}, "what is no longer made is no longer served"


def test_a_version_keeps_growing_after_a_removal(store: Store) -> None:
    review, second = make_review(body="It pours."), make_review(body="It leaks.", state=State.PENDING)
    fill(store, [review, second])
    publisher = make_publisher(store, generators=[Bodies()], settings=make_settings(locales=(Locale("en"),)))
    publish(publisher)

    withdraw(store, review.id)
    emptied = publish(publisher)
    approve(store, second.id)
    publish(publisher)

    assert (emptied.updated, emptied.removed) == ([], [])
    assert versions(store) == {"list/en": 3}
    assert [each for each in events(store) if each[1]] == [
        (EventKind.SNIPPET_UPDATED, "list", "en", 1),
        (EventKind.SNIPPET_REMOVED, "list", "en", 2),
        (EventKind.SNIPPET_UPDATED, "list", "en", 3),
    ]


def test_what_a_generator_no_longer_says_is_removed_with_an_event(store: Store) -> None:
    fill(store, [make_review()])
    settings = make_settings(locales=(Locale("en"),))
    publish(make_publisher(store, settings=settings))

    published = publish(make_publisher(store, generators=[Bodies()], settings=settings))

    assert names(published.removed) == {"page/en"}
    assert events(store)[-1] == (EventKind.SNIPPET_REMOVED, "page", "en", 2)


def test_a_forbidding_problem_keeps_the_last_good_page_of_its_locale(store: Store) -> None:
    fill(store, [make_review(body="It pours.")])
    publish(make_publisher(store))
    fill(store, [make_review(body="It leaks.", written_at=None)])

    published = publish(make_publisher(store, checker=Forbids(["de"])))

    assert bodies(store)["list/en"] == "en: It pours.\nIt leaks."
    assert bodies(store)["list/de"] == "de: It pours."
    assert versions(store)["page/de"] == 1
    [problem] = published.blocked[Locale("de")]
    with store.reading() as transaction:
        assert transaction.snippets.blocked(KETTLE) == {(KETTLE, Locale("de")): (problem,)}
    assert {each[2] for each in events(store)[4:]} == {"en"}


def test_a_page_that_is_mended_is_no_longer_blocked(store: Store) -> None:
    fill(store, [make_review()])
    publish(make_publisher(store, checker=Forbids(["de", "en"], Severity.POLICY)))
    nothing = bodies(store)

    publish(make_publisher(store))

    assert nothing == {}
    assert len(bodies(store)) == 4
    with store.reading() as transaction:
        assert transaction.snippets.blocked() == {}


def test_a_warning_keeps_nothing_from_being_published(store: Store) -> None:
    fill(store, [make_review()])

    published = publish(make_publisher(store, checker=Forbids(["en"], Severity.WARNING)))

    assert published.blocked == {}
    assert len(bodies(store)) == 4


def test_words_on_a_blocked_page_are_gone_when_they_are_withdrawn(store: Store) -> None:
    review = make_review(body="It pours.")
    fill(store, [review])
    blocking = make_publisher(store, checker=Forbids(["en", "de"]))
    publish(make_publisher(store))
    publish(blocking)
    standing = bodies(store)

    withdraw(store, review.id)
    at_once = bodies(store)
    publish(blocking)

    assert len(standing) == 4
    assert at_once == bodies(store) == {}


def test_a_page_is_due_again_when_the_first_of_its_reviews_becomes_too_old(store: Store) -> None:
    first, second = (
        make_review(source_id="club", body=body, received_at=NOON - age)
        for body, age in (("first", MONTH / 2), ("second", MONTH / 3))
    )
    fill(store, [first, second, make_review(body="ours")], sources=[club_for(MONTH)])

    publish(make_publisher(store))
    with store.reading() as transaction:
        due = transaction.marks.next_due([Work.PUBLISH])
    assert due == first.received_at + MONTH
    make_publisher(store).publish(lease(store, Work.PUBLISH, PAGE, now=due), due)

    assert "first" not in bodies(store)["list/en"]
    assert "second" in bodies(store)["list/en"]
    with store.reading() as transaction:
        assert transaction.marks.next_due([Work.PUBLISH]) == second.received_at + MONTH


def club_for(age: timedelta) -> Source:
    return make_source("club", replace(DISPLAY_ONLY, max_age=age))


def test_a_page_is_due_again_for_a_quote_that_is_not_in_the_list(store: Store) -> None:
    quoted = make_review(source_id="club", received_at=NOON - MONTH / 2, written_at=None)
    entry = FaqEntry(
        id=FaqId("f1"),
        subject_id=KETTLE,
        language="en",
        question="How does it pour?",
        sentences=(Sentence(text="Well.", review_ids=(), quote=Quote(review_id=quoted.id, text="It pours well")),),
        phrase="pour",
        state=FaqState.APPROVED,
    )
    fill(store, [make_review(), quoted], sources=[make_source("club", replace(OWN, max_age=MONTH))])
    with store.writing() as transaction:
        transaction.faq.replace(KETTLE, [entry])

    publish(make_publisher(store, settings=make_settings(reviews_per_list=1)))

    with store.reading() as transaction:
        assert transaction.marks.next_due([Work.PUBLISH]) == quoted.received_at + MONTH


def test_a_subject_that_is_not_there_is_told(store: Store) -> None:
    mark(store)

    with pytest.raises(NotFoundError, match="no subject 'kettle'"):
        publish(make_publisher(store))


def test_a_view_is_built_with_the_parts_it_needs(store: Store) -> None:
    fill(store, [make_review(5, body="It pours."), make_review(1, body="It leaks.")])
    publisher = make_publisher(store)

    draft = publisher.view(KETTLE, Locale("de"), View(order=Order.LOWEST, star=1), "page", NOON)

    assert draft is not None
    assert draft.body == "<main>de: It leaks.</main>"
    assert bodies(store) == {}, "a view is not kept"


def test_a_view_that_cannot_be_built_says_why(store: Store) -> None:
    fill(store, [make_review()])
    publisher = make_publisher(store)

    with pytest.raises(NotFoundError, match="no generator is called 'kettle'"):
        publisher.view(KETTLE, Locale("en"), View(), "kettle", NOON)
    with pytest.raises(NotFoundError, match="no subject 'teapot'"):
        publisher.view(SubjectId("teapot"), Locale("en"), View(), "page", NOON)
    with pytest.raises(BadValueError):
        publisher.view(KETTLE, Locale("en"), View(after="kettle"), "page", NOON)


def test_the_fingerprint_moves_with_program_settings_and_plugs(store: Store) -> None:
    publisher = make_publisher(store)

    others = [
        publisher.fingerprint("2"),
        make_publisher(store, settings=make_settings()).fingerprint("1"),
        make_publisher(store, generators=[Bodies()]).fingerprint("1"),
    ]

    assert len({publisher.fingerprint("1"), *others}) == 4
    assert make_publisher(store, generators=[Frame(), Bodies()]).fingerprint("1") == publisher.fingerprint("1")
