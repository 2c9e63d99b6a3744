"""Tests of what is learnt from the shop, on both databases: kept as it is, found by its sign."""

from __future__ import annotations

from dataclasses import replace

from engine.domain import SubjectId
from engine.store import KeptModel, ModelKind, Store
from tests.factories import NOON, fill, make_review

OPINION = KeptModel(
    kind=ModelKind.OPINION,
    language="en",
    body=b"\x00words",
    texts=120,
    made_at=NOON,
    details={"used": True, "f1": 0.75},
)


def save(store: Store, *models: KeptModel) -> None:
    with store.writing() as transaction:
        for each in models:
            transaction.models.save(each)


def test_a_model_is_read_back_as_it_was_kept(store: Store) -> None:
    save(store, OPINION, replace(OPINION, language="de"), replace(OPINION, kind=ModelKind.PROFILE))

    with store.reading() as transaction:
        assert transaction.models.find(ModelKind.OPINION, "en") == OPINION
        assert [each.language for each in transaction.models.all(ModelKind.OPINION)] == ["de", "en"]
        assert transaction.models.find(ModelKind.OPINION, "nl") is None


def test_a_model_stands_in_the_place_of_the_one_before(store: Store) -> None:
    save(store, OPINION, replace(OPINION, body=b"other"))

    with store.reading() as transaction:
        assert [each.body for each in transaction.models.all(ModelKind.OPINION)] == [b"other"]


def test_the_sign_of_a_model_moves_with_it(store: Store) -> None:
    signs = []
    for each in (OPINION, OPINION, replace(OPINION, body=b"other"), replace(OPINION, details={"used": False})):
        save(store, each)
        with store.reading() as transaction:
            signs.append(transaction.models.sign(ModelKind.OPINION, "en"))

    assert signs[0] == signs[1]
    assert len(set(signs)) == 3


def test_a_model_that_is_not_there_can_be_held_and_is_still_not_there(store: Store) -> None:
    with store.writing() as transaction:
        assert transaction.models.hold(ModelKind.PROFILE, "en") is None

    with store.reading() as transaction:
        assert transaction.models.find(ModelKind.PROFILE, "en") is None
        assert transaction.models.all(ModelKind.PROFILE) == []
        assert transaction.models.sign(ModelKind.PROFILE, "en") is None


def test_the_share_of_a_subject_is_replaced_and_taken_out(store: Store) -> None:
    kettle, jug = SubjectId("kettle"), SubjectId("jug")
    fill(store, [make_review(), make_review(subject_id=jug)])
    with store.writing() as transaction:
        for subject, body in ((kettle, b"1"), (jug, b"2"), (kettle, b"3"), (jug, None)):
            transaction.models.replace_share(subject, "en", body)

    with store.reading() as transaction:
        assert transaction.models.shares([kettle, jug]) == {(kettle, "en"): b"3"}
        assert transaction.models.subjects_of("en") == [kettle]
