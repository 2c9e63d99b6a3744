"""Tests of the migrations: every released schema is upgraded with its rows, on both databases."""

from __future__ import annotations

import gzip
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import make_url

from engine.domain import (
    EventKind,
    FaqState,
    FlagReason,
    FlagState,
    Locale,
    Reason,
    SourceId,
    Standing,
    State,
    SubjectId,
    Use,
)
from engine.errors import StoreError
from engine.outbox import Work
from engine.store import ModelKind, Store
from engine.store.migrate import MIGRATIONS, check_version, current_version, upgrade
from engine.store.tables import metadata
from tests.factories import NOON, make_record, take_in
from tests.make_schema_sample import LATER, SAMPLES, dump_of, fill_every_table

REVISIONS = [each.revision for each in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]
KETTLE = SubjectId("kettle")
SHOP = SourceId("shop")


def load_sample(revision: str, url: str) -> None:
    dump = gzip.decompress((SAMPLES / f"{revision}.{make_url(url).get_backend_name()}.sql.gz").read_bytes()).decode()
    if url.startswith("sqlite"):
        connection = sqlite3.connect(make_url(url).database or "")
        connection.executescript(dump)
        connection.close()
        return
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    with engine.begin() as opened:
        # The driver's own cursor takes many statements at once where nothing is to be filled in.
        opened.connection.cursor().execute(dump)
    engine.dispose()


def rows_by_table(url: str) -> dict[str, int]:
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    with engine.connect() as connection:
        return {
            name: connection.execute(sqlalchemy.text(f'SELECT count(*) FROM "{name}"')).scalar_one()  # noqa: S608
            for name in metadata.tables
        }


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_revision_has_its_sample(kind: str) -> None:
    kept = {path.name.partition(".")[0] for path in SAMPLES.glob(f"*.{kind}.sql.gz")}

    assert kept == set(REVISIONS), "run python -m tests.make_schema_sample"


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_released_schema_is_upgraded_with_its_rows(database_url: str, revision: str) -> None:
    load_sample(revision, database_url)
    before = current_version(database_url)

    upgrade(database_url)

    assert before == revision
    check_version(database_url)
    store = Store(database_url)
    with store.reading() as transaction:
        assert transaction.summaries.all() == transaction.summaries.counted() != {}
    store.close()


def test_reviews_of_the_first_release_are_read_back(database_url: str) -> None:
    load_sample("0001", database_url)

    store = Store.open(database_url)

    with store.reading() as transaction:
        approved, rejected = (each.review for each in transaction.reviews.of_source(SHOP))
        assert (approved.body, approved.state) == ("It pours well and keeps the heat!", State.APPROVED)
        assert approved.received_at == NOON
        assert {use for use in Use if approved.consent.covers(use)} == {Use.DISPLAY, Use.MARKUP, Use.EXCERPT}
        assert rejected.rating is not None
        assert (rejected.rating.original, rejected.rating.value) == ("2,5", Decimal("2.5"))
        assert rejected.decision is not None
        assert (rejected.decision.reason, rejected.decision.note) == (Reason.OFF_TOPIC, "about the courier")
        assert (rejected.tags, rejected.verification.is_verified) == (("gift",), True)
        assert transaction.reviews.earlier_texts(approved.id) == ["It pours well and keeps the heat."]
        assert transaction.reviews.contact_of(approved.id) == {"email": "owen@larkfield.example"}
        kinds = [each.kind for each in transaction.events.of_review(rejected.id)]
        assert kinds == [EventKind.REVIEW_APPROVED, EventKind.REVIEW_REJECTED]
    store.close()


def test_what_the_first_release_built_of_them_is_read_back(database_url: str) -> None:
    load_sample("0001", database_url)

    store = Store.open(database_url)

    with store.reading() as transaction:
        approved = transaction.reviews.of_source(SHOP)[0].review
        assert transaction.subjects.find(KETTLE).name == "kettle"
        assert transaction.cursors.find(SHOP, "reviews.csv") == "2"
        assert transaction.memory.find("published with") == "0.1.0"
        [phrase] = transaction.phrases.of(KETTLE, "en")
        assert (phrase.text, phrase.quotes[0].text) == ("pours well", "pours well")
        [entry] = transaction.faq.of(KETTLE)
        assert (entry.state, entry.review_ids) == (FaqState.DRAFT, (approved.id,))
        [snippet] = transaction.snippets.quoting([approved.id])
        assert (snippet.body, snippet.version) == (b"<p>It pours well</p>", 3)
        assert list(transaction.snippets.blocked(KETTLE)) == [("kettle", Locale("nl"))]
        assert transaction.marks.next_due([Work.PUBLISH]) == NOON
    store.close()


