"""Tests of topics through both doors: what is served of them, and what the command lists."""

from __future__ import annotations

import json

import pytest

from tests.doors import BASE, Company, Site, addresses, row, text_of, tree_of

TEXTS = (
    "The battery lasts for days.",
    "Such a strong battery, and so light.",
    "I charge the battery once a week.",
    "My battery was empty after an hour.",
    "A good battery for the price.",
    "It is the battery that I like most.",
)
LIST = "/v1/topics/en-battery/snippets/list-bare"
NO_TOPIC = "/v1/topics/en-nothing"


@pytest.fixture
def shop(company: Company) -> Company:
    """Two subjects whose customers speak of the battery; the first review of each has a tag."""
    company.publish(
        *(
            row(
                f"{subject}{number}",
                subject=subject,
                subject_name=f"The {subject}",
                body=text,
                author=f"{subject} {number}",
                tags="" if number else "for hikers",
            )
            for subject in ("kettle", "grinder")
            for number, text in enumerate(TEXTS)
        )
    )
    return company


def problem(site: Site, address: str) -> tuple[int, str]:
    answer = site.get(address)
    return answer.status_code, answer.json["detail"] if answer.json else ""


def test_a_withdrawn_review_is_gone_from_its_topic_at_the_next_request(shop: Company) -> None:
    with shop.serving() as site:
        before = [site.get(each).text for each in (LIST, "/topics/en-battery", "/topics/tag-for-hikers")]

        done = shop.plaudit("withdraw", "--source", "shop", "--external-id", "kettle0")
        after = [site.get(each).text for each in (LIST, "/topics/en-battery", "/topics/tag-for-hikers")]

    assert done.exit_code == 0
    assert ["kettle 0" in each for each in before] == [True, True, True]
    assert ["kettle 0" in each for each in after] == [False, False, False]
    assert ["grinder 0" in each for each in after] == [True, True, True]


def test_a_snippet_of_a_topic_says_of_each_review_what_it_is_about(shop: Company) -> None:
    with shop.serving() as site:
        answer = site.get(LIST)

    assert answer.status_code == 200
    assert answer.headers["ETag"]
    assert "application/ld+json" not in answer.text
    assert {f"{BASE}/reviews/kettle", f"{BASE}/reviews/grinder"} <= set(addresses(answer.text))
    assert "Review of The kettle" in answer.text


def test_the_page_of_a_topic_is_whole_and_its_own_canonical(shop: Company) -> None:
    with shop.serving() as site:
        answer = site.get("/topics/en-battery")
        following = [each for each in addresses(answer.text) if "after=" in each]
        more = site.get(following[0])

    links = {each.get("rel"): each.get("href") for each in tree_of(answer.text).iter("link")}
    assert links["canonical"] == f"{BASE}/topics/en-battery"
    assert "Reviews about “battery”" in text_of(answer.text)
    assert "noindex" not in answer.text
    assert "noindex" in more.text
    assert (more.status_code, links["alternate"]) == (200, f"{BASE}/topics/en-battery")


def test_topics_are_listed_page_by_page(shop: Company) -> None:
    with shop.serving() as site:
        first = site.get("/v1/topics?limit=1").json
        tags = site.get("/v1/topics?language=tags").json
        german = site.get("/v1/topics?language=de").json

    assert first is not None
    assert tags is not None
    assert first["items"][0] == {
        "id": "en-battery",
        "name": "battery",
        "language": "en",
        "tag": None,
        "is_retired": False,
        "reviews_shown": 12,
        "subjects_shown": 2,
        "page": f"{BASE}/topics/en-battery",
        "snippets": "/v1/topics/en-battery/snippets",
    }
    assert first["next"] == "en-battery"
    assert [each["tag"] for each in tags["items"]] == ["for hikers"]
    assert german == {"items": [], "next": None}


def test_one_topic_names_its_phrases_and_subjects(shop: Company) -> None:
    with shop.serving() as site:
        found = site.get("/v1/topics/en-battery").json
        listed = site.get("/v1/topics/en-battery/snippets").json

    assert found is not None
    assert listed is not None
    assert "battery" in found["phrases"]
    assert [(each["id"], each["reviews"]) for each in found["subjects"]] == [("grinder", 6), ("kettle", 6)]
    assert {"list-bare", "page"} <= {each["name"] for each in listed["items"]}
    assert {each["locale"] for each in listed["items"]} == {"en"}


