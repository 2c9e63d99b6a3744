"""Pictures and logos: what is drawn, where it leads, and what is never fetched from others."""

from __future__ import annotations

from engine.domain import Incentive, Kind, MediaKind, Relation, Verification, VerificationLevel
from tests.factories import make_review
from tests.kinds import (
    BASE,
    built,
    links,
    material_of,
    picture,
    seen,
    tree_of,
)
from widgets.gallery import Gallery
from widgets.review_list import BareReviewList
from widgets.testimonials import Testimonials
from widgets.wall import Wall

VERIFIED = Verification(level=VerificationLevel.PURCHASE)


def test_the_gallery_draws_what_stands_here_and_leads_to_the_review() -> None:
    review = make_review(
        2,
        media=[
            picture(1, thumbnail=f"{BASE}/media/1/small.jpg", width=1600, height=1200, alt="A dent"),
            picture(2),
            picture(3, base="https://img.example"),
            picture(4, MediaKind.VIDEO),
            picture(5, MediaKind.LOGO),
        ],
    )

    draft = Gallery().build(material_of(review, make_review()))

    assert draft
    drawn = [(each.get("src").removeprefix(BASE), each.get("alt")) for each in tree_of(draft.body).iter("img")]
    assert drawn == [("/media/1/small.jpg", "A dent"), ("/media/2/large.jpg", "Picture by Owen B.")]
    assert links(draft.body, "plaudit-pictures") == [f"/review/{review.id}"] * 2
    assert 'width="1600" height="1200"' in draft.body
    assert "whatever the rating beside them. All ratings together: 3.0 out of 5" in seen(draft.body)
    assert list(draft.reviews) == [review.id]


def test_the_stars_below_a_picture_keep_what_must_be_known_of_them() -> None:
    review = make_review(
        5, media=[picture(1)], incentive=Incentive(kind="voucher"), relation=Relation.EMPLOYEE, verification=VERIFIED
    )

    words = seen(built(Gallery(), material_of(review)))

    assert "Verified purchase" in words
    assert "in return for this review: voucher" in words
    assert "somebody who works for the company" in words


def test_two_pictures_of_one_author_do_not_lead_away_under_one_name() -> None:
    html = built(Gallery(), material_of(make_review(media=[picture(1), picture(2)])))

    assert [each.get("alt") for each in tree_of(html).iter("img")] == ["Picture by Owen B.", "Picture by Owen B. (2)"]


def test_without_a_picture_of_ours_there_is_no_gallery() -> None:
    assert Gallery().build(material_of(make_review(media=[picture(base="https://img.example")]))) is None


def test_a_testimonial_has_name_role_company_and_logo_and_no_stars_that_nobody_gave() -> None:
    logo = picture(1, MediaKind.LOGO, width=400, height=100)
    client = make_review(None, kind=Kind.TESTIMONIAL, role="Buyer", company="Acme", media=[logo, picture(2)])

    html = built(Testimonials(), material_of(client, make_review()))

    [drawn] = tree_of(html).iter("img")
    assert (drawn.get("class"), drawn.get("alt"), drawn.get("width")) == ("plaudit-logo", "Acme", "400")
    assert "Owen B. Buyer, Acme" in seen(html)
    assert "<svg" not in html
    assert "A selection: the newest testimonials. All ratings together" in seen(html)


def test_a_logo_that_stands_elsewhere_is_not_fetched_from_there() -> None:
    client = make_review(kind=Kind.TESTIMONIAL, media=[picture(1, MediaKind.LOGO, base="https://img.example")])

    for kind in (Testimonials(), BareReviewList(), Wall()):
        html = built(kind, material_of(client))
        assert "img.example" not in html
        assert "<img" not in html
