"""Tests of what comes along on a review's card: counts, parts, the original, pictures, and where it comes from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import html5lib
import pytest

from engine.domain import Aspect, Attribution, Media, MediaId, MediaKind, Review, SourceId, State, Translation
from tests.factories import make_material, make_review
from widgets.review_list import BareReviewList

FIT = ("Small", "True to size", "Large")
ORIGINAL = Translation(language="de", title="Guter Kessel", body="Er gießt gut.\n\nUnd hält warm.")


def listed(review: Review, locale: str = "en", **changes: Any) -> Any:
    draft = BareReviewList().build(make_material([review], locale, **changes))
    assert draft is not None
    return html5lib.parse(draft.body, namespaceHTMLElements=False)


def text(tree: Any, name: str) -> str:
    found = [each for each in tree.iter() if name in (each.get("class") or "").split()]
    return " | ".join(" ".join("".join(each.itertext()).split()) for each in found)


def aspect(value: str, worst: str = "1", best: str = "5", poles: tuple[str, str, str] = ("", "", "")) -> Aspect:
    low, middle, high = poles
    return Aspect(
        label="Fit",
        value=Decimal(value),
        worst=Decimal(worst),
        best=Decimal(best),
        low=low,
        middle=middle,
        high=high,
    )


def picture(url: str, **changes: Any) -> Media:
    said: dict[str, Any] = {"id": MediaId("m1"), "kind": MediaKind.IMAGE, "url": url, "state": State.APPROVED}
    return Media(**(said | changes))


@pytest.mark.parametrize(
    ("locale", "one", "many"),
    [
        ("en", "1 reader found this helpful", "1,200 readers found this helpful"),
        ("de", "1 Person fand das hilfreich", "1.200 Personen fanden das hilfreich"),
        ("nl", "1 persoon vond dit nuttig", "1.200 personen vonden dit nuttig"),
        ("fr", "1 personne a trouvé cet avis utile", "1\u202f200 personnes ont trouvé cet avis utile"),
        ("es", "A 1 persona le ha resultado útil", "A 1.200 personas les ha resultado útil"),
    ],
)
def test_says_how_many_found_it_helpful(locale: str, one: str, many: str) -> None:
    shown = [text(listed(make_review(helpful=number), locale), "plaudit-helpful") for number in (0, 1, 1200)]

    assert shown == ["", " ".join(one.split()), " ".join(many.split())]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (aspect("4"), "Fit: 4 out of 5"),
        (aspect("4.5", "0", "10"), "Fit: 4.5 out of 10"),
        (aspect("1", "-2", "2"), "Fit: 1 on a scale of -2 to 2"),
        (aspect("4", poles=("Stiff", "", "Soft")), "Fit: 4 on a scale of 1 (Stiff) to 5 (Soft)"),
        (aspect("-2", "-2", "2", FIT), "Fit: Small"),
        (aspect("-1", "-2", "2", FIT), "Fit: between “Small” and “True to size”"),
        (aspect("0", "-2", "2", FIT), "Fit: True to size"),
        (aspect("1", "-2", "2", FIT), "Fit: between “True to size” and “Large”"),
        (aspect("2", "-2", "2", FIT), "Fit: Large"),
        (aspect("1", "-2", "2", ("", "True to size", "")), "Fit: True to size"),
    ],
)
def test_says_how_a_part_was_rated(given: Aspect, words: str) -> None:
    assert text(listed(make_review(aspects=[given])), "plaudit-aspects") == words


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "Translated from German. Show the original text"),
        ("de", "Übersetzung (Originalsprache: Deutsch). Originaltext anzeigen"),
        ("nl", "Vertaald uit het Duits. Oorspronkelijke tekst tonen"),
        ("fr", "Traduction (langue d’origine : allemand). Afficher le texte d’origine"),
        ("es", "Traducido del alemán. Mostrar el texto original"),
    ],
)
def test_a_translation_says_so_and_keeps_the_original_beside_it(locale: str, words: str) -> None:
    tree = listed(make_review(original=ORIGINAL), locale)

    details = tree.find(".//details[@class='plaudit-original']")
    assert " ".join(details.find("summary").text.split()) == words
    assert details.find("div").get("lang") == "de"
    assert ["".join(each.itertext()) for each in details.iter("p")] == [
        "Guter Kessel",
        "Er gießt gut.",
        "Und hält warm.",
    ]


def test_an_original_in_a_language_nobody_named_is_an_original_still() -> None:
    tree = listed(make_review(original=Translation(language=None, body="Er gießt gut.")))

    assert tree.find(".//details[@class='plaudit-original']/summary").text == "Translation. Show the original text"


def test_a_picture_of_ours_is_drawn_and_any_other_is_a_link() -> None:
    ours = picture(
        "https://reviews.larkfield.example/media/1/large.jpg",
        thumbnail="https://reviews.larkfield.example/media/1/small.jpg",
        alt='The kettle "K2"',
        width=1600,
        height=1200,
    )
    theirs = picture("https://img.example/1.jpg", id=MediaId("m2"))
    film = picture("https://img.example/1.mp4", id=MediaId("m3"), kind=MediaKind.VIDEO)

    tree = listed(make_review(media=[ours, theirs, film]))

    [drawn] = tree.iter("img")
    assert drawn.attrib == {
        "src": "https://reviews.larkfield.example/media/1/small.jpg",
        "alt": 'The kettle "K2"',
        "loading": "lazy",
        "width": "1600",
        "height": "1200",
    }
    links = [each for each in tree.iter("a") if each.get("rel") == "ugc nofollow"]
    assert [each.get("href") for each in links] == [ours.url, theirs.url, film.url]
    assert [each.text for each in links[1:]] == ["Photo with this review", "Video with this review"]


def test_links_to_two_pictures_do_not_say_the_same() -> None:
    media = [picture(f"https://img.example/{number}.jpg", id=MediaId(f"m{number}")) for number in range(3)]

    shown = text(listed(make_review(media=media)), "plaudit-media")

    assert shown == "Photo with this review Photo with this review (2) Photo with this review (3)"


def test_a_picture_whose_address_is_no_link_is_left_out() -> None:
    tree = listed(make_review(media=[picture("javascript:alert(1)")]))

    assert list(tree.iter("img")) == []
    assert text(tree, "plaudit-media") == ""


def test_a_source_is_linked_to_where_the_review_has_no_address_of_its_own() -> None:
    named = {SourceId("shop"): Attribution(name="Trustpilot", link_required=True, url="https://www.trustpilot.com")}
    review, with_address = make_review(), make_review(url="https://www.trustpilot.com/reviews/1")

    shown = [
        [(each.get("href"), each.text) for each in listed(one, attributions=named).iter("a")]
        for one in (review, with_address)
    ]

    assert ("https://www.trustpilot.com", "Source: Trustpilot") in shown[0]
    assert ("https://www.trustpilot.com/reviews/1", "Original review") in shown[1]
    assert "https://www.trustpilot.com" not in [address for address, _ in shown[1]]


def test_what_is_handed_on_is_shown_under_the_name_of_where_it_comes_from() -> None:
    review = make_review()
    tree = listed(
        review,
        attributions={SourceId("shop"): Attribution(name="Senja")},
        origins={review.id: Attribution(name="Google")},
    )

    assert text(tree, "plaudit-source") == "Source: Google"
