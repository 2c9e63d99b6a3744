"""Inviting people to write: who, about what, until when; nobody's rating is known here, so none can decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain import Ask, AskId, Form, SubjectId, digest
from engine.errors import NotFoundError, RefusedError
from engine.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One person who is to be asked."""

    subject: SubjectId
    order: str = ""
    name: str = ""
    campaign: str = ""


def ask(
    store: Store, form: Form, wanted: Sequence[Invitation], *, lasts: timedelta, now: datetime, key: Callable[[], str]
) -> list[Ask]:
    """Keeps an ask for each, all or none; ``key`` makes up what nobody can guess.

    One order is asked about one subject once: the same again is the same ask with a new end, and cannot be answered
    twice. Raises RefusedError when the form does not take a subject, NotFoundError when there is none of that id.
    """
    asks = [_ask(form, each, now, now + lasts, key) for each in wanted]
    with store.writing() as transaction:
        subjects = list(dict.fromkeys(each.subject for each in wanted))
        known = transaction.subjects.among(subjects)
        for each in subjects:
            if each not in known:
                raise NotFoundError(f"there is no subject {each!r}; nobody was asked")
            if not form.takes(each):
                raise RefusedError(f"the form {form.id!r} does not take reviews of {each!r}; nobody was asked")
        transaction.asks.save(asks)
    return asks


def _ask(form: Form, wanted: Invitation, now: datetime, expires_at: datetime, key: Callable[[], str]) -> Ask:
    known = digest(form.id, wanted.subject, wanted.order) if wanted.order else key()
    return Ask(
        id=AskId(known),
        form=form.id,
        subject_id=wanted.subject,
        made_at=now,
        expires_at=expires_at,
        order=wanted.order,
        campaign=wanted.campaign,
        name=wanted.name,
    )
