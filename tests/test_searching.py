"""Tests of searching: what is found, counted and sorted, and that nothing is found that is not so at this moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.domain import (
    Consent,
    Media,
    MediaId,
    MediaKind,
    Review,
    State,
    SubjectId,
    Topic,
    TopicId,
    Use,
    Verification,
    VerificationLevel,
)
from engine.domain.search import Asked, Clause, Facet, Sorting
from engine.errors import BadValueError, IndexUnusableError, NotFoundError
from engine.moderation import Moderation
from engine.rights import DISPLAY_ONLY
from engine.search.narrowing import Wish
from engine.search.searching import Searching
from engine.store import KeptTopic, Store
from tests.absent_index import AbsentIndex
from tests.factories import NOON, file, fill, make_review, make_settings, make_source, make_subject
from tests.searching import ids_of, library

DAY = timedelta(days=1)


def test_reviews_with_all_the_words_come_before_those_with_some_and_are_counted_alone(store: Store) -> None:
    both = make_review(body="The spout pours well.", title=None)
    one = make_review(body="The lid is loose, the spout is fine.", title=None)
    none = make_review(body="Too small.", title=None)
    found = library(store, both, one, none).ask("spout pours")

    assert ids_of(found.hits) == [both.id, one.id]
    assert [each.has_all_words for each in found.hits] == [True, False]
    assert found.total == 1


def test_a_question_without_words_finds_everything_that_is_shown_the_newest_first(store: Store) -> None:
    old, new = (make_review(written_at=NOON - days * DAY) for days in (9, 2))
    undated = make_review(written_at=None)
    hidden = [make_review(state=each) for each in (State.PENDING, State.REJECTED, State.WITHDRAWN)]
    found = library(store, old, new, undated, *hidden)

    assert found.ids() == [new.id, old.id, undated.id]
    assert found.ask().total == 3


@pytest.mark.parametrize(
    ("facet", "value", "changes"),
    [
        (Facet.SUBJECT, "grinder", {"subject_id": SubjectId("grinder")}),
        (Facet.RATING, "2", {"rating": 2}),
        (Facet.RATING, "none", {"rating": None}),
        (Facet.LANGUAGE, "de", {"language": "de-AT"}),
        (Facet.SOURCE, "fair", {"source_id": "fair"}),
        (Facet.DATE, "2024", {"written_at": datetime(2024, 5, 1, tzinfo=UTC)}),
        (Facet.DATE, "none", {"written_at": None}),
        (Facet.SENTIMENT, "negative", {"body": "Terrible, it broke at once. Awful."}),
        (Facet.VERIFIED, "yes", {"verification": Verification(level=VerificationLevel.PURCHASE)}),
        (Facet.ROLE, "Head of Coffee", {"role": "Head of Coffee"}),
        (Facet.COMPANY, "Café Blau", {"company": "Café Blau"}),
        (Facet.INDUSTRY, "Hotels", {"tags": ("gift", "industry:Hotels")}),
        (Facet.SCOPE, "ads", {"consent": Consent(uses=frozenset({Use.DISPLAY, Use.ADS}))}),
    ],
)
def test_a_facet_narrows_to_its_value_and_counts_it(
    store: Store, facet: Facet, value: str, changes: dict[str, Any]
) -> None:
    usual = Consent(uses=frozenset({Use.DISPLAY}))
    with_it = make_review(**{"consent": usual, **changes})
    found = library(store, with_it, make_review(consent=usual), make_review(consent=usual))

    assert found.ids(facets={facet: [value]}) == [with_it.id]
    assert found.counts(facet)[value] == 1
    assert found.counts(facet, facets={facet: [value]}) == found.counts(facet)


def test_pictures_and_topics_are_facets_too(store: Store) -> None:
    pictured, plain = make_review(), make_review()
    fill(store, [pictured, plain])
    with store.writing() as transaction:
        picture = Media(id=MediaId("m1"), kind=MediaKind.IMAGE, url="https://img.example/1", state=State.APPROVED)
        transaction.media.replace({pictured.id: [picture]})
        topic = Topic(id=TopicId("en-spout"), name="spout", language="en", phrases=("spout",))
        transaction.topics.save([KeptTopic(topic=topic, fingerprint="p")])
        transaction.topics.replace_reviews(topic.id, {plain.id: plain.subject_id})
    found = library(store)

    assert found.ids(facets={"photo": ["yes"]}) == [pictured.id]
    assert found.counts(Facet.PHOTO) == {"yes": 1, "no": 1}
    assert found.ids(facets={"topic": ["en-spout"]}) == [plain.id]
    assert found.counts(Facet.TOPIC) == {"en-spout": 1}


def test_values_are_called_what_people_call_them(store: Store) -> None:
    found = library(store, make_review(), subjects=[make_subject(name="K2 Kettle")]).ask()

    [subject] = [each for each in found.facets if each.facet is Facet.SUBJECT]
    assert [(each.value, each.label) for each in subject.values] == [("kettle", "K2 Kettle")]


def test_facets_narrow_each_other_and_never_themselves(store: Store) -> None:
    found = library(
        store,
        make_review(5, language="en"),
        make_review(5, language="de"),
        make_review(1, language="de"),
        make_review(1, language="fr"),
    )

    asked: dict[str, Any] = {"facets": {"language": ["de"], "rating": ["1"]}}

    assert found.counts(Facet.LANGUAGE, **asked) == {"de": 1, "fr": 1}
    assert found.counts(Facet.RATING, **asked) == {"5": 1, "1": 1}
    assert found.counts(Facet.SOURCE, **asked) == {"shop": 1}
    assert found.ask(facets={"language": ["de", "fr"]}).total == 3


def test_a_selected_value_of_which_nothing_is_found_stays_to_be_seen(store: Store) -> None:
    found = library(store, make_review(5)).ask(facets={"rating": ["2"], "company": ["Nobody"]})

    values = {each.facet: [(one.value, one.count, one.is_selected) for one in each.values] for each in found.facets}
    assert found.hits == []
    assert values[Facet.RATING] == [("2", 0, True)]
    assert values[Facet.COMPANY] == [("Nobody", 0, True)]


def test_twenty_values_are_listed_and_all_where_they_are_asked_for(store: Store) -> None:
    found = library(store, *(make_review(company=f"Company {at}") for at in range(23)))

    short, long = (
        next(each for each in found.ask(whole=whole).facets if each.facet is Facet.COMPANY)
        for whole in (frozenset(), frozenset({Facet.COMPANY}))
    )

    assert (len(short.values), short.has_more) == (20, True)
    assert (len(long.values), long.has_more) == (23, False)


def test_companies_that_differ_in_case_and_marks_are_one(store: Store) -> None:
    found = library(store, make_review(company="CAFE  Blau"), make_review(company="Café Blau"))

    assert sum(found.counts(Facet.COMPANY).values()) == 2
    assert len(found.counts(Facet.COMPANY)) == 1
    assert found.ask(facets={"company": ["cafe blau"]}).total == 2


def test_what_is_withdrawn_is_gone_at_the_next_question_and_from_the_counts(store: Store) -> None:
    gone, kept = make_review(), make_review()
    found = library(store, gone, kept)
    assert found.ask("pours").total == 2

    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).withdraw(gone.id, frozenset(Use), by="author")

    assert found.ids("pours") == [kept.id]
    assert (found.ask("pours").total, found.ask().total) == (1, 1)
    assert found.counts(Facet.SUBJECT) == {"kettle": 1}


def test_what_the_index_does_not_know_yet_is_judged_by_what_the_store_says(store: Store) -> None:
    review = make_review(5)
    found = library(store, review)
    with store.writing() as transaction:
        lower = make_review(1).rating
        transaction.reviews.replace([file(replace(review, rating=lower))])

    assert found.ids(facets={"rating": ["5"]}) == []


def test_a_copy_that_its_source_wants_renewed_is_neither_found_nor_counted(store: Store) -> None:
    rights = replace(DISPLAY_ONLY, max_age=timedelta(days=30))
    review = make_review(source_id="elsewhere")
    found = library(store, review, sources=[make_source("elsewhere", rights)])

    assert found.ids(now=NOON + 29 * DAY) == [review.id]
    assert found.ask(now=NOON + 30 * DAY).total == 0


def test_whoever_may_read_what_is_kept_finds_it_by_its_state(store: Store) -> None:
    waiting, shown = make_review(state=State.PENDING), make_review()
    found = library(store, waiting, shown)
    asked: dict[str, Any] = {"is_for_readers": True, "facets": {"state": ["pending"]}}

    assert found.ids(**asked) == [waiting.id]
    assert found.counts(Facet.STATE, **asked) == {"approved": 1, "pending": 1}
    assert Facet.STATE not in [each.facet for each in found.ask().facets]


def test_whoever_reaches_some_subjects_finds_and_counts_no_others(store: Store) -> None:
    mine, other = make_review(), make_review(subject_id=SubjectId("grinder"))
    found = library(store, mine, other)

    assert found.ids("pours", subjects=frozenset({mine.subject_id})) == [mine.id]
    assert found.counts(Facet.SUBJECT, subjects=frozenset({mine.subject_id})) == {"kettle": 1}


@pytest.mark.parametrize("sorting", list(Sorting))
@pytest.mark.parametrize("limit", [1, 2, 5])
def test_pages_of_any_order_hold_each_review_once(store: Store, sorting: Sorting, limit: int) -> None:
    reviews = [
        make_review(rating, written_at=NOON - days * DAY if days else None, body="pours " * (1 + days % 3))
        for days, rating in enumerate((5, None, 3, 3, 1, 4, 3))
    ]
    found = library(store, *reviews)

    seen, after = [], None
    for _ in range(20):
        page = found.ask("pours", sorting=sorting, limit=limit, after=after)
        seen += ids_of(page.hits)
        after = page.following
        if after is None:
            break

    assert sorted(seen) == sorted(each.id for each in reviews)
    assert seen == found.ids("pours", sorting=sorting, limit=20)


def test_orders_put_first_what_they_are_called_after(store: Store) -> None:
    low, high = make_review(1, body="It pours and pours."), make_review(5, body="It pours.", written_at=NOON - DAY)
    found = library(store, low, high)

    assert found.ids("pours", sorting=Sorting.RATING) == [high.id, low.id]
    assert found.ids("pours", sorting=Sorting.DATE) == [high.id, low.id]
    assert found.ids("pours", sorting=Sorting.QUOTABILITY) == [low.id, high.id]
    assert found.ids("pours") == [low.id, high.id]


def test_a_page_goes_on_where_the_last_one_ended_when_reviews_are_added_above_it(store: Store) -> None:
    reviews = [make_review(written_at=NOON - days * DAY) for days in (1, 2, 3)]
    found = library(store, *reviews)
    first = found.ask(limit=1)

    fill(store, [make_review(written_at=NOON)])

    assert found.ids(limit=1, after=first.following) == [reviews[1].id]


@pytest.mark.parametrize("after", ["x", "rating~1~2~3", "date~1~2", "date~99999999999999999999~0~1"])
def test_a_cursor_of_another_order_is_refused(store: Store, after: str) -> None:
    with pytest.raises(BadValueError, match="after"):
        library(store).ask(after=after)


def test_times_and_unwanted_values_narrow_too(store: Store) -> None:
    old, new, undated = (make_review(written_at=at) for at in (NOON - 9 * DAY, NOON, None))
    known = library(store, old, new, undated)

    def found(**said: Any) -> list[str]:
        with store.reading() as transaction:
            wish = Wish(asked=Asked(**said))
            return [*ids_of(known.searching.search(transaction, wish, NOON).hits)]

    assert found(since=NOON - DAY) == [new.id]
    assert found(before=NOON - DAY) == [old.id]
    assert found(unwanted={Facet.DATE: {"none"}}) == [new.id, old.id]


def test_a_question_of_unwanted_words_alone_finds_all_others(store: Store) -> None:
    pouring, other = make_review(body="It pours."), make_review(body="It is light.")

    assert library(store, pouring, other).ids("-pours") == [other.id]


def test_the_words_that_were_asked_for_are_marked_in_exact_spans(store: Store) -> None:
    review = make_review(title="It pours", body="The spout pours well. Pouring is a joy.")
    [hit] = library(store, review).ask("pours").hits

    body = hit.shown.review.body
    assert [body[start:end] for each in hit.excerpts for start, end in each.marks] == ["pours", "Pouring"]
    assert [(hit.shown.review.title or "")[start:end] for start, end in hit.title_marks] == ["pours"]


def test_an_unknown_word_is_asked_back_as_it_was_probably_meant(store: Store) -> None:
    found = library(store, make_review(body="The spout pours.")).ask("spuot")

    assert found.meant == Asked(clauses=(Clause(text="spout"),))


def test_words_of_reviews_that_nobody_may_see_are_neither_meant_nor_suggested(store: Store) -> None:
    known = library(store, make_review(body="It is secretive.", state=State.PENDING), make_review(body="It sings."))

    with store.reading() as transaction:
        reader = known.searching.suggest(transaction, "s", Wish(is_for_readers=True), NOON)
        visitor = known.searching.suggest(transaction, "s", Wish(), NOON)

    assert known.ask("secretivi").meant is None
    assert [each.text for each in reader] == ["secretive", "sings"]
    assert [each.text for each in visitor] == ["sings"]


def test_similar_reviews_are_others_that_may_be_seen(store: Store) -> None:
    one, like, hidden = (
        make_review(body="A gooseneck spout.", state=each) for each in (State.APPROVED, State.APPROVED, State.REJECTED)
    )
    known = library(store, one, like, hidden)

    with store.reading() as transaction:
        found = known.searching.similar(transaction, one.id, Wish(), NOON)
        with pytest.raises(NotFoundError):
            known.searching.similar(transaction, hidden.id, Wish(), NOON)

    assert ids_of(found) == [like.id]


def test_without_an_index_of_words_all_but_words_is_answered(store: Store) -> None:
    review = make_review()
    library(store, review)
    searching = Searching(index=AbsentIndex(), settings=make_settings())

    with store.reading() as transaction:
        found = searching.search(transaction, Wish(asked=Asked(facets={Facet.RATING: {"4"}})), NOON)
        with pytest.raises(IndexUnusableError):
            searching.search(transaction, Wish(asked=Asked(clauses=(Clause(text="pours"),))), NOON)

    assert ids_of(found.hits) == [review.id]


@pytest.mark.parametrize("value", ["", "9" * 40, "-1", "²", "no such", "\x00", "none", "\ud800"])
@pytest.mark.parametrize("facet", list(Facet))
def test_a_value_that_nobody_has_finds_nothing_and_breaks_nothing(empty: Any, facet: Facet, value: str) -> None:
    found = empty.ask(facets={facet: [value]}, is_for_readers=True)

    assert found.total == 0


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Any:
    store = Store.open(f"sqlite:///{tmp_path_factory.mktemp('searching') / 'plaudit.sqlite'}")
    review: Review = make_review(role="Cook", company="Blau", tags=("industry:Food",))
    yield library(store, review)
    store.close()
