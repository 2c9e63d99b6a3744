"""The store: the only place that speaks SQL. Rows become domain values before they leave it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property

from sqlalchemy import Connection

from engine.store.access import Accounts, KeptAccount, Keys, Links, Session, Sessions
from engine.store.answered import Answer, AnsweredRequests
from engine.store.asks import Asks
from engine.store.attention import Attention
from engine.store.audit import Audit, AuditFilter
from engine.store.collections import CollectionCounts, Collections
from engine.store.condition import Condition, condition
from engine.store.connect import open_engine, transaction
from engine.store.decisions import Decisions, EarlierDecision
from engine.store.deliveries import Deliveries, DeliveryFilter
from engine.store.erasing import Erasing
from engine.store.expiry import Expiry
from engine.store.faq import Faq, FaqTally
from engine.store.flags import Flags
from engine.store.hooks import Receipt, Receipts
from engine.store.insight_counts import DeliveryDelays, InsightCounts
from engine.store.insight_rows import InsightRows, ReviewFact
from engine.store.journal import Cursors, Events, Memory
from engine.store.marks import KeptMark, Lease, Marks
from engine.store.media import FiledMedia, KeptMedia, MediaFile
from engine.store.migrate import check_version, upgrade
from engine.store.models import KeptModel, ModelKind, Models
from engine.store.monitored import Monitored
from engine.store.persons import Persons
from engine.store.phrases import Figures, PhraseFigures, Phrases
from engine.store.pulling import Pull, Version, WantedReviews
from engine.store.queue import Beside, Queue, QueuedText, Trait, WantedQueue
from engine.store.readings import Readings
from engine.store.replies import OwnReplies, ReplyDrafts
from engine.store.review_rows import FiledReview, RawRecord
from engine.store.reviews import EarlierVersion, Reviews
from engine.store.saved import SavedSearches
from engine.store.scrubbing import Scrubbed, scrub
from engine.store.search import Moment, Narrowing, Packed, Search, Told
from engine.store.served import Served, ServedCount, ServedTotals
from engine.store.signals import Signals
from engine.store.snippets import Snippets
from engine.store.subjects import Sources, Subjects
from engine.store.subscriptions import Subscriptions
from engine.store.summaries import KeptSummary, Summaries, Tally, total
from engine.store.text_summaries import TextSummaries
from engine.store.tombstones import Tombstones
from engine.store.topics import TAGS, KeptTopic, TopicCounts, Topics
from engine.store.uploads import Uploads
from engine.store.verdicts import Verdicts, VerdictTally
from engine.store.views import Views, Wanted

__all__ = [
    "TAGS",
    "Answer",
    "AuditFilter",
    "Beside",
    "CollectionCounts",
    "Condition",
    "DeliveryDelays",
    "DeliveryFilter",
    "EarlierDecision",
    "EarlierVersion",
    "FaqTally",
    "Figures",
    "FiledMedia",
    "FiledReview",
    "KeptAccount",
    "KeptMark",
    "KeptModel",
    "KeptSummary",
    "KeptTopic",
    "Lease",
    "MediaFile",
    "ModelKind",
    "Moment",
    "Narrowing",
    "Packed",
    "PhraseFigures",
    "QueuedText",
    "RawRecord",
    "Receipt",
    "ReviewFact",
    "Scrubbed",
    "Search",
    "ServedCount",
    "ServedTotals",
    "Session",
    "Store",
    "Tally",
    "Told",
    "TopicCounts",
    "Trait",
    "Transaction",
    "VerdictTally",
    "Version",
    "Wanted",
    "WantedQueue",
    "WantedReviews",
    "total",
]


class Transaction:
    """What can be done in one transaction, by group of tables."""

    def __init__(self, connection: Connection, *, writes: bool) -> None:
        self._connection = connection
        self._writes = writes

    @cached_property
    def subjects(self) -> Subjects:
        return Subjects(self._connection)

    @cached_property
    def sources(self) -> Sources:
        return Sources(self._connection)

    @cached_property
    def reviews(self) -> Reviews:
        return Reviews(self._connection, locks=self._writes)

    @cached_property
    def media(self) -> KeptMedia:
        return KeptMedia(self._connection)

    @cached_property
    def asks(self) -> Asks:
        return Asks(self._connection)

    @cached_property
    def attention(self) -> Attention:
        return Attention(self._connection)

    @cached_property
    def audit(self) -> Audit:
        return Audit(self._connection)

    @cached_property
    def keys(self) -> Keys:
        return Keys(self._connection)

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self._connection)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self._connection)

    @cached_property
    def links(self) -> Links:
        return Links(self._connection)

    @cached_property
    def answered(self) -> AnsweredRequests:
        return AnsweredRequests(self._connection)

    @cached_property
    def saved_searches(self) -> SavedSearches:
        return SavedSearches(self._connection)

    @cached_property
    def signals(self) -> Signals:
        return Signals(self._connection)

    @cached_property
    def views(self) -> Views:
        return Views(self._connection)

    @cached_property
    def summaries(self) -> Summaries:
        return Summaries(self._connection)

    @cached_property
    def verdicts(self) -> Verdicts:
        return Verdicts(self._connection)

    @cached_property
    def insight_rows(self) -> InsightRows:
        return InsightRows(self._connection)

    @cached_property
    def insight_counts(self) -> InsightCounts:
        return InsightCounts(self._connection)

    @cached_property
    def served(self) -> Served:
        return Served(self._connection)

    @cached_property
    def marks(self) -> Marks:
        return Marks(self._connection)

    @cached_property
    def phrases(self) -> Phrases:
        return Phrases(self._connection)

    @cached_property
    def faq(self) -> Faq:
        return Faq(self._connection)

    @cached_property
    def models(self) -> Models:
        return Models(self._connection)

    @cached_property
    def text_summaries(self) -> TextSummaries:
        return TextSummaries(self._connection)

    @cached_property
    def topics(self) -> Topics:
        return Topics(self._connection)

    @cached_property
    def collections(self) -> Collections:
        return Collections(self._connection, locks=self._writes)

    @cached_property
    def flags(self) -> Flags:
        return Flags(self._connection, locks=self._writes)

    @cached_property
    def search(self) -> Search:
        return Search(self._connection)

    @cached_property
    def snippets(self) -> Snippets:
        return Snippets(self._connection)

    @cached_property
    def monitored(self) -> Monitored:
        return Monitored(self._connection)

    @cached_property
    def events(self) -> Events:
        return Events(self._connection)

    @cached_property
    def pull(self) -> Pull:
        return Pull(self._connection)

    @cached_property
    def cursors(self) -> Cursors:
        return Cursors(self._connection)

    @cached_property
    def readings(self) -> Readings:
        return Readings(self._connection)

    @cached_property
    def hooks(self) -> Receipts:
        return Receipts(self._connection)

    @cached_property
    def replies(self) -> OwnReplies:
        return OwnReplies(self._connection)

    @cached_property
    def reply_drafts(self) -> ReplyDrafts:
        return ReplyDrafts(self._connection)

    @cached_property
    def decisions(self) -> Decisions:
        return Decisions(self._connection)

    @cached_property
    def queue(self) -> Queue:
        return Queue(self._connection)

    @cached_property
    def subscriptions(self) -> Subscriptions:
        return Subscriptions(self._connection)

    @cached_property
    def deliveries(self) -> Deliveries:
        return Deliveries(self._connection)

    @cached_property
    def memory(self) -> Memory:
        return Memory(self._connection)

    @cached_property
    def uploads(self) -> Uploads:
        return Uploads(self._connection)

    @cached_property
    def persons(self) -> Persons:
        return Persons(self._connection)

    @cached_property
    def erasing(self) -> Erasing:
        return Erasing(self._connection)

    @cached_property
    def tombstones(self) -> Tombstones:
        return Tombstones(self._connection)

    @cached_property
    def expiry(self) -> Expiry:
        return Expiry(self._connection)

    def moment(self) -> datetime | None:
        """What the database takes the time to be, in UTC; None where it has no clock of its own."""
        if self._connection.dialect.name == "sqlite":
            return None
        found: datetime = self._connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        return found.astimezone(UTC)


class Store:
    """One instance's database."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = open_engine(url)

    @classmethod
    def open(cls, url: str) -> Store:
        """The database at an address, its tables made or brought up to this program's version.

        Raises StoreError when it cannot be reached, or was written by a newer program.
        """
        upgrade(url)
        return cls(url)

    @classmethod
    def open_as_is(cls, url: str) -> Store:
        """The database at an address, its tables as they are.

        Raises StoreError when they are not of this program's version.
        """
        check_version(url)
        return cls(url)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A transaction that writes: saved whole when the block ends, not at all when it raises."""
        with transaction(self._engine, writes=True) as connection:
            yield Transaction(connection, writes=True)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that only reads."""
        with transaction(self._engine, writes=False) as connection:
            yield Transaction(connection, writes=False)

    def condition(self) -> Condition:
        """Whether it can be used; see ``condition``."""
        return condition(self._engine)

    def scrub(self) -> Scrubbed:
        """Cleans the database's files of what was deleted, as far as the database can; see ``Scrubbed``."""
        return scrub(self._engine)

    def close(self) -> None:
        self._engine.dispose()
