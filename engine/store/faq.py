"""Questions and answers: the entries as they were made last, what persons decided about them, and what customers asked.

Entries can be thrown away and made anew; decisions and customers' questions cannot.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from engine.domain import (
    Answer,
    AskedQuestion,
    FaqDecision,
    FaqEntry,
    FaqId,
    FaqState,
    ModelAnswer,
    Question,
    ReviewId,
    SourceId,
    SubjectId,
)
from engine.errors import NotFoundError
from engine.store.connect import upsert
from engine.store.tables import faq_decision, faq_entry, question
from engine.store.values import (
    from_json,
    from_micros,
    maybe_from_micros,
    maybe_micros,
    quote_from_list,
    quote_to_list,
    sentence_from_list,
    sentence_to_list,
    to_json,
    to_micros,
)

AT_ONCE = 500
THROWN_AWAY = frozenset({FaqState.DRAFT, FaqState.REJECTED})
"""What nobody approved goes as a whole when its words go; it is drafted anew without them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaqTally:
    """How many entries of a subject in one language are in each state that has any."""

    subject_id: SubjectId
    language: str
    counts: Mapping[FaqState, int]


class Faq:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, subject: SubjectId, language: str | None = None) -> list[FaqEntry]:
        """The entries of a subject in the order of their rank, language by language."""
        return self._entries(_selected(select(faq_entry), subject, language, None))

    def find(self, wanted: FaqId) -> FaqEntry:
        """Raises NotFoundError when there is no such entry."""
        found = self._entries(select(faq_entry).where(faq_entry.c.id == wanted))
        if not found:
            raise NotFoundError(f"there is no question {wanted!r}; plaudit faq list shows those there are")
        return found[0]

    def among(self, ids: Collection[FaqId]) -> dict[FaqId, FaqEntry]:
        """Those of up to 500 wanted that there are, by their ids."""
        found = self._entries(select(faq_entry).where(faq_entry.c.id.in_(sorted(ids))))
        return {each.id: each for each in found}

    def listed(
        self,
        *,
        subject: SubjectId | None = None,
        language: str | None = None,
        state: FaqState | None = None,
        skip: int = 0,
        limit: int = AT_ONCE,
    ) -> list[FaqEntry]:
        """Entries of the whole shop by subject, language and rank; a filter that is None asks nothing."""
        return self._entries(_selected(select(faq_entry), subject, language, state).offset(skip).limit(limit))

    def counted(self, *, subject: SubjectId | None = None, language: str | None = None) -> dict[FaqState, int]:
        """How many entries there are in each state that has any."""
        columns = select(faq_entry.c.state, func.count())
        statement = _filtered(columns, subject, language, None).group_by(faq_entry.c.state)
        return {FaqState(state): count for state, count in self._connection.execute(statement)}

    def tallies(self, states: Collection[FaqState], *, after: str = "", limit: int = 100) -> list[FaqTally]:
        """How many entries are in each state, for up to ``limit`` subjects with any in these, after ``after``."""
        wanted = faq_entry.c.state.in_(sorted(states))
        some = select(faq_entry.c.subject_id).where(wanted, faq_entry.c.subject_id > after).distinct()
        some = some.order_by(faq_entry.c.subject_id).limit(limit)
        places = (faq_entry.c.subject_id, faq_entry.c.language, faq_entry.c.state)
        counted = select(*places, func.count()).where(faq_entry.c.subject_id.in_(some)).group_by(*places)
        found: dict[tuple[str, str], dict[FaqState, int]] = {}
        for subject, language, state, count in self._connection.execute(counted.order_by(*places)):
            found.setdefault((subject, language), {})[FaqState(state)] = count
        return [
            FaqTally(subject_id=SubjectId(subject), language=language, counts=counts)
            for (subject, language), counts in found.items()
            if not counts.keys().isdisjoint(states)
        ]

    def replace(self, subject: SubjectId, entries: Sequence[FaqEntry]) -> None:
        """Puts these in place of all that the subject has; a decision whose entry went stale is stale from now on."""
        self._connection.execute(delete(faq_entry).where(faq_entry.c.subject_id == subject))
        rows = [_row(each, rank) for rank, each in enumerate(entries)]
        if rows:
            self._connection.execute(insert(faq_entry), rows)
        stale = [each.id for each in entries if each.state is FaqState.STALE]
        if stale:
            gone = faq_decision.c.id.in_(stale) & (faq_decision.c.state == FaqState.APPROVED)
            self._connection.execute(update(faq_decision).where(gone).values(state=FaqState.STALE))

    def save(self, entry: FaqEntry) -> None:
        """Writes an entry that there is anew, in its place."""
        values = {"state": entry.state, "details": to_json(_details(entry))}
        self._connection.execute(update(faq_entry).where(faq_entry.c.id == entry.id).values(**values))

    def show(self, subject: SubjectId, languages: Collection[str]) -> None:
        """Says of the approved entries in these languages that their page was built: they are published."""
        built = (
            (faq_entry.c.subject_id == subject)
            & faq_entry.c.language.in_(sorted(languages))
            & (faq_entry.c.state == FaqState.APPROVED)
        )
        self._connection.execute(update(faq_entry).where(built).values(state=FaqState.PUBLISHED))

    def take_away(self, subject: SubjectId, gone: Collection[ReviewId]) -> None:
        """Takes the words of reviews out of a subject's entries and decisions; what was approved with them is stale."""
        wanted = frozenset(gone)
        for entry in self.of(subject):
            if wanted.isdisjoint(entry.review_ids):
                continue
            if entry.state in THROWN_AWAY:
                self._connection.execute(delete(faq_entry).where(faq_entry.c.id == entry.id))
            else:
                left = [each for each in entry.sentences if each.quote is None or each.quote.review_id not in wanted]
                self.save(replace(entry, sentences=tuple(left), state=FaqState.STALE))
        for decision in self.decisions(subject):
            kept = tuple(each for each in decision.quotes if each.review_id not in wanted)
            if len(kept) < len(decision.quotes):
                state = FaqState.STALE if decision.state is FaqState.APPROVED else decision.state
                self.decide(replace(decision, quotes=kept, state=state))

    def doubt(self, decision: FaqDecision) -> None:
        """Makes what was approved stale, and forgets what the answer was to say before its quotes."""
        self.decide(replace(decision, opening=None, state=FaqState.STALE))
        for entry in self._entries(select(faq_entry).where(faq_entry.c.id == decision.id)):
            quotations = tuple(each for each in entry.sentences if each.quote)
            self.save(replace(entry, sentences=quotations, state=FaqState.STALE))

    def asked_about(self, source: SourceId) -> dict[str, SubjectId]:
        """What each question of a source is about, by the question's id."""
        asked = select(question.c.id, question.c.subject_id).where(question.c.source_id == source)
        return {row.id: SubjectId(row.subject_id) for row in self._connection.execute(asked)}

    def asked_by(self, source: SourceId) -> list[FaqEntry]:
        """The entries that answer questions of a source."""
        about = self.asked_about(source)
        return [each for subject in sorted({*about.values()}) for each in self.of(subject) if each.question_id in about]

    def remove(self, entries: Sequence[FaqEntry]) -> None:
        """Takes entries away; what was approved of them is stale, should they ever be drafted again."""
        for each in entries:
            self._connection.execute(delete(faq_entry).where(faq_entry.c.id == each.id))
            decision = self.decision(each.id)
            if decision is not None and decision.state is FaqState.APPROVED:
                self.decide(replace(decision, state=FaqState.STALE))

    def decisions(self, subject: SubjectId) -> list[FaqDecision]:
        statement = select(faq_decision).where(faq_decision.c.subject_id == subject).order_by(faq_decision.c.id)
        return [_decision(row) for row in self._connection.execute(statement)]

    def decision(self, wanted: FaqId) -> FaqDecision | None:
        row = self._connection.execute(select(faq_decision).where(faq_decision.c.id == wanted)).one_or_none()
        return None if row is None else _decision(row)

    def decide(self, decision: FaqDecision) -> None:
        """Keeps a decision in place of an earlier one about the same entry."""
        values = {
            "id": decision.id,
            "subject_id": decision.subject_id,
            "language": decision.language,
            "state": decision.state,
            "by": decision.by,
            "at": to_micros(decision.at),
            "details": to_json(
                {
                    "question": decision.question,
                    "opening": decision.opening,
                    "quotes": [quote_to_list(each) for each in decision.quotes],
                }
            ),
        }
        statement = upsert(self._connection, faq_decision).values(values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))

    def forget(self, wanted: FaqId) -> None:
        """Forgets what was decided about an entry."""
        self._connection.execute(delete(faq_decision).where(faq_decision.c.id == wanted))

    def asked(self, *, subject: SubjectId | None = None, after: str = "", limit: int = 100) -> list[AskedQuestion]:
        """What customers asked about a subject or about all, in the order of their ids, from after the id ``after``."""
        statement = select(question).where(question.c.id > after).order_by(question.c.id).limit(limit)
        if subject is not None:
            statement = statement.where(question.c.subject_id == subject)
        return [_question(row) for row in self._connection.execute(statement)]

    def questions(self, subject: SubjectId) -> list[AskedQuestion]:
        """What customers asked about a subject, by language and id."""
        statement = select(question).where(question.c.subject_id == subject)
        statement = statement.order_by(question.c.language, question.c.id)
        return [_question(row) for row in self._connection.execute(statement)]

    def questions_among(self, ids: Sequence[str]) -> dict[str, AskedQuestion]:
        """Those of the wanted that there are, by their ids."""
        found: dict[str, AskedQuestion] = {}
        for start in range(0, len(ids), AT_ONCE):
            some = select(question).where(question.c.id.in_(ids[start : start + AT_ONCE]))
            found |= {row.id: _question(row) for row in self._connection.execute(some)}
        return found

    def save_questions(self, questions: Mapping[str, AskedQuestion]) -> None:
        """Keeps customers' questions by the ids that their sources give them; one that is known is written anew."""
        for external_id, each in questions.items():
            values = {
                "id": each.question.id,
                "source_id": each.source_id,
                "external_id": external_id,
                "subject_id": each.subject_id,
                "language": each.language,
                "asked_at": maybe_micros(each.question.written_at),
                "details": to_json(_question_details(each.question)),
            }
            statement = upsert(self._connection, question).values(values)
            self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))

    def _entries(self, statement: Select[Any]) -> list[FaqEntry]:
        return [_entry(row) for row in self._connection.execute(statement)]


