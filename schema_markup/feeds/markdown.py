"""The generator ``markdown``: the public page of a subject as Markdown, for assistants and other readers of plain text.

Reviewers' words stand in block quotations in which nothing is markup, under a sentence that says whose words they are:
what somebody writes into a review is no instruction to whoever reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain
from pathlib import Path

from babel.numbers import format_decimal

from engine.domain import (
    Draft,
    Material,
    Rating,
    RatingKind,
    Relation,
    Review,
    ReviewId,
    Scope,
    VerificationLevel,
)
from engine.i18n import Texts, texts
from schema_markup.feeds.markdown_mined import mentioned, summed_up
from schema_markup.feeds.markdown_text import link, literal, quotation
from schema_markup.feeds.sitemap_xml import page_address

CATALOGUES = Path(__file__).parent / "i18n"


class MarkdownTwin:
    """Served at ``/reviews/<subject>.md``; says what the page says, from the same material."""

    name = "markdown"
    media_type = "text/markdown; charset=utf-8"
    scopes = frozenset({Scope.SUBJECT})
    needs: Sequence[str] = ()

    def build(self, material: Material) -> Draft | None:
        words = texts(CATALOGUES, material.locale)
        mined = summed_up(material.text_summary, words) if material.text_summary else ()
        quoted = [*(review.id for review in material.shown), *_quoted(material)]
        parts = (_head(material, words), mined, mentioned(material.phrases, words))
        below = (_reviews(material, words), _questions(material, words))
        body = "\n\n".join(chain.from_iterable((*parts, *below)))
        return Draft(body=f"{body}\n", reviews=tuple(dict.fromkeys(quoted)))


def _head(material: Material, words: Texts) -> Iterator[str]:
    subject, summary = material.subject, material.summary
    name = subject.name_in(material.locale)
    yield _heading(1, words("title", subject=name))
    if summary.mean is not None:
        rated = words.plural("rated", summary.rated, mean=_one_decimal(summary.mean, words))
        yield quotation(" ".join((rated, words.plural("written", summary.with_text))))
    for other in material.others:
        if other.summary.mean is not None:
            mean = _one_decimal(other.summary.mean, words)
            yield literal(words.plural("other", other.summary.rated, mean=mean, source=other.name))
    yield literal(words("whose-words"))
    lines = [link(words("page"), page_address(subject.id, material.locale, material.settings))]
    if subject.url:
        lines.append(link(name, subject.url))
    yield "\n".join(f"- {line}" for line in lines)


def _reviews(material: Material, words: Texts) -> Iterator[str]:
    if not material.shown:
        return
    yield _heading(2, words("reviews"))
    if material.total_shown > len(material.shown):
        yield literal(words("newest", shown=len(material.shown), all=material.total_shown))
    for review in material.shown:
        yield _heading(3, review.title or words("untitled"))
        yield "\n".join(f"- {literal(fact)}" for fact in _facts(review, material, words))
        if review.body:
            yield quotation(review.body)
        for reply in review.replies:
            yield literal(words("reply"))
            yield quotation(reply.body)


def _facts(review: Review, material: Material, words: Texts) -> Iterator[str]:
    if review.rating:
        yield _rating(review.rating, words)
    yield words("author", name=review.author) if review.author else words("no-author")
    if review.written_at:
        yield words("date", date=review.written_at.astimezone(material.settings.timezone).date().isoformat())
    if review.language and review.language != material.locale.partition("-")[0]:
        yield words("language", language=review.language)
    if review.verification.level is not VerificationLevel.UNVERIFIED:
        yield words(f"verified-{review.verification.level}")
    if review.incentive:
        yield words("incentive")
    if review.relation is not Relation.NONE:
        yield words(f"relation-{review.relation}")
    attribution = material.attributions.get(review.source_id)
    if attribution:
        yield words("source", name=attribution.name) + (f" {review.url}" if review.url else "")


def _rating(rating: Rating, words: Texts) -> str:
    if rating.kind is RatingKind.LABEL:
        return words("rating", value=words.number(rating.hundredths / 100), best=5)
    return words("rating", value=words.number(rating.value), best=words.number(rating.best))


def _questions(material: Material, words: Texts) -> Iterator[str]:
    if not material.faq:
        return
    yield _heading(2, words("questions"))
    for entry in material.faq:
        yield _heading(3, entry.question)
        yield quotation(" ".join(sentence.text for sentence in entry.sentences))


def _one_decimal(mean: Decimal, words: Texts) -> str:
    """As the page writes it: ``4.0``, ``4,0``."""
    return str(format_decimal(mean, format="0.0", locale=words.locale))


def _heading(level: int, text: str) -> str:
    return f"{'#' * level} {literal(text)}"


def _quoted(material: Material) -> list[ReviewId]:
    """Whose words stand below the questions and in the summary."""
    answers = [review for entry in material.faq for review in entry.review_ids]
    return [*answers, *(material.text_summary.review_ids if material.text_summary else ())]
