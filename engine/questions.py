"""Taking in what customers ask: cleaned as reviews are, kept once, and answered when their subject is mined."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from engine.cleaning import subject_id
from engine.contact import without_contacts
from engine.domain import Answer, AskedQuestion, Problem, Question, Record, Source, SubjectId, digest
from engine.errors import ForbiddenRightError
from engine.fields import UNWRITABLE, FieldReader, Rules
from engine.intake import Report
from engine.mining.grammar import base_language
from engine.outbox import Work
from engine.rights import may_ask
from engine.spam import spam_signs
from engine.store import Transaction
from engine.text import clean_line


def question_id(source: str, external_id: str) -> str:
    """The id of a question: the same source and external id always give the same one."""
    return "q" + digest(source, external_id)


def refuse_unless_askable(source: Source) -> None:
    """Raises ForbiddenRightError when a source's words may not be shown, so that no question of its could be."""
    if not may_ask(source.rights):
        raise ForbiddenRightError(f"the rights profile of {source.id!r} forbids showing its words: nothing was changed")


def take_in_questions(
    transaction: Transaction, source: Source, records: Sequence[Record], rules: Rules, now: datetime
) -> Report:
    """Keeps the questions of records in the caller's transaction, and leaves the work of answering them.

    A record's fields are ``subject``, ``question``, ``language``, ``asked_at`` and ``author``; its replies are answers
    that it got. The same external id is the same question. One about a subject that nobody knows is refused.
    """
    report = Report()
    known = transaction.faq.questions_among([question_id(source.id, each.external_id) for each in records])
    subjects = transaction.subjects.among(sorted({_subject_of(each) for each in records}))
    fresh: dict[str, AskedQuestion] = {}
    for record in records:
        asked, problems = clean_question(record, source, rules, now, subjects)
        report.problems += problems
        if asked is None:
            report.refused += 1
        elif known.get(asked.question.id) == asked:
            report.unchanged += 1
        else:
            report.changed += asked.question.id in known
            report.taken += asked.question.id not in known
            known[asked.question.id] = asked
            fresh[record.external_id] = asked
    transaction.marks.set(Work.MINE, sorted({each.subject_id for each in fresh.values()}), now)
    transaction.faq.save_questions(fresh)
    return report


def clean_question(
    record: Record, source: Source, rules: Rules, now: datetime, subjects: Collection[SubjectId]
) -> tuple[AskedQuestion | None, list[Problem]]:
    """What a record asks about one of the ``subjects``, cleaned; or None and every problem with it."""
    reader = FieldReader(record, rules)
    if UNWRITABLE.search(record.external_id):
        reader.refuse("external_id", f"{record.external_id[:80]!r} holds a character that cannot be kept")
    subject = _subject_of(record)
    if subject not in subjects:
        called = clean_line(reader.raw("subject"))
        reader.refuse("subject", f"there is no subject {called!r}", "import its reviews first, or mend its name")
    title = _as_question(without_contacts(reader.line("question"))[0])
    if not title:
        reader.refuse("question", "is missing")
    if signs := spam_signs(None, title):
        reader.refuse("question", f"looks like spam: {', '.join(signs)}")
    language = reader.language(title)
    if title and language is None and not reader.problems:
        reader.refuse("language", "cannot be told from so few words", "give it in a column language")
    question = Question(
        id=question_id(source.id, record.external_id),
        title=title,
        author=reader.line("author") or None,
        written_at=reader.time("asked_at", now),
        answers=tuple(_answers(reader)),
    )
    if reader.problems:
        return None, reader.problems
    of = base_language(language or "")
    return AskedQuestion(subject_id=subject, source_id=source.id, language=of, question=question), []


def _subject_of(record: Record) -> SubjectId:
    return subject_id(clean_line(record.fields.get("subject", "")))


def _as_question(title: str) -> str:
    """With the mark that makes it one: an entry of an FAQ is read as a question."""
    return title if not title or title.endswith("?") else f"{title.rstrip(' .!…')}?"


def _answers(reader: FieldReader) -> Iterator[Answer]:
    for number, reply in enumerate(reader.record.replies, 1):
        inner = FieldReader(
            Record(fields=reply, external_id=str(number), place=f"{reader.record.place}, answer", payload=""),
            reader.rules,
        )
        text = without_contacts(inner.text("body"))[0]
        if text:
            yield Answer(id=str(number), text=text, author=inner.line("author") or None)
        reader.problems += inner.problems
