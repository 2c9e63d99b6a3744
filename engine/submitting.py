"""What authors send by themselves: a review through a form, and later a change of it; each is one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.attached import media_id
from engine.domain import (
    ApprovalRule,
    Ask,
    Batch,
    Consent,
    Form,
    Kind,
    Locale,
    Record,
    Reply,
    Review,
    ReviewId,
    Source,
    State,
    Subject,
    review_id,
)
from engine.errors import BadValueError, ForbiddenMoveError, NotFoundError
from engine.fields import Rules
from engine.intake import Intake, Report
from engine.pictures import LARGE, MEDIA_TYPE, SMALL, Picture, path_of
from engine.rights import OWN
from engine.store import MediaFile, Store, Transaction
from engine.tombstones import Seal

COLLECTOR = "form"
"""The kind of source that a form is."""
STREAM = "form"
FIVE = "5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What somebody wrote in a form; nothing of it is trusted but what we said ourselves."""

    key: str
    """Of this one sheet of the form: the same sheet sent twice is one review."""
    subject: Subject
    locale: Locale
    """The language that the form was read in."""
    words: Mapping[str, str]
    """``title``, ``body``, ``author``, ``role``, ``company``, as far as the form asks for them."""
    consent: Consent
    rating: str = ""
    """1 to 5; empty where the form asks for none."""
    email: str = ""
    pictures: Sequence[Picture] = ()
    ask: Ask | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What an author changes of a review of his own."""

    words: Mapping[str, str]
    rating: str = ""
    dropped: Collection[str] = ()
    """Paths of pictures that are to go."""
    pictures: Sequence[Picture] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where authors hand in what they wrote."""

    store: Store
    rules: Rules
    policy: Sequence[ApprovalRule] = ()
    mining_delay: timedelta = timedelta(0)
    seal: Seal | None = None

    def submit(self, form: Form, submission: Submission, now: datetime) -> ReviewId | None:
        """Takes a review in, pending; None, and nothing is changed, when its ask was answered before.

        The same sheet again changes nothing. Raises BadValueError with what keeps it from being taken in.
        """
        wanted = review_id(form.source_id, submission.key)
        with self.store.writing() as transaction:
            source = _source(transaction, form)
            # Of one sheet sent twice at once, the second waits here and finds the first.
            transaction.sources.lock(source.id)
            if transaction.reviews.among([wanted]):
                return wanted
            ask = submission.ask
            if ask is not None and not transaction.asks.use(ask.id, wanted, now):
                return None
            record = _record(form, submission, _media(wanted, submission.pictures), now)
            intake = self._intake(source, submission.consent, submission.locale)
            _refuse_what_was_refused(intake.take_in(transaction, _alone(record), STREAM, now))
            self._keep_files(transaction, wanted, submission.pictures)
        return wanted

    def change(self, wanted: ReviewId, revision: Revision, now: datetime) -> bool:
        """Gives a review its author's new words, which wait for a decision; the earlier ones are kept.

        False when they are the old ones. Raises NotFoundError for a review that came otherwise than by a form,
        ForbiddenMoveError for one that was withdrawn, and BadValueError with what keeps it from being taken in.
        """
        with self.store.reading() as transaction:
            came_by = transaction.reviews.find(wanted).review.source_id
        with self.store.writing() as transaction:
            # As intake does, before its reviews: nobody waits for somebody who waits for him.
            transaction.sources.lock(came_by)
            filed = transaction.reviews.find(wanted)
            known = written_here(transaction, wanted)
            if filed.review.state is State.WITHDRAWN:
                raise ForbiddenMoveError(f"{wanted} was withdrawn, and stays so")
            source = transaction.sources.all()[filed.review.source_id]
            changed = self._changed(known, filed.review, revision, now)
            if changed is None:
                return False
            intake = self._intake(source, filed.review.consent, known.locale)
            _refuse_what_was_refused(intake.take_in(transaction, _alone(changed), STREAM, now))
            self._keep_files(transaction, wanted, revision.pictures)
        return True

    def _changed(self, known: Sheet, review: Review, revision: Revision, now: datetime) -> Record | None:
        # The author was shown the words as they were cleaned: what came back the same was not changed.
        words = {name: text for name, text in revision.words.items() if text != (getattr(review, name) or "")}
        rating = {"rating": revision.rating} if revision.rating else {}
        fields = {name: text for name, text in {**known.fields, **words, **rating}.items() if text}
        media = [each for each in known.media if each["url"] not in revision.dropped]
        media += [each for each in _media(review.id, revision.pictures) if each not in media]
        if fields == known.fields and media == known.media:
            return None
        sheet = replace(known, fields={**fields, "updated_at": now.isoformat()}, media=media)
        return sheet.as_record(review.external_id, replies=[_told(each) for each in review.replies])

    def _intake(self, source: Source, consent: Consent, locale: Locale) -> Intake:
        rules = replace(self.rules, detect=_or(self.rules.detect, locale.partition("-")[0]))
        return Intake(
            source=source,
            consent=consent,
            rules=rules,
            policy=self.policy,
            mining_delay=self.mining_delay,
            seal=self.seal,
        )

    def _keep_files(self, transaction: Transaction, review: ReviewId, pictures: Iterable[Picture]) -> None:
        for each in pictures:
            kept = media_id(review, _path(review, each, LARGE))
            for size, body in each.sizes.items():
                transaction.media.keep_file(kept, size, MediaFile(media_type=MEDIA_TYPE, body=body))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A form as it was filled in, kept as the payload of its review; contact data is kept elsewhere."""

    locale: Locale
    fields: Mapping[str, str]
    media: Sequence[Mapping[str, str]] = ()

    def as_record(
        self,
        external_id: str,
        *,
        contact: Mapping[str, str] | None = None,
        replies: Sequence[Mapping[str, str]] = (),
    ) -> Record:
        kept = {"locale": self.locale, "fields": self.fields, "media": list(self.media)}
        return Record(
            fields=self.fields,
            external_id=external_id,
            place="the form",
            payload=json.dumps(kept, ensure_ascii=False, sort_keys=True),
            contact=contact,
            replies=replies,
            media=self.media,
        )


def written_here(transaction: Transaction, wanted: ReviewId) -> Sheet:
    """The form that a review was written in, as it was filled in last.

    Raises NotFoundError when it came otherwise than by a form.
    """
    source = transaction.sources.all()[transaction.reviews.find(wanted).review.source_id]
    payload = transaction.reviews.payload(wanted)
    if source.collector != COLLECTOR or payload is None:
        raise NotFoundError(f"{wanted} was not written in a form of ours")
    kept = json.loads(payload)
    return Sheet(locale=Locale(kept["locale"]), fields=kept["fields"], media=kept["media"])


def _media(review: ReviewId, pictures: Iterable[Picture]) -> list[Mapping[str, str]]:
    return [
        {
            "url": _path(review, each, LARGE),
            "thumbnail": _path(review, each, SMALL),
            "kind": "image",
            "width": str(each.width),
            "height": str(each.height),
        }
        for each in pictures
    ]


def _path(review: ReviewId, picture: Picture, size: str) -> str:
    return path_of(f"{review}.{picture.id}", size)


def _source(transaction: Transaction, form: Form) -> Source:
    """The source of a form; whatever rights somebody gave it since are kept."""
    known = transaction.sources.find(form.source_id)
    if known is not None:
        return known
    source = Source(id=form.source_id, collector=COLLECTOR, rights=OWN)
    transaction.sources.save(source)
    return source


def _record(form: Form, submission: Submission, media: Sequence[Mapping[str, str]], now: datetime) -> Record:
    order = submission.ask.order if submission.ask else ""
    fields = {
        "subject": submission.subject.id,
        "written_at": now.isoformat(),
        **submission.words,
        **({"rating": submission.rating, "rating_best": FIVE} if form.kind is Kind.REVIEW else {"kind": form.kind}),
        **({"verified": "purchase", "verified_by": f"order {order}"} if order else {}),
    }
    sheet = Sheet(locale=submission.locale, fields=fields, media=media)
    return sheet.as_record(submission.key, contact={"email": submission.email} if submission.email else None)


def _alone(record: Record) -> Batch:
    return Batch(records=[record], cursor=None)


def _refuse_what_was_refused(report: Report) -> None:
    if report.refused:
        raise BadValueError("; ".join(each.message for each in report.problems))


def _told(reply: Reply) -> Mapping[str, str]:
    known = {
        "body": reply.body,
        "author": reply.author,
        "language": reply.language,
        "written_at": reply.written_at.isoformat() if reply.written_at else None,
    }
    return {name: value for name, value in known.items() if value}


def _or(detect: Callable[[str], str | None], language: str) -> Callable[[str], str | None]:
    """Most write in the language of the form; only a text that is plainly in another is not."""
    return lambda text: detect(text) or language
