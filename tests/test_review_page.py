"""The public page of a subject, read back as a browser and a search engine read it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import html5lib
import pytest

from engine.domain import (
    Bundle,
    Draft,
    FaqEntry,
    FaqId,
    Material,
    Order,
    Quote,
    RatingKind,
    RatingSummary,
    Review,
    ReviewId,
    Sentence,
    SourceId,
    SourceSummary,
    SubjectId,
    View,
)
from review_site.page import ReviewPage
from schema_markup.check import BundleChecker
from schema_markup.faq_page import FaqPage
from schema_markup.subject import SubjectReviews
from tests.factories import make_material, make_rating, make_review, make_settings, make_subject

BASE = "https://reviews.larkfield.example/reviews/kettle"
SUMMARY = RatingSummary(rated=212, with_text=198, hundredths=212 * 432, histogram=(9, 0, 32, 34, 137))
QUOTE = Quote(review_id=ReviewId("quoted"), text="It pours slowly.", author="Maren T.")
FAQ = FaqEntry(
    id=FaqId("f1"),
    subject_id=SubjectId("kettle"),
    language="en",
    question="How is the spout?",
    sentences=[Sentence(text=QUOTE.text, review_ids=[QUOTE.review_id], quote=QUOTE)],
    phrase="spout",
)
PARTS = {
    "jsonld": Draft(body='{"name":"\\u003c/script\\u003e"}', reviews=[ReviewId("marked-up")]),
    "faq-jsonld": Draft(body='{"@type":"FAQPage"}', reviews=[QUOTE.review_id]),
}
OTHER_VIEWS = [View(order=Order.OLDEST), View(star=3), View(after="abc"), View(order=Order.LOWEST, star=1, after="z")]


def full(reviews: Sequence[Review] = (), **changes: Any) -> Material:
    defaults: dict[str, Any] = {
        "summary": SUMMARY,
        "faq": [FAQ],
        "parts": PARTS,
        "total_shown": 212,
        "following": "abc",
    }
    return make_material(reviews or [make_review()], **(defaults | {"following": "abc"} | changes))


def page(material: Material) -> str:
    draft = ReviewPage().build(material)
    assert draft
    return draft.body


def tree_of(html: str) -> Any:
    return html5lib.parse(html, namespaceHTMLElements=False)


def seen(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def links(html: str, **wanted: str) -> list[str]:
    """The addresses of links whose attributes have these values."""
    every = [each for each in tree_of(html).iter() if each.tag in ("a", "link")]
    return [each.get("href") for each in every if all(each.get(name) == value for name, value in wanted.items())]


def scripts(html: str) -> list[Any]:
    return [json.loads(each.text) for each in tree_of(html).iter("script")]


def test_is_a_document_that_parses_without_any_error() -> None:
    html = page(full())

    parser = html5lib.HTMLParser(strict=True)

    parser.parse(html)
    assert html.startswith("<!doctype html>\n<html lang=")


def test_says_what_it_is_to_a_search_engine() -> None:
    tree = tree_of(page(full()))

    [description] = [each.get("content") for each in tree.iter("meta") if each.get("name") == "description"]
    assert seen(tree.find(".//title")) == "Reviews of K2 Gooseneck Kettle | Larkfield"
    assert description == "K2 Gooseneck Kettle: 4.3 out of 5 from 212 ratings. Good and bad reviews, published alike."


@pytest.mark.parametrize(("locale", "address"), [("en", BASE), ("de", f"{BASE}?locale=de")])
def test_the_default_view_is_canonical_in_its_language(locale: str, address: str) -> None:
    html = page(full(locale=locale))

    assert links(html, rel="canonical") == [address]
    assert 'name="robots"' not in html


def test_names_the_page_in_each_language_to_search_engines_and_to_readers() -> None:
    material = full(locale="de", settings=make_settings(locales=("en", "de")))

    html = page(material)

    assert links(html, rel="alternate", hreflang="en") == [BASE]
    assert links(html, rel="alternate", hreflang="de") == [f"{BASE}?locale=de"]
    assert links(html, rel="alternate", hreflang="x-default") == [BASE]
    assert links(html, lang="en") == [BASE]
    assert links(html, lang="de", **{"aria-current": "true"}) == [f"{BASE}?locale=de"]


def test_one_language_needs_no_switch() -> None:
    html = page(full(settings=make_settings(locales=("en",))))

    assert "languages" not in html


@pytest.mark.parametrize("view", OTHER_VIEWS)
def test_any_other_view_is_kept_out_of_search_engines(view: View) -> None:
    html = page(full(view=view))

    [robots] = [each.get("content") for each in tree_of(html).iter("meta") if each.get("name") == "robots"]
    assert robots == "noindex, follow"
    assert links(html, rel="canonical") == [BASE]
    assert links(html, rel="alternate") == []
    assert scripts(html) == []
    assert "How is the spout?" not in html


def test_leads_to_how_reviews_are_checked_in_its_own_language() -> None:
    assert 'class="plaudit-method" href="https://reviews.larkfield.example/method?locale=de"' in page(full(locale="de"))


def test_carries_the_markup_that_was_made_for_it() -> None:
    html = page(full())

    assert scripts(html) == [{"name": "</script>"}, {"@type": "FAQPage"}]


def test_carries_no_markup_where_none_was_made() -> None:
    assert scripts(page(full(parts={}))) == []


def test_sorting_and_bars_are_links_that_keep_each_other() -> None:
    html = page(full(view=View(order=Order.LOWEST, star=3)))

    [bars] = [each for each in tree_of(html).iter("ul") if each.get("class") == "plaudit-bars"]
    [orders] = [each for each in tree_of(html).iter("ul") if each.get("class") == "plaudit-orders"]
    assert [each.get("href").removeprefix(BASE) for each in bars.iter("a")] == [
        "?sort=lowest&star=5",
        "?sort=lowest&star=4",
        "?sort=lowest&star=3",
        "?sort=lowest&star=1",
    ]
    assert [each.get("href").removeprefix(BASE) for each in orders.iter("a")] == [
        "?star=3",
        "?sort=oldest&star=3",
        "?sort=highest&star=3",
    ]
    assert [seen(each) for each in orders.iter("b")] == ["Lowest rating first"]


def test_bars_say_in_words_what_they_draw() -> None:
    html = page(full())

    [bars] = [each for each in tree_of(html).iter("ul") if each.get("class") == "plaudit-bars"]
    assert [seen(each) for each in bars][:2] == ["5 stars 137: 137 ratings", "4 stars 34: 34 ratings"]
    assert [each.get("width") for each in bars.iter() if each.tag.endswith("rect")] == ["65", "16", "15", "0", "4"]


def test_the_aggregate_can_be_read_in_the_text_and_by_machines() -> None:
    html = page(full(locale="nl"))

    assert '<data class="plaudit-mean" value="4.3">4,3</data>' in html
    assert '<data class="plaudit-count" value="212">212</data>' in html
    assert html.count("plaudit-mean") == html.count("plaudit-count") == 1


@pytest.mark.parametrize(
    ("view", "first", "following"),
    [
        (View(), [], [f"{BASE}?after=n%3D%3D"]),
        (View(star=4, after="abc"), [f"{BASE}?star=4"], [f"{BASE}?star=4&after=n%3D%3D"]),
    ],
)
def test_pages_are_turned_by_links(view: View, first: list[str], following: list[str]) -> None:
    html = page(full(view=view, following="n=="))

    assert links(html, rel="first") == first
    assert links(html, rel="next") == following


def test_the_last_page_leads_no_further() -> None:
    assert links(page(full(following=None)), rel="next") == []


@pytest.mark.parametrize("view", [View(), View(star=3, after="abc")])
def test_headings_go_down_one_level_at_a_time(view: View) -> None:
    levels = [int(level) for level in re.findall(r"<h(\d)", page(full([make_review(), make_review()], view=view)))]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_landmarks_and_ids_are_each_there_once() -> None:
    tree = tree_of(page(full()))

    ids = [each.get("id") for each in tree.iter() if each.get("id")]
    named = [each.get("aria-labelledby") for each in tree.iter("section") if each.get("aria-labelledby")]
    labels = [each.get("aria-label") for each in tree.iter() if each.tag in ("section", "nav")]
    assert len(ids) == len(set(ids))
    assert set(named) <= set(ids)
    assert [len(list(tree.iter(tag))) for tag in ("header", "main", "footer")] == [1, 1, 1]
    assert len([label for label in labels if label]) == len({label for label in labels if label})


@pytest.mark.parametrize(
    ("assets", "addresses"),
    [
        ({}, ["/assets/plaudit.css", "/assets/page.css"]),
        ({"plaudit.css": "/a/p.1.css", "page.css": "/a/s.2.css"}, ["/a/p.1.css", "/a/s.2.css"]),
    ],
)
def test_its_styles_come_from_the_instance(assets: dict[str, str], addresses: list[str]) -> None:
    html = page(full(settings=make_settings(assets=assets)))

    assert links(html, rel="stylesheet") == addresses
    assert not [each for each in ("style=", "<style", "<img", "data:") if each in html]


def test_names_every_review_whose_words_stand_in_it_once() -> None:
    review = make_review(id=ReviewId("marked-up"))

    draft = ReviewPage().build(full([review]))

    assert draft
    assert list(draft.reviews) == ["marked-up", "quoted"]


def test_without_reviews_it_is_still_a_good_page() -> None:
    tree = tree_of(page(make_material()))

    words = seen(tree.find(".//main"))
    assert "No reviews yet." in words
    assert "How reviews get here" in words
    assert not [each for each in tree.iter() if each.get("class") == "plaudit-orders"]


def test_other_platforms_are_named_where_nothing_is_rated_here() -> None:
    other = SourceSummary(source_id=SourceId("b"), name="Bazaar", summary=RatingSummary(rated=10, hundredths=4100))

    html = page(make_material(others=(other,)))

    assert "Bazaar: 4.1 out of 5, 10 ratings" in seen(tree_of(html).find(".//main"))


@pytest.mark.parametrize("text", ["</title><script>alert(1)</script>", '"><svg onload=alert(1)>', "{{7*7}} [x] %"])
def test_words_from_outside_stay_words(text: str) -> None:
    subject = make_subject(name=text, url=f"https://x.example/{text}")
    review = make_review(title=text, body=text, author=text)

    html = page(full([review], about=subject, settings=make_settings(site_name=text), parts={}))

    tree = tree_of(html)
    assert seen(tree.find(".//title")) == f"Reviews of {text} | {text}"
    assert seen(tree.find(".//h1")) == f"Reviews of {text}"
    assert scripts(html) == []
    assert not [name for each in tree.iter() for name in each.attrib if str(name).startswith("on")]


@pytest.mark.parametrize("locale", ["en", "de", "nl", "fr", "es"])
def test_shows_to_the_letter_what_is_marked_up(locale: str) -> None:
    label = replace(make_rating(1, worst=0, best=1), kind=RatingKind.LABEL, original="thumbs up")
    reviews = [
        make_review(4.5, title="<b>Mind</b> the [lid] & {base}", body="One.\n\nTwo at 100%:\nhttps://x.example"),
        replace(make_review(None), rating=label),
        replace(make_review(None), rating=make_rating(9, worst=1, best=10)),
    ]
    generators = (SubjectReviews(), FaqPage(), ReviewPage())
    material = make_material(reviews, locale=locale, faq=[FAQ])
    drafts: dict[str, Draft] = {}

    for each in generators:
        draft = each.build(replace(material, parts=dict(drafts)))
        assert draft
        drafts[each.name] = draft

    media_types = {each.name: each.media_type for each in generators}
    assert BundleChecker().check(Bundle(material=material, drafts=drafts, media_types=media_types)) == []


@pytest.mark.parametrize("url", ["javascript:alert(1)", None, "ftp://x.example"])
def test_a_subject_without_an_address_of_the_web_is_not_linked(url: str | None) -> None:
    html = page(full(about=make_subject(url=url)))

    assert "About K2" not in html


def test_the_same_material_gives_the_same_text_without_blank_lines() -> None:
    material = full()

    html = page(material)

    assert html == page(material)
    assert all(line.strip() for line in html.split("\n"))
