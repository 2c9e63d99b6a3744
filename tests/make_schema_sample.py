"""Keeps a small database of the newest schema for all later releases: ``python -m tests.make_schema_sample``.

Run once for each migration, before its release, from the root of the tree. It writes a dump of each kind of database to
``tests/samples/schemas``, with rows in every table; ``test_migrations`` upgrades them to whatever comes after. A dump
that was released is never written again.
"""

from __future__ import annotations

import gzip
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from sqlalchemy import make_url

from engine.agents import AgentKind
from engine.attached import media_id
from engine.collections import Picking
from engine.domain import (
    Account,
    AccountId,
    Answer,
    Ask,
    AskedQuestion,
    AskId,
    CollectionId,
    Completeness,
    Embedded,
    EventKind,
    FaqDecision,
    FaqEntry,
    FaqId,
    FaqState,
    Finding,
    Flag,
    FlagId,
    FlagReason,
    FormId,
    Locale,
    MonitoredPage,
    OwnReply,
    Permission,
    Phrase,
    Point,
    Problem,
    Question,
    Quote,
    Reading,
    Reason,
    ReplyDraft,
    ReviewId,
    Role,
    Scope,
    Sentence,
    Severity,
    Signal,
    SignalKind,
    SigningSecret,
    Snippet,
    SnippetKey,
    SubjectId,
    Subscription,
    SubscriptionId,
    TextSummary,
    Topic,
    TopicId,
    Use,
)
from engine.domain.saved import SavedSearch
from engine.keys import RANDOM_BYTES, KeyWish, create_key, key_text
from engine.media import MediaApproval
from engine.mining import MinedText, profile_of
from engine.moderation import Moderation
from engine.notices import waiting
from engine.outbox import Work
from engine.signals import signal_id
from engine.signing_in import begin_session
from engine.store import Answer as KeptAnswer
from engine.store import (
    KeptModel,
    KeptTopic,
    MediaFile,
    ModelKind,
    Narrowing,
    PhraseFigures,
    Receipt,
    ServedCount,
    Store,
    Transaction,
)
from engine.store.migrate import current_version
from engine.trends import Trend
from tests.factories import NOON, make_intake, make_record, take_in
from tests.servers import postgres_cluster, postgres_programs

SAMPLES = Path(__file__).parent / "samples" / "schemas"
KETTLE = SubjectId("kettle")
LATER = NOON + timedelta(days=1)
PICTURE = {"url": "https://img.example/k2.jpg", "alt": "The kettle"}
COMFORT = {"label": "Comfort", "value": "4", "low": "Stiff", "high": "Soft"}
ORIGINAL = {"language": "de", "title": "Guter Kessel", "body": "Er gießt gut."}
PAGE = MonitoredPage(
    url="https://larkfield.example/p/k2",
    subject_id=KETTLE,
    locale=Locale("en"),
    embedded=Embedded.LIST,
    added_at=NOON,
    looked_at=LATER,
)
# What belongs to one server's version or session, and not to the tables.
NOT_OF_THE_SCHEMA = ("SET ", "--", "\\", "SELECT pg_catalog.set_config")


def fill_every_table(store: Store) -> None:
    """Two reviews of a kettle, one of them changed and rejected, and all that can hang on them."""
    replies = [{"body": "Thank you", "author": "Larkfield", "written_at": "2026-10-01"}]
    kept = make_record("1", payload='{"row":1}', contact={"email": "owen@larkfield.example"}, replies=replies)
    kept = replace(kept, media=[PICTURE], aspects=[COMFORT], original=ORIGINAL)
    take_in(store, kept, make_record("2", rating="2,5", verified="yes", incentive="5 € off", tags="gift"))
    with store.reading() as transaction:
        first, second = (each.review.id for each in transaction.reviews.of_source(make_intake().source.id))
    with store.writing() as transaction:
        moderation = Moderation(transaction=transaction, now=NOON)
        moderation.approve([first, second], by="ann")
        moderation.reject([second], by="ann", reason=Reason.OFF_TOPIC, note="about the courier")
    _erase_what_was_searched(store)
    changed = make_record("1", body="It pours well and keeps the heat!", helpful="3", updated_at="2026-11-22")
    take_in(store, replace(changed, media=[PICTURE], aspects=[COMFORT], original=ORIGINAL), now=LATER)
    with store.writing() as transaction:
        moderation = Moderation(transaction=transaction, now=LATER)
        moderation.approve([first], by="ann")
        moderation.withdraw(first, frozenset({Use.FEED}), by="author")
        transaction.cursors.save(make_intake().source.id, "reviews.csv", "2", NOON)
        transaction.memory.save("published with", "0.1.0")
        figures = PhraseFigures(voices=2, trend=Trend(quarters={"2026-Q4": 1}), timezone="UTC")
        transaction.phrases.replace(KETTLE, [_phrase(first)], {("en", "pours well"): figures})
        transaction.faq.replace(KETTLE, [_entry(first)])
        transaction.snippets.save([_snippet(first)])
        transaction.snippets.quote(Scope.SUBJECT, KETTLE, [first])
        problem = Problem(rule="aggregate-differs", severity=Severity.ERROR, path="$", message="4.1 is said")
        transaction.snippets.block(Scope.SUBJECT, KETTLE, Locale("nl"), [problem], NOON)
        transaction.marks.set(Work.PUBLISH, [f"subject/{KETTLE}"], LATER)
        transaction.monitored.save(PAGE)
        transaction.monitored.replace_findings(PAGE.id, [Finding(problem=problem, since=LATER)])
        _fill_collecting(transaction, first)
        _fill_what_is_mined(transaction, first)
        _fill_what_is_selected(transaction, first)
        _fill_serving(transaction)
        transaction.search.write({first: Narrowing(codes=b"codes", topics=b"", digest="digest of the words")})
        transaction.saved_searches.add(SavedSearch(id="s1", name="Spouts", query="q=spout", by="account/a1", at=LATER))
        _fill_insights(transaction)
        _fill_moderating(transaction, first)


