"""What changed since a cursor, on both databases: whoever reads on ends with what is served, whatever was missed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
import sqlalchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.changes import Became, Changed, Changes, changes_since, state_at
from engine.domain import Event, EventKind, Reason, ReviewId, Scope, SnippetKey, State, SubjectId
from engine.errors import BadValueError, ForbiddenMoveError, LostCursorError
from engine.moderation import Moderation
from engine.outbox import Work, page_key
from engine.publish import Publisher
from engine.reburying import leap
from engine.rights import DISPLAY_ONLY
from engine.store import Store
from tests.factories import NOON, fill, lease, make_review, make_snippet
from tests.publishing import KETTLE, make_publisher

GRINDER = SubjectId("grinder")
SUBJECTS = (KETTLE, GRINDER)
STEPS = st.tuples(
    st.sampled_from(["approve", "reject", "withdraw", "publish", "pull", "copy", "restore"]), st.integers(0, 5)
)


@dataclass
class Mirror:
    """A CMS that is never told anything: what it keeps, and where it was."""

    cursor: str | None = None
    snippets: dict[SnippetKey, tuple[int | None, str]] = field(default_factory=dict)
    reviews: set[ReviewId] = field(default_factory=set)

    def pull(self, store: Store, limit: int) -> bool:
        """Takes in one page; whether there is more."""
        found = page(store, self.cursor, limit)
        for each in found.changed:
            self.take_in(each)
        self.cursor = found.cursor
        return found.is_more

    def take_in(self, each: Changed) -> None:
        if each.snippet is not None:
            self.snippets.pop(each.snippet, None)
            if each.became is Became.SNIPPET_UPDATED:
                self.snippets[each.snippet] = (each.version, each.etag)
        if each.review is not None:
            self.reviews.discard(each.review)
            if each.became is Became.REVIEW_APPROVED:
                self.reviews.add(each.review)

    def copy(self) -> Mirror:
        return Mirror(self.cursor, dict(self.snippets), set(self.reviews))


@dataclass
class Shop:
    """A store in which things happen."""

    store: Store
    ids: list[ReviewId]
    publisher: Publisher
    mirrors: list[Mirror] = field(default_factory=lambda: [Mirror()])

    def happen(self, step: str, number: int) -> None:
        if step == "publish":
            publish(self.publisher, SUBJECTS[number % 2])
        elif step == "pull":
            self.mirrors[number % len(self.mirrors)].pull(self.store, number + 1)
        elif step == "restore":
            with self.store.writing() as transaction:
                leap(transaction, made_at=NOON, by="restore", now=NOON)
        elif step == "copy":
            self.mirrors.append(self.mirrors[number % len(self.mirrors)].copy())
        else:
            decide(self.store, step, self.ids[number])


def decide(store: Store, step: str, which: ReviewId) -> None:
    with store.writing() as transaction:
        moderation = Moderation(transaction=transaction, now=NOON)
        try:
            if step == "approve":
                moderation.approve([which], by="ann")
            elif step == "reject":
                moderation.reject([which], by="ann", reason=Reason.SPAM)
            else:
                moderation.withdraw(which, by="author")
        except ForbiddenMoveError:
            return


def publish(publisher: Publisher, subject: SubjectId) -> None:
    key = page_key(Scope.SUBJECT, subject)
    with publisher.store.writing() as transaction:
        transaction.marks.set(Work.PUBLISH, [key], NOON)
    publisher.publish(lease(publisher.store, Work.PUBLISH, key), NOON)


def page(store: Store, cursor: str | None = None, limit: int = 200) -> Changes:
    with store.reading() as transaction:
        return changes_since(transaction, cursor, limit=limit)


def served(store: Store) -> dict[SnippetKey, tuple[int | None, str]]:
    with store.reading() as transaction:
        kept = [each for subject in SUBJECTS for each in transaction.snippets.of_page(Scope.SUBJECT, subject).values()]
    return {each.key: (each.version, each.etag) for each in kept if each.etag}


def shown(store: Store) -> set[ReviewId]:
    with store.reading() as transaction:
        return {each.id for subject in SUBJECTS for each in transaction.reviews.shown(subject)}


def tell(store: Store, *events: Event) -> None:
    with store.writing() as transaction:
        transaction.events.add(events)


def fail_to_tell(store: Store, *events: Event) -> None:
    with store.writing() as transaction:
        transaction.events.add(events)
        raise ZeroDivisionError


def about(kind: EventKind = EventKind.FAQ_UPDATED, subject: SubjectId = KETTLE, **changes: object) -> Event:
    return replace(Event(kind=kind, at=NOON, by="ann", subject_id=subject), **changes)  # type: ignore[arg-type]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=25), limit=st.integers(1, 4))
def test_who_missed_everything_ends_with_what_is_served(store: Store, steps: list[tuple[str, int]], limit: int) -> None:
    reviews = [make_review(state=State.PENDING, subject_id=SUBJECTS[number % 2]) for number in range(6)]
    fill(store, reviews)
    shop = Shop(store, [each.id for each in reviews], make_publisher(store))
    opening = [*(("approve", number) for number in range(4)), ("publish", 0), ("publish", 1), ("pull", 5)]

    for step, number in [*opening, *steps]:
        shop.happen(step, number)
    for mirror in shop.mirrors:
        while mirror.pull(store, limit):
            pass

    assert [each.snippets for each in shop.mirrors] == [served(store)] * len(shop.mirrors)
    assert [each.reviews for each in shop.mirrors] == [shown(store)] * len(shop.mirrors)


def test_a_snippet_that_moved_often_is_told_once_as_it_is_now(store: Store) -> None:
    fill(store, [review := make_review(state=State.PENDING)])
    publisher = make_publisher(store)
    for step in ("approve", "reject", "approve"):
        decide(store, step, review.id)
        publish(publisher, KETTLE)

    told = [each for each in page(store).changed if each.snippet]

    assert {each.snippet: (each.version, each.etag) for each in told} == served(store)
    assert len(told) == len(served(store))


def test_what_was_taken_away_is_told_as_removed(store: Store) -> None:
    fill(store, [review := make_review()])
    publish(make_publisher(store), KETTLE)
    known = page(store).cursor
    decide(store, "withdraw", review.id)

    told = page(store, known).changed

    assert {each.became for each in told if each.snippet} == {Became.SNIPPET_REMOVED}
    assert all(each.etag == "" for each in told)


def test_what_was_never_approved_is_nobodys_business(store: Store) -> None:
    fill(store, [review := make_review(state=State.PENDING)])
    decide(store, "reject", review.id)

    assert page(store).changed == ()


def test_a_review_that_is_kept_no_more_is_erased(store: Store) -> None:
    tell(store, about(EventKind.REVIEW_APPROVED, review_id=ReviewId("r1")))

    [told] = page(store).changed

    assert (told.became, told.review, told.subject) == (Became.REVIEW_ERASED, "r1", KETTLE)


def test_whoever_begins_anew_after_a_restore_is_told_all_that_is_served(store: Store) -> None:
    fill(store, [make_review()])
    publish(make_publisher(store), KETTLE)
    with store.writing() as transaction:
        leap(transaction, made_at=NOON, by="restore", now=NOON)

    told = page(store).changed

    assert {each.snippet: (each.version, each.etag) for each in told if each.snippet} == served(store) != {}


def test_other_terms_of_a_source_are_told_without_its_name(store: Store) -> None:
    fill(store, [make_review(source_id="shop")])
    with store.writing() as transaction:
        source = transaction.sources.all()["shop"]  # type: ignore[index]
        Moderation(transaction=transaction, now=NOON).change_rights(source, DISPLAY_ONLY, by="ann")

    told = page(store).changed

    assert [each.became for each in told] == [Became.REVIEWS_REFILED]
    assert "shop" not in repr(told)


def test_a_cursor_stays_where_it_is_while_nothing_happens(store: Store) -> None:
    tell(store, about())
    first = page(store)

    again = page(store, first.cursor)

    assert (again.changed, again.cursor, again.is_more) == ((), first.cursor, False)
    assert page(store) == first


def test_where_nothing_has_ever_happened_there_is_no_cursor(store: Store) -> None:
    assert page(store) == Changes(changed=(), cursor=None, is_more=False)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_of_any_size_tell_the_same(store: Store, limit: int) -> None:
    tell(store, *(about(subject=SubjectId(each)) for each in "abcab"))

    told = [each.subject for each in all_of(store, limit)]

    assert list(dict.fromkeys(reversed(told))) == ["b", "a", "c"]


def all_of(store: Store, limit: int) -> Iterator[Changed]:
    cursor, is_more = None, True
    while is_more:
        found = page(store, cursor, limit)
        assert len(found.changed) <= limit
        yield from found.changed
        cursor, is_more = found.cursor, found.is_more


@pytest.mark.parametrize("lost", ["9999-0a1b2c3d", "1-0a1b2c3d"])
def test_a_cursor_that_leads_nowhere_says_the_way_out(store: Store, lost: str) -> None:
    tell(store, about())

    with pytest.raises(LostCursorError, match="without since"):
        page(store, lost)


def test_a_cursor_from_before_a_backup_was_restored_is_lost(store: Store) -> None:
    tell(store, about(), about(at=NOON + timedelta(seconds=1)))
    known = page(store).cursor or ""
    number, _, sign = known.partition("-")

    with store.reading() as transaction, pytest.raises(LostCursorError):
        state_at(transaction, f"{int(number) - 1}-{sign}")


@pytest.mark.parametrize(
    "cursor", ["x", "1", "-1-0a1b2c3d", "01-0a1b2c3d", "1-0A1B2C3D", "9" * 30 + "-0a1b2c3d", "٣-0a1b2c3d"]
)
def test_what_is_no_cursor_is_refused(store: Store, cursor: str) -> None:
    with pytest.raises(BadValueError, match="since"):
        page(store, cursor)


@pytest.mark.postgres
def test_nothing_is_passed_while_an_earlier_number_is_still_being_written(store: Store) -> None:
    if store.url.startswith("sqlite"):
        pytest.skip("SQLite has one writer at a time")
    with store.writing() as slow:
        slow.events.add([about(subject=SubjectId("slow"))])
        tell(store, about(subject=SubjectId("fast")))
        before = page(store)
        with store.reading() as transaction:
            settled = transaction.events.settled()

    after = page(store, before.cursor)

    assert (before.changed, settled) == ((), 0)
    assert [each.subject for each in after.changed] == ["slow", "fast"]


@pytest.mark.postgres
def test_a_number_that_was_given_back_stops_nobody(store: Store) -> None:
    tell(store, about(subject=SubjectId("first")))
    with pytest.raises(ZeroDivisionError):
        fail_to_tell(store, about(subject=SubjectId("never")))
    tell(store, about(subject=SubjectId("last")))

    assert [each.subject for each in page(store).changed] == ["first", "last"]


@pytest.mark.postgres
def test_other_advisory_locks_are_none_of_ours(store: Store) -> None:
    if store.url.startswith("sqlite"):
        pytest.skip("SQLite has no such locks")
    engine = sqlalchemy.create_engine(store.url)
    with engine.begin() as other:
        other.execute(sqlalchemy.text("SELECT pg_advisory_xact_lock(1), pg_advisory_xact_lock(7, 7)"))
        tell(store, about())

        told = page(store).changed
    engine.dispose()

    assert len(told) == 1


def test_a_page_of_another_state_is_known_by_its_number(store: Store) -> None:
    with store.reading() as transaction:
        before = state_at(transaction, None)
    tell(store, about())

    with store.reading() as transaction:
        after = state_at(transaction, None)

    assert before == 0 < after


def test_many_snippets_are_found_in_one_look(store: Store) -> None:
    there = [make_snippet("list"), make_snippet("badge"), make_snippet("list", locale="de")]
    gone = make_snippet("faq")
    with store.writing() as transaction:
        transaction.snippets.save([*there, gone])
        transaction.snippets.remove([gone.key])

    with store.reading() as transaction:
        found = transaction.snippets.among([each.key for each in (*there, gone)])

    assert found == {each.key: each for each in there}
