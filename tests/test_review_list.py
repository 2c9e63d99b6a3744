"""The list of reviews: what it tells about each of them, read back through other parsers."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import html5lib
import pytest
from lxml import html as lxml_html

from engine.domain import (
    Attribution,
    Draft,
    Incentive,
    Kind,
    Material,
    Order,
    RatingKind,
    RatingSummary,
    Relation,
    Reply,
    Review,
    SourceId,
    SourceSummary,
    Verification,
    VerificationLevel,
    View,
)
from tests.factories import NOON, make_material, make_rating, make_review, make_settings, make_subject
from widgets.review_list import BareReviewList, ReviewList

STYLE_SHEET = Path(__file__).parents[1] / "widgets" / "static" / "plaudit.css"
TAGS = {"div", "h2", "h3", "p", "ul", "li", "a", "b", "bdi", "br", "data", "span", "time", "details", "summary", "svg"}
TAGS |= {"path"}
ATTRIBUTES = {
    "class",
    "lang",
    "dir",
    "href",
    "rel",
    "value",
    "datetime",
    "role",
    "aria-label",
    "aria-current",
    "data-said",
    "data-src",
}
DRAWING = {"viewBox", "width", "height", "aria-hidden", "d", "fill", "opacity"}

BASE = "https://reviews.larkfield.example"
HOSTILE = [
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<!--<script>",
    "]]><svg onload=alert(1)>",
    "&lt;b&gt; &amp;amp; &#60;",
    "{{7*7}} {% raw %} [gallery ids=1] ${7*7} #{7*7}",
    "javascript:alert(1)",
    "https://evil.example/embed",
    "# heading\n\n* list\n\n    code",
]


def bare(material: Material) -> str:
    draft = BareReviewList().build(material)
    assert draft
    return draft.body


def tree_of(html: str) -> Any:
    return html5lib.parseFragment(html, namespaceHTMLElements=False)


def seen(html: str) -> str:
    return " ".join("".join(tree_of(html).itertext()).split())


def shown(**changes: Any) -> str:
    return seen(bare(make_material([make_review(**changes)])))


@pytest.mark.parametrize("text", HOSTILE)
def test_words_from_outside_stay_words(text: str) -> None:
    review = make_review(
        title=text,
        body=text,
        author=text,
        role=text,
        company=text,
        url=text,
        incentive=Incentive(kind=text, value=text),
        replies=(Reply(body=text, author=text, language="en"),),
    )
    others = (SourceSummary(source_id=SourceId("o"), name=text, summary=RatingSummary(rated=1, hundredths=400)),)
    attributions = {review.source_id: Attribution(name=text)}
    material = make_material([review], about=make_subject(name=text), others=others, attributions=attributions)

    html = bare(material)

    for tree in (tree_of(html), lxml_html.fragment_fromstring(html)):
        words = " ".join("".join(tree.itertext()).split())
        assert words.count(" ".join(text.split())) >= 11
        assert {str(each.tag).rpartition("}")[2] for each in tree.iter()} <= TAGS | {"DOCUMENT_FRAGMENT"}
        assert {name for each in tree.iter() for name in each.attrib} <= ATTRIBUTES | DRAWING | {"viewbox"}


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_from_outside_is_left_for_a_cms_to_run(text: str) -> None:
    html = bare(make_material([make_review(title=text, body=text, author=text, url=f"https://x.example/?{text}")]))

    assert not set("[]{}%") & set(html)
    assert "<p>https://" not in html


def test_markdown_finds_one_block_of_html() -> None:
    html = bare(make_material([make_review(body="One.\r\n\r\n\r\nTwo.\u2028\u2028Three."), make_review(title=None)]))

    assert html.startswith('<div class="plaudit ')
    assert html.endswith("</div>")
    assert all(line.strip() for line in html.splitlines())


def test_paragraphs_and_line_breaks_are_kept() -> None:
    html = bare(make_material([make_review(body="Tea:\n- green\n- black\n\nNo coffee.")]))

    assert "<p>Tea:<br>\n- green<br>\n- black</p>\n<p>No coffee.</p>" in html


def test_needs_no_style_script_picture_or_id_from_the_page() -> None:
    html = bare(make_material([make_review()]))

    assert not [each for each in ("style=", "<style", "<script", "<img", "data:", " id=") if each in html]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"verification": Verification(level=VerificationLevel.PURCHASE)}, "Verified purchase"),
        ({"verification": Verification(level=VerificationLevel.CUSTOMER)}, "Verified customer"),
        ({}, "Not verified"),
        ({"incentive": Incentive(kind="gift card", value="€10")}, "in return for this review: gift card, €10"),
        ({"incentive": Incentive(kind="x", disclosed_text="Got a free lid")}, "for this review: Got a free lid"),
        ({"incentive": Incentive(kind="")}, "The author received something in return for this review."),
        ({"relation": Relation.EMPLOYEE}, "Written by somebody who works for the company."),
        ({"relation": Relation.FAMILY}, "Written by a relative of somebody at the company."),
        ({"relation": Relation.AGENCY}, "Written by an agency that works for the company."),
        ({"author": None}, "Name not given"),
        ({"kind": Kind.TESTIMONIAL, "role": "Buyer", "company": "Acme"}, "Owen B. Buyer, Acme"),
        ({"replies": (Reply(body="Thank you.", author="Ann"),)}, "Reply from Ann Thank you."),
        ({"replies": (Reply(body="Thank you."),)}, "Reply from the company Thank you."),
    ],
)
def test_tells_the_reader(changes: dict[str, Any], words: str) -> None:
    assert words in shown(**changes)


@pytest.mark.parametrize(
    ("rating", "words"),
    [
        (make_rating(4), "Rated 4 out of 5"),
        (make_rating(4.5), "Rated 4.5 out of 5"),
        (make_rating(9, worst=1, best=10), "9 out of 10"),
        (make_rating(40, worst=-100, best=100), "40 on a scale of -100 to 100"),
        (make_rating(87, worst=0, best=100), "87 out of 100"),
    ],
)
def test_a_rating_says_its_own_value(rating: Any, words: str) -> None:
    review = make_review(rating=None)

    html = bare(make_material([_rated(review, rating)]))

    assert words in seen(html)
    assert ("plaudit-unseen" in html) is rating.is_on_five


@pytest.mark.parametrize(
    ("kind", "original", "words"),
    [(RatingKind.PERCENT, "87 %", "87%"), (RatingKind.LABEL, "thumbs up", "Rated 4.48 out of 5 thumbs up")],
)
def test_a_rating_without_numbers_of_stars_is_said_as_it_was_given(kind: RatingKind, original: str, words: str) -> None:
    rating = replace(make_rating(87, worst=0, best=100), kind=kind, original=original)

    html = bare(make_material([_rated(make_review(rating=None), rating)]))

    assert words in seen(html)


def test_dates_are_those_of_the_companys_own_zone_and_none_is_invented() -> None:
    late = NOON.replace(month=1, day=31, hour=23, minute=30)
    material = make_material([make_review(written_at=late), make_review(written_at=None)], locale="de")

    times = [(each.get("datetime"), "".join(each.itertext())) for each in tree_of(bare(material)).iter("time")]

    assert times == [("2026-02-01", "1. Februar 2026")]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//x.example", "https:///x", "https://[x", "java\nscript:x", ""]
)
def test_an_address_that_is_not_of_the_web_is_no_link(url: str) -> None:
    html = bare(make_material([make_review(url=url)]))

    assert "ugc" not in html


def test_the_source_is_named_and_linked_as_somebody_elses() -> None:
    review = make_review(source_id="bazaar", url="https://bazaar.example/r/1?a=1&b=2")
    material = make_material([review], attributions={SourceId("bazaar"): Attribution(name="Bazaar")})

    tree = tree_of(bare(material))

    [link] = [each for each in tree.iter("a") if "ugc" in (each.get("rel") or "")]
    assert (link.get("href"), link.get("rel")) == ("https://bazaar.example/r/1?a=1&b=2", "ugc nofollow")
    assert "Source: Bazaar Original review" in seen(bare(material))


def test_each_review_is_in_its_own_language_and_direction() -> None:
    html = bare(make_material([make_review(title="جيد", body="جيد جدا", language="ar")]))

    assert html.startswith('<div class="plaudit plaudit-list" lang="en" dir="ltr" ')
    assert html.count(' lang="ar" dir="auto"') == 2


def test_other_platforms_stand_beside_the_aggregate_under_their_name() -> None:
    other = SourceSummary(source_id=SourceId("bazaar"), name="Bazaar", summary=RatingSummary(rated=10, hundredths=4100))
    material = make_material([make_review(rating=4)], others=(other,))

    html = bare(material)

    assert "Bazaar: 4.1 out of 5, 10 ratings" in seen(html)
    assert html.count("plaudit-mean") == 1
    assert "stand beside it and are not counted in" in seen(html)


@pytest.mark.parametrize(
    ("automatic", "words"),
    [(False, "A person decides on each review"), (True, "by a person or by fixed rules")],
)
def test_says_who_approves(automatic: bool, words: str) -> None:
    html = bare(make_material([make_review()], settings=make_settings(automatic_approval=automatic)))

    assert words in seen(html)
    assert "the rating never decides" in seen(html)
    assert "Order: Newest first." in seen(html)


def test_sorting_and_more_lead_to_the_public_page() -> None:
    view = View(order=Order.LOWEST, star=2)
    material = make_material([make_review(), make_review()], view=view, following="a+b/=")

    addresses = [each.get("href") for each in tree_of(bare(material)).iter("a")]
    links = [each.removeprefix(BASE) for each in addresses if f"{BASE}/reviews/" in each]

    assert links == [
        "/reviews/kettle?sort=lowest",
        "/reviews/kettle?sort=lowest&star=4",
        "/reviews/kettle?star=2",
        "/reviews/kettle?sort=oldest&star=2",
        "/reviews/kettle?sort=highest&star=2",
        "/reviews/kettle?sort=lowest&star=2&after=a%2Bb%2F%3D",
    ]


def test_without_reviews_it_says_so_and_how_they_will_be_checked() -> None:
    words = seen(bare(make_material()))

    assert "No reviews yet." in words
    assert "Good and bad reviews are published alike" in words
    assert "Order" not in words


def test_a_star_that_nobody_gave_offers_the_way_back() -> None:
    html = bare(make_material(summary=RatingSummary(rated=1, hundredths=500), view=View(star=1)))

    assert "No review gives 1 star. Show all reviews" in seen(html)


def test_names_the_reviews_it_shows() -> None:
    reviews = [make_review(), make_review()]

    draft = BareReviewList().build(make_material(reviews))

    assert draft
    assert list(draft.reviews) == [review.id for review in reviews]


def test_the_same_material_gives_the_same_text() -> None:
    material = make_material([make_review(), make_review(rating=2)])

    assert bare(material) == bare(material)


def test_five_reviews_and_their_styles_are_small() -> None:
    reviews = [
        make_review(rating=stars, body=f"Review number {stars}. " + "It pours well. " * 9) for stars in range(1, 6)
    ]

    html = bare(make_material(reviews))

    assert len(gzip.compress(html.encode())) < 2048
    assert len(gzip.compress(STYLE_SHEET.read_bytes())) < 2048


def test_the_full_list_is_the_bare_one_and_its_markup_in_one_element() -> None:
    review = make_review(title="</script>")
    document = Draft(body='{"name":"\\u003c/script\\u003e"}', reviews=[review.id])
    material = make_material([review])
    plain = Draft(body=bare(material), reviews=[review.id])

    draft = ReviewList().build(make_material([review], parts={"list-bare": plain, "jsonld": document}))

    assert draft
    assert plain.body in draft.body
    root = lxml_html.fragment_fromstring(draft.body)
    assert [json.loads(each.text) for each in root.iter("script")] == [{"name": "</script>"}]
    assert draft.body.startswith("<div ")
    assert len(list(root.find_class("plaudit"))) == 1
    assert list(draft.reviews) == [review.id]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"parts": {"list-bare": Draft(body="<div></div>")}}, id="nothing is marked up"),
        pytest.param(
            {"parts": {"list-bare": Draft(body="<div></div>"), "jsonld": Draft(body="{}")}, "view": View(star=5)},
            id="not the default view",
        ),
    ],
)
def test_the_full_list_is_without_markup_when(changes: dict[str, Any]) -> None:
    draft = ReviewList().build(make_material(**changes))

    assert draft
    assert "<script" not in draft.body


def _rated(review: Review, rating: Any) -> Review:
    return replace(review, rating=rating)
