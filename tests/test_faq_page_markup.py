"""The ``faq-jsonld`` snippet, read back through extruct."""

from __future__ import annotations

from typing import Any

import extruct

from engine.domain import Draft, FaqEntry, FaqId, Material, Quote, ReviewId, Sentence, SubjectId
from schema_markup.faq_page import FaqPage
from tests.factories import make_material, make_review


def make_entry(question: str = "Does it keep the heat?", *quotes: Quote) -> FaqEntry:
    counted = Sentence(text="3 of 4 reviewers say so.", review_ids=[ReviewId("r9")])
    quoted = [Sentence(text=f'"{each.text}"', review_ids=[each.review_id], quote=each) for each in quotes]
    return FaqEntry(
        id=FaqId("f1"),
        subject_id=SubjectId("kettle"),
        language="en",
        question=question,
        sentences=[counted, *quoted],
        phrase="keeps the heat",
    )


def found_in_a_page(material: Material) -> dict[str, Any]:
    draft = FaqPage().build(material)
    assert draft is not None
    page = f'<title>x</title><script type="application/ld+json">{draft.body}</script>'
    [found] = extruct.extract(page, syntaxes=["json-ld"])["json-ld"]
    return dict(found)


def test_a_page_with_our_markup_reads_back_as_its_questions_and_answers() -> None:
    quote = Quote(review_id=ReviewId("r1"), text="Keeps <b>hot</b> & steams for 2 hours")
    material = make_material(faq=[make_entry("Does it keep the heat?", quote)])

    found = found_in_a_page(material)

    assert found == {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "@id": "https://reviews.larkfield.example/reviews/kettle#faq",
        "inLanguage": "en",
        "mainEntity": [
            {
                "@type": "Question",
                "name": "Does it keep the heat?",
                "acceptedAnswer": {
                    "@type": "Answer",
                    "text": '3 of 4 reviewers say so. "Keeps <b>hot</b> & steams for 2 hours"',
                },
            }
        ],
    }


def test_is_about_the_subject_where_the_subject_is_marked_up_too() -> None:
    material = make_material([make_review()], faq=[make_entry()], parts={"jsonld": Draft(body="{}")})

    found = found_in_a_page(material)

    assert found["about"] == {"@id": "https://larkfield.example/p/k2#product"}


def test_names_each_review_that_it_quotes_once() -> None:
    first, second = (Quote(review_id=ReviewId(name), text="Keeps hot") for name in ("r1", "r2"))

    draft = FaqPage().build(make_material(faq=[make_entry("One?", first, second), make_entry("Two?", first)]))

    assert draft is not None
    assert draft.reviews == ("r1", "r2")


def test_says_nothing_when_there_are_no_questions() -> None:
    assert FaqPage().build(make_material([make_review()])) is None
