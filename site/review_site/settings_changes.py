"""What other settings, another version or other plugs leave to be built anew."""

from __future__ import annotations

from datetime import datetime

from engine.collections import mark_all_collections
from engine.domain import Scope
from engine.outbox import Work, page_key
from engine.store import Transaction
from engine.topics_run import mark_all_topics

FINGERPRINT = "published with"
APPROVAL = "answers approved by"
WORDING = "questions reworded by"
FIGURES = "phrases counted in"
PERSON, AUTOMATIC = "person", "automatic"


def mark_pages(transaction: Transaction, fingerprint: str, now: datetime) -> None:
    """Marks every page when the last were built with something else than what the fingerprint is of."""
    if transaction.memory.find(FINGERPRINT) == fingerprint:
        return
    pages = [page_key(Scope.SUBJECT, each) for each in transaction.subjects.ids()]
    transaction.marks.set(Work.PUBLISH, pages, now)
    mark_all_topics(transaction, now)
    mark_all_collections(transaction, now)
    transaction.memory.save(FINGERPRINT, fingerprint)


def mark_drafts(transaction: Transaction, approval: str, model: str, now: datetime) -> None:
    """Marks every subject to be mined when somebody else approves answers now, or another model rewords questions.

    Who approves answers decides which drafts are, and the drafts of another model, or of none, are others too: the
    miner has to say so anew.
    """
    for key, was, current in ((APPROVAL, PERSON, approval), (WORDING, "", model)):
        if (transaction.memory.find(key) or was) != current:
            transaction.marks.set(Work.MINE, transaction.subjects.ids(), now)
            transaction.memory.save(key, current)


def mark_phrases(transaction: Transaction, timezone: str, now: datetime) -> None:
    """Marks the subjects to be mined whose phrases were counted in another time zone, or before counts were kept."""
    known = transaction.memory.find(FIGURES)
    if known == timezone:
        return
    wanted = transaction.phrases.without_figures() if known is None else transaction.subjects.ids()
    transaction.marks.set(Work.MINE, wanted, now)
    transaction.memory.save(FIGURES, timezone)
