"""Which reviews a widget shows that does not show all, and what it says of its choice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.domain import (
    Attribution,
    Collection,
    Incentive,
    Order,
    RatingSummary,
    Relation,
    Scope,
    SubjectId,
    Topic,
    TopicId,
    Translation,
    View,
)
from engine.plugins import Generator
from tests.factories import make_material, make_review, make_subject
from tests.kinds import (
    BASE,
    BATTERY,
    KINDS,
    LONG,
    PICKED,
    built,
    everything,
    links,
    many,
    material_of,
    parts,
    seen,
    tree_of,
)
from widgets.quote import SingleQuote
from widgets.review_list import BareReviewList
from widgets.wall import MOST, Carousel, Wall


@pytest.mark.parametrize("stars", [1, 2, 3, 4, 5])
def test_the_quote_is_the_newest_in_the_language_whatever_its_stars(stars: int) -> None:
    reviews = [make_review(body="Too short."), make_review(language="de", body="Er gießt sehr gut, finde ich. " * 2)]
    chosen = make_review(stars, body="It pours well, and the handle never gets hot.")

    html = built(SingleQuote(), material_of(*reviews, chosen, make_review(5, body=LONG)))

    assert parts(html, "plaudit-body") == ["It pours well, and the handle never gets hot."]
    assert f"Rated {stars} out of 5" in seen(html)
    assert "A selection: the newest review in this language that can be quoted here. All ratings together:" in seen(
        html
    )


def test_a_quote_that_is_cut_is_an_exact_span_that_leads_to_the_whole() -> None:
    review = make_review(body=LONG)

    html = built(SingleQuote(), material_of(review))

    [words] = parts(html, "plaudit-body")
    assert LONG.startswith(words.removesuffix(" …"))
    assert links(html, "plaudit-whole") == [f"/review/{review.id}"]
    assert tree_of(html).find(".//blockquote").get("cite") == f"{BASE}/review/{review.id}"


def test_what_may_not_be_cut_is_not_quoted() -> None:
    short = make_review(body="It pours well, and the handle never gets hot.")

    html = built(SingleQuote(), material_of(make_review(body=LONG), short, excerptable=frozenset()))

    assert parts(html, "plaudit-body") == [short.body]
    assert SingleQuote().build(material_of(make_review(body=LONG), excerptable=frozenset())) is None


@pytest.mark.parametrize("kind", [Wall(), Carousel()], ids=lambda each: each.name)
class TestSideBySide:
    def test_it_shows_the_first_written_reviews_of_any_rating(self, kind: Generator) -> None:
        silent = make_review(title=None, body="")
        reviews = [silent, make_review(1, body="It broke."), *many()]

        draft = kind.build(material_of(*reviews))

        assert draft
        assert list(draft.reviews) == [each.id for each in reviews[1 : MOST + 1]]
        assert "It broke." in parts(draft.body, "plaudit-body")
        assert f"A selection: the {MOST} newest written reviews" in seen(draft.body)
        assert "All ratings together: 3.8 out of 5, 16 ratings. Show all reviews" in seen(draft.body)

    def test_where_it_shows_all_it_is_no_selection(self, kind: Generator) -> None:
        html = built(kind, material_of(make_review(), make_review(2)))

        assert "selection" not in seen(html)
        assert "All ratings together: 3.0 out of 5, 2 ratings." in seen(html)

    def test_long_texts_are_cut_and_lead_to_the_whole(self, kind: Generator) -> None:
        review = make_review(body=LONG)

        html = built(kind, material_of(review))

        [words] = parts(html, "plaudit-body")
        assert words.endswith(" …")
        assert LONG.startswith(words.removesuffix(" …"))
        assert links(html, "plaudit-whole") == [f"/review/{review.id}"]

    def test_what_may_not_be_cut_stands_whole(self, kind: Generator) -> None:
        html = built(kind, material_of(make_review(body=LONG), excerptable=frozenset()))

        assert parts(html, "plaudit-body") == [LONG.strip()]
        assert links(html, "plaudit-whole") == []

    def test_an_excerpt_keeps_what_must_be_known_of_it(self, kind: Generator) -> None:
        review = make_review(
            body=LONG,
            incentive=Incentive(kind="voucher"),
            relation=Relation.EMPLOYEE,
            original=Translation(language="de", body="Er gießt gut."),
        )
        named = {review.source_id: Attribution(name="Bazaar", url="https://bazaar.example")}

        html = built(kind, material_of(review, attributions=named))

        words = seen(html)
        assert all(
            each in words
            for each in (
                "Not verified",
                "in return for this review: voucher",
                "somebody who works for the company",
                "Translated from German",
                "Er gießt gut.",
                "Source: Bazaar",
            )
        )

    @pytest.mark.parametrize(
        ("view", "words"),
        [
            (View(star=5), "A selection: only reviews with 5 stars."),
            (View(topic=BATTERY.id), "A selection: only reviews about “battery life”."),
            (View(order=Order.HIGHEST), "A selection in this order: Highest rating first."),
            (View(after="newest~0~1~r0"), "A continuation: other reviews come before these."),
            (View(star=5, order=Order.LOWEST), "5 stars. A selection in this order: Lowest rating first."),
        ],
    )
    def test_no_view_narrows_it_in_silence(self, kind: Generator, view: View, words: str) -> None:
        summary = RatingSummary(rated=4, hundredths=1000, histogram=(1, 1, 0, 0, 2))
        topic = BATTERY if view.topic else None

        html = built(kind, material_of(make_review(5), make_review(5), view=view, summary=summary, topic=topic))

        assert f"{words} All ratings together: 2.5 out of 5, 4 ratings." in seen(html)


def test_a_row_is_scrolled_by_keyboard_and_has_no_dead_buttons() -> None:
    tree = tree_of(built(Carousel(), material_of(*many(3))))

    [rail] = [each for each in tree.iter("div") if each.get("role") == "region"]
    buttons = [(each.get("data-plaudit-step"), each.get("type"), each.get("hidden")) for each in tree.iter("button")]
    assert (rail.get("tabindex"), rail.get("aria-label")) == ("0", "Reviews of K2 Gooseneck Kettle: scroll sideways")
    assert len(list(rail.iter("li"))) == 3
    assert buttons == [("-1", "button", ""), ("1", "button", "")]


@pytest.mark.parametrize(
    "kind", [each for each in KINDS if each.scopes == frozenset(Scope)], ids=lambda each: each.name
)
def test_of_a_collection_it_says_that_somebody_picked_it_and_how_all_are_rated(kind: Generator) -> None:
    full = everything()
    summary = RatingSummary(rated=40, hundredths=12000, histogram=(0, 0, 40, 0, 0))
    subjects = {SubjectId("kettle"): make_subject()}

    html = built(kind, replace(full, about=PICKED, summary=summary, subjects=subjects, phrases=(), faq=()))

    assert "A selection, picked by hand. All ratings together: 3.0 out of 5, 40 ratings." in seen(html)
    assert "Review of K2 Gooseneck Kettle" in seen(html)
    assert "?star=" not in html
    assert kind.name == "quote" or parts(html, "plaudit-heading") == ["Picked by Ann"]


@pytest.mark.parametrize("kind", [Wall(), SingleQuote()], ids=lambda each: each.name)
def test_of_a_topic_which_has_no_mean_it_says_how_many_there_are(kind: Generator) -> None:
    material = material_of(*many(3), about=BATTERY, summary=RatingSummary(), total_shown=34)

    assert "34 reviews in all." in seen(built(kind, material))


@pytest.mark.parametrize("kind", [Wall(), Carousel(), SingleQuote(), BareReviewList()], ids=lambda each: each.name)
def test_of_a_tag_it_says_that_somebody_gave_it(kind: Generator) -> None:
    favourites = Topic(id=TopicId("tag-favourites"), name="favourites", tag="favourites")
    material = material_of(*many(13), about=favourites, summary=RatingSummary(), total_shown=34)

    words = seen(built(kind, material))

    assert "A selection: only reviews that were tagged “favourites”." in words
    assert "34 reviews in all." in words
    assert kind.name not in ("wall", "carousel") or f"A selection: the {MOST} newest written reviews" in words


def test_a_collection_nobody_can_see_anything_of_has_no_widget() -> None:
    empty: Collection = PICKED

    assert [
        each.name for each in KINDS if Scope.COLLECTION in each.scopes and each.build(make_material(about=empty))
    ] == []
