"""The badge, read back as a browser reads it."""

from __future__ import annotations

import html5lib
import pytest

from engine.domain import Material, RatingSummary, SubjectId
from tests.factories import make_material, make_review, make_subject
from widgets.badge import Badge

RATED = RatingSummary(rated=12120, with_text=11980, hundredths=12120 * 432, histogram=(90, 110, 210, 340, 11370))


def badge(material: Material) -> str:
    draft = Badge().build(material)
    assert draft
    return draft.body


def seen(html: str) -> str:
    return " ".join("".join(html5lib.parseFragment(html, namespaceHTMLElements=False).itertext()).split())


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "4.3 out of 5 12,120 ratings: Reviews of K2 Gooseneck Kettle"),
        ("de", "4,3 von 5 12.120 Bewertungen: Bewertungen zu K2 Gooseneck Kettle"),
        ("nl", "4,3 van de 5 12.120 beoordelingen: Reviews over K2 Gooseneck Kettle"),
        ("fr", "4,3 sur 5 12 120 notes : Avis sur K2 Gooseneck Kettle"),
        ("es", "4,3 de 5 12.120 valoraciones: Opiniones sobre K2 Gooseneck Kettle"),
    ],
)
def test_says_mean_and_count_as_the_locale_writes_them(locale: str, words: str) -> None:
    material = make_material(locale=locale, summary=RATED)

    html = badge(material)

    assert seen(html) == words


def test_figures_carry_their_value_for_machines_in_every_locale() -> None:
    material = make_material(locale="fr", summary=RATED)

    html = badge(material)

    assert '<data class="plaudit-mean" value="4.3">' in html
    assert '<data class="plaudit-count" value="12120">' in html


def test_a_round_mean_keeps_its_decimal() -> None:
    material = make_material([make_review(rating=4)])

    html = badge(material)

    assert seen(html).startswith("4.0 out of 5 1 rating")


@pytest.mark.parametrize(
    ("locale", "address"),
    [
        ("en", "https://reviews.larkfield.example/reviews/a%20%2F%20b"),
        ("de", "https://reviews.larkfield.example/reviews/a%20%2F%20b?locale=de"),
    ],
)
def test_leads_to_the_page_of_the_same_language(locale: str, address: str) -> None:
    material = make_material(locale=locale, summary=RATED, about=make_subject(id=SubjectId("a / b")))

    tree = html5lib.parseFragment(badge(material), namespaceHTMLElements=False)

    assert [link.get("href") for link in tree.iter("a")] == [address]


def test_without_reviews_it_says_so_and_leads_nowhere() -> None:
    html = badge(make_material())

    assert seen(html) == "No reviews yet."
    assert "<a" not in html


def test_where_nothing_is_rated_it_names_no_figure() -> None:
    html = badge(make_material([make_review(rating=None)]))

    assert seen(html) == "Reviews of K2 Gooseneck Kettle"


def test_quotes_nobody() -> None:
    draft = Badge().build(make_material([make_review()]))

    assert draft
    assert draft.reviews == ()


def test_says_its_own_language_and_direction_to_the_page_around_it() -> None:
    html = badge(make_material(locale="de", summary=RATED))

    assert html.startswith('<div class="plaudit plaudit-badge" lang="de" dir="ltr">')


def test_a_locale_without_a_catalogue_is_marked_as_the_english_that_it_is() -> None:
    html = badge(make_material(locale="pl", summary=RATED))

    assert 'lang="en"' in html
