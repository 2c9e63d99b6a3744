"""Figures and lists that readers narrow, and what every review opens to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.domain import (
    Incentive,
    Order,
    RatingSummary,
    ReviewId,
    SubjectId,
    TopicId,
    Verification,
    VerificationLevel,
    View,
)
from tests.factories import make_material, make_review, make_subject
from tests.kinds import (
    BASE,
    BATTERY,
    KINDS,
    OPEN,
    built,
    everything,
    links,
    material_of,
    parts,
    phrase,
    seen,
    tree_of,
)
from widgets.badge import Badge
from widgets.faq import Faq
from widgets.histogram import Histogram
from widgets.phrases import Phrases
from widgets.review_list import BareReviewList


def test_the_histogram_leads_to_the_reviews_of_each_star() -> None:
    html = built(Histogram(), material_of(make_review(5), make_review(5), make_review(1)))

    assert links(html, "plaudit-bars") == ["/reviews/kettle?star=5", "/reviews/kettle?star=1"]
    assert [each.split(":")[1] for each in parts(html, "plaudit-unseen")] == [
        " 2 ratings",
        " 0 ratings",
        " 0 ratings",
        " 0 ratings",
        " 1 rating",
    ]
    assert "3.7 out of 5 3 ratings" in seen(html)
    assert "plain average of all ratings given here" in seen(html)
    assert "Order:" not in seen(html)


def test_a_subject_whose_reviews_have_no_stars_has_no_bars() -> None:
    html = built(Histogram(), material_of(make_review(None)))

    assert "<svg" not in html
    assert "Show all reviews" in seen(html)


def test_the_list_is_narrowed_by_stars_and_by_topic() -> None:
    phrases = (
        phrase("battery", BATTERY.id),
        phrase("spout"),
        phrase("batteries", BATTERY.id),
        phrase("lid", TopicId("en-lid")),
    )

    html = built(BareReviewList(), material_of(make_review(5), make_review(2), phrases=phrases))

    assert links(html, "plaudit-filter") == [
        "/reviews/kettle?star=5",
        "/reviews/kettle?star=2",
        "/reviews/kettle?topic=en-battery",
        "/reviews/kettle?topic=en-lid",
    ]
    assert parts(html, "plaudit-filter") == [
        "5 stars 1: 1 rating 2 stars 1: 1 rating",
        "battery 9: 9 people lid 9: 9 people",
    ]
    assert parts(html, "plaudit-selection") == []


def test_every_link_of_a_narrowed_list_keeps_the_rest_of_its_view() -> None:
    view = View(order=Order.LOWEST, star=2, topic=BATTERY.id)
    material = material_of(
        make_review(2),
        view=view,
        topic=BATTERY,
        phrases=(phrase("battery", BATTERY.id), phrase("lid", TopicId("en-lid"))),
        summary=RatingSummary(rated=2, hundredths=600, histogram=(0, 1, 0, 1, 0)),
        total_shown=2,
        following="c",
    )

    html = built(BareReviewList(), material)

    assert links(html, "plaudit-filter") == [
        "/reviews/kettle?sort=lowest&star=4&topic=en-battery",
        "/reviews/kettle?sort=lowest&star=2&topic=en-lid",
    ]
    assert links(html, "plaudit-orders")[0] == "/reviews/kettle?star=2&topic=en-battery"
    assert links(html, "plaudit-more") == ["/reviews/kettle?sort=lowest&star=2&topic=en-battery&after=c"]
    assert links(html, "plaudit-selection") == ["/reviews/kettle?sort=lowest"]
    current = [" ".join("".join(each.itertext()).split()) for each in tree_of(html).iter() if each.get("aria-current")]
    assert current == ["2 stars", "battery", "Lowest rating first"]
    assert parts(html, "plaudit-selection") == [
        "A selection: only reviews with 2 stars. A selection: only reviews about “battery life”. Show all reviews"
    ]


def test_one_number_of_stars_alone_is_nothing_to_choose_from() -> None:
    html = built(BareReviewList(), material_of(make_review(5), make_review(5)))

    assert parts(html, "plaudit-filter") == []


def test_the_list_may_not_stand_without_the_reviews_its_topics_rest_on() -> None:
    rare = replace(phrase("lid", TopicId("en-lid"), 1), review_ids=(ReviewId("r1"),))

    draft = BareReviewList().build(material_of(make_review(), phrases=(rare,)))

    assert draft
    assert "r1" in draft.reviews


def test_a_choice_that_nothing_fits_offers_the_way_back() -> None:
    html = built(BareReviewList(), material_of(view=View(topic=BATTERY.id), topic=BATTERY))

    assert parts(html, "plaudit-empty") == ["No review fits this choice. Show all reviews"]


def test_a_list_that_begins_behind_other_reviews_says_so_and_leads_back() -> None:
    view = View(after="newest~0~1~r0")

    html = built(BareReviewList(), material_of(make_review(5), view=view))
    behind_the_last = built(BareReviewList(), material_of(view=view))

    assert "A continuation: other reviews come before these. Show all reviews" in seen(html)
    assert links(html, "plaudit-selection") == ["/reviews/kettle"]
    assert "No review fits this choice. Show all reviews" in seen(behind_the_last)


def test_chips_lead_to_the_reviews_of_their_topic_where_they_have_one() -> None:
    html = built(Phrases(), material_of(phrases=(phrase("battery", BATTERY.id), phrase("spout"))))

    assert links(html, "plaudit-chips") == ["/reviews/kettle?topic=en-battery"]
    assert links(html, "plaudit-more") == ["/reviews/kettle"]


def test_the_chip_that_is_followed_is_marked_and_no_link() -> None:
    material = material_of(phrases=(phrase("battery", BATTERY.id),), view=View(topic=BATTERY.id), topic=BATTERY)

    html = built(Phrases(), material)

    assert links(html, "plaudit-chips") == []
    assert 'aria-current="true"' in html


def test_the_list_says_where_its_other_views_are_asked_for() -> None:
    html = built(BareReviewList(), material_of(make_review(), locale="nl", about=make_subject(id=SubjectId("a / b"))))

    root = tree_of(html).find("div")
    assert root.get("data-src") == f"{BASE}/v1/subjects/a%20%2F%20b/snippets/list-bare?locale=nl"


@pytest.mark.parametrize(
    ("locale", "sorted_", "continued"),
    [
        ("en", "# of 131 reviews shown. Order: Oldest first.", "1 more review. # of 131 reviews shown."),
        ("de", "# von 131 Bewertungen angezeigt. Reihenfolge: Älteste zuerst.", "1 weitere Bewertung. # von 131"),
        ("nl", "# van 131 reviews getoond. Volgorde: Oudste eerst.", "Nog 1 review. # van 131 reviews getoond."),
        ("fr", "# avis affichés sur 131. Ordre\u00a0: Les plus anciens d’abord.", "1 avis de plus. # avis affichés"),
        ("es", "Se muestran # de 131 opiniones. Orden: Más antiguas primero.", "1 opinión más. Se muestran # de"),
    ],
)
def test_the_list_has_ready_what_is_said_when_it_changes(locale: str, sorted_: str, continued: str) -> None:
    material = material_of(make_review(), locale=locale, total_shown=131, view=View(order=Order.OLDEST))

    said = tree_of(built(BareReviewList(), material)).find("div").get("data-said")
    more = tree_of(built(BareReviewList(), replace(material, view=View(after="x")))).find("div").get("data-said")

    assert said == sorted_
    assert more.startswith(continued)


def test_what_is_said_of_a_topic_keeps_its_sign_after_the_number_that_is_filled_in() -> None:
    sharp = replace(BATTERY, name="C# drivers")
    material = material_of(make_review(), total_shown=3, view=View(topic=BATTERY.id), topic=sharp)

    said = tree_of(built(BareReviewList(), material)).find("div").get("data-said")

    assert said.startswith("# of 3 reviews shown. A selection: only reviews about “C# drivers”.")


def test_a_choice_that_nothing_fits_says_so_aloud_too() -> None:
    html = built(BareReviewList(), material_of(view=View(topic=BATTERY.id), topic=BATTERY))

    assert tree_of(html).find("div").get("data-said") == "No review fits this choice."


def test_the_date_of_a_review_leads_to_the_page_that_it_stands_on_alone() -> None:
    review = make_review(id=ReviewId("r 1"))

    html = built(BareReviewList(), material_of(review, locale="nl"))

    [time] = tree_of(html).iter("time")
    assert [each.get("href") for each in time] == [f"{BASE}/review/r%201?locale=nl"]


@pytest.mark.parametrize(
    ("level", "words"),
    [
        (
            VerificationLevel.PURCHASE,
            "Verified purchase We, or the platform that the review was written on, have a record",
        ),
        (
            VerificationLevel.CUSTOMER,
            "Verified customer We, or the platform that the review was written on, have a record",
        ),
        (VerificationLevel.UNVERIFIED, "Not verified We have no record that the author bought or used this."),
    ],
)
def test_each_mark_opens_to_what_it_means(level: VerificationLevel, words: str) -> None:
    html = built(BareReviewList(), material_of(make_review(verification=Verification(level=level))))

    [summary, explanation] = tree_of(html).find(".//details")
    assert (summary.tag, f"{summary.text} {explanation.text}"[: len(words)]) == ("summary", words)


def test_a_reward_opens_to_what_it_means() -> None:
    html = built(BareReviewList(), material_of(make_review(incentive=Incentive(kind="voucher"))))

    [disclosure] = parts(html, "plaudit-disclosure")
    assert disclosure.startswith("The author received something in return for this review: voucher")
    assert disclosure.endswith("the rating counts like any other.")


def test_every_review_can_be_reported_and_every_notice_leads_to_the_method() -> None:
    for kind in KINDS:
        html = built(kind, everything("de"))
        reported = links(html, "plaudit-report")
        assert len(reported) == len(parts(html, "plaudit-review")) or kind.name == "quote"
        assert all(each.startswith("/report/r") and each.endswith("?locale=de") for each in reported)
        if kind.name not in ("badge", "phrases"):
            assert "/method?locale=de" in links(html, "plaudit-notice")


def test_the_answers_say_how_reviews_are_checked() -> None:
    assert "How we check reviews" in parts(built(Faq(), everything()), "plaudit-notice")[0]


def test_a_badge_without_ratings_names_no_stars() -> None:
    html = built(Badge(), make_material(settings=OPEN))

    assert seen(html) == "No reviews yet. Write the first review"
