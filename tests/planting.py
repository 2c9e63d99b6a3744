"""A person who left something in every table, known by a word that nobody else uses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Table, create_engine, insert, select

from engine.asking import Invitation, ask
from engine.domain import (
    Ask,
    Consent,
    FaqDecision,
    FaqEntry,
    FaqId,
    FaqState,
    Form,
    FormId,
    Locale,
    OwnReply,
    Phrase,
    Quote,
    ReviewId,
    Sentence,
    SubjectId,
    Use,
    review_id,
)
from engine.editing import Editing
from engine.moderation import Moderation
from engine.pictures import picture
from engine.store import Receipt, Store, Transaction
from engine.store.tables import answered_request, flag, metadata, question, signal
from engine.submitting import Desk, Submission
from engine.tombstones import Seal
from tests.factories import NOON, make_record, make_rules, make_snippet, make_source, make_subject, take_in
from tests.forms import Photo

CANARY = "zyxcanary"
EMAIL = f"{CANARY}@mail.example"
SEAL = Seal.of_secret("the secret of the tests")
KETTLE = SubjectId("kettle")
SHOP = make_source().id
REVIEW = review_id(SHOP, f"{CANARY}-1")
BYSTANDER = review_id(SHOP, "2")
FORM = Form(id=FormId("shop"))
AGREED = Consent(uses=frozenset(Use), wording="I agree", proof="form shop", given_at=NOON)
ENTRY = FaqId("f1")
SAID = f"The {CANARY} handle got hot."


def plant(store: Store) -> ReviewId:
    """Fills a store with one person and a bystander; returns the id of the review that came by a form."""
    _import(store)
    written = _hand_in(store)
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).approve([REVIEW, BYSTANDER, written], by="operator")
        transaction.replies.save(OwnReply(review_id=REVIEW, body=f"Thank you, {CANARY}.", by="operator", at=NOON))
        _mine(transaction)
        # Waits to be taken in: of this person and of another.
        transaction.hooks.add(Receipt(source_id=SHOP, key="k1", received_at=NOON, body=_webhook()))
    _by_hand(store)
    return written


def _import(store: Store) -> None:
    named = {"author": f"Owen {CANARY}", "company": CANARY, "role": CANARY}
    mine: dict[str, Any] = {"title": f"Good {CANARY} kettle", **named}
    first = make_record(
        f"{CANARY}-1",
        payload=json.dumps({"text": SAID, "mail": EMAIL}),
        contact={"email": EMAIL.upper()},
        replies=[{"body": f"Dear {CANARY}", "author": "Larkfield"}],
        body=f"Once {CANARY} said this of it.",
        **mine,
    )
    other = make_record("2", payload='{"text": "fine"}', contact={"email": "ann@mail.example"}, author="Ann P.")
    take_in(store, first, other)
    take_in(store, make_record(f"{CANARY}-1", payload=json.dumps({"text": SAID}), body=SAID, **mine))


def _hand_in(store: Store) -> ReviewId:
    [asked] = _asked(store)
    desk = Desk(store=store, rules=make_rules(), seal=SEAL)
    taken = picture(Photo().jpeg())
    words = {"title": "By the form", "body": f"My {CANARY} cups shine, each of them.", "author": f"O. {CANARY}"}
    wanted = desk.submit(
        FORM,
        Submission(
            key="sheet-1",
            subject=make_subject(),
            locale=Locale("en"),
            words=words,
            rating="5",
            email=EMAIL,
            consent=AGREED,
            pictures=[taken],
            ask=asked,
        ),
        NOON,
    )
    assert wanted is not None
    return wanted


def _asked(store: Store) -> list[Ask]:
    invited = [Invitation(subject=KETTLE, order="10023", name=f"Owen {CANARY}")]
    return ask(store, FORM, invited, lasts=timedelta(days=9), now=NOON, key=lambda: "a1")


def _mine(transaction: Transaction) -> None:
    quote = Quote(review_id=REVIEW, text=SAID, author=f"Owen {CANARY}")
    beside = Quote(review_id=BYSTANDER, text="It pours well.", author="Ann P.")
    transaction.phrases.replace(
        KETTLE,
        [Phrase(text=f"{CANARY} handle", language="en", count=1, positive=0, negative=1, quotes=[quote])],
    )
    counts = Sentence(text="2 of 2 reviewers mention it.", review_ids=(REVIEW, BYSTANDER))
    quoted = [Sentence(text=f"“{each.text}”", review_ids=(each.review_id,), quote=each) for each in (quote, beside)]
    entry = FaqEntry(
        id=ENTRY,
        subject_id=KETTLE,
        language="en",
        question="How is the handle?",
        sentences=(counts, *quoted),
        phrase="handle",
        numbers={"count": "2", "total": "2", "positive": "1", "clear": "1"},
    )
    transaction.faq.replace(KETTLE, [entry])
    Editing(transaction=transaction, now=NOON, by="operator").approve([ENTRY])
    worded = FaqDecision(
        id=FaqId("f2"),
        subject_id=KETTLE,
        language="en",
        state=FaqState.REJECTED,
        by="operator",
        at=NOON,
        question=f"Why did Owen {CANARY} say so?",
    )
    transaction.faq.decide(worded)
    transaction.snippets.save([make_snippet("list", REVIEW, BYSTANDER, body=f"<p>{SAID}</p>".encode())])
    transaction.snippets.save([make_snippet("badge", body=b"4.0 of 5")])
    transaction.snippets.quote(make_snippet().key.scope, KETTLE, [REVIEW, BYSTANDER])


def _webhook() -> bytes:
    told = [
        {"fields": {"body": f"More of {CANARY}"}, "external_id": "9", "contact": {"email": EMAIL}},
        {"fields": {"body": "Of somebody else"}, "external_id": "10", "contact": None},
    ]
    return json.dumps({"records": told, "problems": [], "deleted": []}).encode()


def _by_hand(store: Store) -> None:
    """What is written by parts of the product that this test does not drive."""
    reader = {"explanation": f"I am {CANARY}", "name": CANARY, "email": EMAIL, "answer": ""}
    asked = {"title": f"{CANARY}?", "text": EMAIL, "author": CANARY, "votes": 0, "accepted": None, "answers": []}
    rows: dict[Table, dict[str, Any]] = {
        flag: {"id": "g1", "review_id": BYSTANDER, "state": "open", "reason": "spam", "details": json.dumps(reader)},
        question: {
            "id": "q1",
            "source_id": SHOP,
            "external_id": CANARY,
            "subject_id": KETTLE,
            "language": "en",
            "details": json.dumps(asked),
        },
        signal: {
            "id": "s1",
            "source_id": SHOP,
            "external_id": EMAIL,
            "kind": "nps",
            "received_at": 0,
            "details": "{}",
        },
        answered_request: {
            "by": "key/k1",
            "key": "1",
            "digest": "d",
            "status": 201,
            "media_type": "application/json",
            "body": json.dumps({"id": REVIEW, "body": SAID}).encode(),
        },
    }
    engine = create_engine(store.url)
    with engine.begin() as connection:
        for table, row in rows.items():
            connection.execute(insert(table), {"at": 0, **row} if "at" in table.c else row)
    engine.dispose()


def told(store: Store, wanted: str = CANARY) -> dict[str, list[str]]:
    """The columns of each table in which a word stands, in plain or as bytes."""
    found: dict[str, list[str]] = {}
    for table, column, value in _values(store):
        text = bytes(value).decode(errors="replace") if isinstance(value, bytes | memoryview) else str(value)
        if wanted.casefold() in text.casefold() and column not in found.setdefault(table, []):
            found[table].append(column)
    return {table: columns for table, columns in found.items() if columns}


def _values(store: Store) -> Iterator[tuple[str, str, object]]:
    engine = create_engine(store.url)
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                yield from ((table.name, str(name), value) for name, value in row.items())
    engine.dispose()
