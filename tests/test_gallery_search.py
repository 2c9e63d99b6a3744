"""The search of the gallery: by id and name, of whatever a widget can be about, in the letters of every language."""

from __future__ import annotations

import pytest

from engine.domain import Collection, CollectionId, Scope, Subject, SubjectId, SubjectType, Topic, TopicId
from engine.store import KeptTopic, Store
from review_site.gallery.choosing import ON_OFFER, offer
from tests.factories import NOON, make_subject


def named(subject: str, name: str) -> Subject:
    return make_subject(id=SubjectId(subject), name=name, type=SubjectType.PRODUCT)


def test_what_stands_in_a_search_is_no_pattern(store: Store) -> None:
    with store.writing() as transaction:
        transaction.subjects.save([named("a", "100% cotton"), named("b", "1000 cups"), named("c_d", "A cup")])

    with store.reading() as transaction:
        found = [[each.id for each in transaction.subjects.named(part)] for part in ("100%", "c_d", "CUP", "")]

    assert found == [["a"], ["c_d"], ["b", "c_d"], ["a", "b", "c_d"]]


@pytest.mark.parametrize(
    ("part", "found"),
    [
        pytest.param("CAFÉ", ["a"], id="capital letters with marks"),
        pytest.param("cafe", ["a"], id="without marks"),
        pytest.param("cafe\u0301", ["a"], id="a mark beside its letter"),
        pytest.param("istanbul", ["b"], id="a dotted capital"),
        pytest.param("İSTANBUL", ["b"], id="the dotted capital itself"),
        pytest.param("strasse", ["c"], id="a sharp s"),
        pytest.param("ΣΊΣΥΦΟΣ", ["d"], id="a final sigma"),
        pytest.param("ø", [], id="a letter that is not there"),
    ],
)
def test_a_search_by_name_knows_the_letters_of_every_language(store: Store, part: str, found: list[str]) -> None:
    names = {"a": "Café crème", "b": "İstanbul tea", "c": "Straße", "d": "Σίσυφος"}
    with store.writing() as transaction:
        transaction.subjects.save([named(*each) for each in names.items()])

    with store.reading() as transaction:
        assert [each.id for each in transaction.subjects.named(part)] == found


def test_a_search_reaches_every_topic_and_collection(store: Store) -> None:
    many = ON_OFFER + 5
    with store.writing() as transaction:
        topics = [Topic(id=TopicId(f"en-{each:03}"), name=f"Spout {each}", language="en") for each in range(many)]
        transaction.topics.save([KeptTopic(topic=each, fingerprint="1") for each in topics])
        for each in range(many):
            transaction.collections.create(Collection(id=CollectionId(f"c{each:03}"), name=f"Été {each}"), NOON)

    with store.reading() as transaction:
        topics_found = offer(transaction, f"SPOUT {many - 1}").by_scope[Scope.TOPIC]
        collections_found = offer(transaction, f"ete {many - 1}").by_scope[Scope.COLLECTION]

    assert [each.name for each in topics_found] == [f"Spout {many - 1}"]
    assert [each.name for each in collections_found] == [f"Été {many - 1}"]


def test_offers_no_more_than_a_page_can_hold(store: Store) -> None:
    with store.writing() as transaction:
        transaction.subjects.save(named(f"s{each:03}", "Cup") for each in range(ON_OFFER + 5))

    with store.reading() as transaction:
        offered = offer(transaction)

    assert [len(each) for each in offered.by_scope.values()] == [ON_OFFER, 0, 0]
    assert not offered.is_all
