"""The story of the sample company: it ends whenever it is loaded, is told in its order, and only once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from engine.agents import AgentKind
from engine.domain import (
    DeliveryState,
    EventKind,
    FaqState,
    FlagState,
    ReadingState,
    Review,
    Role,
    SignalKind,
    SourceId,
    State,
)
from engine.domain.uploads import UploadState
from engine.kpi import nps
from engine.store import Store, Transaction
from review_site.console.home.flywheel import flywheel
from review_site.demo import fill
from review_site.demo.days import Days, days_of
from review_site.demo.story import Act, Step, Turn, tell
from review_site.wiring import Instance, now
from tests.doors import Company, row, text_of
from tests.factories import NOON
from tests.signing import make_account, signed_in

LOADED = datetime(2027, 3, 3, 15, 40, tzinfo=UTC)


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """The sample company, loaded on a day long after its files were written; to be read."""
    with Company(tmp_path_factory.mktemp("story")).configured().instance() as opened:
        fill(opened, LOADED)
        yield opened


@pytest.fixture
def transaction(instance: Instance) -> Iterator[Transaction]:
    with instance.store.reading() as opened:
        yield opened


def reviews(transaction: Transaction) -> list[Review]:
    return [each.review for state in State for each in transaction.reviews.waiting(state, limit=1000)]


def test_its_newest_review_is_two_days_old_whenever_it_is_loaded(transaction: Transaction) -> None:
    written = [each.written_at for each in reviews(transaction) if each.written_at]

    assert max(written).date() == (LOADED - timedelta(days=2)).date()


def test_everything_comes_after_what_it_follows_and_nothing_is_yet_to_come(transaction: Transaction) -> None:
    found = reviews(transaction)

    received = [each for each in found if each.written_at and each.written_at < each.received_at < LOADED]
    decided = [each for each in found if each.decision and each.received_at < each.decision.at < LOADED]
    events = [event.at for _, event in transaction.events.since(0, limit=100_000)]
    assert len(received) == len(found) == 201
    assert len(decided) == len(found) - Counter(each.state for each in found)[State.PENDING]
    assert max(events) <= LOADED
    assert events == sorted(events)


def test_reviews_come_in_on_days_of_their_own_and_several_people_decide(transaction: Transaction) -> None:
    found = reviews(transaction)

    assert len({each.received_at.date() for each in found}) > 100
    assert {"Femke Bos", "Jonas Weber", "Priya Nair"} < {each.decision.by for each in found if each.decision}


def test_each_stage_of_the_flywheel_has_something_to_show_and_something_before(
    instance: Instance, transaction: Transaction
) -> None:
    stages = flywheel(transaction, instance.decisions, LOADED)

    shown = {each.name: (each.number > 0, each.before > 0) for each in stages}
    assert shown == dict.fromkeys(("asked", "heard", "approved", "published", "served", "answered"), (True, True))


def test_customers_recommend_it_a_little_more_each_quarter(transaction: Transaction) -> None:
    quarters = [(LOADED - timedelta(days=91 * ago), LOADED - timedelta(days=91 * (ago - 1))) for ago in (5, 4, 3, 2, 1)]

    scores = [
        nps({int(score): count for (score, _), count in answers.items()}).score
        for start, end in quarters
        for answers in [transaction.insight_counts.answers(SignalKind.NPS, start, end)]
    ]

    known = [each for each in scores if each is not None]
    assert len(known) == len(quarters)
    assert known == sorted(known)
    assert 5 < known[0] < known[-1] < 65


@pytest.mark.parametrize("kind", [SignalKind.CSAT, SignalKind.CES])
def test_customers_say_how_satisfied_they_are_in_each_quarter(transaction: Transaction, kind: SignalKind) -> None:
    for ago in range(1, 6):
        start = LOADED - timedelta(days=91 * ago)
        assert transaction.insight_counts.answers(kind, start, start + timedelta(days=91))


def test_most_who_were_asked_wrote_nothing(transaction: Transaction) -> None:
    asked, answered = transaction.insight_counts.asks(LOADED - timedelta(days=500), LOADED)

    assert answered > 100
    assert 0.15 < answered / asked < 0.3


def test_readers_were_right_and_wrong_and_some_wait_for_an_answer(transaction: Transaction) -> None:
    found = transaction.insight_counts.flags(LOADED - timedelta(days=500), LOADED)

    states = Counter[FlagState]()
    for (_, state), count in found.items():
        states[state] += count
    assert states == {FlagState.OPEN: 2, FlagState.UPHELD: 1, FlagState.DISMISSED: 4}


def test_a_source_was_read_to_its_end_and_another_in_vain(transaction: Transaction) -> None:
    readings = transaction.readings.all()

    well, failed = readings[SourceId("nps")], readings[SourceId("trustspot")]
    assert well.state is ReadingState.DONE
    assert well.proof is not None
    assert well.proof.is_complete
    assert failed.state is ReadingState.REFUSED
    assert len(transaction.readings.history(SourceId("trustspot"))) > 10


def test_a_review_went_at_its_platform_and_came_back(transaction: Transaction) -> None:
    [review] = [each for each in reviews(transaction) if each.external_id == "demo-082"]

    told = [each.kind for each in transaction.events.of_review(review.id)]
    assert told[-4:] == [
        EventKind.REVIEW_APPROVED,
        EventKind.REVIEW_WITHDRAWN,
        EventKind.REVIEW_CHANGED,
        EventKind.REVIEW_APPROVED,
    ]


def test_an_author_wrote_more_and_the_answer_that_quoted_him_is_stale(transaction: Transaction) -> None:
    [review] = [each for each in reviews(transaction) if each.external_id == "demo-134"]

    [earlier] = transaction.reviews.earlier_versions(review.id)
    assert earlier.body != review.body
    assert transaction.faq.counted()[FaqState.STALE] == 1
    assert transaction.faq.counted()[FaqState.DRAFT] > 1


def test_a_decision_was_taken_back(transaction: Transaction) -> None:
    [review] = [each for each in reviews(transaction) if each.external_id == "demo-149"]

    assert ["undone" in each.details for each in transaction.events.of_review(review.id)].count(True) == 1
    assert review.state is State.APPROVED


def test_a_file_came_in_but_for_some_of_its_rows(transaction: Transaction) -> None:
    [upload] = transaction.uploads.all()

    assert upload.state is UploadState.DONE
    assert (upload.counted.taken, upload.counted.refused) == (5, 3)


def test_webhooks_arrived_at_once_or_later_or_never(transaction: Transaction) -> None:
    found = transaction.insight_counts.deliveries(LOADED - timedelta(days=60), LOADED)

    assert found.states[DeliveryState.DELIVERED] > 50
    assert found.states[DeliveryState.FAILED] >= 1
    assert found.last_attempts[1] > found.last_attempts[2] > 0
    assert [each.url for each in transaction.subscriptions.all() if each.disabled_at is None] == [
        "https://chat.larkfield.example/hooks/plaudit"
    ]


def test_a_page_of_the_site_broke_and_was_mended_and_broke_again(transaction: Transaction) -> None:
    found = transaction.insight_counts.happened(
        LOADED - timedelta(days=60), LOADED, [EventKind.MARKUP_REGRESSED, EventKind.MARKUP_RESTORED]
    )

    assert found[EventKind.MARKUP_REGRESSED] == 2 * found[EventKind.MARKUP_RESTORED] > 0
    assert [bool(transaction.monitored.findings(each.id)) for each in transaction.monitored.page()].count(True) == 1


def test_people_programs_search_engines_and_assistants_asked_for_what_is_published(transaction: Transaction) -> None:
    days = transaction.served.totals((LOADED - timedelta(days=84)).date(), LOADED.date()).days

    kinds = {kind for (_, kind), count in days.items() if count}
    assert kinds >= {AgentKind.BROWSER, AgentKind.SERVER, AgentKind.SEARCH, AgentKind.ASSISTANT, AgentKind.TRAINER}


def test_what_the_validator_found_is_kept(instance: Instance) -> None:
    [run], [report] = instance.site_runs.latest(), instance.kept_reports.latest()

    assert len(instance.site_runs.find(run.id).found) == run.total == 4
    assert report.problems > 3


def test_told_again_on_another_day_it_changes_nothing(instance: Instance, transaction: Transaction) -> None:
    before = transaction.events.last()[0], transaction.audit.since(0, limit=100_000)

    report = fill(instance, LOADED + timedelta(days=40))

    with instance.store.reading() as later:
        assert (later.events.last()[0], later.audit.since(0, limit=100_000)) == before
    assert (report.taken, report.changed, report.unchanged) == (0, 0, 201)


def test_a_story_that_was_interrupted_goes_on_where_it_was(store: Store) -> None:
    told: list[str] = []

    def act(name: str, *, breaks: bool = False) -> Act:
        def do(_transaction: Transaction, _at: datetime) -> None:
            if breaks and name not in told:
                told.append(name)
                raise RuntimeError(name)
            told.append(name)

        return Act(at=NOON + timedelta(hours=len(name)), do=do)

    turn = Turn(at=NOON + timedelta(hours=2.5), do=lambda _at: told.append("turn"))
    steps: list[Step] = [act("four", breaks=True), turn, act("a"), act("to")]
    begun = NOON + timedelta(days=1)

    with pytest.raises(RuntimeError):
        tell(store, Days(begun=begun, shift=0), steps)
    with store.reading() as transaction:
        days = days_of(transaction, [], NOON + timedelta(days=9))
    tell(store, days, steps)

    assert told == ["a", "to", "turn", "four", "four"]
    assert days.begun == begun


def test_an_instance_that_was_filled_before_there_was_a_story_keeps_its_dates(company: Company) -> None:
    company.publish(row("one"))

    with company.instance() as instance, instance.store.reading() as transaction:
        days = days_of(transaction, [{"written_at": "2026-11-15"}], NOON)

    assert (days.shift, days.told) == (0, NOON)


def visited(instance: Instance, role: Role, language: str = "en") -> str:
    email = f"{role}-{language}@example.org"
    make_account(instance.store, email, now=now(), role=role)
    visitor = signed_in(instance, email)
    return text_of(visitor.get("/console", headers={"Accept-Language": language}).text)


def test_home_of_the_sample_company_says_what_to_try(sample_copy: Company) -> None:
    with sample_copy.instance() as instance:
        page = visited(instance, Role.ADMIN)

    assert "What to try" in page
    assert "See what the CMS was told" in page


def test_nobody_is_led_to_what_he_may_not_see(sample_copy: Company) -> None:
    with sample_copy.instance() as instance:
        page = visited(instance, Role.VIEWER)

    assert "Find a sentence about the spout" in page
    assert "See what the CMS was told" not in page


def test_home_of_a_company_of_ones_own_has_no_such_tour(company: Company) -> None:
    company.publish(row("one"))

    with company.instance() as instance:
        page = visited(instance, Role.ADMIN)

    assert "What needs you now" in page
    assert "What to try" not in page
