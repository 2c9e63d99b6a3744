"""Questions and answers in which every sentence rests on reviews, to be opened one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engine.domain import Draft, FaqEntry, Material, Quote, Scope, Sentence
from engine.i18n import Texts
from widgets.links import Link, method_page, subject_link
from widgets.rendering import escape_text, language_tag, line_of, one_line, render, with_markup, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A sentence of an answer."""

    text: Markup
    quotes: bool
    """Whether it gives somebody's words."""
    is_quotation: bool
    """Whether it consists of them, without marks of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    about: Link | None
    """What it is asked about, where that differs from question to question."""
    question: str
    language: str
    passages: Sequence[Passage]
    """Printed one after the other, nothing between them: the markup has the same sentences in this order."""
    quoted: Markup | None
    """Whose words the quotations are, in their order, where the sentences do not say so themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaqContext:
    language: str
    texts: Texts
    notice: str
    method: str
    entries: Sequence[Answered]


class Faq:
    """The questions of a subject or topic in the language of the page; nothing where there are none."""

    name = "faq"
    media_type = "text/html; charset=utf-8"
    scopes = frozenset({Scope.SUBJECT, Scope.TOPIC})
    needs: Sequence[str] = ()

    def build(self, material: Material) -> Draft | None:
        if not material.faq:
            return None
        texts = words(material.locale)
        context = FaqContext(
            language=language_tag(texts),
            texts=texts,
            notice=answers_notice(material, texts),
            method=method_page(material),
            entries=answered(material, texts),
        )
        quoted = dict.fromkeys(review for entry in material.faq for review in entry.review_ids)
        return Draft(body=render("faq.html", context), reviews=list(quoted))


def answers_notice(material: Material, texts: Texts) -> str:
    """What the answers consist of, and whether a person approved them, from the live settings."""
    approval = "faq-notice-automatic" if material.settings.automatic_answers else "faq-notice-person"
    return " ".join((texts("faq-notice"), texts(approval)))


def answered(material: Material, texts: Texts) -> tuple[Answered, ...]:
    """The questions of a material with their answers, in its order."""
    return tuple(_answered(entry, material, texts) for entry in material.faq)


def _answered(entry: FaqEntry, material: Material, texts: Texts) -> Answered:
    return Answered(
        about=subject_link(entry.subject_id, material, texts, "question-on"),
        question=one_line(entry.question),
        language=entry.language,
        passages=tuple(_passage(sentence) for sentence in entry.sentences),
        quoted=_quoted([quote for sentence in entry.sentences if (quote := _bare(sentence))], texts),
    )


def _passage(sentence: Sentence) -> Passage:
    return Passage(
        text=line_of(sentence.text), quotes=sentence.quote is not None, is_quotation=_bare(sentence) is not None
    )


def _bare(sentence: Sentence) -> Quote | None:
    """The quotation that a sentence consists of; one that brings its own marks and its author's name is none."""
    return sentence.quote if sentence.quote and sentence.text == sentence.quote.text else None


def _quoted(quotes: Sequence[Quote], texts: Texts) -> Markup | None:
    if not quotes:
        return None
    names = (escape_text(one_line(quote.author)) if quote.author else texts("no-name") for quote in quotes)
    listed = Markup(", ").join(Markup("<bdi>{}</bdi>").format(name) for name in names)
    return with_markup(texts.plural("quoted", len(quotes), names=listed))
