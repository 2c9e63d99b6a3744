"""Tests of shortlists and saved searches in the console: made, ordered, undone, embedded, and by whom."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from engine.domain import CollectionId, Role
from review_site.console.search.questions import changed, kept_query
from review_site.wiring import Instance, now
from tests.doors import Company, row
from tests.seats import seated
from tests.serving import serving
from tests.signing import Visitor, make_account, signed_in

HOME = "/console/search/shortlists"
LIST = f"{HOME}/what-people-love"


@pytest.fixture
def instance(company: Company) -> Iterator[Instance]:
    company.publish(row("1"), row("2"), row("3"))
    with company.instance() as opened:
        make_account(opened.store, now=now())
        make_account(opened.store, "vic@example.com", Role.VIEWER, now=now())
        yield opened


@pytest.fixture
def reviews(instance: Instance) -> list[str]:
    with instance.store.reading() as transaction:
        return [each.review.id for each in transaction.reviews.of_source(next(iter(transaction.sources.all())))]


def in_list(instance: Instance) -> list[str]:
    with instance.store.reading() as transaction:
        return list(transaction.collections.find(CollectionId("what-people-love")).reviews)


def test_is_filled_ordered_and_emptied_with_a_way_back(
    visitor: Visitor, instance: Instance, reviews: list[str]
) -> None:
    csrf = visitor.csrf()
    first, second, third = reviews
    made = visitor.client.post(
        HOME,
        base_url=visitor.base,
        headers={"Origin": visitor.base},
        data={"csrf": csrf, "name": "What people love!", "review": [first, second, third]},
    )
    assert made.location == LIST

    visitor.post(f"{LIST}/move", csrf=csrf, review=third, place="1")
    assert in_list(instance) == [third, first, second]

    visitor.post(f"{LIST}/remove", csrf=csrf, review=first)
    page = visitor.get(LIST).text
    assert in_list(instance) == [third, second]
    assert f'action="{LIST}/add"' in page
    assert f'name="token" value="{first} {second}"' in page

    visitor.post(f"{LIST}/add", csrf=csrf, token=f"{first} {second}")
    assert in_list(instance) == [third, first, second]
    assert "data-plaudit=&#34;collections/what-people-love/wall&#34;" in visitor.get(LIST).text


def test_a_name_that_is_none_is_asked_for_again(visitor: Visitor) -> None:
    answer = visitor.post(HOME, csrf=visitor.csrf(), name="  ")

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_a_second_list_of_a_name_has_an_address_of_its_own(visitor: Visitor) -> None:
    csrf = visitor.csrf()
    first, second = (visitor.post(HOME, csrf=csrf, name="Gifts").location for _ in range(2))

    assert first == f"{HOME}/gifts"
    assert second.startswith(f"{HOME}/gifts-")


def test_whoever_only_looks_changes_nothing(visitor: Visitor, instance: Instance) -> None:
    visitor.post(HOME, csrf=visitor.csrf(), name="What people love")
    viewer = signed_in(instance, "vic@example.com")

    assert "<form" in visitor.get(LIST).text.split("<main", 1)[1]
    assert "<form" not in viewer.get(LIST).text.split("<main", 1)[1].split("</main>")[0]
    assert viewer.post(f"{LIST}/delete", csrf=viewer.csrf()).status_code == 403


def test_a_file_of_it_holds_its_words(visitor: Visitor, reviews: list[str]) -> None:
    csrf = visitor.csrf()
    visitor.post(HOME, csrf=csrf, name="What people love")
    visitor.post(f"{LIST}/add", csrf=csrf, review=reviews[0])

    answer = visitor.get(f"{LIST}?format=csv")

    assert answer.content_type.startswith("text/csv")
    assert reviews[0] in answer.text


def test_a_file_of_it_has_no_words_of_whoever_took_the_consent_back(visitor: Visitor, reviews: list[str]) -> None:
    csrf = visitor.csrf()
    visitor.post(HOME, None, csrf=csrf, name="What people love", review=reviews[0])
    before = visitor.get(f"{LIST}?format=csv").text

    visitor.post(f"/console/reviews/{reviews[0]}/withdraw", None, csrf=csrf, use="display")

    [line] = visitor.get(f"{LIST}?format=csv").text.splitlines()[1:]
    assert f"{reviews[0]},," not in before
    assert line.startswith(f"{reviews[0]},,,")


def test_a_search_is_saved_under_a_name_and_removed(visitor: Visitor) -> None:
    csrf = visitor.csrf()
    saved = visitor.post("/console/search/saved", csrf=csrf, name="Quiet", query="q=quiet&rating=5&after=x&evil=1")
    assert saved.location == "/console/search?q=quiet&rating=5"

    page = visitor.get("/console/search/saved").text
    assert 'href="/console/search?q=quiet&amp;rating=5"' in page

    [gone] = [part.split('"')[0] for part in page.split('action="/console/search/saved/')[1:]]
    visitor.post(f"/console/search/saved/{gone}", csrf=csrf)
    assert "/console/search?q=quiet" not in visitor.get("/console/search/saved").text


def test_a_question_is_always_written_the_same_way() -> None:
    assert kept_query("sort=date&rating=5&q=+a+b&rating=4&rating=5") == "q=a+b&rating=4&rating=5&sort=date"
    assert kept_query("sort=price&x=1") == ""
    assert changed("q=a&rating=5", without=[("rating", "5")], also=[("language", "de")]) == "q=a&language=de"
    assert changed("q=a&sort=date", also=[("sort", "rating")]) == "q=a&sort=rating"


@pytest.mark.browser
def test_is_put_in_order_by_keyboard_and_its_quote_copied(chromium: Browser, company: Company) -> None:
    company.publish(row("1", body="First words."), row("2", body="Second words."))
    with company.instance() as instance:
        make_account(instance.store, now=now())

    with serving(company.store, "--no-worker") as served, seated(chromium, served, company) as seat:
        page = seat.page
        page.goto(HOME)
        page.get_by_label("New shortlist").focus()
        page.keyboard.type("Gifts")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Shortlist: Gifts")
        with company.instance() as instance, instance.store.reading() as transaction:
            ids = [each.review.id for each in transaction.reviews.of_source(next(iter(transaction.sources.all())))]
        for each in ids:
            page.evaluate(
                """([list, review]) => fetch(`/console/search/shortlists/${list}/add`, {method: "POST",
                headers: {"X-CSRF-Token": document.querySelector("[name=csrf]").value,
                "Content-Type": "application/x-www-form-urlencoded"}, body: `review=${review}`})""",
                ["gifts", each],
            )
        page.reload()
        words = page.locator(".said-by")
        before = words.all_inner_texts()
        page.keyboard.press("j")
        page.keyboard.press("J")
        expect(page.get_by_role("status").filter(has_text="moved")).to_be_visible()
        assert words.all_inner_texts() == before[::-1]
        page.keyboard.press("j")
        page.keyboard.press("c")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#announced")).to_have_text("Copied with its attribution")
        copied = page.evaluate("navigator.clipboard.readText()")

    assert before[1] in copied
    assert "—" in copied
    assert seat.told == []
