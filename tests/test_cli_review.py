"""The verbs that decide: what they change, what they refuse, and that words are gone at the next request."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.domain import Reason, Review, ReviewId, SourceId, State, review_id
from tests.doors import Company, Site, documents, row

WORDS = "The lid rattles like a tram."
KETTLE = "/v1/subjects/kettle/snippets"
ROWS = [
    row("1", rating="5"),
    row("2", rating="1", body=WORDS, title="Loud", author="Marit D."),
    row("3", rating="4", body="Pours well, boils fast."),
]


def id_of(external_id: str) -> ReviewId:
    return review_id(SourceId("shop"), external_id)


def review_of(company: Company, external_id: str) -> Review:
    with company.instance() as instance, instance.store.reading() as transaction:
        return transaction.reviews.find(id_of(external_id)).review


def states(company: Company) -> list[State]:
    return [review_of(company, each["external_id"]).state for each in ROWS]


def waiting(company: Company) -> Company:
    """The company with its three reviews taken in."""
    done = company.plaudit("import", company.reviews(ROWS), "--source", "shop", "--rights", "own")
    assert done.exit_code == 0, done.output
    return company


def everything_served(site: Site) -> str:
    """Every snippet of the kettle in every language, the page and its other views, as one text."""
    listed = (site.get(f"{KETTLE}?limit=200").json or {})["items"]
    views = ["/reviews/kettle", "/reviews/kettle?sort=lowest", "/reviews/kettle?star=1", "/reviews/kettle?locale=de"]
    return "\n".join(site.get(each).text for each in [*(snippet["url"] for snippet in listed), *views])


def test_lists_what_waits_with_the_ids_that_decide(company: Company) -> None:
    done = waiting(company).plaudit("reviews")

    assert done.exit_code == 0
    assert sorted(line.split()[0] for line in done.stdout.splitlines()) == sorted(map(id_of, "123"))
    assert f"{id_of('2')}  kettle | 1 of 5 | 2026-09-30 | en | Marit D. | Loud - {WORDS}" in done.stdout


def test_a_long_list_goes_on_where_it_ended(company: Company) -> None:
    first = waiting(company).plaudit("reviews", "--limit", "2", "--source", "shop").stdout.splitlines()

    second = company.plaudit("reviews", "--limit", "2", *first[-1].split()[1:]).stdout.splitlines()

    assert len(first) == 3
    assert {line.split()[0] for line in [*first[:2], *second]} == set(map(id_of, "123"))


def test_approves_the_named_ones(company: Company) -> None:
    done = waiting(company).plaudit("approve", id_of("1"), id_of("3"))

    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "2 approved")
    assert states(company) == ["approved", "pending", "approved"]


def test_approves_all_that_wait_of_a_source_whatever_their_rating(company: Company) -> None:
    done = waiting(company).plaudit("approve", "--source", "shop", "--all")

    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "3 approved")
    assert set(states(company)) == {State.APPROVED}
    assert "4-5 stars less 1-2 stars: +0.0%" in done.stdout


def test_approving_again_finds_nothing_to_approve(company: Company) -> None:
    waiting(company).plaudit("approve", "--source", "shop", "--all")

    done = company.plaudit("approve", "--source", "shop", "--all")

    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "0 approved")


def test_says_when_low_ratings_fare_worse(company: Company) -> None:
    waiting(company).plaudit("approve", id_of("1"), id_of("3"))

    done = company.plaudit("reject", id_of("2"), "--reason", "off-topic")

    assert "approved share, 4-5 stars less 1-2 stars: +100.0%; shown share: +100.0%" in done.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("approve",), "name reviews, or say --source ID --all"),
        (("approve", "--source", "shop"), "name reviews, or say"),
        (("approve", "--all"), "name reviews, or say"),
        (("approve", "--source", "elsewhere", "--all"), "there is no source 'elsewhere'"),
        (("approve", "{1}", "nobody"), "nobody"),
        (("reject", "{1}"), "Missing option '--reason'"),
        (("reject", "{1}", "--reason", "too-few-stars"), ", ".join(Reason)),
        (("reject", "{1}", "nobody", "--reason", "spam"), "nobody"),
        (("withdraw",), "by its id, or by --source and --external-id"),
        (("withdraw", "nobody"), "nobody"),
        (("withdraw", "--source", "shop", "--external-id", "9"), "there is no review"),
        (("withdraw", "{1}", "--use", "everything"), "'everything' is not one of"),
        (("rights", "shop"), "say which PROFILE"),
        (("rights", "elsewhere", "own"), "there is no source 'elsewhere'"),
        (("rights", "shop", "forbidden"), "forbids"),
        (("reviews", "--state", "lost"), "'lost' is not one of"),
    ],
)
def test_what_cannot_be_done_changes_nothing(company: Company, words: tuple[str, ...], sentence: str) -> None:
    waiting(company)

    done = company.plaudit(*(each.replace("{1}", id_of("1")) for each in words))

    assert done.exit_code == 2, done.output
    assert sentence in done.stderr
    assert "Traceback" not in done.output
    assert set(states(company)) == {State.PENDING}


GONE: list[tuple[str, Callable[[], tuple[str, ...]]]] = [
    ("rejected", lambda: ("reject", id_of("2"), "--reason", "personal-data")),
    ("withdrawn", lambda: ("withdraw", id_of("2"))),
    ("withdrawn by its id at the source", lambda: ("withdraw", "--source", "shop", "--external-id", "2")),
    ("no longer to be shown", lambda: ("withdraw", id_of("2"), "--use", "display")),
    ("of a source that became internal", lambda: ("rights", "shop", "internal")),
]


@pytest.mark.parametrize("words", [words for _, words in GONE], ids=[name for name, _ in GONE])
def test_the_words_are_gone_at_the_next_request(company: Company, words: Callable[[], tuple[str, ...]]) -> None:
    company.publish(*ROWS)
    with company.serving() as site:
        before = everything_served(site)
        known = site.get("/reviews/kettle").headers["ETag"]

        done = company.plaudit(*words())
        after = everything_served(site)
        again = site.get("/reviews/kettle", If_None_Match=known)

    assert done.exit_code == 0, done.output
    assert before.count(WORDS) > 5
    assert WORDS not in after
    assert "Marit D." not in after
    assert again.status_code == 200
    assert WORDS not in again.text
    assert "ETag" in again.headers, "it was not published anew"


def test_what_remains_is_counted_without_it(company: Company) -> None:
    company.publish(*ROWS)
    with company.serving() as site:
        company.plaudit("withdraw", id_of("2"))

        [markup] = documents(site.get("/reviews/kettle").text)

    assert markup["aggregateRating"]["ratingCount"] == 2
    assert markup["aggregateRating"]["ratingValue"] == 4.5


def test_one_use_can_be_taken_back_alone(company: Company) -> None:
    company.publish(*ROWS)
    with company.serving() as site:
        done = company.plaudit("withdraw", id_of("2"), "--use", "markup")

        page = site.get("/reviews/kettle").text
        markup = site.get(f"{KETTLE}/jsonld").text

    assert "consent taken back for markup" in done.stdout
    assert WORDS in page
    assert WORDS not in markup
    assert review_of(company, "2").state is State.APPROVED


def test_withdrawn_is_for_good(company: Company) -> None:
    waiting(company).plaudit("withdraw", id_of("2"))

    done = [company.plaudit("withdraw", id_of("2")), company.plaudit("approve", id_of("2"))]
    again = company.plaudit("import", company.reviews(ROWS), "--source", "shop", "--rights", "own")

    assert [each.exit_code for each in done] == [2, 2]
    assert all("withdrawn cannot become" in each.stderr for each in done)
    assert again.exit_code == 0
    assert review_of(company, "2").state is State.WITHDRAWN


def test_rejected_can_be_approved_after_all(company: Company) -> None:
    waiting(company).plaudit("reject", id_of("2"), "--reason", "spam", "--note", "looked like it")

    company.plaudit("approve", id_of("2"))

    assert review_of(company, "2").state is State.APPROVED


def test_a_source_that_may_only_be_shown_leaves_the_markup_and_the_aggregate(company: Company) -> None:
    company.publish(*ROWS)
    with company.serving() as site:
        done = company.plaudit("rights", "shop", "display-only", "--attribution", "The Shop")

        subject = site.get("/v1/subjects/kettle").json or {}
        page, markup = site.get("/reviews/kettle"), site.get(f"{KETTLE}/jsonld")

    assert done.exit_code == 0, done.output
    assert "3 reviews filed anew" in done.stdout
    assert "shop (display-only): may be shown; may not be marked up" in done.stdout
    assert subject["rating"] is None
    assert [each["name"] for each in subject["other_sources"]] == ["The Shop"]
    assert WORDS in page.text
    assert documents(page.text) == []
    assert markup.status_code == 404
