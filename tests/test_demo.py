"""The sample company as it is served: what `plaudit demo` shows, and what it must never show."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from html import unescape
from importlib.resources import files
from typing import Any

import pytest

from engine.domain import Scope, Snippet, State, SubjectId
from schema_markup.validate import validate_html, validate_jsonld
from tests.doors import Company, Site, documents, text_of, tree_of

REVIEWS: list[dict[str, Any]] = [
    json.loads(line)
    for line in files("review_site").joinpath("demo", "reviews.jsonl").read_text(encoding="utf-8").splitlines()
]
LOCALES = ("en", "de", "nl", "fr", "es")


@pytest.fixture(scope="module")
def snippets(sample_company: Company) -> Sequence[Snippet]:
    """Everything that is published of the sample company."""
    with sample_company.instance() as instance, instance.store.reading() as transaction:
        return [
            snippet
            for scope, ids in (
                (Scope.SUBJECT, transaction.subjects.ids()),
                (Scope.TOPIC, transaction.topics.ids()),
                (Scope.COLLECTION, transaction.collections.ids()),
            )
            for scope_id in ids
            for snippet in transaction.snippets.of_page(scope, scope_id).values()
        ]


def telling(reviews: Sequence[dict[str, Any]]) -> set[str]:
    """A passage of each of these reviews that no other review shares, as it reads in JSON as well as in HTML."""
    plain = [max(each["body"].split("\n"), key=len)[:60] for each in reviews if each["body"]]
    others = "\n".join(each["body"] or "" for each in REVIEWS if each not in reviews)
    return {passage for passage in plain if passage not in others}


def words_of(snippet: Snippet) -> str:
    """The text in the form in which it was written: entities of HTML and escapes of JSON undone."""
    text = snippet.body.decode()
    if snippet.media_type == "application/ld+json":
        return json.dumps(json.loads(text), ensure_ascii=False)
    return unescape(text)


def reviews_from(source: str, state: State = State.APPROVED) -> list[dict[str, Any]]:
    return [each for each in REVIEWS if (each["source"], each["state"]) == (source, state)]


def test_filling_it_again_changes_nothing(sample_copy: Company) -> None:
    done = sample_copy.plaudit("demo")

    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "sample company: 0 taken in, 201 were there, 0 refused",
        "0 pages: 0 snippets updated, 0 unchanged, 0 removed",
    ]


def test_what_somebody_decided_since_is_left_as_it_is(sample_copy: Company) -> None:
    [waited] = sample_copy.plaudit("reviews", "--limit", "1").stdout.splitlines()[:1]
    sample_copy.plaudit("approve", waited.split()[0])

    sample_copy.plaudit("demo")

    assert waited in sample_copy.plaudit("reviews", "--state", "approved", "--limit", "1000").stdout


def test_its_collection_is_made_again_of_what_may_be_shown_still(sample_copy: Company) -> None:
    shown = sample_copy.plaudit("collection", "show", "quiet-mornings").stdout.splitlines()
    sample_copy.plaudit("withdraw", shown[1].split()[0])
    sample_copy.plaudit("collection", "delete", "quiet-mornings")

    again = sample_copy.plaudit("demo")

    assert again.exit_code == 0
    assert shown[0].startswith("Quiet mornings: 6 of 6 reviews shown")
    listed = sample_copy.plaudit("collection", "list").stdout
    assert listed == "quiet-mornings  5 of 5 reviews shown  Quiet mornings\n"


def test_its_collection_is_picked_whatever_the_rating(sample_site: Site) -> None:
    page = text_of(sample_site.get("/collections/quiet-mornings").text)

    assert "Rated 2 out of 5 Hard work" in page
    assert "A selection, picked by hand." in page


def test_every_word_of_it_can_be_looked_for_when_it_is_filled(sample_company: Company) -> None:
    with sample_company.instance() as instance:
        found = sample_company.plaudit("search", "grinder")

        assert found.exit_code == 0
        assert (instance.indexer.must_rebuild(), instance.indexer.waits()) == ("", False)


def test_every_review_is_in_the_state_that_the_sample_gives_it(sample_company: Company) -> None:
    with sample_company.instance() as instance, instance.store.reading() as transaction:
        kept = {state: len(transaction.reviews.waiting(state, limit=1000)) for state in State}
        subjects = transaction.subjects.count()

    assert kept == Counter(State(each["state"]) for each in REVIEWS)
    assert subjects == 4


def test_a_place_of_our_own_is_shown_and_not_marked_up(sample_site: Site, snippets: Sequence[Snippet]) -> None:
    answer = sample_site.get("/v1/subjects/utrecht-shop/snippets/jsonld")
    page = sample_site.get("/reviews/utrecht-shop").text

    names = {each.key.name for each in snippets if each.key.scope_id == "utrecht-shop"}
    assert answer.status_code == 404
    assert "self-serving" in (answer.json or {})["detail"]
    assert "jsonld" not in names
    assert "3.9 out of 5" in text_of(page)
    assert not [each for each in documents(page) if "aggregateRating" in each or "review" in each]


@pytest.mark.parametrize(
    "hidden",
    [
        reviews_from("nps"),
        *(
            [each for each in REVIEWS if each["state"] == state]
            for state in (State.PENDING, State.REJECTED, State.WITHDRAWN)
        ),
    ],
    ids=["internal", "pending", "rejected", "withdrawn"],
)
def test_nothing_hidden_is_in_any_snippet(snippets: Sequence[Snippet], hidden: list[dict[str, Any]]) -> None:
    passages = telling(hidden)

    published = "\n".join(words_of(each) for each in snippets)

    assert passages
    assert [passage for passage in passages if passage in published] == []


def test_no_hidden_review_is_in_any_view(sample_site: Site) -> None:
    hidden = telling([each for each in REVIEWS if each["source"] == "nps" or each["state"] != State.APPROVED])
    for subject in ("k2-kettle", "m1-grinder", "brew-app", "utrecht-shop"):
        for view in ("sort=oldest", "sort=lowest", "star=1", "star=5&locale=nl"):
            shown = text_of(sample_site.get(f"/reviews/{subject}?{view}").text)
            assert [passage for passage in hidden if passage in shown] == []


def test_another_platform_is_shown_under_its_name_and_never_marked_up(
    sample_site: Site, snippets: Sequence[Snippet]
) -> None:
    passages = telling([each for each in reviews_from("trustspot") if each["subject"] == "k2-kettle"])
    pages, following = "", ["/reviews/k2-kettle?sort=oldest"]
    while following:
        html = sample_site.get(following[0]).text
        pages += text_of(html)
        following = [each.get("href") for each in tree_of(html).iter("a") if each.get("rel") == "next"]

    markup = "\n".join(words_of(each) for each in snippets if each.media_type == "application/ld+json")
    assert passages
    assert [passage for passage in passages if passage not in pages] == []
    assert [passage for passage in passages if passage in markup] == []
    assert pages.count("Source: Trustspot") == len([each for each in reviews_from("trustspot")
                                                    if each["subject"] == "k2-kettle"])  # fmt: skip
    assert "Trustspot: 4.0 out of 5, 3 ratings" in pages


@pytest.mark.parametrize("locale", ["en", "de", "nl"])
def test_the_questions_are_answered_in_the_words_of_the_reviews(
    sample_company: Company, sample_site: Site, locale: str
) -> None:
    tree = tree_of(sample_site.get(f"/v1/subjects/k2-kettle/snippets/faq?locale={locale}").text)
    markup = json.loads(sample_site.get(f"/v1/subjects/k2-kettle/snippets/faq-jsonld?locale={locale}").text)

    with sample_company.instance() as instance, instance.store.reading() as transaction:
        entries = [each for each in transaction.faq.of(SubjectId("k2-kettle"), locale) if each.state.is_shown]
        reviews = transaction.reviews.among([each for entry in entries for each in entry.review_ids])
    quotes = [sentence.quote for entry in entries for sentence in entry.sentences if sentence.quote]
    answers = " ".join("".join(each.itertext()) for each in tree.iter("p"))
    questions = ["".join(each.itertext()) for each in tree.iter("summary")]
    assert questions == [each["name"] for each in markup["mainEntity"]] == [each.question for each in entries]
    assert len(quotes) >= len(questions) >= 3
    assert all(quote.text in reviews[quote.review_id].review.body for quote in quotes)
    assert all(" ".join(quote.text.split()) in " ".join(answers.split()) for quote in quotes)


def test_every_snippet_is_without_an_error_by_the_rules_of_search_engines(snippets: Sequence[Snippet]) -> None:
    judged = {
        str(each.key): validate_jsonld(each.body.decode())
        if each.media_type == "application/ld+json"
        else validate_html(each.body)
        for each in snippets
    }

    wrong = {key: [problem.message for problem in found if problem.forbids] for key, found in judged.items()}
    assert len(judged) > 100
    assert {key: messages for key, messages in wrong.items() if messages} == {}


@pytest.mark.parametrize("locale", LOCALES)
def test_page_badge_and_markup_say_the_same_numbers(sample_site: Site, locale: str) -> None:
    page = tree_of(sample_site.get(f"/reviews/m1-grinder?locale={locale}").text)
    badge = tree_of(sample_site.get(f"/v1/subjects/m1-grinder/snippets/badge?locale={locale}").text)
    markup = json.loads(sample_site.get(f"/v1/subjects/m1-grinder/snippets/jsonld?locale={locale}").text)

    said = [
        {each.get("class"): each.get("value") for each in tree.iter("data") if each.get("class") != "plaudit-written"}
        for tree in (page, badge)
    ]
    rating = markup["aggregateRating"]
    assert said == [{"plaudit-mean": f"{rating['ratingValue']:.1f}", "plaudit-count": str(rating["ratingCount"])}] * 2
