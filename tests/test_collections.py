"""Tests of picking by hand, on both databases: what it changes, what it leaves to be done, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from engine.collections import Picking, placed
from engine.domain import Collection, CollectionId, EventKind, ReviewId, Scope, State
from engine.errors import NotFoundError, RefusedError
from engine.rights import INTERNAL
from engine.store import Store
from tests.factories import EVERY_USE, fill, make_review, make_snippet, make_source
from tests.picked import BEST, PAGE, marked_pages, pick, picking

THREE = [make_review(external_id=f"picked {at}") for at in range(3)]
IDS = [each.id for each in THREE]


def kept(store: Store) -> Collection:
    with store.reading() as transaction:
        return transaction.collections.find(BEST)


def events(store: Store) -> list[tuple[str, str, object]]:
    with store.reading() as transaction:
        told = [each for _, each in transaction.events.since() if each.kind is EventKind.COLLECTION_CHANGED]
    return [(each.by, str(each.details["what"]), each.details["reviews"]) for each in told]


def test_a_collection_keeps_its_reviews_in_the_order_in_which_they_were_named(store: Store) -> None:
    fill(store, THREE)

    pick(store, [THREE[2], THREE[0], THREE[1]])

    assert kept(store) == Collection(id=BEST, name="The best", reviews=(IDS[2], IDS[0], IDS[1]))
    assert events(store) == [("ann", "created", 3)]
    assert marked_pages(store) == {PAGE}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda verbs: verbs.add(BEST, [IDS[2]]), [0, 1, 2]),
        (lambda verbs: verbs.add(BEST, [IDS[2]], before=IDS[1]), [0, 2, 1]),
        (lambda verbs: verbs.add(BEST, [IDS[1], IDS[0]]), [1, 0]),
        (lambda verbs: verbs.move(BEST, [IDS[1]], before=IDS[0]), [1, 0]),
        (lambda verbs: verbs.move(BEST, [IDS[0]]), [1, 0]),
        (lambda verbs: verbs.remove(BEST, [IDS[0]]), [1]),
        (lambda verbs: verbs.remove(BEST, IDS[:2]), []),
    ],
)
def test_each_verb_leaves_its_order_and_marks_the_page(
    store: Store, change: Callable[[Picking], Collection], expected: Sequence[int]
) -> None:
    fill(store, THREE)
    pick(store, THREE[:2])
    marked_pages(store)

    with store.writing() as transaction:
        told = change(picking(transaction))

    assert kept(store).reviews == tuple(IDS[at] for at in expected)
    assert told == kept(store)
    assert marked_pages(store) == {PAGE}
    assert len(events(store)) == 2


def test_another_name_leaves_id_and_reviews_as_they_are(store: Store) -> None:
    fill(store, THREE)
    pick(store, THREE)

    with store.writing() as transaction:
        picking(transaction).rename(BEST, "  Our   favourites ")

    assert kept(store) == Collection(id=BEST, name="Our favourites", reviews=tuple(IDS))


@pytest.mark.parametrize(
    ("moved", "before", "expected"),
    [
        ("d", None, "abcd"),
        ("c", "a", "cab"),
        ("ac", "b", "acb"),
        ("ab", "b", "abc"),
        ("cc", "b", "acb"),
        ("x", "nowhere", "abcx"),
    ],
)
def test_reviews_are_put_in_front_of_another_or_at_the_end(moved: str, before: str | None, expected: str) -> None:
    kept = [ReviewId(each) for each in "abc"]

    order = placed(kept, [ReviewId(each) for each in moved], ReviewId(before) if before else None)

    assert "".join(order) == expected


def test_everything_that_stands_against_it_is_said_at_once_and_nothing_is_changed(store: Store) -> None:
    pending = make_review(state=State.PENDING)
    rejected = make_review(state=State.REJECTED)
    withheld = make_review(consent=replace(EVERY_USE, uses=frozenset()))
    inside = make_review(source_id="desk")
    fill(store, [*THREE, pending, rejected, withheld, inside], sources=[make_source("desk", INTERNAL)])
    pick(store, THREE[:1])
    wanted = [IDS[1], pending.id, rejected.id, withheld.id, inside.id, ReviewId("r0")]

    with pytest.raises(RefusedError) as refused, store.writing() as transaction:
        picking(transaction).add(BEST, wanted, before=IDS[2])

    assert str(refused.value).splitlines() == [
        "best: nothing was changed:",
        f"  {pending.id} may not be shown: it is pending: approve it first",
        f"  {rejected.id} may not be shown: it was rejected",
        f"  {withheld.id} may not be shown: its author did not consent to its being shown, or took that back",
        f"  {inside.id} may not be shown: the rights profile 'internal' of desk forbids showing it",
        "  there is no review 'r0'",
        f"  {IDS[2]} is not in it",
    ]
    assert kept(store).reviews == (IDS[0],)


@pytest.mark.parametrize("wanted", ["", "Best", "the best", "-best", "best-", "b--c", "a/b", "beste-größe", "b" * 65])
def test_an_id_that_cannot_stand_in_an_address_is_refused(store: Store, wanted: str) -> None:
    with pytest.raises(RefusedError, match="an id has small letters"), store.writing() as transaction:
        picking(transaction).create(CollectionId(wanted), "The best")


@pytest.mark.parametrize(("name", "said"), [(" \n", "the name is empty"), ("n" * 121, "120 are allowed")])
def test_a_name_that_nobody_can_read_is_refused(store: Store, name: str, said: str) -> None:
    pick(store, [])

    with pytest.raises(RefusedError, match=said), store.writing() as transaction:
        picking(transaction).rename(BEST, name)
    with pytest.raises(RefusedError, match=said), store.writing() as transaction:
        picking(transaction).create(CollectionId("other"), name)


def test_an_id_that_is_taken_is_refused(store: Store) -> None:
    pick(store, [])

    with pytest.raises(RefusedError, match="there is a collection of that id already; nothing was changed"):
        pick(store, [])


def test_what_is_not_in_a_collection_can_neither_leave_nor_move(store: Store) -> None:
    fill(store, THREE)
    pick(store, THREE[:1])

    for verb in ("remove", "move"):
        with pytest.raises(RefusedError, match=f"{IDS[2]} is not in it"), store.writing() as transaction:
            getattr(picking(transaction), verb)(BEST, [IDS[0], IDS[2]])

    assert kept(store).reviews == (IDS[0],)


@pytest.mark.parametrize("verb", ["add", "remove", "move"])
def test_a_collection_that_is_not_there_is_told(store: Store, verb: str) -> None:
    with pytest.raises(NotFoundError, match="there is no collection 'best'"), store.writing() as transaction:
        getattr(picking(transaction), verb)(BEST, [])

    assert marked_pages(store) == set()


def test_a_deleted_collection_takes_its_snippets_along_and_leaves_its_reviews(store: Store) -> None:
    fill(store, THREE)
    pick(store, THREE)
    made = make_snippet("page", *IDS)
    with store.writing() as transaction:
        key = replace(made.key, scope=Scope.COLLECTION, scope_id=BEST)
        transaction.snippets.save([replace(made, key=key)])
        transaction.snippets.quote(Scope.COLLECTION, BEST, IDS)

    with store.writing() as transaction:
        picking(transaction).delete(BEST)

    with store.reading() as transaction:
        assert transaction.collections.ids() == []
        assert transaction.snippets.find(key) is None
        assert transaction.snippets.of_page(Scope.COLLECTION, BEST)[key].version == 2
        assert transaction.snippets.quoting(IDS) == []
        assert set(transaction.reviews.among(IDS)) == set(IDS)
        told = [each for _, each in transaction.events.since()]
    assert [each.details["collection"] for each in told if each.kind is EventKind.SNIPPET_REMOVED] == [BEST]
    assert events(store)[-1] == ("ann", "deleted", 3)


def test_collections_are_listed_page_by_page_with_what_visitors_see_of_them(store: Store) -> None:
    hidden = make_review(state=State.REJECTED)
    fill(store, [*THREE, hidden])
    with store.writing() as transaction:
        for each in ("a", "b", "c"):
            picking(transaction).create(CollectionId(each), each.upper(), IDS[:2] if each == "b" else [])
        transaction.collections.change(Collection(id=CollectionId("c"), name="C", reviews=(IDS[0], hidden.id)))

    with store.reading() as transaction:
        first = transaction.collections.page(limit=2)
        rest = transaction.collections.page(after=first[-1].id)
        counts = transaction.collections.counts([each.id for each in (*first, *rest)], {})

    assert [each.name for each in (*first, *rest)] == ["A", "B", "C"]
    assert [counts[each.id].reviews for each in (*first, *rest)] == [0, 2, 1]
    assert counts[CollectionId("b")].subjects == 1
