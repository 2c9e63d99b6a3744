"""What may not be published, and what may: bundles judged as a whole."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from engine.domain import (
    Bundle,
    ControlledBy,
    Draft,
    FaqEntry,
    FaqId,
    Material,
    Offer,
    Problem,
    Quote,
    Review,
    ReviewId,
    Sentence,
    Severity,
    SubjectId,
    SubjectType,
)
from schema_markup.check import BundleChecker
from schema_markup.faq_page import FaqPage
from schema_markup.subject import SubjectReviews
from tests.factories import make_material, make_review, make_subject

KETTLE = make_subject(offer=Offer(price=Decimal("89.90"), price_currency="EUR"))
QUOTE = Quote(review_id=ReviewId("r1"), text="It pours well & keeps the heat.")
FAQ = FaqEntry(
    id=FaqId("f1"),
    subject_id=SubjectId("kettle"),
    language="en",
    question="Does it keep the <heat>?",
    sentences=[Sentence(text=f'"{QUOTE.text}"', review_ids=[QUOTE.review_id], quote=QUOTE)],
    phrase="keeps the heat",
)


def card(review: Review) -> str:
    rating = f"<p>{review.rating.value} out of {review.rating.best}</p>" if review.rating else ""
    words = "".join(f"<p>{html.escape(text)}</p>" for text in (review.title, review.author, review.body) if text)
    return f'<li class="plaudit-review">{rating}{words}</li>'


def bare_list(material: Material) -> str:
    mean, count = material.summary.mean, material.summary.rated
    overall = (
        f'<data value="{mean}" class="plaudit-mean">{mean}</data> <data value="{count}" class="plaudit-count">x</data>'
    )
    return f"<div><p>{overall}</p><ul>{''.join(map(card, material.shown))}</ul></div>"


def script(draft: Draft) -> str:
    return f'<script type="application/ld+json">{draft.body}</script>'


def make_bundle(material: Material, **changes: str) -> Bundle:
    """The drafts of a material; ``changes`` replaces the text of some."""
    drafts = {"jsonld": SubjectReviews().build(material)}
    parts = {name: draft for name, draft in drafts.items() if draft}
    drafts["faq-jsonld"] = FaqPage().build(replace(material, parts=parts))
    markup = [draft for draft in drafts.values() if draft]
    faq = "".join(
        f"<details><summary>{html.escape(each.question)}</summary>{html.escape(each.sentences[0].text)}</details>"
        for each in material.faq
    )
    quoted = tuple(dict.fromkeys(each for draft in markup for each in draft.reviews))
    shown = tuple(dict.fromkeys((*quoted, *(review.id for review in material.shown))))
    bare = bare_list(material)
    drafts["list-bare"] = Draft(body=bare, reviews=shown)
    drafts["page"] = Draft(body=f"<!doctype html><body>{bare}{faq}{''.join(map(script, markup))}", reviews=shown)
    found = {
        name: replace(draft, body=changes.get(name, draft.body)) for name, draft in drafts.items() if draft is not None
    }
    kinds = {name: "application/ld+json" if "jsonld" in name else "text/html; charset=utf-8" for name in found}
    return Bundle(material=material, drafts=found, media_types=kinds)


def make_reviews() -> list[Review]:
    return [
        make_review(5, body="Pours <well> & keeps\n\nthe heat."),
        make_review(2, author='Ann "A" Lee', title="Leaks"),
    ]


def kettle_material(reviews: Sequence[Review] | None = None) -> Material:
    return make_material(make_reviews() if reviews is None else reviews, about=KETTLE, faq=[FAQ])


def forbidding(problems: Sequence[Problem]) -> set[str]:
    return {problem.rule for problem in problems if problem.forbids}


def page_with(change: Callable[[str], str]) -> set[str]:
    """The rules that forbid a good bundle after its page was changed."""
    bundle = make_bundle(kettle_material())
    drafts = {**bundle.drafts, "page": replace(bundle.drafts["page"], body=change(bundle.drafts["page"].body))}
    return forbidding(BundleChecker().check(replace(bundle, drafts=drafts)))


def test_a_bundle_made_of_one_material_may_be_published() -> None:
    problems = BundleChecker().check(make_bundle(kettle_material()))

    assert problems == []


def test_reviews_in_any_words_may_be_published() -> None:
    hostile = [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "a&lt;b",
        "x onload=alert(1) y",
        "{{7*7}}",
        "…\u2028…",
    ]
    reviews = [make_review(body=text, title=text, author=text) for text in hostile]

    problems = BundleChecker().check(make_bundle(kettle_material(reviews)))

    assert forbidding(problems) == set()


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        pytest.param("keeps\n\nthe heat", "keeps the cold", "review-not-visible", id="another text"),
        pytest.param("<p>Leaks</p>", "", "review-not-visible", id="no title"),
        pytest.param("<p>Owen B.</p>", "", "review-not-visible", id="no author"),
        pytest.param("2 out of 5", "3 out of 5", "review-not-visible", id="another rating"),
        pytest.param("<p>Leaks</p>", "</li><li><p>Leaks</p>", "review-not-visible", id="title under another review"),
        pytest.param("<ul>", "<ul hidden>", "review-not-visible", id="hidden"),
        pytest.param("<ul>", '<ul style="display: none">', "review-not-visible", id="not displayed"),
        pytest.param('value="3.5"', 'value="3.6"', "rating-not-visible", id="another mean"),
        pytest.param(
            'value="2" class="plaudit-count"', 'value="3" class="plaudit-count"', "rating-not-visible", id="count"
        ),
        pytest.param("Does it keep", "Will it keep", "faq-not-visible", id="another question"),
        pytest.param("It pours well &amp;", "It pours well and", "faq-not-visible", id="another answer"),
    ],
)
def test_a_page_that_says_something_else_than_its_markup_is_kept_back(old: str, new: str, rule: str) -> None:
    assert page_with(lambda page: page.replace(old, new, 1)) == {rule}


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        pytest.param("</ul>", "</ul><script>alert(1)</script>", "foreign-script", id="script"),
        pytest.param("</ul>", "</ul><svg><SCRIPT src=//evil.example>", "foreign-script", id="script in a drawing"),
        pytest.param("<ul>", "<ul onmouseover=alert(1)>", "event-handler", id="handler"),
        pytest.param('"name":"Leaks"', '"name":"</script>Leaks"', "markup-altered", id="broken out"),
        pytest.param('"ratingValue":5', '"ratingValue":4', "markup-altered", id="another rating"),
        pytest.param('{"@context"', '{"@context', "markup-altered", id="unreadable"),
    ],
)
def test_a_page_that_somebody_broke_out_of_is_kept_back(old: str, new: str, rule: str) -> None:
    assert rule in page_with(lambda page: page.replace(old, new, 1))


def test_a_script_in_a_draft_without_markup_is_found_too() -> None:
    bundle = make_bundle(kettle_material(), **{"list-bare": "<p>4.3</p><scRipt>alert(1)</script>"})

    assert forbidding(BundleChecker().check(bundle)) == {"foreign-script"}


def test_markup_that_was_only_set_in_other_lines_is_the_same_markup() -> None:
    assert page_with(lambda page: page.replace(',"name"', ',\n "name"')) == set()


@pytest.mark.parametrize("kind", [SubjectType.LOCAL_BUSINESS, SubjectType.ORGANIZATION])
def test_ratings_of_our_own_business_are_never_marked_up(kind: SubjectType) -> None:
    of_others = kettle_material()
    material = replace(of_others, about=make_subject(type=kind, controlled_by=ControlledBy.US), marked_up=())
    bundle = replace(make_bundle(of_others), material=material)

    assert "self-serving-rating" in forbidding(BundleChecker().check(bundle))


def test_our_own_business_may_show_its_reviews_without_markup() -> None:
    subject = make_subject(type=SubjectType.LOCAL_BUSINESS, controlled_by=ControlledBy.US)
    material = replace(kettle_material(), about=subject, marked_up=())

    assert BundleChecker().check(make_bundle(material)) == []


def test_a_review_for_display_only_is_never_marked_up() -> None:
    display_only, ours = make_review(), make_review()
    bundle = make_bundle(kettle_material([display_only, ours]))
    material = replace(bundle.material, marked_up=(ours,))

    problems = BundleChecker().check(replace(bundle, material=material))

    assert forbidding(problems) == {"review-not-allowed"}
    assert [each.path for each in problems if each.forbids] == ["jsonld $.review[0]"]


def test_a_review_that_is_not_shown_is_never_marked_up() -> None:
    bundle = make_bundle(kettle_material())
    material = replace(bundle.material, shown=bundle.material.shown[:1])

    assert forbidding(BundleChecker().check(replace(bundle, material=material))) == {"marked-up-not-shown"}


def test_the_aggregate_is_the_one_that_was_counted() -> None:
    bundle = make_bundle(kettle_material())
    summary = replace(bundle.material.summary, rated=3, with_text=3)

    problems = BundleChecker().check(replace(bundle, material=replace(bundle.material, summary=summary)))

    assert forbidding(problems) == {"aggregate-differs"}


@pytest.mark.parametrize("name", ["jsonld", "page"])
def test_a_draft_names_every_review_it_quotes(name: str) -> None:
    bundle = make_bundle(kettle_material())
    drafts: Mapping[str, Draft] = {**bundle.drafts, name: replace(bundle.drafts[name], reviews=())}

    assert forbidding(BundleChecker().check(replace(bundle, drafts=drafts))) == {"draft-forgets-review"}


def test_software_without_a_price_is_published_with_a_warning() -> None:
    subject = make_subject(type=SubjectType.SOFTWARE_APPLICATION, category="BusinessApplication")
    material = replace(kettle_material(), about=subject)

    [problem] = BundleChecker().check(make_bundle(material))

    assert (problem.rule, problem.severity) == ("app-price", Severity.WARNING)


def test_a_problem_says_what_is_wrong_where_and_how_to_mend_it() -> None:
    bundle = make_bundle(kettle_material(), jsonld='{"@context":"https://schema.org","@type":"Product","name":""}')

    problems = BundleChecker().check(bundle)

    assert {"product-name", "product-nothing-to-show"} <= forbidding(problems)
    assert all(each.path and each.message and each.fix and each.doc.startswith("https://") for each in problems)


def test_a_bundle_of_nothing_has_no_problem() -> None:
    bundle = Bundle(material=make_material(), drafts={}, media_types={})

    assert BundleChecker().check(bundle) == []