@pytest.mark.parametrize(
    ("address", "status", "reason"),
    [
        (NO_TOPIC, 404, "there is no topic 'en-nothing'"),
        (f"{NO_TOPIC}/snippets", 404, "there is no topic 'en-nothing'"),
        (f"{NO_TOPIC}/snippets/list-bare", 404, "there is no topic 'en-nothing'"),
        ("/v1/topics/en-battery/snippets/marquee", 404, "no snippet is called 'marquee'"),
        ("/v1/topics/en-battery/snippets/jsonld", 404, "jsonld is made of no topic"),
        ("/v1/topics/en-battery/snippets/faq", 404, "there is nothing to say as faq about en-battery in en yet"),
        (f"{LIST}?locale=nl", 404, "en-battery is what people say in en: it is published in en, not in nl"),
        (f"{LIST}?locale=xx", 400, "locale: 'xx' is not published here"),
        ("/v1/topics?limit=0", 400, "limit: must be a whole number"),
    ],
)
def test_a_refusal_says_why(shop: Company, address: str, status: int, reason: str) -> None:
    with shop.serving() as site:
        assert problem(site, address)[0] == status
        assert problem(site, address)[1].startswith(reason)


def test_a_locale_that_is_spelt_otherwise_is_sent_on(shop: Company) -> None:
    with shop.serving() as site:
        answer = site.get(f"{LIST}?locale=EN-gb")

    assert (answer.status_code, answer.headers["Location"]) == (307, f"{LIST}?locale=en")


def test_a_topic_of_another_language_is_served_in_that_one_when_none_is_asked_for(company: Company) -> None:
    texts = (
        "Der Akku hält lange.",
        "Ein starker Akku.",
        "Mit dem Akku zufrieden.",
        "Dieser Akku!",
        "Der Akku ist gut.",
    )
    company.publish(*(row(f"d{at}", body=text, language="de", author=f"D{at}") for at, text in enumerate(texts)))

    with company.serving() as site:
        page = site.get("/topics/de-akku")
        snippet = site.get("/v1/topics/de-akku/snippets/list-bare")

    assert (page.status_code, page.headers["Content-Language"]) == (200, "de")
    assert "Bewertungen zum Thema „Akku“" in page.text
    assert (snippet.status_code, snippet.headers["Location"]) == (
        307,
        "/v1/topics/de-akku/snippets/list-bare?locale=de",
    )


def test_a_topic_that_nobody_speaks_of_any_more_keeps_a_page_that_is_not_indexed(shop: Company) -> None:
    for number in range(len(TEXTS)):
        for subject in ("kettle", "grinder"):
            shop.plaudit("withdraw", "--source", "shop", "--external-id", f"{subject}{number}")
    shop.plaudit("publish")

    with shop.serving() as site:
        page = site.get("/topics/en-battery")
        refusal = problem(site, LIST)

    assert (page.status_code, "noindex" in page.text, "No reviews yet" in page.text) == (200, True, True)
    assert refusal == (404, "nobody speaks of en-battery any more")


def test_a_tag_from_outside_is_text_and_nothing_else(company: Company) -> None:
    company.publish(row("1", tags="<script>alert(1)</script>"), row("2", tags="../../etc/passwd"))

    with company.serving() as site:
        listed = site.get("/v1/topics?language=tags").json
        assert listed is not None
        pages = [site.get(f"/topics/{each['id']}") for each in listed["items"]]

    assert [each.status_code for each in pages] == [200] * len(pages)
    assert all("<script" not in each.text for each in pages)


def test_another_name_of_the_company_is_on_the_pages_of_topics_too(shop: Company) -> None:
    shop.configured(f'[site]\nname = "Larkfield & Sons"\nbase_url = "{BASE}"\n')
    shop.plaudit("publish")

    with shop.serving() as site:
        assert "Larkfield &amp; Sons" in site.get("/topics/en-battery").text


def test_everything_made_anew_is_the_same(shop: Company) -> None:
    done = shop.plaudit("rebuild", "snippets")

    assert done.exit_code == 0
    assert " 0 snippets updated" in done.stdout
    assert " 0 removed" in done.stdout


def test_the_command_lists_topics(shop: Company) -> None:
    table = shop.plaudit("topics", "--language", "en")
    lines = [json.loads(each) for each in shop.plaudit("topics", "--format", "json").stdout.splitlines()]

    assert table.stdout.split()[:5] == ["en-battery", "2", "subjects", "12", "reviews"]
    assert {each["id"]: (each["subjects"], each["reviews"]) for each in lines} == {
        "en-battery": (2, 12),
        "tag-for-hikers": (2, 2),
    }


def test_the_command_says_where_topics_come_from(company: Company) -> None:
    done = company.plaudit("topics")

    assert (done.exit_code, done.stdout) == (0, "")
    assert "plaudit publish" in done.stderr
