"""Every kind of widget stands in any page, invites where there is nothing yet, and is small."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from engine.domain import (
    Aspect,
    Draft,
    Form,
    FormId,
    Incentive,
    Kind,
    MediaKind,
    RatingSummary,
    Review,
    Scope,
    SourceId,
    SourceSummary,
    Subject,
    SubjectId,
    TopicId,
    Verification,
    VerificationLevel,
)
from engine.plugins import Generator
from schema_markup.subject import SubjectReviews
from tests.factories import make_material, make_review, make_settings, make_subject
from tests.kinds import (
    BATTERY,
    KINDS,
    LONG,
    OPEN,
    PICKED,
    built,
    everything,
    links,
    many,
    material_of,
    parts,
    phrase,
    picture,
    seen,
    tree_of,
)
from widgets.histogram import Histogram
from widgets.review_list import BareReviewList, ReviewList
from widgets.wall import Wall

LOCALES = ("en", "de", "nl", "fr", "es")
MOST_BYTES = 2560
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda each: each.name)


@every_kind
@pytest.mark.parametrize("locale", LOCALES)
def test_stands_in_any_page_and_beside_itself(kind: Generator, locale: str) -> None:
    html = built(kind, everything(locale))

    assert html.startswith(f'<div class="plaudit plaudit-{kind.name.removesuffix("-bare")}" lang="{locale}" dir="ltr"')
    assert all(line.strip() for line in html.splitlines())
    assert not [each for each in ("style=", "<style", "<script", " id=", "data:", "javascript") if each in html]


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        (
            "en",
            "A selection: the 12 newest written reviews, those in this language first. All ratings together: 4.0",
        ),
        (
            "de",
            "Eine Auswahl: die 12 neuesten Bewertungen mit Text, zuerst die in dieser Sprache. Alle Bewertungen",
        ),
        (
            "nl",
            "Een selectie: de 12 nieuwste geschreven reviews, die in deze taal eerst. Alle beoordelingen samen: 4,0",
        ),
        (
            "fr",
            "Une sélection : les 12 avis rédigés les plus récents, d’abord ceux dans cette langue. Toutes les",
        ),
        (
            "es",
            "Una selección: las 12 opiniones escritas más recientes, primero las de este idioma. Todas las",
        ),
    ],
)
def test_says_its_choice_in_the_language_of_its_page(locale: str, words: str) -> None:
    assert words in seen(built(Wall(), material_of(*many(), locale=locale)))


@every_kind
@pytest.mark.parametrize(
    "text", ["</q><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}} {% raw %} [gallery ids=1]"]
)
def test_words_from_outside_stay_words_in_it(kind: Generator, text: str) -> None:
    told: dict[str, Any] = {"title": text, "body": f"{text} {LONG}", "author": text, "company": text, "role": text}
    review = make_review(media=[picture(alt=text)], incentive=Incentive(kind=text), **told)
    client = make_review(kind=Kind.TESTIMONIAL, media=[picture(2, MediaKind.LOGO, alt=text)], **told)
    full = material_of(review, client, phrases=(phrase(text, BATTERY.id),), topic=replace(BATTERY, name=text))
    subject = make_subject(name=text)

    for about in (subject, replace(BATTERY, name=text), replace(PICKED, name=text)):
        subjects = {subject.id: subject}
        material = replace(full, about=about, subjects=subjects, faq=everything().faq)
        draft = kind.build(material) if material.scope in kind.scopes else None
        html = draft.body if draft else ""
        assert not set("[]{}%") & set(html)
        assert "onerror" not in {name for each in tree_of(html).iter() for name in each.attrib}
        assert not list(tree_of(html).iter("script"))


@every_kind
def test_no_french_mark_stands_alone_on_a_line(kind: Generator) -> None:
    rated = make_review(aspects=[Aspect(label="Bec", value=Decimal(4), worst=Decimal(1), best=Decimal(5))])
    other = SourceSummary(source_id=SourceId("o"), name="Trustspot", summary=RatingSummary(rated=1, hundredths=400))
    material = everything("fr")

    html = built(kind, replace(material, others=(other,), shown=(rated, *material.shown)))

    words = "".join(tree_of(html).itertext())
    assert re.findall(r"\w*(?<!\u00a0):(?!//)|\w*(?<!\u202f)[;!»]", words) == []


@every_kind
def test_of_nothing_it_says_nothing_or_invites(kind: Generator) -> None:
    draft = kind.build(make_material(settings=OPEN))

    if draft is not None:
        assert "No reviews yet." in seen(draft.body)
        assert "Write the first review" in seen(draft.body)
        assert "/f/shop?subject=kettle" in links(draft.body)
        assert "<svg" not in draft.body


def test_what_has_a_state_without_reviews() -> None:
    material = make_material()

    assert [each.name for each in KINDS if each.build(material)] == ["badge", "list-bare", "histogram"]


@pytest.mark.parametrize("kind", [BareReviewList(), Histogram()], ids=lambda each: each.name)
@pytest.mark.parametrize(
    ("form", "addresses"),
    [
        (Form(id=FormId("shop")), ["/f/shop?subject=kettle&locale=de"]),
        (Form(id=FormId("shop"), subjects=(SubjectId("grinder"),)), []),
        (Form(id=FormId("clients"), kind=Kind.TESTIMONIAL), []),
    ],
)
def test_leads_to_the_form_that_is_open_for_the_subject(kind: Generator, form: Any, addresses: Sequence[str]) -> None:
    material = material_of(make_review(), locale="de", settings=make_settings(forms=(form,)))

    assert links(built(kind, material), "plaudit-write") == addresses


def test_the_scopes_of_each_kind() -> None:
    scopes = {each.name: set(each.scopes) for each in (*KINDS, ReviewList())}

    assert {name for name, some in scopes.items() if some == {Scope.SUBJECT}} == {"badge", "list", "histogram"}
    assert {name for name, some in scopes.items() if some == set(Scope)} == {
        "list-bare",
        "quote",
        "wall",
        "carousel",
        "gallery",
        "testimonials",
    }
    assert {name for name, some in scopes.items() if some == {Scope.SUBJECT, Scope.TOPIC}} == {"phrases", "faq"}


def test_five_typical_reviews_and_their_markup_are_small(capsys: pytest.CaptureFixture[str]) -> None:
    reviews = _typical()
    phrases = [phrase(text, TopicId(f"en-{text}"), 9) for text in ("battery", "lid", "spout", "handle", "price")]
    material = material_of(
        *reviews, phrases=phrases, settings=OPEN, following="newest~0~1790000000000000~r1", total_shown=57
    )
    bare, document = BareReviewList().build(material), SubjectReviews().build(material)
    assert bare
    assert document

    draft = ReviewList().build(replace(material, parts={"list-bare": bare, "jsonld": document}))

    assert draft
    assert [len(each["review"]) for each in _documents(draft)] == [5]
    weight = len(gzip.compress(draft.body.encode(), 9))
    with capsys.disabled():
        print(f" list of five, JSON-LD included: {weight} bytes gzip of {MOST_BYTES}", end=" ")
    assert weight <= MOST_BYTES


def _documents(draft: Draft) -> list[Any]:
    return [json.loads(each.text) for each in tree_of(draft.body).iter("script")]


def _typical() -> list[Review]:
    told = [
        (5, "Pours like a dream", "Owen B.", VerificationLevel.PURCHASE),
        (4, "Solid, but the lid rattles", "Maren T.", VerificationLevel.PURCHASE),
        (5, "A lovely present", "Yusuf K.", VerificationLevel.CUSTOMER),
        (2, "Slow delivery", "Claire D.", VerificationLevel.UNVERIFIED),
        (4, "Nearly perfect", "Ines R.", VerificationLevel.PURCHASE),
    ]
    bodies = [
        "I have used it every morning for half a year. It pours slowly and exactly where I want it, and stays cool.",
        "The lid rattles a little when the water boils, otherwise a kettle that keeps its heat for twenty minutes.",
        "Bought it as a present for my father. He says the coffee tastes better, which I doubt, but he smiles.",
        "Delivery took nine days instead of three and the box was dented. Support answered within an hour, though.",
        "Good looking, precise spout, easy to descale. I would have liked a longer cord for our kitchen.",
    ]
    return [
        make_review(
            stars,
            title=title,
            author=author,
            body=body,
            verification=Verification(level=level),
            written_at=_day(number),
        )
        for number, ((stars, title, author, level), body) in enumerate(zip(told, bodies, strict=True))
    ]


def _day(number: int) -> Any:
    found = make_review().written_at
    assert found
    return found.replace(day=3 + 5 * number)


def test_a_subject_is_named_by_its_locale() -> None:
    subject: Subject = make_subject(names={"nl": "K2 waterkoker"})

    html = built(Histogram(), material_of(make_review(), locale="nl", about=subject))

    assert parts(html, "plaudit-heading") == ["Reviews over K2 waterkoker"]
