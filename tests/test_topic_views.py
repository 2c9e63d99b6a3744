"""Tests of views that a topic narrows: the same subject, fewer reviews, and every link keeps what was asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

import pytest

from engine.domain import Locale, Material, Order, Review, State, SubjectId, TopicId, View
from engine.errors import BadValueError, NotFoundError
from engine.material import select_material
from engine.replying import answer
from engine.store import Store
from engine.topic_material import select_topic_material
from tests.doors import BASE, Company, Site, addresses, row, text_of
from tests.factories import NOON, fill, make_review, make_settings
from tests.picked import marked_pages
from tests.topics import GRINDER, KETTLE, mined, phrase, regroup

BATTERY = TopicId("en-battery")
KETTLE_PAGE = "/reviews/kettle?topic=en-battery"
TEXTS = (
    "The battery lasts for days.",
    "Such a strong battery, and so light.",
    "I charge the battery once a week.",
    "My battery was empty after an hour.",
    "A good battery for the price.",
    "It is the battery that I like most.",
    "After a year the battery is like new.",
    "Without the battery it weighs nothing.",
    "Nobody told me where the battery goes.",
    "They sent another battery at once.",
    "My sister wants this battery as well.",
    "Cold weather and the battery do not get on.",
)


def talk(stars: Sequence[float | None]) -> list[Review]:
    return [
        make_review(rating, body=f"The battery lasts, {at}.", written_at=NOON - timedelta(days=at))
        for at, rating in enumerate(stars)
    ]


def grouped(store: Store, spoken: Sequence[Review], *others: Review) -> None:
    """A shop in which ``spoken`` are about the kettle's battery, and five reviews of the grinder about its own."""
    theirs = [make_review(subject_id=GRINDER, body="The battery lasts.") for _ in range(5)]
    fill(store, [*spoken, *others, *theirs])
    mined(store, KETTLE, phrase("battery", spoken))
    mined(store, GRINDER, phrase("battery", theirs))
    regroup(store)


def seen(store: Store, view: View, reviews_per_list: int = 100) -> Material:
    with store.reading() as transaction:
        subject = transaction.subjects.find(KETTLE)
        settings = make_settings(reviews_per_list=reviews_per_list)
        return select_material(transaction, subject, Locale("en"), settings, now=NOON, view=view)


def test_a_mark_of_each_subject_moves_with_the_reviews_that_speak_of_its_topics(store: Store) -> None:
    grouped(store, talk([5, 4, 1]))

    before = marks(store)
    mined(store, KETTLE, phrase("battery", more := talk([5, 4, 1, 2])[3:]))
    fill(store, more)
    regroup(store)

    assert before.keys() == marks(store).keys() == {KETTLE, GRINDER}
    assert before[KETTLE] != marks(store)[KETTLE]
    assert before[GRINDER] == marks(store)[GRINDER]


def marks(store: Store) -> dict[SubjectId, str]:
    with store.reading() as transaction:
        return transaction.topics.marks()


def test_a_topic_narrows_a_subject_to_those_of_its_reviews_that_speak_of_it(store: Store) -> None:
    spoken, other = talk([5, 4, 1]), make_review(2)
    grouped(store, spoken, other)

    material = seen(store, View(topic=BATTERY))

    assert material.shown == tuple(spoken)
    assert material.topic is not None
    assert (material.topic.name, material.total_shown) == ("battery", 3)
    assert material.summary.rated == 4


def test_topic_star_and_order_narrow_and_sort_together(store: Store) -> None:
    spoken = talk([5, 1, 4.6, None, 5])
    grouped(store, spoken, make_review(5))

    material = seen(store, View(topic=BATTERY, star=5, order=Order.OLDEST))

    assert [each.id for each in material.shown] == [spoken[at].id for at in (4, 2, 0)]
    assert material.total_shown == 3


def test_the_total_of_a_star_is_that_of_its_bar(store: Store) -> None:
    fill(store, [*(make_review(each) for each in (5, 5, 1, None)), make_review(5, state=State.PENDING)])

    assert [seen(store, View(star=each)).total_shown for each in (5, 1, 3)] == [2, 1, 0]
    assert seen(store, View()).total_shown == 4


@pytest.mark.parametrize("order", Order)
def test_a_cursor_leads_through_all_reviews_of_a_topic_and_no_others(store: Store, order: Order) -> None:
    spoken = talk([5, 4, 3, 2, 1, 5, 4])
    grouped(store, spoken, *(make_review() for _ in range(4)))

    walked, after = [], None
    for _ in range(4):
        page = seen(store, View(topic=BATTERY, order=order, after=after), reviews_per_list=2)
        walked += [each.id for each in page.shown]
        after = page.following

    assert after is None
    assert sorted(walked) == sorted(each.id for each in spoken)


def test_a_topic_that_there_is_not_is_told(store: Store) -> None:
    grouped(store, talk([5] * 5))

    with pytest.raises(NotFoundError, match="there is no topic 'en-lid'"):
        seen(store, View(topic=TopicId("en-lid")))