def _erase_what_was_searched(store: Store) -> None:
    take_in(store, make_record("3"))
    with store.writing() as transaction:
        third = next(each.review.id for each in transaction.reviews.page() if each.review.external_id == "3")
        transaction.search.write({third: Narrowing(codes=b"codes", topics=b"")})
        transaction.erasing.review(third)


def _fill_collecting(transaction: Transaction, review: ReviewId) -> None:
    """How a source was read, what it told by webhook, an invitation that was answered, and the owner's answer."""
    shop = make_intake().source.id
    picture = media_id(review, PICTURE["url"])
    transaction.media.keep_file(picture, "large", MediaFile(media_type="image/jpeg", body=b"pixels"))
    MediaApproval(transaction=transaction, now=LATER).approve([picture], by="ann")
    proof = Completeness(at=LATER, seen=2, reported=2)
    transaction.readings.save(
        Reading(source_id=shop, number=1, started_at=NOON, finished_at=LATER, full_at=LATER, resume="2", proof=proof)
    )
    transaction.readings.see(shop, ["1", "2"], 1)
    transaction.readings.add_calls(shop, {"2026-11-21": 3})
    transaction.hooks.add(Receipt(source_id=shop, key="k1", received_at=NOON, body=b'{"id":1}'))
    ask = Ask(id=AskId("a1"), form=FormId("shop"), subject_id=KETTLE, made_at=NOON, expires_at=LATER, order="1001")
    transaction.asks.save([ask])
    transaction.asks.use(ask.id, review, LATER)
    transaction.replies.save(OwnReply(review_id=review, body="Thank you, Owen.", by="ann", at=LATER, sent_at=LATER))


def _fill_what_is_mined(transaction: Transaction, review: ReviewId) -> None:
    """What version 0003 added: topics, decisions, questions, summaries of texts, and what is learnt from the shop."""
    topic = Topic(id=TopicId("en-spout"), name="spout", language="en", phrases=("spout", "pours well"))
    transaction.topics.save([KeptTopic(topic=topic, fingerprint="p1")])
    transaction.topics.replace_reviews(topic.id, {review: KETTLE})
    transaction.faq.decide(_decision(review))
    transaction.faq.save_questions({"q-7": _question()})
    point = Point(phrase="spout", count=1, positive=1, negative=0, quote=_quote(review))
    summary = TextSummary(subject_id=KETTLE, language="en", voices=1, praised=(point,))
    transaction.text_summaries.replace(KETTLE, [summary])
    share = profile_of([MinedText(id=review, voice="v1", text="It pours well.")], "en").to_bytes()
    profile = KeptModel(
        kind=ModelKind.PROFILE, language="en", body=share, texts=1, made_at=NOON, details={"waits": False}
    )
    transaction.models.save(profile)
    transaction.models.replace_share(KETTLE, "en", share)


def _fill_what_is_selected(transaction: Transaction, review: ReviewId) -> None:
    """What version 0005 added: reviews picked by hand, and what a reader said of one."""
    picking = Picking(transaction=transaction, now=LATER, by="ann")
    picking.create(CollectionId("best"), "The best", [review])
    transaction.flags.add(
        Flag(
            id=FlagId("g1"),
            review_id=review,
            reason=FlagReason.PERSONAL_DATA,
            explanation="That is my name.",
            at=LATER,
            locale=Locale("en"),
            name="Owen B.",
        )
    )


