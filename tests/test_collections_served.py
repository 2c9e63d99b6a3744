"""Tests of collections through both doors: the verbs, the page, the snippets, and what is gone at the next request."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.domain import ReviewId, SourceId, review_id
from review_site.wiring import now
from tests.doors import BASE, Company, Site, addresses, row, text_of, tree_of

PAGE = "/collections/best"
API = "/v1/collections/best"
SNIPPET = f"{API}/snippets/page"


def id_of(external_id: str) -> ReviewId:
    return review_id(SourceId("shop"), external_id)


@pytest.fixture
def shop(company: Company) -> Company:
    """Four reviews of two subjects; three of them picked, the newest last."""
    company.publish(
        row("k1", author="Kay One", rating="5", written_at="2026-09-03"),
        row("k2", author="Kay Two", rating="1", written_at="2026-09-02"),
        row("g1", author="Gus One", subject="grinder", subject_name="G1 Grinder", written_at="2026-09-01"),
        row("g2", author="Gus Two", subject="grinder", subject_name="G1 Grinder", body="It grinds.", rating="2"),
    )
    done = company.plaudit(
        "collection", "create", "best", id_of("g1"), id_of("k2"), id_of("k1"), "--name", "Loved & picked"
    )
    assert done.exit_code == 0, done.output
    return company


def order_of(site: Site) -> list[str]:
    page = text_of(site.get(PAGE).text)
    return sorted((each for each in ("Kay One", "Kay Two", "Gus One", "Gus Two") if each in page), key=page.index)


def problem(site: Site, address: str) -> tuple[int, str]:
    answer = site.get(address)
    return answer.status_code, answer.json["detail"] if answer.json else text_of(answer.text)


def test_a_collection_has_a_page_as_soon_as_it_is_made(shop: Company) -> None:
    with shop.serving() as site:
        answer = site.get(PAGE)
        order = order_of(site)

    links = {each.get("rel"): each.get("href") for each in tree_of(answer.text).iter("link")}
    page = text_of(answer.text)
    assert (answer.status_code, order) == (200, ["Gus One", "Kay Two", "Kay One"])
    assert answer.headers["ETag"]
    assert "Loved & picked" in page
    assert links["canonical"] == f"{BASE}{PAGE}"
    assert "noindex" not in answer.text
    assert "application/ld+json" not in answer.text
    assert {f"{BASE}/reviews/kettle", f"{BASE}/reviews/grinder"} <= set(addresses(answer.text))


def test_the_page_says_that_it_is_a_selection_and_shows_the_mean_of_all(shop: Company) -> None:
    with shop.serving() as site:
        page = text_of(site.get(PAGE).text)
        dutch = text_of(site.get(f"{PAGE}?locale=nl").text)

    assert "A selection, picked by hand." in page
    assert "3.0 out of 5 4 ratings" in page
    assert "whether shown here or not" in page
    assert "Order: as it was put together by hand." in page
    assert "Order: Newest first" not in page
    assert "Volgorde: met de hand bepaald." in dutch


def test_its_page_has_no_link_to_a_view_that_it_does_not_have(shop: Company) -> None:
    with shop.serving() as site:
        found = addresses(site.get(PAGE).text)
        statuses = {each: site.get(each).status_code for each in found if PAGE in each}

    assert not [each for each in found if "sort=" in each or "star=" in each]
    assert set(statuses.values()) == {200}


def test_a_long_collection_goes_on_by_links_in_its_order(company: Company) -> None:
    company.publish(*(row(f"r{at:02}", author=f"Author {at:02}", body=f"Words {at}.") for at in range(25)))
    ids = [id_of(f"r{at:02}") for at in range(24, -1, -1)]
    company.plaudit("collection", "create", "best", *ids, "--name", "All")

    seen, address = "", PAGE
    with company.serving() as site:
        for _ in range(3):
            page = site.get(address)
            seen += text_of(page.text)
            assert ("noindex" in page.text) == (address != PAGE)
            address = next((each for each in addresses(page.text) if "after=" in each), "")

    assert sorted(range(25), key=lambda at: seen.index(f"Author {at:02}")) == list(range(24, -1, -1))


def test_a_withdrawn_review_is_gone_from_its_collection_at_the_next_request(shop: Company) -> None:
    with shop.serving() as site:
        before = site.get(SNIPPET).text

        done = shop.plaudit("withdraw", "--source", "shop", "--external-id", "k2")
        after = [site.get(each).text for each in (PAGE, SNIPPET, f"{PAGE}?locale=de")]

    assert done.exit_code == 0
    assert "Kay Two" in before
    assert ["Kay Two" in each for each in after] == [False, False, False]
    assert ["Gus One" in each for each in after] == [True, True, True]


def test_a_review_that_was_never_picked_changes_the_mean_beside_it(shop: Company) -> None:
    shop.plaudit("withdraw", "--source", "shop", "--external-id", "g2")
    shop.plaudit("publish")

    with shop.serving() as site:
        assert "3.3 out of 5 3 ratings" in text_of(site.get(PAGE).text)


def test_the_verbs_change_what_is_served_at_once(shop: Company) -> None:
    with shop.serving() as site:
        added = shop.plaudit("collection", "add", "best", id_of("g2"), "--first")
        first = order_of(site)
        shop.plaudit("collection", "move", "best", id_of("k1"), id_of("k2"), "--before", id_of("g2"))
        moved = order_of(site)
        shop.plaudit("collection", "remove", "best", id_of("g1"), id_of("g2"))
        removed = order_of(site)
        shop.plaudit("collection", "rename", "best", "Really good")
        named = text_of(site.get(PAGE).text)

    assert added.stdout == f"best: 4 of 4 reviews shown, at {BASE}/collections/best\n"
    assert first == ["Gus Two", "Gus One", "Kay Two", "Kay One"]
    assert moved == ["Kay One", "Kay Two", "Gus Two", "Gus One"]
    assert removed == ["Kay One", "Kay Two"]
    assert "Really good" in named


def test_a_deleted_collection_is_gone_at_the_next_request(shop: Company) -> None:
    with shop.serving() as site:
        done = shop.plaudit("collection", "delete", "best")
        answers = [problem(site, each) for each in (PAGE, API, f"{API}/snippets", SNIPPET)]

    assert done.stdout == "best: deleted\n"
    assert [status for status, _ in answers] == [404] * 4
    assert all("there is no collection 'best'" in said for _, said in answers)


def test_what_may_not_be_shown_is_refused_with_its_reason_and_the_exit_code_says_so(shop: Company) -> None:
    shop.plaudit("import", shop.reviews([row("new")], "new.csv"), "--source", "shop", "--rights", "own")

    done = shop.plaudit("collection", "add", "best", id_of("g2"), id_of("new"), "r1")

    assert done.exit_code == 2
    assert f"{id_of('new')} may not be shown: it is pending: approve it first" in done.stderr
    assert "there is no review 'r1'" in done.stderr
    assert "3 of 3 reviews shown" in shop.plaudit("collection", "list").stdout


def test_show_lists_the_reviews_and_why_one_is_not_shown(shop: Company) -> None:
    shop.plaudit("withdraw", "--source", "shop", "--external-id", "k2")

    lines = shop.plaudit("collection", "show", "best").stdout.splitlines()

    assert lines[0] == f"Loved & picked: 2 of 3 reviews shown, at {BASE}/collections/best"
    assert [each.split()[0] for each in lines[1:]] == [id_of("g1"), id_of("k2"), id_of("k1")]
    assert ["not shown" in each for each in lines[1:]] == [False, True, False]
    assert lines[2].endswith("| not shown: it was withdrawn")


def test_the_list_is_for_people_and_for_programs(shop: Company) -> None:
    shop.plaudit("collection", "create", "none", "--name", "Nothing yet")

    table = shop.plaudit("collection", "list").stdout.splitlines()
    lines = [json.loads(each) for each in shop.plaudit("collection", "list", "--format", "json").stdout.splitlines()]

    assert table == ["best  3 of 3 reviews shown  Loved & picked", "none  0 of 0 reviews shown  Nothing yet"]
    assert lines[0] == {
        "id": "best",
        "name": "Loved & picked",
        "reviews": [id_of("g1"), id_of("k2"), id_of("k1")],
        "reviews_shown": 3,
        "subjects_shown": 2,
    }


def test_an_instance_without_any_says_how_one_is_made(company: Company) -> None:
    done = company.plaudit("collection", "list")

    assert (done.exit_code, done.stdout) == (0, "")
    assert "plaudit collection create" in done.stderr


def test_two_places_at_once_are_refused(shop: Company) -> None:
    done = shop.plaudit("collection", "move", "best", id_of("k1"), "--first", "--before", id_of("k2"))

    assert done.exit_code == 2
    assert "not both" in done.stderr


def test_collections_are_listed_page_by_page(shop: Company) -> None:
    shop.plaudit("collection", "create", "later", "--name", "Later")

    with shop.serving() as site:
        first = site.get("/v1/collections?limit=1").json
        rest = site.get("/v1/collections?after=best").json

    assert first == {
        "items": [
            {
                "id": "best",
                "name": "Loved & picked",
                "reviews_shown": 3,
                "subjects_shown": 2,
                "page": f"{BASE}/collections/best",
                "snippets": "/v1/collections/best/snippets",
            }
        ],
        "next": "best",
    }
    assert rest is not None
    assert ([each["id"] for each in rest["items"]], rest["next"]) == (["later"], None)


def test_one_collection_names_what_it_is_about_and_no_review_that_is_not_shown(shop: Company) -> None:
    shop.plaudit("withdraw", "--source", "shop", "--external-id", "k2")

    with shop.serving() as site:
        found = site.get(API)
        listed = site.get(f"{API}/snippets").json

    assert found.json is not None
    assert listed is not None
    assert [(each["id"], each["name"], each["reviews"]) for each in found.json["subjects"]] == [
        ("grinder", "G1 Grinder", 1),
        ("kettle", "K2 Kettle", 1),
    ]
    assert (found.json["reviews_shown"], found.json["blocked"]) == (2, {})
    assert id_of("k2") not in found.text
    assert {each["locale"] for each in listed["items"] if each["name"] == "page"} == {"en", "de", "nl", "fr", "es"}


@pytest.mark.parametrize(
    ("address", "status", "reason"),
    [
        ("/v1/collections/none", 404, "there is no collection 'none'"),
        ("/collections/none", 404, "there is no collection 'none'"),
        (f"{API}/snippets/marquee", 404, "no snippet is called 'marquee'"),
        (f"{API}/snippets/jsonld", 404, "jsonld is made of no collection"),
        (f"{API}/snippets/page?locale=xx", 400, "locale: 'xx' is not published here"),
        ("/v1/collections?limit=0", 400, "limit: must be a whole number"),
        (f"{PAGE}?sort=highest", 400, "sort: a collection is shown whole"),
        (f"{PAGE}?star=5", 400, "star: a collection is shown whole"),
        (f"{PAGE}?topic=en-lid", 400, "topic: a collection is shown whole"),
        (f"{PAGE}?after=newest~0", 400, "not a cursor that a collection gave"),
    ],
)
def test_a_refusal_says_why(shop: Company, address: str, status: int, reason: str) -> None:
    with shop.serving() as site:
        found = problem(site, address)

    assert found[0] == status
    assert reason in found[1]


def test_a_name_from_outside_is_text_and_nothing_else(company: Company) -> None:
    company.plaudit("collection", "create", "best", "--name", "x [gallery] {{ 7*7 }} & co")

    with company.serving() as site:
        page = site.get(PAGE).text

    assert "[gallery]" not in page
    assert "{{ 7*7 }}" not in page
    assert "x [gallery] {{ 7*7 }} & co" in text_of(page)


def test_an_empty_collection_has_a_page_that_search_engines_do_not_list(company: Company) -> None:
    company.plaudit("collection", "create", "best", "--name", "Nothing yet")

    with company.serving() as site:
        page = site.get(PAGE)

    assert (page.status_code, "noindex" in page.text, "No reviews yet" in page.text) == (200, True, True)


def test_other_settings_and_another_name_of_a_subject_are_on_the_pages_of_collections_too(shop: Company) -> None:
    shop.configured(f'[site]\nname = "Larkfield & Sons"\nbase_url = "{BASE}"\n')
    catalogue = shop.folder / "subjects.csv"
    catalogue.write_text("id,title\ngrinder,The new grinder\n", encoding="utf-8")
    renamed = shop.plaudit("subjects", "import", catalogue)
    shop.plaudit("publish")

    with shop.serving() as site:
        page = site.get(PAGE).text

    assert renamed.exit_code == 0, renamed.output
    assert "Larkfield &amp; Sons" in page
    assert "Review of The new grinder" in text_of(page)


def test_everything_made_anew_is_the_same(shop: Company) -> None:
    done = shop.plaudit("rebuild", "snippets")

    assert done.exit_code == 0
    assert " 0 snippets updated" in done.stdout
    assert " 0 removed" in done.stdout


def test_what_became_too_old_is_counted_by_neither_door(company: Company) -> None:
    company.publish(row("1", author="Kay One"), row("2", author="Kay Two"))
    company.plaudit("collection", "create", "best", id_of("1"), id_of("2"), "--name", "Both")
    long_ago = now() - timedelta(days=400)
    with company.instance() as instance, instance.store.writing() as transaction:
        source = transaction.sources.all()[SourceId("shop")]
        transaction.sources.save(replace(source, rights=replace(source.rights, max_age=timedelta(days=365))))
        transaction.reviews.renew([id_of("1")], long_ago)

    with company.serving() as site:
        found = site.get(API).json

    assert found is not None
    assert (found["reviews_shown"], [each["reviews"] for each in found["subjects"]]) == (1, [1])
    assert "1 of 2 reviews shown" in company.plaudit("collection", "list").stdout
    assert "older than the rights profile" in company.plaudit("collection", "show", "best").stdout