def test_a_topic_is_not_narrowed_to_another(store: Store) -> None:
    grouped(store, talk([5] * 5))

    with store.reading() as transaction:
        topic = transaction.topics.find(BATTERY)
        with pytest.raises(BadValueError, match=r"^topic: "):
            select_topic_material(transaction, topic, Locale("en"), make_settings(), now=NOON, view=View(topic=BATTERY))


def test_the_owners_answer_stands_on_the_page_of_a_topic_too(store: Store) -> None:
    spoken = talk([5] * 5)
    grouped(store, spoken)
    marked_pages(store)

    with store.writing() as transaction:
        answer(transaction, spoken[0].id, "Thank you.", by="ann", now=NOON, settings_of=lambda _: None)

    with store.reading() as transaction:
        topic = transaction.topics.find(BATTERY)
        material = select_topic_material(transaction, topic, Locale("en"), make_settings(), now=NOON)
    assert [[reply.body for reply in each.replies] for each in material.shown if each.replies] == [["Thank you."]]
    assert f"topic/{BATTERY}" in marked_pages(store)


@pytest.fixture
def shop(company: Company) -> Company:
    """Twelve reviews of the kettle's battery, one of them of one star, and two of something else."""
    spoken = (row(f"b{at}", body=text, author=f"Bea {at}", rating="5" if at else "1") for at, text in enumerate(TEXTS))
    company.publish(*spoken, row("o1", body="It pours.", author="Otto"), row("o2", body="It boils.", author="Olga"))
    return company


def links_of(site: Site, address: str) -> list[str]:
    return [each.removeprefix(BASE) for each in addresses(site.get(address).text) if "/reviews/kettle" in each]


def test_the_page_says_what_it_is_narrowed_to_how_many_there_are_and_how_to_go_back(shop: Company) -> None:
    with shop.serving() as site:
        page = site.get(KETTLE_PAGE).text
        german = text_of(site.get(f"{KETTLE_PAGE}&locale=de").text)
        starred = text_of(site.get(f"{KETTLE_PAGE}&star=1").text)

    assert "Only reviews about “battery”: 12 reviews. Show all reviews" in text_of(page)
    assert "Otto" not in page
    assert f'<link rel="canonical" href="{BASE}/reviews/kettle">' in page
    assert "noindex" in page
    assert "Nur Bewertungen zum Thema „battery“: 12 Bewertungen." in german
    assert "Only reviews with 1 star. Only reviews about “battery”: 1 review." in starred
    assert TEXTS[0] in starred


def test_every_link_of_a_narrowed_page_keeps_star_topic_and_order(shop: Company) -> None:
    with shop.serving() as site:
        links = links_of(site, f"{KETTLE_PAGE}&star=5&sort=oldest")

    asked = [each for each in links if "?" in each and "locale=" not in each]
    assert asked
    assert all("topic=en-battery" in each for each in asked)
    assert any("after=" in each and "star=5" in each and "sort=oldest" in each for each in asked)
    assert any("star=1" in each and "sort=oldest" in each for each in asked)
    assert any("star=5" in each and "sort=lowest" in each for each in asked)


def test_following_the_links_reads_every_review_of_the_topic_once(shop: Company) -> None:
    with shop.serving() as site:
        first = site.get(KETTLE_PAGE).text
        [following] = [each for each in addresses(first) if "after=" in each]
        second = site.get(following).text

    authors = re.findall(r"Bea \d+", f"{text_of(first)} {text_of(second)}")
    assert 'rel="next"' not in second
    assert sorted(authors) == sorted(f"Bea {at}" for at in range(12))


def test_a_topic_that_nobody_of_this_star_speaks_of_says_so_and_leads_back(shop: Company) -> None:
    with shop.serving() as site:
        page = site.get(f"{KETTLE_PAGE}&star=3").text

    assert "Only reviews with 3 stars. Only reviews about “battery”: 0 reviews. Show all reviews" in text_of(page)
    assert "No reviews yet" not in page


@pytest.mark.parametrize(
    ("address", "status", "reason"),
    [
        ("/reviews/kettle?topic=en-nothing", 404, "there is no topic 'en-nothing'"),
        ("/topics/en-battery?topic=en-battery", 400, "topic: all reviews of en-battery are about one topic"),
        ("/reviews/kettle?topic=%00", 400, "an address cannot hold the character NUL"),
        ("/reviews/kettle?topic=<script>", 404, "there is no topic '<script>'"),
    ],
)
def test_a_topic_that_cannot_be_shown_is_refused_in_words(
    shop: Company, address: str, status: int, reason: str
) -> None:
    with shop.serving() as site:
        answer = site.get(address)

    assert answer.status_code == status
    assert reason in text_of(answer.text)
    assert "<script>" not in answer.text


def test_an_empty_topic_asks_for_none(shop: Company) -> None:
    with shop.serving() as site:
        assert "Otto" in text_of(site.get("/reviews/kettle?topic=").text)