def _fill_serving(transaction: Transaction) -> None:
    """What version 0006 added: who comes in, what they asked and changed, what was erased, and who is told."""
    ann = Account(id=AccountId("a1"), email="ann@larkfield.example", name="Ann", role=Role.ADMIN, created_at=NOON)
    transaction.accounts.add(ann, "$argon2id$no-hash-of-anything")
    begin_session(transaction, ann, "token of a session", NOON)
    transaction.links.add("digest of a link", ann.id, created_at=NOON, expires_at=LATER)
    wish = KeyWish(name="shop", permissions=frozenset({Permission.READ}), subjects=frozenset({KETTLE}))
    create_key(transaction, wish, key_text(bytes(RANDOM_BYTES)), by="account/a1", now=NOON)
    transaction.answered.begin("key/k1", "order-1", "digest of a request", NOON)
    transaction.answered.finish("key/k1", "order-1", KeptAnswer(status=201, media_type="application/json", body="{}"))
    transaction.tombstones.add("review", ["digest of a review"], LATER)
    shop = make_intake().source.id
    score = Signal(
        id=signal_id(shop, "s1"),
        source_id=shop,
        external_id="s1",
        kind=SignalKind.NPS,
        at=NOON,
        received_at=LATER,
        score=Decimal(9),
    )
    transaction.signals.save([score])
    subscription = Subscription(
        id=SubscriptionId("sub_1"),
        url="https://cms.larkfield.example/hooks",
        secrets=(SigningSecret(text="whsec_c2FtcGxl"),),
        created_at=NOON,
        events=frozenset({EventKind.SNIPPET_UPDATED}),
        subjects=frozenset({KETTLE}),
    )
    transaction.subscriptions.add(subscription)
    [(number, told)] = transaction.events.since(limit=1)
    transaction.deliveries.add([waiting(subscription, number, told, LATER)])


def _fill_insights(transaction: Transaction) -> None:
    """What version 0008 added too: who asked for what."""
    asked = ServedCount(day=NOON.date(), name="list", kind=AgentKind.SEARCH, agent="Googlebot", count=3)
    transaction.served.add([asked])


def _fill_moderating(transaction: Transaction, review: ReviewId) -> None:
    """What version 0008 added too, but for earlier decisions, which each decision leaves."""
    transaction.reply_drafts.save(ReplyDraft(review_id=review, body="Thank you, O", by="account/a1", at=LATER))


def _quote(review: ReviewId) -> Quote:
    return Quote(review_id=review, text="It pours well", author="Owen B.")


def _decision(review: ReviewId) -> FaqDecision:
    return FaqDecision(
        id=FaqId("f1"),
        subject_id=KETTLE,
        language="en",
        state=FaqState.APPROVED,
        by="ann",
        at=NOON,
        question="Does it pour well?",
        opening="{count} of {total} reviewers write about pouring.",
        quotes=(_quote(review),),
    )


def _question() -> AskedQuestion:
    answer = Answer(id="a1", text="Yes, it does.", author="Mira", written_at=NOON, votes=2)
    asked = Question(
        id="q1", title="Does it drip?", text="On the table.", author="Jo", written_at=NOON, votes=3, answers=(answer,)
    )
    return AskedQuestion(subject_id=KETTLE, source_id=make_intake().source.id, language="en", question=asked)


def _phrase(review: ReviewId) -> Phrase:
    quote = Quote(review_id=review, text="pours well", author="Owen B.")
    return Phrase(
        text="pours well", language="en", count=1, positive=1, negative=0, quotes=(quote,), review_ids=(review,)
    )


def _entry(review: ReviewId) -> FaqEntry:
    sentence = Sentence(text="Owen B. says: “It pours well”.", review_ids=(review,), quote=_quote(review))
    return FaqEntry(
        id=FaqId("f1"),
        subject_id=KETTLE,
        language="en",
        question="How does it pour?",
        sentences=(sentence,),
        phrase="pours well",
    )


def _snippet(review: ReviewId) -> Snippet:
    key = SnippetKey(scope=Scope.SUBJECT, scope_id=KETTLE, name="list", locale=Locale("en"))
    body = b"<p>It pours well</p>"
    return Snippet(key=key, body=body, media_type="text/html", etag="e1", version=3, review_ids=(review,))


def dump_of(url: str) -> str:
    """The SQL that makes a database anew, tables and rows."""
    return "\n".join(_sqlite_dump(url) if url.startswith("sqlite") else _postgres_dump(url)) + "\n"


def _sqlite_dump(url: str) -> Iterator[str]:
    connection = sqlite3.connect(make_url(url).database or "")
    yield from connection.iterdump()
    connection.close()


def _postgres_dump(url: str) -> Iterator[str]:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    command: list[str | Path] = [postgres_programs() / "pg_dump", "--inserts", "--no-owner", "--no-privileges", address]
    dump = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for line in dump.splitlines():
        if line.strip() and not line.startswith(NOT_OF_THE_SCHEMA):
            yield line


def write_sample(url: str) -> Path:
    """Raises FileExistsError when the revision has its sample: what was released stays as it is."""
    store = Store.open(url)
    fill_every_table(store)
    store.close()
    path = SAMPLES / f"{current_version(url)}.{make_url(url).get_backend_name()}.sql.gz"
    with path.open("xb") as file:
        file.write(gzip.compress(dump_of(url).encode(), mtime=0))
    return path


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, postgres_cluster() as postgres_url:
        for url in (f"sqlite:///{folder}/plaudit.sqlite", postgres_url):
            print(write_sample(url), file=sys.stderr)


if __name__ == "__main__":
    main()
