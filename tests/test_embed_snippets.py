"""Snippets asked for otherwise: another view, without JSON-LD, in a shadow root; alone in a frame, and by oEmbed."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from review_site.assets import find_assets
from tests.doors import BASE, Company, Site, addresses, row, tree_of

LIST = "/v1/subjects/k2-kettle/snippets/list"
BARE = "/v1/subjects/k2-kettle/snippets/list-bare"
SCRIPT = "application/ld+json"
FRAME = "/embed/subjects/k2-kettle/list"
PAGE = f"{BASE}/reviews/k2-kettle"


def oembed(site: Site, url: str, more: str = "") -> TestResponse:
    return site.get(f"/oembed?url={quote(url, safe='')}{more}")


@pytest.mark.parametrize("query", ["sort=lowest", "star=1", "locale=nl&sort=oldest", "locale=de&star=5&sort=highest"])
@pytest.mark.parametrize("path", [LIST, BARE])
def test_another_view_is_no_page_for_search_engines_and_has_no_markup(sample_site: Site, path: str, query: str) -> None:
    answer = sample_site.get(f"{path}?{query}")

    assert answer.status_code == 200
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert SCRIPT not in answer.text
    assert answer.text.startswith("<div")
    assert "\n\n" not in answer.text


@pytest.mark.parametrize("query", ["", "?sort=lowest", "?ld=0", "?isolate=1", "?star=9", "?sort=newest"])
def test_scripts_of_every_page_may_read_a_snippet(sample_site: Site, query: str) -> None:
    assert sample_site.get(LIST + query).headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("query", ["sort=lowest", "ld=0", "isolate=1", "isolate=1&theme=card", "star=2&isolate=1"])
def test_what_is_known_already_is_not_sent_again(sample_site: Site, query: str) -> None:
    first = sample_site.get(f"{LIST}?{query}")

    again = sample_site.get(f"{LIST}?{query}", If_None_Match=first.headers["ETag"])

    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["ETag"] != sample_site.get(LIST).headers["ETag"]


def test_the_markup_can_be_left_out(sample_site: Site) -> None:
    stored, bare = sample_site.get(LIST).text, sample_site.get(f"{LIST}?ld=0").text

    assert SCRIPT in stored
    assert SCRIPT not in bare
    assert stored.partition("<script")[0].rstrip("\n") + "\n</div>" == bare


def test_a_shadow_root_holds_the_stored_snippet_and_the_markup_stays_outside(sample_site: Site) -> None:
    html = sample_site.get(f"{LIST}?isolate=1&theme=warm").text
    inside, _, outside = html.partition("</template>")

    assert html.startswith(
        '<div class="plaudit-isolate">\n<template shadowrootmode="open">\n<link rel="stylesheet" href="'
    )
    assert sample_site.get(f"{LIST}?ld=0").text in inside
    assert '<div class="plaudit-theme-warm">' in inside
    assert SCRIPT not in inside
    assert SCRIPT in outside
    assert "\n\n" not in html


@pytest.mark.parametrize(
    "address",
    [
        f"{LIST}?star=6",
        f"{LIST}?sort=best",
        f"{LIST}?ld=2",
        f"{LIST}?isolate=yes",
        f"{LIST}?theme=neon",
        f"{LIST}?after=nonsense",
        "/v1/subjects/k2-kettle/snippets/jsonld?star=1",
        "/v1/subjects/k2-kettle/snippets/page?isolate=1",
    ],
)
def test_what_cannot_be_asked_for_is_said(sample_site: Site, address: str) -> None:
    answer = sample_site.get(address)

    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


@pytest.mark.parametrize("query", ["sort=lowest", "isolate=1"])
def test_a_withdrawn_review_is_gone_from_every_form_at_the_next_request(company: Company, query: str) -> None:
    company.publish(row("1", body="I take this back."), row("2"))
    with company.serving() as site:
        forms = [f"/v1/subjects/kettle/snippets/list?{query}", "/embed/subjects/kettle/list"]
        before = [site.get(each).text for each in forms] + [oembed(site, f"{BASE}/reviews/kettle").text]
        company.plaudit("withdraw", "--source", "shop", "--external-id", "1")
        after = [site.get(each).text for each in forms] + [oembed(site, f"{BASE}/reviews/kettle").text]

    assert ["I take this back." in each for each in before] == [True, True, True]
    assert ["I take this back." in each for each in after] == [False, False, False]


def test_a_framed_snippet_is_a_small_page_that_others_may_frame(sample_site: Site) -> None:
    answer = sample_site.get(f"{FRAME}?locale=nl&theme=card")
    tree = tree_of(answer.text)

    policy = answer.headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors *")
    assert "require-trusted-types-for 'script'" in policy
    assert "X-Frame-Options" not in answer.headers
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert [each.get("href") for each in tree.iter("link") if each.get("rel") == "canonical"] == [f"{PAGE}?locale=nl"]
    assert (tree.get("lang"), tree.find("body").get("class")) == ("nl", "plaudit-frame plaudit-theme-card")
    assert [each.get("target") for each in tree.iter("base")] == ["_top"]
    assert [each.get("href") for each in tree.iter("link") if each.get("rel") == "stylesheet"] == [
        find_assets().addresses["embed.css"]
    ]
    assert SCRIPT not in answer.text


@pytest.mark.parametrize(
    ("setting", "ancestors"), [('["https://shop.example.com"]', "https://shop.example.com"), ("[]", "'none'")]
)
def test_who_may_frame_a_snippet_can_be_set(company: Company, setting: str, ancestors: str) -> None:
    company.configured(f'[site]\nbase_url = "{BASE}"\n[embed]\nframe_ancestors = {setting}\n')
    company.publish(row("1"))

    with company.serving() as site:
        framed, page = (site.get(each) for each in ("/embed/subjects/kettle/list", "/reviews/kettle"))

    assert framed.headers["Content-Security-Policy"].endswith(f"frame-ancestors {ancestors}")
    assert page.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


@pytest.mark.parametrize("path", ["/embed/nothing/k2-kettle/list", "/embed/subjects/none/list", f"{FRAME}-none"])
def test_where_there_is_nothing_to_frame_nothing_may_be_framed(sample_site: Site, path: str) -> None:
    answer = sample_site.get(path)

    assert answer.status_code == 404
    assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


@pytest.mark.parametrize("locale", ["", "?locale=nl"])
def test_oembed_gives_the_stored_snippet(sample_site: Site, locale: str) -> None:
    answer = oembed(sample_site, PAGE + locale)

    assert answer.json
    assert answer.json["html"] == sample_site.get(LIST + locale).text
    assert {name: answer.json[name] for name in ("type", "version", "provider_name", "provider_url", "cache_age")} == {
        "type": "rich",
        "version": "1.0",
        "provider_name": sample_site.get("/").text.partition("<bdi>")[2].partition("</bdi>")[0],
        "provider_url": BASE,
        "cache_age": 300,
    }
    assert (answer.json["width"], answer.json["height"]) == (640, 800)
    assert answer.json["title"] == tree_of(sample_site.get("/reviews/k2-kettle" + locale).text).find(".//h1").text
    assert "thumbnail_url" not in answer.json


def test_oembed_stays_within_the_room_that_there_is(sample_site: Site) -> None:
    answer = oembed(sample_site, PAGE, "&maxwidth=320&maxheight=200&iframe=1&name=quote")

    assert answer.json
    assert (answer.json["width"], answer.json["height"]) == (320, 200)
    assert 'width="320" height="200"' in answer.json["html"]


def test_oembed_gives_a_frame_where_one_is_wanted(sample_site: Site) -> None:
    html = (oembed(sample_site, f"{PAGE}?locale=de", "&iframe=1&theme=dark").json or {})["html"]

    [source] = [each.get("src") for each in tree_of(html).iter("iframe")]
    assert source == f"{BASE}{FRAME}?locale=de&theme=dark"
    assert sample_site.get(source).status_code == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?url=", 400),
        ("?url=https://other.example/reviews/k2-kettle", 404),
        (f"?url={BASE}.evil.example/reviews/k2-kettle", 404),
        (f"?url={BASE}/reviews/none", 404),
        (f"?url={BASE}/reviews/k2-kettle/more", 404),
        (f"?url={BASE}/", 404),
        ("?url=https://[::1", 404),
        (f"?url={PAGE}&format=xml", 501),
        (f"?url={BASE}/reviews/%2500", 404),
        (f"?url={PAGE}&maxwidth=0", 400),
        (f"?url={PAGE}&maxwidth=000000001{'0' * 4400}", 400),
        (f"?url={PAGE}&maxheight=tall", 400),
        (f"?url={PAGE}&theme=neon", 400),
        (f"?url={PAGE}&iframe=2", 400),
        (f"?url={PAGE}%3Flocale%3Dxx", 400),
        (f"?url={PAGE}&name=none", 404),
        (f"?url={PAGE}&name=jsonld", 400),
    ],
)
def test_oembed_refuses_in_words(sample_site: Site, query: str, status: int) -> None:
    answer = sample_site.get(f"/oembed{query}")

    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


@pytest.mark.parametrize("path", ["/reviews/k2-kettle", "/reviews/k2-kettle?locale=fr"])
def test_a_public_page_leads_to_its_embed(sample_site: Site, path: str) -> None:
    page = sample_site.get(path)

    [linked] = [each for each in addresses(page.text) if "/oembed?" in each]
    assert page.headers["Link"] == f'<{linked}>; rel="alternate"; type="application/json+oembed"'
    embed = sample_site.get(linked).json or {}
    assert embed["html"] == sample_site.get(LIST + path.removeprefix("/reviews/k2-kettle")).text


def test_the_age_of_an_embed_can_be_set(company: Company) -> None:
    company.configured(f'[site]\nbase_url = "{BASE}"\n[embed]\ncache_age = 0\n')
    company.publish(row("1"))

    with company.serving() as site:
        embed = oembed(site, f"{BASE}/reviews/kettle").json or {}

    assert embed["cache_age"] == 0
