"""Tests of the search for writers: words, facets, marked excerpts, the best sentence, and what they take along."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from html import unescape

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, expect

from engine.domain import ReviewId, Role
from review_site.console.search.questions import MOST_PARTS
from review_site.console.search.results import pieces
from review_site.wiring import Instance, now
from tests.doors import Company, row
from tests.seats import seated
from tests.serving import serving
from tests.signing import Visitor, make_account, signed_in

SPOUT = "The spout pours in 12 seconds without a single drop on the table. I like it."
ROWS = (
    row("1", body=SPOUT, rating="5"),
    row("2", body="Der Ausguss tropft nach zwei Wochen immer noch nicht.", language="de", rating="2"),
    row("3", body="<b>Loud</b> & far too loud for a small flat.", rating="1"),
)


@pytest.fixture
def instance(company: Company) -> Iterator[Instance]:
    company.publish(*ROWS)
    with company.instance() as opened:
        make_account(opened.store, now=now())
        make_account(opened.store, "vic@example.com", Role.VIEWER, now=now())
        assert opened.indexer.rebuild()
        yield opened


def page_of(visitor: Visitor, query: str) -> BeautifulSoup:
    answer = visitor.get(f"/console/search?{query}")
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def words_of(page: BeautifulSoup) -> list[str]:
    return [each.get_text().strip() for each in page.select("[data-row] > .said-by")]


@pytest.mark.parametrize("path", ["?q=spout", "", "?rating=5&sort=date", "/similar/{}"])
def test_says_so_before_there_is_an_index_and_leads_to_the_reviews(company: Company, path: str) -> None:
    company.publish(*ROWS)
    with company.instance() as opened:
        make_account(opened.store, now=now())
        visitor = signed_in(opened)
        with opened.store.reading() as transaction:
            [first, *_] = transaction.reviews.page(after="", limit=1)
        answer = visitor.get(f"/console/search{path.format(first.review.id)}")
        reviews = visitor.get("/console/reviews?state=approved")

    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 503
    assert "the index is not ready" in page.get_text()
    assert page.select_one('main a[href="/console/reviews?state=approved"]') is not None
    assert "spout" in reviews.text


def test_shows_the_words_whole_and_marks_what_was_asked_for(visitor: Visitor) -> None:
    page = page_of(visitor, "q=spout")

    assert words_of(page) == [SPOUT]
    assert [each.get_text() for each in page.select("mark")] == ["spout"]


def test_says_which_sentence_can_be_quoted_and_copies_it_with_who_said_it(visitor: Visitor) -> None:
    page = page_of(visitor, "q=spout")

    best = page.select("q")[0].get_text()
    copied = page.select("textarea[id^=best-copy]")[0].get_text()
    assert best == "The spout pours in 12 seconds without a single drop on the table."
    assert best in copied
    assert "Owen B." in copied


def test_facets_narrow_each_other_and_keep_their_own_choices(visitor: Visitor) -> None:
    page = page_of(visitor, "q=&language=de")

    chosen = page.select("input[name=language]")
    assert {each["value"]: each.has_attr("checked") for each in chosen} == {"de": True, "en": False}
    assert [each["value"] for each in page.select("input[name=rating]")] == ["2"]
    assert len(words_of(page)) == 1


def test_asks_for_what_is_approved_unless_states_are_asked_for(visitor: Visitor, instance: Instance) -> None:
    with instance.store.writing() as transaction:
        first = transaction.reviews.of_source(next(iter(transaction.sources.all())))[:1]
        instance.moderation(transaction).recheck(first, by="ann", note="somebody asked")
    instance.indexer.take_in()

    assert len(words_of(page_of(visitor, "q="))) == 2
    assert len(words_of(page_of(visitor, "q=&state=pending"))) == 1


def test_what_is_withdrawn_is_gone_at_the_next_request(visitor: Visitor, instance: Instance) -> None:
    with instance.store.writing() as transaction:
        first = transaction.reviews.of_source(next(iter(transaction.sources.all())))[0].review.id
        instance.moderation(transaction).withdraw(ReviewId(first), by="author")

    page = page_of(visitor, "q=spout")

    assert words_of(page) == []
    assert "0 reviews" in page.select("#found")[0].get_text()


def test_says_what_it_did_not_understand_and_answers_the_rest(visitor: Visitor) -> None:
    page = page_of(visitor, "q=spout+colour:red+rating:9")

    said = " ".join(each.get_text() for each in page.select(".bad-words"))
    assert "colour" in said
    assert "rating cannot be" in said


def test_says_what_was_probably_meant(visitor: Visitor) -> None:
    [link] = page_of(visitor, "q=spuot&rating=5").select(".meant a")

    assert (link.get_text(), link["href"]) == ("spout", "/console/search?q=spout&rating=5")


def test_nothing_of_a_review_becomes_markup(visitor: Visitor) -> None:
    page = page_of(visitor, "q=loud")

    assert page.select("[data-row] b b, .said-by b") == []
    assert any("& far too loud" in each for each in words_of(page))


def test_a_file_has_what_the_page_has(visitor: Visitor) -> None:
    answer = visitor.get("/console/search?q=spout&format=csv")

    [header, line] = csv.reader(io.StringIO(answer.text))
    assert line[header.index("Words")] == SPOUT


def test_a_viewer_looks_and_keeps_nothing(visitor: Visitor, instance: Instance) -> None:
    viewer = signed_in(instance, "vic@example.com")

    page = page_of(viewer, "q=spout")

    assert words_of(page) == [SPOUT]
    assert page.select("input[name=review], form[action$=saved]") == []
    assert viewer.post("/console/search/saved", csrf=viewer.csrf(), name="x", query="q=a").status_code == 403


def test_suggests_how_the_last_word_goes_on(visitor: Visitor) -> None:
    said = unescape(visitor.get("/console/search/suggest?q=the+spo").text)

    assert '<option value="the spout">' in said


def test_an_address_of_too_many_parts_is_refused_and_breaks_nothing(visitor: Visitor) -> None:
    parts = "&".join(f"subject=s{number}" for number in range(MOST_PARTS + 1))

    assert visitor.get(f"/console/search?{parts}").status_code == 400


def test_pieces_are_exactly_the_span_that_they_were_cut_from() -> None:
    found = list(pieces("one two three", (4, 13), [(4, 7), (8, 13)]))

    assert "".join(each.text for each in found) == "two three"
    assert [(each.text, each.is_marked) for each in found] == [("two", True), (" ", False), ("three", True)]


@pytest.mark.browser
def test_a_writer_finds_a_quote_and_takes_it_along_by_keyboard(chromium: Browser, company: Company) -> None:
    company.publish(*ROWS)
    with company.instance() as instance:
        make_account(instance.store, now=now())
        assert instance.indexer.rebuild()

    with serving(company.store, "--no-worker") as served, seated(chromium, served, company) as seat:
        page = seat.page
        page.goto("/console/search")
        page.keyboard.press("/")
        page.keyboard.type("spout")
        page.keyboard.press("Enter")
        expect(page.locator("mark")).to_have_text("spout")
        page.keyboard.press("Escape")
        page.keyboard.press("b")
        expect(page.locator("#announced")).to_have_text("Copied with its attribution")
        copied = page.evaluate("navigator.clipboard.readText()")
        page.keyboard.press("x")
        expect(page.locator("input[name=review]")).to_be_checked()
        page.keyboard.press("l")
        expect(page.locator("#to-shortlist")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.type("Spouts")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Shortlist: Spouts")
        expect(page.locator("[data-row]")).to_have_count(1)

    assert "12 seconds" in copied
    assert "Owen B." in copied
    assert seat.told == []
