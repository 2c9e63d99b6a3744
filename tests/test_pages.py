"""The public pages over HTTP: the list of subjects, every view of a review page, and where their links lead."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy

from engine.domain import SourceId, SubjectId, SubjectType, review_id
from engine.moderation import Moderation
from engine.store import Store
from tests.doors import BASE, Company, Site, addresses, documents, row, text_of, tree_of
from tests.factories import NOON, fill, make_review, make_source, make_subject

LOCALES = ("en", "de", "nl", "fr", "es")
KETTLE = "/reviews/k2-kettle"


def html_of(site: Site, address: str) -> str:
    answer = site.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "text/html; charset=utf-8"
    return answer.text


def links(html: str, rel: str) -> list[str]:
    return [each.get("href") or "" for each in tree_of(html).iter() if each.get("rel") == rel]


def rows_of(html: str) -> list[str]:
    """The subjects of the list, each as a reader sees it."""
    lists = (each for each in tree_of(html).iter("ul") if each.get("class") == "subjects")
    return [" ".join("".join(each.itertext()).split()) for found in lists for each in found.iter("li")]


def reviews_of(html: str) -> list[str]:
    cards = (each for each in tree_of(html).iter("li") if each.get("class") == "plaudit-review")
    return [" ".join("".join(each.itertext()).split()) for each in cards]


def is_for_search_engines(html: str) -> bool:
    return not any(each.get("name") == "robots" for each in tree_of(html).iter("meta"))


def fill_with(company: Company, count: int) -> list[str]:
    """Subjects with a page each; their ids in order."""
    subjects = [make_subject(id=SubjectId(f"kettle-{number:03}"), name=f"Kettle {number}") for number in range(count)]
    with company.instance() as instance:
        fill(instance.store, [], sources=[make_source()], subjects=subjects)
    return [each.id for each in subjects]


def test_lists_each_subject_with_its_type_and_its_rating(sample_site: Site) -> None:
    assert rows_of(html_of(sample_site, "/")) == [
        "Larkfield Brew Software 4.1 out of 5 20 ratings",
        "K2 Gooseneck Kettle Product 4.1 out of 5 97 ratings, 98 written reviews",
        "M1 Hand Grinder Product 4.2 out of 5 37 ratings",
        "Larkfield Coffee Bar Utrecht Place 3.9 out of 5 16 ratings, 15 written reviews",
    ]


@pytest.mark.parametrize("locale", LOCALES)
def test_says_of_each_subject_what_its_page_says(sample_site: Site, locale: str) -> None:
    home = html_of(sample_site, f"/?locale={locale}")

    for address in (each for each in addresses(home) if "/reviews/" in each):
        page = tree_of(html_of(sample_site, address))
        rated = {
            kind: [each.get("value") for each in page.iter("data") if each.get("class") == kind]
            for kind in ("plaudit-mean", "plaudit-count")
        }
        assert address.endswith(f"?locale={locale}") == (locale != "en")
        for kind, values in rated.items():
            assert f'class="{kind}" value="{values[0]}"' in home


@pytest.mark.parametrize("locale", LOCALES)
def test_is_a_whole_page_in_each_language(sample_site: Site, locale: str) -> None:
    html = html_of(sample_site, f"/?locale={locale}")

    tree = tree_of(html)
    assert tree.get("lang") == locale
    assert links(html, "canonical") == [f"{BASE}/" if locale == "en" else f"{BASE}/?locale={locale}"]
    assert len(links(html, "alternate")) == len(LOCALES) + 1
    assert [each.get("aria-current") for each in tree.iter("a") if each.get("hreflang") == locale] == ["true"]
    assert sum(1 for _ in tree.iter("h1")) == 1
    assert is_for_search_engines(html)


def test_names_are_those_of_the_language(sample_site: Site) -> None:
    assert "K2 Schwanenhalskessel" in text_of(html_of(sample_site, "/?locale=de"))


def test_a_long_list_is_turned_by_links_and_holds_each_subject_once(company: Company) -> None:
    ids = fill_with(company, 120)

    with company.serving() as site:
        pages = list(turned(site, "/?locale=nl"))

    listed = [each for page in pages for each in addresses(page) if "/reviews/" in each]
    assert listed == [f"{BASE}/reviews/{each}?locale=nl" for each in ids]
    assert [len(links(page, "first")) for page in pages] == [0, 1, 1]
    assert all(is_for_search_engines(page) for page in pages)
    assert len({links(page, "canonical")[0] for page in pages}) == 3


def test_beyond_the_end_of_the_list_there_is_a_way_back(sample_site: Site) -> None:
    html = html_of(sample_site, "/?after=zzz")

    assert rows_of(html) == []
    assert links(html, "first") == [f"{BASE}/"]
    assert not is_for_search_engines(html)


def test_a_longer_list_asks_the_database_no_more_often(company: Company) -> None:
    fill_with(company, 60)

    with company.instance() as instance:
        short, long = (queries(instance.store, limit) for limit in (1, 60))

    assert short == long == 2


def queries(store: Store, limit: int) -> int:
    asked: list[str] = []
    with store.reading() as transaction:
        connection = transaction._connection
        sqlalchemy.event.listen(connection, "before_cursor_execute", lambda _, __, query, *___: asked.append(query))
        transaction.summaries.of_all([each.id for each in transaction.subjects.page(limit=limit)])
    return len(asked)


@pytest.mark.parametrize("locale", LOCALES)
def test_an_empty_instance_says_how_reviews_come_in(company: Company, locale: str) -> None:
    with company.serving() as site:
        text = text_of(html_of(site, f"/?locale={locale}"))

    assert "plaudit import reviews.csv --source shop --rights own" in text
    assert "plaudit demo" in text


def test_what_an_empty_instance_says_works(company: Company) -> None:
    file = company.reviews([{name: row("1")[name] for name in ("subject", "rating", "title", "body", "author")}])
    with company.serving() as site:
        told = [each.text or "" for each in tree_of(html_of(site, "/")).iter("code")]
    commands = [line.split()[1:] for each in told for line in each.splitlines()]

    done = [company.plaudit(*(str(file) if each == "reviews.csv" else each for each in words)) for words in commands]

    assert len(done) == 5
    assert [each.exit_code for each in done] == [0] * 5


def test_a_subject_whose_reviews_have_no_rating_tells_their_number(company: Company) -> None:
    company.publish(row("1", rating=""), row("2", rating="", body="The lid is loose."))

    with company.serving() as site:
        assert rows_of(html_of(site, "/")) == ["K2 Kettle Product 2 reviews"]


@pytest.mark.parametrize(
    "kind",
    [
        SubjectType(each)
        for each in (
            "Product",
            "LocalBusiness",
            "Restaurant",
            "SoftwareApplication",
            "MobileApplication",
            "Organization",
        )
    ],
)
def test_every_type_of_subject_has_its_word(company: Company, kind: SubjectType) -> None:
    with company.instance() as instance:
        fill(instance.store, [make_review(None, body="Words.")], subjects=[make_subject(type=kind)])

    with company.serving() as site:
        [listed] = rows_of(html_of(site, "/"))

    assert listed.removeprefix("K2 Gooseneck Kettle ") in {
        "Product 1 review",
        "Place 1 review",
        "Software 1 review",
        "Company 1 review",
    }


@pytest.mark.parametrize("path", ["/", KETTLE, "/reviews/k2-kettle?sort=oldest&"])
def test_an_unknown_language_is_refused_with_those_there_are(sample_site: Site, path: str) -> None:
    answer = sample_site.get(f"{path}{'' if path.endswith('&') else '?'}locale=xx")

    assert answer.status_code == 400
    assert "en, de, nl, fr, es" in answer.text


@pytest.mark.parametrize("query", ["sort=oldest", "sort=lowest", "star=5", "sort=highest&star=4"])
def test_another_view_is_for_readers_and_names_the_one_for_search_engines(sample_site: Site, query: str) -> None:
    html = html_of(sample_site, f"{KETTLE}?{query}")

    assert not is_for_search_engines(html)
    assert links(html, "canonical") == [f"{BASE}{KETTLE}"]
    assert documents(html) == []
    assert reviews_of(html)


def test_the_default_view_is_marked_up(sample_site: Site) -> None:
    product, faq = documents(html_of(sample_site, KETTLE))

    assert (product["@type"], faq["@type"]) == ("Product", "FAQPage")
    assert product["aggregateRating"]["ratingCount"] == 97


def test_a_page_from_which_words_were_taken_is_there_before_it_is_built_anew(company: Company) -> None:
    company.publish(row("1"), row("2", body="The lid rattles like a tram."))
    with company.instance() as instance, instance.store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).withdraw(review_id(SourceId("shop"), "2"), by="author")

    with company.serving() as site:
        html = html_of(site, "/reviews/kettle")
        snippet = site.get("/v1/subjects/kettle/snippets/list")

    assert "It pours well" in html
    assert "like a tram" not in html
    assert snippet.status_code == 404


@pytest.mark.parametrize("query", ["", "sort=oldest", "sort=highest", "sort=lowest", "star=5"])
@pytest.mark.parametrize("locale", ["en", "de"])
def test_turning_the_pages_shows_each_review_once(sample_site: Site, query: str, locale: str) -> None:
    pages = list(turned(sample_site, f"{KETTLE}?locale={locale}&{query}"))

    shown = [each for page in pages for each in reviews_of(page)]
    there_are = (sample_site.get("/v1/subjects/k2-kettle").json or {})["reviews_shown"]
    assert len(shown) == len(set(shown))
    assert (len(shown) == there_are) == (query in ("", "sort=oldest"))
    assert len(pages) == -(-len(shown) // 10)


def turned(site: Site, address: str) -> Iterator[str]:
    """The page at an address and all that follow it."""
    following = [address]
    while following:
        html = html_of(site, following[0])
        yield html
        following = links(html, "next")


@pytest.mark.parametrize(
    "query",
    [
        "sort=best",
        "sort=",
        "star=0",
        "star=6",
        "star=٣",
        "star=%00",
        "star=",
        "star=3.0",
        "after=%00",
        "after=nonsense",
        "after=newest~0~99999999999999999999~r00000000000000000000",
        "sort=oldest&after=newest~0~1~r00000000000000000000",
        "locale=en%00",
        "x=%00",
    ],
)
def test_a_query_that_means_nothing_is_refused(sample_site: Site, query: str) -> None:
    answer = sample_site.get(f"{KETTLE}?{query}")

    assert answer.status_code == 400
    assert answer.content_type == "text/html; charset=utf-8"


@pytest.mark.parametrize("query", ["%ff", "&&&", "=", "locale=en&locale=xx", "a=" + "b" * 50_000])
def test_a_query_that_nobody_asked_for_changes_nothing(sample_site: Site, query: str) -> None:
    assert reviews_of(html_of(sample_site, f"{KETTLE}?{query}")) == reviews_of(html_of(sample_site, KETTLE))


def test_every_link_of_every_page_leads_to_a_page(sample_site: Site) -> None:
    homes = [html_of(sample_site, f"/?locale={locale}") for locale in LOCALES]
    pages = {each for home in homes for each in addresses(home) if "/reviews/" in each}

    led_to = {each for page in sorted(pages) for each in addresses(html_of(sample_site, page))}
    broken = [each for each in sorted(led_to) if sample_site.get(each).status_code != 200]

    assert len(pages) == 4 * len(LOCALES)
    assert len(led_to) > 150
    assert broken == []


def test_says_that_it_is_well(sample_site: Site) -> None:
    health, readiness = sample_site.get("/healthz").json, sample_site.get("/readyz")

    assert health == {"status": "ok"}
    assert readiness.status_code == 200
    assert readiness.json == {
        "status": "ok",
        "checks": {
            "database": "ok",
            "migrations": "ok",
            "disk": "ok",
            "worker": "never seen",
            "search": "ok",
        },
    }


def test_no_page_asks_a_browser_for_anything_from_elsewhere(sample_site: Site) -> None:
    for address in ("/", KETTLE, f"{KETTLE}?sort=oldest", "/nowhere"):
        tree = tree_of(sample_site.get(address).text)
        loaded = [each.get("href") for each in tree.iter("link") if each.get("rel") in ("stylesheet", "icon")]
        assert loaded
        assert all(each.startswith("/assets/") for each in loaded)
        assert not [each.tag for each in tree.iter() if each.tag in ("img", "iframe", "object", "embed", "style")]
