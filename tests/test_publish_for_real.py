"""Tests of publishing with every generator that is installed and the real checker, on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from engine.domain import Attribution, Locale, Scope, State, SubjectType, Use
from engine.moderation import Moderation
from engine.plugins import load_generators
from engine.publish import Published
from engine.rights import DISPLAY_ONLY
from engine.store import Store
from schema_markup.check import BundleChecker
from tests.factories import NOON, fill, make_review, make_settings, make_source, make_subject
from tests.publishing import KETTLE, bodies, make_publisher, publish

HOSTILE = """</script><img src=x onerror=alert(1)>"'&lt;\u2028--><!--"""
CLUB_NAMED = Attribution(name="Kettle Club", link_required=True, url="https://club.example")
CLUB = make_source("club", replace(DISPLAY_ONLY, attribution=CLUB_NAMED))


def published(store: Store, *locales: str) -> Published:
    settings = make_settings(locales=tuple(Locale(each) for each in locales or ("en", "nl")))
    publisher = make_publisher(store, generators=load_generators(), checker=BundleChecker(), settings=settings)
    return publish(publisher)


def document(store: Store) -> Any:
    return json.loads(bodies(store)["jsonld/en"])


def test_every_installed_generator_passes_the_checker(store: Store) -> None:
    fill(store, [make_review(stars, body=f"Words of {stars}.") for stars in (1, 3.5, 5, None)])

    result = published(store, "en", "de", "nl", "fr", "es")

    assert result.blocked == {}
    assert {"jsonld/en", "badge/de", "list/fr", "list-bare/es", "page/nl"} <= set(bodies(store))
    with store.reading() as transaction:
        page = transaction.snippets.of_page(Scope.SUBJECT, KETTLE)
    assert len({each.etag for each in page.values()}) > 20


def test_the_same_reviews_give_the_same_bytes_in_a_store_of_their_own(store: Store, tmp_path: Any) -> None:
    reviews = [make_review(4, body=f"words {number}") for number in range(3)]
    other = Store.open(f"sqlite:///{tmp_path / 'other.sqlite'}")
    fill(store, reviews)
    fill(other, list(reversed(reviews)))

    published(store)
    published(other)

    assert bodies(store) == bodies(other)
    other.close()


def test_a_second_publishing_changes_no_byte(store: Store) -> None:
    fill(store, [make_review(4), make_review(5, author=None), make_review(None, language="de")])
    first = published(store)

    again = published(store)

    assert again.updated == again.removed == []
    assert again.unchanged == len(first.updated)


def test_a_display_only_review_is_shown_and_neither_marked_up_nor_counted(store: Store) -> None:
    ours = make_review(5, body="Ours pours well.")
    theirs = make_review(1, body="Theirs leaks badly.", source_id="club", url="https://club.example/r/1")
    fill(store, [ours, theirs], sources=[CLUB])

    assert published(store).blocked == {}

    assert "Theirs leaks badly." in bodies(store)["list/en"]
    assert "Kettle Club" in bodies(store)["list/en"]
    assert "leaks" not in bodies(store)["jsonld/en"]
    said = document(store)["aggregateRating"]
    assert (said["ratingValue"], said["ratingCount"], said["reviewCount"]) == (5, 1, 1)


def test_a_review_without_an_author_is_counted_and_not_marked_up(store: Store) -> None:
    fill(store, [make_review(5, body="Named words."), make_review(2, body="Nameless words.", author=None)])

    assert published(store).blocked == {}

    assert document(store)["aggregateRating"]["ratingCount"] == 2
    assert document(store)["aggregateRating"]["ratingValue"] == 3.5
    assert "Nameless words." in bodies(store)["list/en"]
    assert "Nameless words." not in bodies(store)["jsonld/en"]


@pytest.mark.parametrize("kind", [SubjectType.LOCAL_BUSINESS, SubjectType.ORGANIZATION])
def test_a_subject_that_we_control_has_no_rating_markup(store: Store, kind: SubjectType) -> None:
    fill(store, [make_review(5, body="It pours well.")], subjects=[make_subject(type=kind)])

    assert published(store).blocked == {}

    assert "jsonld/en" not in bodies(store)
    assert "It pours well." in bodies(store)["list/en"]
    assert not any("aggregateRating" in each or '"Review"' in each for each in bodies(store).values())


def test_markup_that_is_taken_back_leaves_the_words_on_the_page_only(store: Store) -> None:
    kept, taken = make_review(5, body="Kept words."), make_review(1, body="Taken words.")
    fill(store, [kept, taken])
    published(store)
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).withdraw(taken.id, frozenset({Use.MARKUP}), by="author")

    assert published(store).blocked == {}

    assert "Taken words." in bodies(store)["list/en"]
    assert "Taken words." not in bodies(store)["jsonld/en"]
    assert "Kept words." in bodies(store)["jsonld/en"]


def test_a_withdrawal_takes_the_words_out_of_every_snippet_before_anything_is_built(store: Store) -> None:
    gone, stays = make_review(5, body="Gone words."), make_review(4, body="Words that stay.")
    fill(store, [gone, stays])
    published(store)
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).withdraw(gone.id, by="author")

    at_once = bodies(store)
    published(store)

    assert not any("Gone words." in each for each in at_once.values())
    assert "badge/en" in at_once, "it quotes nobody"
    assert not any("Gone words." in each for each in bodies(store).values())
    assert "Words that stay." in bodies(store)["list/en"]


def test_hostile_words_come_back_as_words(store: Store) -> None:
    review = make_review(4, body=HOSTILE, title=HOSTILE, author=HOSTILE, role=HOSTILE, company=HOSTILE)
    fill(store, [review], subjects=[make_subject(name=HOSTILE)])

    assert published(store).blocked == {}

    assert document(store)["name"] == HOSTILE
    assert document(store)["review"][0]["reviewBody"] == HOSTILE
    for each in bodies(store).values():
        assert "<img src=x" not in each


def test_a_subject_without_reviews_has_its_pages_and_no_rating(store: Store) -> None:
    fill(store, [make_review(state=State.PENDING)])

    assert published(store).blocked == {}

    assert {"badge/en", "list/en", "page/en"} <= set(bodies(store))
    assert "jsonld/en" not in bodies(store)
