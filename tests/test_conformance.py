"""The built-in plugs keep the promises that a stranger's must keep."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from collectors.file import FileCollector
from engine.domain import (
    Draft,
    FaqEntry,
    FaqId,
    Kind,
    Material,
    Media,
    MediaId,
    MediaKind,
    Phrase,
    Point,
    Quote,
    ReviewId,
    Sentence,
    State,
    SubjectId,
    TextSummary,
)
from engine.plugins import Generator, load_generators
from engine.testing import check_collector, check_generator
from tests.factories import make_material, make_review


def _entry(review: ReviewId, words: str) -> FaqEntry:
    quote = Quote(review_id=review, text=words, author="Owen B.")
    return FaqEntry(
        id=FaqId("f1"),
        subject_id=SubjectId("kettle"),
        language="en",
        question="How is the spout?",
        sentences=(Sentence(text=f"“{words}” — Owen B.", review_ids=(review,), quote=quote),),
        phrase="spout",
    )


def _picture() -> Media:
    url = "https://reviews.larkfield.example/media/1/large.jpg"
    return Media(id=MediaId("m1"), kind=MediaKind.IMAGE, url=url, state=State.APPROVED)


def _summary(review: ReviewId, words: str) -> TextSummary:
    quote = Quote(review_id=review, text=words, author="Owen B.")
    praised = Point(phrase="spout", count=12, positive=9, negative=1, quote=quote)
    return TextSummary(subject_id=SubjectId("kettle"), language="en", voices=40, praised=(praised,))


def _with_parts(generator: Generator, material: Material) -> Material:
    made: dict[str, Draft] = {}
    for each in load_generators():
        if each.name == generator.name:
            break
        draft = each.build(replace(material, parts={name: made[name] for name in each.needs if name in made}))
        if draft is not None:
            made[each.name] = draft
    return replace(material, parts={name: made[name] for name in generator.needs if name in made})


@pytest.mark.parametrize("generator", load_generators(), ids=lambda each: each.name)
@pytest.mark.parametrize("locale", ["en", "de", "nl", "fr", "es"])
def test_a_built_in_generator_keeps_the_contract(generator: Generator, locale: str) -> None:
    one, other = make_review(rating=4), make_review(rating=None, author=None, body="The spout pours like a pen, daily.")
    long = make_review(body="A sentence about a kettle. " * 30, media=[_picture()])
    client = make_review(kind=Kind.TESTIMONIAL, rating=None, body="They answer within an hour.", company="Acme")
    full = make_material(
        [one, other, long],
        locale=locale,
        pictured=(long,),
        testimonials=(client,),
        excerptable={long.id},
        faq=(_entry(other.id, "The spout pours like a pen"),),
        phrases=(Phrase(text="spout", language="en", count=12, positive=9, negative=1),),
        text_summary=_summary(other.id, "The spout pours like a pen"),
    )

    check_generator(generator, [_with_parts(generator, each) for each in (make_material(locale=locale), full)])


def test_the_collector_of_files_keeps_the_contract(tmp_path: Path) -> None:
    file = tmp_path / "reviews.csv"
    file.write_text("subject,rating,body\n" + "k2,5,Good\nk2,4,Fine\nk2,5,Good\n" * 5)

    check_collector(lambda: FileCollector(path=file, mapping={}, constants={}, batch_size=4))


def test_a_generator_that_reads_the_clock_is_found_out() -> None:
    class Clock:
        name = "clock"
        media_type = "text/plain"
        scopes = load_generators()[0].scopes
        needs = ()

        def build(self, material: Material) -> Draft | None:
            return Draft(body=material.now.isoformat())

    with pytest.raises(AssertionError, match="depends on the time"):
        check_generator(Clock(), [make_material()])


def test_a_generator_that_hides_whom_it_quotes_is_found_out() -> None:
    class Hider:
        name = "hider"
        media_type = "text/plain"
        scopes = load_generators()[0].scopes
        needs = ()

        def build(self, material: Material) -> Draft | None:
            return Draft(body=material.shown[0].body)

    with pytest.raises(AssertionError, match="without listing it"):
        check_generator(Hider(), [make_material([make_review()])])