def _selected(
    statement: Select[Any], subject: SubjectId | None, language: str | None, state: FaqState | None
) -> Select[Any]:
    places = (faq_entry.c.subject_id, faq_entry.c.language, faq_entry.c.rank, faq_entry.c.id)
    return _filtered(statement, subject, language, state).order_by(*places)


def _filtered(
    statement: Select[Any], subject: SubjectId | None, language: str | None, state: FaqState | None
) -> Select[Any]:
    wanted = {"subject_id": subject, "language": language, "state": state}
    return statement.where(*(faq_entry.c[name] == value for name, value in wanted.items() if value is not None))


def _row(each: FaqEntry, rank: int) -> dict[str, Any]:
    return {
        "id": each.id,
        "subject_id": each.subject_id,
        "language": each.language,
        "rank": rank,
        "state": each.state,
        "details": to_json(_details(each)),
    }


def _details(each: FaqEntry) -> dict[str, Any]:
    answer = each.model_answer
    # An instance without a language model writes the same bytes as before there was one.
    told = {"model_answer": [answer.asked, answer.question, list(answer.quotes), answer.refused]} if answer else {}
    return {
        **told,
        "question": each.question,
        "phrase": each.phrase,
        "sentences": [sentence_to_list(sentence) for sentence in each.sentences],
        "numbers": dict(each.numbers),
        "question_id": each.question_id,
    }


