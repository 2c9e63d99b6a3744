"""Taking the owner's answer back: gone from the page at once, and from the source where a program can ask for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NoReturn

import pytest

from engine.domain import Locale, OwnReply, Reply, Review, Scope, SourceId, SubjectId
from engine.errors import NotFoundError, RetryLaterError, SourceRefusedError
from engine.http import GuardedSession
from engine.material import select_material
from engine.outbox import Work
from engine.plugins import Option, Sureness, TakesReplies, TakesRepliesBack
from engine.replying import STAYS_THERE, Sender, answer
from engine.retracting import take_back
from engine.rights import OWN
from engine.source_settings import SourceSettings
from engine.store import Store
from tests.factories import NOON, fill, lease, make_review, make_settings, make_snippet, make_subject

DAY = timedelta(days=1)
LATER = NOON + DAY
THANKS = "Thank you, Owen. The lid was mended in June."


@dataclass(kw_only=True)
class Shop:
    """A source that keeps answers, and says what it is told to say."""

    name: str = "shop"
    rights: str = "own"
    sureness: Sureness = Sureness.DOCUMENTED
    options: Mapping[str, Option] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    error: Exception | None = None

    def collector(self, given: Mapping[str, str], http: GuardedSession) -> NoReturn:
        raise NotImplementedError

    def reply(self, _given: Mapping[str, str], _http: GuardedSession, external_id: str, text: str) -> None:
        self.kept[external_id] = text


@dataclass(kw_only=True)
class ForgettingShop(Shop):
    """One that drops answers again."""

    def withdraw_reply(self, _given: Mapping[str, str], _http: GuardedSession, external_id: str) -> None:
        if self.error:
            raise self.error
        self.kept.pop(external_id, None)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """An owner who answers a review of a shop, and takes the answer back."""

    store: Store
    shop: Shop | None
    review: Review

    def settings_of(self, source: SourceId) -> SourceSettings | None:
        if self.shop is None:
            return None
        return SourceSettings(
            id=source, kind=self.shop, rights=OWN, given={}, every=DAY, full_every=DAY, per_minute=60, per_day=100
        )

    def answer(self, *, send: bool = True) -> None:
        with self.store.writing() as transaction:
            answer(transaction, self.review.id, THANKS, by="ann", now=NOON, settings_of=self.settings_of)
        if send:
            self.send()

    def take_back(self) -> OwnReply | None:
        with self.store.writing() as transaction:
            return take_back(transaction, self.review.id, by="ann", now=LATER, settings_of=self.settings_of)

    def send(self) -> bool:
        @contextmanager
        def session(_: SourceSettings) -> Iterator[GuardedSession]:
            with GuardedSession() as http:
                yield http

        sender = Sender(store=self.store, settings_of=self.settings_of, session_for=session, clock=lambda: LATER)
        return sender.send(lease(self.store, Work.REPLY, self.review.id, now=LATER))

    def kept(self) -> OwnReply | None:
        with self.store.reading() as transaction:
            return transaction.replies.find(self.review.id)

    def shown(self) -> list[str]:
        with self.store.reading() as transaction:
            material = select_material(transaction, make_subject(), Locale("en"), make_settings(), now=NOON)
        return [each.body for review in material.shown for each in review.replies]


def desk(store: Store, shop: Shop | None, **changes: Any) -> Desk:
    review = make_review(**changes)
    fill(store, [review])
    return Desk(store=store, shop=shop, review=review)


def test_an_answer_that_was_taken_back_is_gone_here_and_there(store: Store) -> None:
    shop = ForgettingShop()
    at = desk(store, shop)
    at.answer()
    assert (at.shown(), list(shop.kept.values())) == ([THANKS], [THANKS])

    at.take_back()

    assert at.shown() == []
    assert at.send()
    assert shop.kept == {}
    assert at.kept() is None


def test_the_words_are_gone_with_the_transaction_that_takes_them_back(store: Store) -> None:
    at = desk(store, None)
    at.answer(send=False)
    with store.writing() as transaction:
        transaction.snippets.save([make_snippet("list", at.review.id, body=THANKS.encode())])
        transaction.snippets.quote(Scope.SUBJECT, SubjectId("kettle"), [at.review.id])

    at.take_back()

    with store.reading() as transaction:
        [snippet] = transaction.snippets.of_page(Scope.SUBJECT, SubjectId("kettle")).values()
        assert snippet.body == b""
        assert transaction.marks.next_due([Work.PUBLISH]) is not None


def test_what_the_source_told_of_it_goes_too_and_nothing_else(store: Store) -> None:
    other = Reply(body="Which kettle is it?", written_at=NOON - DAY)
    at = desk(store, ForgettingShop(), replies=(other, Reply(body=THANKS, written_at=NOON + DAY)))
    at.answer()

    at.take_back()

    assert at.shown() == [other.body]


def test_a_source_that_drops_none_is_named_as_what_has_it_still(store: Store) -> None:
    shop = Shop()
    at = desk(store, shop)
    at.answer()

    left = at.take_back()

    assert left is not None
    assert left.problem == STAYS_THERE
    assert list(shop.kept.values()) == [THANKS]
    assert at.shown() == []


def test_an_answer_that_waits_is_not_sent_once_it_was_taken_back(store: Store) -> None:
    shop = Shop()
    at = desk(store, shop)
    at.answer(send=False)

    at.take_back()

    assert not at.send()
    assert shop.kept == {}


def test_a_source_without_answers_leaves_nothing_to_do(store: Store) -> None:
    at = desk(store, None)
    at.answer(send=False)

    assert at.take_back() is None
    assert at.kept() is None


def test_another_answer_can_be_written_after_one_was_taken_back(store: Store) -> None:
    shop = ForgettingShop()
    at = desk(store, shop)
    at.answer()
    at.take_back()

    at.answer()

    assert (at.shown(), list(shop.kept.values())) == ([THANKS], [THANKS])


@pytest.mark.parametrize("error", [SourceRefusedError("it answered 403", status=403), RetryLaterError("it is busy")])
def test_a_source_that_does_not_drop_it_is_told_of(store: Store, error: Exception) -> None:
    at = desk(store, ForgettingShop(error=error))
    at.answer()
    at.take_back()

    assert not at.send()

    kept = at.kept()
    assert kept is not None
    assert kept.is_taken_back
    assert str(error) in (kept.problem or "")
    assert at.shown() == []


def test_an_answer_is_taken_back_once(store: Store) -> None:
    at = desk(store, ForgettingShop())
    at.answer()
    at.take_back()

    with pytest.raises(NotFoundError, match="has no answer"):
        at.take_back()


def test_the_language_of_an_answer_is_told(store: Store) -> None:
    at = desk(store, None)
    words = "Vielen Dank für Ihre ausführliche Bewertung, wir haben den Deckel inzwischen verbessert."
    with store.writing() as transaction:
        answer(transaction, at.review.id, words, by="ann", now=NOON, settings_of=at.settings_of)

    with store.reading() as transaction:
        material = select_material(transaction, make_subject(), Locale("en"), make_settings(), now=NOON)

    [review] = material.shown
    assert [each.language for each in review.replies] == ["de"]


def test_the_two_kinds_of_sources_are_told_apart() -> None:
    assert isinstance(Shop(), TakesReplies)
    assert not isinstance(Shop(), TakesRepliesBack)
    assert isinstance(ForgettingShop(), TakesRepliesBack)
