"""What a page of the search shows of one review: its words, its standing, and the quote in every form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.domain import PublishSettings, ReviewId, Source, SourceId, SubjectId
from engine.i18n import Texts
from engine.quoting import Allowance, allowances
from engine.showing import Shown, kept_among
from engine.store import Transaction
from review_site.asking import instance
from review_site.console.pages import console_locale
from review_site.quote_copies import Copies, copies
from review_site.wiring import now
from widgets.rendering import words

Sources = Mapping[SourceId, Source]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRow:
    """One review in a list of the search."""

    shown: Shown
    subject: str
    """The name of what it is about."""
    date: str
    allowances: Sequence[Allowance]
    copies: Copies | None
    """None where its words may not be handed on at this moment."""

    @property
    def id(self) -> ReviewId:
        return self.shown.review.id


def quote_row(shown: Shown, names: Mapping[SubjectId, str], sources: Sources, texts: Texts) -> QuoteRow:
    review, settings = shown.review, instance().settings
    subject = names.get(review.subject_id, review.subject_id)
    return QuoteRow(
        shown=shown,
        subject=subject,
        date=texts.date(review.written_at, settings.timezone) if review.written_at else "",
        allowances=allowances(review, sources[review.source_id].rights, now()),
        copies=whole_copies(shown, subject, settings) if shown.is_shown else None,
    )


def whole_copies(shown: Shown, subject: str, settings: PublishSettings) -> Copies:
    """The whole words as a quote, in the language of the console where the review does not say its own."""
    return copies(shown, shown.review.body, subject, settings, words(console_locale()))


def kept_rows(transaction: Transaction, wanted: Sequence[ReviewId], texts: Texts) -> list[QuoteRow]:
    """Reviews in whichever state, in their order; those that were erased are left out."""
    shown = [each.shown for each in kept_among(transaction, wanted, instance().settings, now())]
    names, sources = names_of(transaction, shown), transaction.sources.all()
    return [quote_row(each, names, sources, texts) for each in shown]


def names_of(transaction: Transaction, shown: Iterable[Shown]) -> dict[SubjectId, str]:
    """The names of what reviews are about."""
    found = transaction.subjects.among(sorted({each.review.subject_id for each in shown}))
    return {each: subject.name for each, subject in found.items()}