def _entry(row: Row[Any]) -> FaqEntry:
    kept = from_json(row.details)
    return FaqEntry(
        id=FaqId(row.id),
        subject_id=SubjectId(row.subject_id),
        language=row.language,
        question=kept["question"],
        sentences=tuple(sentence_from_list(each) for each in kept["sentences"]),
        phrase=kept["phrase"],
        state=FaqState(row.state),
        # Entries that version 0.1 wrote have neither.
        numbers=kept.get("numbers", {}),
        question_id=kept.get("question_id"),
        model_answer=_model_answer(kept.get("model_answer")),
    )


def _model_answer(kept: list[Any] | None) -> ModelAnswer | None:
    if kept is None:
        return None
    asked, asking, quotes, refused = kept
    return ModelAnswer(asked=asked, question=asking, quotes=tuple(quotes), refused=refused)


def _decision(row: Row[Any]) -> FaqDecision:
    kept = from_json(row.details)
    return FaqDecision(
        id=FaqId(row.id),
        subject_id=SubjectId(row.subject_id),
        language=row.language,
        state=FaqState(row.state),
        by=row.by,
        at=from_micros(row.at),
        question=kept["question"],
        opening=kept["opening"],
        quotes=tuple(quote_from_list(each) for each in kept["quotes"]),
    )


def _question_details(each: Question) -> dict[str, Any]:
    return {
        "title": each.title,
        "text": each.text,
        "author": each.author,
        "votes": each.votes,
        "accepted": each.accepted,
        "answers": [
            [answer.id, answer.text, answer.author, maybe_micros(answer.written_at), answer.votes]
            for answer in each.answers
        ],
    }


def _question(row: Row[Any]) -> AskedQuestion:
    kept = from_json(row.details)
    asked = Question(
        id=row.id,
        title=kept["title"],
        text=kept["text"],
        author=kept["author"],
        written_at=maybe_from_micros(row.asked_at),
        votes=kept["votes"],
        accepted=kept["accepted"],
        answers=tuple(
            Answer(id=key, text=text, author=author, written_at=maybe_from_micros(at), votes=votes)
            for key, text, author, at, votes in kept["answers"]
        ),
    )
    return AskedQuestion(
        subject_id=SubjectId(row.subject_id), source_id=SourceId(row.source_id), language=row.language, question=asked
    )
