"""A quote as a writer takes it along: text, HTML and Markdown, with who said it and all that belongs beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.domain import PublishSettings, Review
from engine.i18n import Texts
from engine.showing import Shown
from engine.site_addresses import live_address
from review_site.frame import ENVIRONMENT
from schema_markup.feeds.markdown_text import link, literal, quotation
from widgets.cards import MARKS, disclosures
from widgets.links import web_link
from widgets.rendering import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """The same quote in three forms; in each, the words are exactly those of the review."""

    text: str
    html: str
    markdown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside the words."""

    review: str
    """The id by which the quote can be traced."""
    said_by: str
    position: str
    about: str
    notes: Sequence[str]
    """Verification and disclosures: what readers must be told."""
    date: str
    source: str
    address: str
    """Where the whole can be read: at its source where that asks for a link, else on our own page of it."""
    language: str | None
    is_cut: bool


def copies(shown: Shown, words: str, subject: str, settings: PublishSettings, texts: Texts) -> Copies:
    """``words`` are the whole body of the review or an exact span of it; ``texts`` are the widgets'."""
    beside = _beside(shown, words, subject, settings, texts)
    paragraphs = [each for each in words.split("\n") if each.strip()]
    html = ENVIRONMENT.get_template("console/search/quote.html").render(paragraphs=paragraphs, it=beside)
    return Copies(
        text=_as_text(words, beside),
        html="\n".join(line for line in (each.strip() for each in html.splitlines()) if line),
        markdown=_as_markdown(words, beside),
    )


def text_copy(shown: Shown, words: str, subject: str, settings: PublishSettings, texts: Texts) -> str:
    """The first form alone."""
    return _as_text(words, _beside(shown, words, subject, settings, texts))


def _as_text(words: str, beside: Beside) -> str:
    lines = [f"“{words}”", f"— {_who(beside)}", "; ".join(beside.notes), _whence(beside)]
    return "\n".join(each for each in lines if each)


def _as_markdown(words: str, beside: Beside) -> str:
    named = literal(_who(beside))
    source = link(_whence(beside, with_address=False), beside.address) if beside.address else literal(_whence(beside))
    said = "; ".join(each for each in (named, literal("; ".join(beside.notes)), source) if each)
    return f"{quotation(words)}\n>\n> — {said}"


def _who(beside: Beside) -> str:
    return ", ".join(each for each in (beside.said_by, beside.position) if each)


def _whence(beside: Beside, *, with_address: bool = True) -> str:
    said = ", ".join(each for each in (beside.about, beside.source, beside.date) if each)
    return f"{said}: {beside.address}" if with_address and beside.address else said


def _beside(shown: Shown, words: str, subject: str, settings: PublishSettings, texts: Texts) -> Beside:
    review = shown.review
    level, _ = MARKS[review.verification.level]
    notes = [texts(level), *(each.words for each in disclosures(review, texts))]
    return Beside(
        review=review.id,
        said_by=one_line(review.author or "") or texts("no-name"),
        position=", ".join(one_line(each) for each in (review.role, review.company) if each),
        about=texts("review-of", subject=one_line(subject)),
        notes=notes,
        date=texts.date(review.written_at, settings.timezone) if review.written_at else "",
        source=shown.attribution.name if shown.attribution else "",
        address=_address(shown, review, settings),
        language=review.language,
        is_cut=words.strip() != review.body.strip(),
    )


def _address(shown: Shown, review: Review, settings: PublishSettings) -> str:
    named = shown.attribution
    if named and named.link_required:
        return web_link(review.url) or web_link(named.url) or ""
    return live_address(settings, "review", review.id)