def test_what_was_mined_in_an_earlier_release_is_read_back(database_url: str) -> None:
    load_sample("0003", database_url)

    store = Store.open(database_url)

    with store.reading() as transaction:
        approved = transaction.reviews.of_source(SHOP)[0].review
        assert [each.id for each in transaction.topics.page(language="en")] == ["en-spout"]
        assert transaction.topics.of_reviews([approved.id]) == ["en-spout"]
        [decision] = transaction.faq.decisions(KETTLE)
        assert (decision.question, decision.quotes[0].review_id) == ("Does it pour well?", approved.id)
        [asked] = transaction.faq.questions(KETTLE)
        assert (asked.question.title, asked.question.answers[0].text) == ("Does it drip?", "Yes, it does.")
        [summary] = transaction.text_summaries.of(KETTLE, "en")
        assert (summary.voices, summary.praised[0].phrase) == (1, "spout")
        [profile] = transaction.models.all(ModelKind.PROFILE)
        assert transaction.models.shares([KETTLE]) == {(KETTLE, "en"): profile.body}
        assert (profile.language, profile.texts, profile.made_at) == ("en", 1, NOON)
    store.close()


def test_what_was_picked_and_reported_in_an_earlier_release_is_read_back(database_url: str) -> None:
    load_sample("0005", database_url)

    store = Store.open(database_url)

    with store.reading() as transaction:
        approved = transaction.reviews.of_source(SHOP)[0].review
        [collection] = transaction.collections.page()
        assert (collection.id, collection.name, collection.reviews) == ("best", "The best", (approved.id,))
        [flag] = transaction.flags.of_review(approved.id)
        assert (flag.state, flag.reason, flag.at) == (FlagState.OPEN, FlagReason.PERSONAL_DATA, LATER)
        assert (flag.explanation, flag.name, flag.email) == ("That is my name.", "Owen B.", None)
    store.close()


def test_an_upgraded_database_takes_writes(database_url: str) -> None:
    load_sample("0001", database_url)
    store = Store.open(database_url)

    with store.writing() as transaction:
        numbers = [number for number, _ in transaction.events.since()]
        transaction.events.add([event for _, event in transaction.events.since(limit=1)])
        after = [number for number, _ in transaction.events.since()]
    store.close()

    assert after[:-1] == numbers
    assert after[-1] > numbers[-1]


def test_a_sample_has_rows_in_every_table(database_url: str) -> None:
    store = Store.open(database_url)

    fill_every_table(store)

    store.close()
    rows = rows_by_table(database_url)
    assert [name for name, count in rows.items() if count == 0] == []
    assert "CREATE TABLE" in dump_of(database_url)


def test_the_migrations_make_the_tables_that_the_program_knows(store: Store) -> None:
    engine = sqlalchemy.create_engine(store.url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()

    assert differences == []


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(store: Store) -> None:
    fill_every_table(store)
    before = rows_by_table(store.url)

    upgrade(store.url)

    assert rows_by_table(store.url) == before


def test_processes_that_start_at_once_make_the_tables_once(database_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, [database_url] * 4))

    check_version(database_url)


def test_a_database_without_tables_is_not_opened_as_it_is(database_url: str) -> None:
    with pytest.raises(StoreError, match="at revision None, this program needs"):
        Store.open_as_is(database_url)


def test_a_database_of_a_newer_program_is_left_alone(store: Store) -> None:
    engine = sqlalchemy.create_engine(store.url)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    with pytest.raises(StoreError, match="revision 9999, which this program does not know: it is newer"):
        Store.open(store.url)
    with pytest.raises(StoreError, match="9999"):
        Store.open_as_is(store.url)


def test_a_database_that_cannot_be_reached_is_told_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the database refused") as caught:
        Store.open(f"sqlite:///{tmp_path / 'missing' / 'plaudit.sqlite'}")
    with pytest.raises(StoreError, match="the database refused") as refused:
        Store.open("postgresql+psycopg://plaudit:hidden@127.0.0.1:1/plaudit")

    assert "hidden" not in f"{caught.value}{refused.value}"


def test_reviews_of_the_first_release_have_what_came_later_as_if_nobody_had_said_it(database_url: str) -> None:
    load_sample("0001", database_url)

    store = Store.open(database_url)

    with store.reading() as transaction:
        reviews = [each.review for each in transaction.reviews.of_source(SHOP)]
        assert {(each.standing, each.helpful, each.narrowed_to) for each in reviews} == {(Standing.PUBLIC, 0, "")}
        assert {(each.aspects, each.original, each.updated_at) for each in reviews} == {((), None, None)}
        assert transaction.media.of(each.id for each in reviews) == {}
        assert transaction.sources.all()[SHOP].rights.asks_consent is False
    store.close()


def test_a_source_of_the_first_release_is_known_by_the_profiles_of_this_one(database_url: str) -> None:
    load_sample("0001", database_url)

    store = Store.open(database_url)

    take_in(store, make_record("1", body="It pours well and keeps the heat!"), now=NOON)
    store.close()


def test_collections_of_their_first_release_are_read_back(database_url: str) -> None:
    load_sample("0005", database_url)

    store = Store.open(database_url)

    with store.reading() as transaction:
        [kept] = transaction.collections.page()
        [review] = transaction.reviews.among(kept.reviews)
        assert (kept.id, kept.name, kept.reviews) == ("best", "The best", (review,))
        assert transaction.collections.of_reviews([review]) == ["best"]
    store.close()
