"""Taking rows away for good: a review with all that hangs on it, and what else a person left."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from urllib.parse import unquote_plus

from sqlalchemy import Connection, delete, select, update

from engine.domain import AccountId, FaqId, ReviewId, SubjectId
from engine.store.tables import (
    account,
    answered_request,
    ask,
    blocked,
    collection_review,
    contact,
    earlier_decision,
    earlier_text,
    faq_decision,
    faq_entry,
    flag,
    hook_receipt,
    login_link,
    mark,
    media,
    media_file,
    monitored_page,
    own_reply,
    page_finding,
    phrase,
    question,
    quoted,
    raw_record,
    reply_draft,
    review,
    saved_search,
    session,
    setting,
    signal,
    source_seen,
    text_summary,
    topic_review,
)
from engine.store.uploads import PROBLEMS
from engine.store.values import from_json, to_json

OWNED = (contact, earlier_text, earlier_decision, raw_record, media, own_reply, reply_draft)
"""What belongs to a review: the database lets it go first."""
NAMING = (ask, flag, collection_review, topic_review, quoted)
"""The other tables whose rows name a review, but for the append-only ones."""
BY_ID = {"flags": flag, "questions": question, "signals": signal, "asks": ask}


class Erasing:
    """Deletes; the caller holds the locks, leaves the marks and writes down that it was done."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def review(self, wanted: ReviewId) -> None:
        """Deletes a review with what cannot be without it, and work that was to be done with it by itself.

        Who quotes it is kept until ``hanging``: whatever the words stand in is found by that.
        """
        pictures = select(media.c.id).where(media.c.review_id == wanted)
        self._connection.execute(delete(media_file).where(media_file.c.media_id.in_(pictures)))
        for each in OWNED:
            self._connection.execute(delete(each).where(each.c.review_id == wanted))
        self._connection.execute(delete(mark).where(mark.c.key == wanted))
        self._connection.execute(delete(review).where(review.c.id == wanted))

    def hanging(self, wanted: ReviewId) -> None:
        """Deletes every other row that names a review, but for events and audit lines, which hold its id alone."""
        for each in NAMING:
            self._connection.execute(delete(each).where(each.c.review_id == wanted))

    def mined(self, subject: SubjectId, wanted: ReviewId) -> None:
        """Deletes what was mined of a subject with the help of a review; it is mined anew without it."""
        for table in (phrase, text_summary, faq_entry):
            mine = table.c.subject_id == subject, table.c.details.contains(wanted, autoescape=True)
            self._connection.execute(delete(table).where(*mine))

    def blocked(self, scope: str, scope_id: str) -> None:
        """Forgets why a page was not published, which may quote; it is judged anew when it is built."""
        self._connection.execute(delete(blocked).where(blocked.c.scope == scope, blocked.c.scope_id == scope_id))

    def answer(self, wanted: FaqId) -> None:
        """Deletes a question with what was decided about it."""
        for table in (faq_entry, faq_decision):
            self._connection.execute(delete(table).where(table.c.id == wanted))

    def rename_seen(self, source: str, external_id: str, digest: str) -> None:
        """Knows what a source told of by a digest from now on, so that it is still counted."""
        mine = source_seen.c.source_id == source, source_seen.c.external_id == external_id
        self._connection.execute(update(source_seen).where(*mine).values(external_id=digest))

    def others(self, kind: str, ids: Collection[str]) -> int:
        """Deletes flags, questions, signals or asks; returns how many."""
        table = BY_ID[kind]
        if not ids:
            return 0
        return self._connection.execute(delete(table).where(table.c.id.in_(sorted(ids)))).rowcount

    def receipt(self, source: str, key: str, body: bytes | None) -> None:
        """Keeps of a webhook that waits only what is given; None: that it came, and nothing of what it brought."""
        mine = hook_receipt.c.source_id == source, hook_receipt.c.key == key
        self._connection.execute(update(hook_receipt).where(*mine).values(body=body))

    def requests(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Deletes answers that were kept to be given again."""
        for by, key in wanted:
            mine = answered_request.c.by == by, answered_request.c.key == key
            self._connection.execute(delete(answered_request).where(*mine))

    def account(self, wanted: AccountId) -> None:
        """Takes the name and the address out of an account, which audit lines name by its id; nobody signs in to it."""
        for table in (session, login_link):
            self._connection.execute(delete(table).where(table.c.account_id == wanted))
        blank = {"email": f"{wanted}@erased.invalid", "password": None, "details": '{"locale":null,"name":""}'}
        self._connection.execute(update(account).where(account.c.id == wanted).values(**blank))

    def searches(self, is_told_in: Callable[[str], bool]) -> None:
        """Forgets saved searches in whose name or words something is told."""
        for row in self._connection.execute(select(saved_search)).all():
            if is_told_in(f"{row.name}\n{unquote_plus(row.query)}"):
                self._connection.execute(delete(saved_search).where(saved_search.c.id == row.id))

    def refusals(self, is_told_in: Callable[[str], bool]) -> None:
        """Forgets what was wrong with rows of files that were brought in, where something is told in it."""
        ours = setting.c.key.startswith(PROBLEMS, autoescape=True)
        for row in self._connection.execute(select(setting).where(ours)).all():
            problems = from_json(row.value)
            kept = [each for each in problems if not is_told_in("\n".join(map(str, each.values())))]
            if len(kept) < len(problems):
                self._connection.execute(update(setting).where(setting.c.key == row.key).values(value=to_json(kept)))

    def told(self, subject: SubjectId, is_told_in: Callable[[str], bool]) -> None:
        """Forgets errors of work, and findings on pages that embed a subject, in which something is told."""
        marks = self._connection.execute(select(mark).where(mark.c.last_error.is_not(None))).all()
        for row in marks:
            if is_told_in(row.last_error):
                mine = mark.c.kind == row.kind, mark.c.key == row.key
                self._connection.execute(update(mark).where(*mine).values(last_error=None))
        pages = select(monitored_page.c.id).where(monitored_page.c.subject_id == subject)
        for row in self._connection.execute(select(page_finding).where(page_finding.c.page_id.in_(pages))).all():
            if is_told_in(row.problem):
                which = page_finding.c.page_id == row.page_id, page_finding.c.rule == row.rule
                self._connection.execute(delete(page_finding).where(*which))
