"""The gallery: what can be chosen in it, the code that it gives away, and the bytes that it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from engine.domain import Subject, SubjectId, SubjectType
from review_site.gallery.choosing import EMBEDS, KINDS, ON_OFFER
from tests.doors import BASE, SETTINGS, Company, Site, addresses, row, text_of, tree_of
from tests.factories import make_subject

LOCALES = ("en", "de", "nl", "fr", "es")
WITH_GALLERY = SETTINGS + "gallery = true\n"


@pytest.fixture(scope="module")
def showcase(sample_company: Company) -> Iterator[Site]:
    """The sample company with its gallery."""
    folder = sample_company.folder.with_name("showcase")
    shown = Company(folder).configured(WITH_GALLERY)
    shown.store.symlink_to(sample_company.store)
    with shown.serving() as site:
        yield site


@pytest.fixture
def gallery(tmp_path: Path) -> Company:
    """An instance with a gallery that holds nothing yet."""
    return Company(tmp_path / "company").configured(WITH_GALLERY)


def options(html: str, name: str) -> dict[str, str]:
    """What one field of the form offers, by value."""
    [field] = [each for each in tree_of(html).iter("select") if each.get("name") == name]
    return {each.get("value"): "".join(each.itertext()) for each in field.iter("option")}


def chosen(html: str) -> dict[str, str]:
    """What the form would send."""
    fields: dict[str, Any] = {}
    for each in tree_of(html).iter("select"):
        fields[each.get("name")] = next(one.get("value") for one in each.iter("option") if "selected" in one.attrib)
    for each in tree_of(html).iter("input"):
        if each.get("type") == "hidden" or "checked" in each.attrib:
            fields[each.get("name")] = each.get("value")
    return fields


def code(html: str, embed: str) -> list[str]:
    """The texts to copy of one embed."""
    return [
        "".join(each.itertext())
        for each in tree_of(html).iter("textarea")
        if each.get("id").startswith(f"code-{embed}-")
    ]


def costs(html: str, embed: str) -> dict[str, list[int]]:
    """The table of one embed: unpacked, gzip and Brotli by part."""
    body = list(tree_of(html).iter("details"))[EMBEDS.index(embed)]
    rows = [list(each) for each in body.iter("tr")]
    return {
        "".join(cells[0].itertext()): [int(each.text.replace(",", "")) for each in cells[1:]]
        for cells in rows
        if cells[1].tag == "td"
    }


def test_is_not_there_unless_the_operator_wants_it(sample_site: Site) -> None:
    home, answer = sample_site.get("/"), sample_site.get("/widgets")

    assert answer.status_code == 404
    assert "/widgets" not in home.text


def test_the_home_page_leads_to_it_in_its_own_language(showcase: Site) -> None:
    german = showcase.get("/?locale=de").text

    assert f"{BASE}/widgets?locale=de" in addresses(german)
    assert "Widgets für Ihre Website" in text_of(german)


def test_shows_a_widget_at_three_widths(showcase: Site) -> None:
    html = showcase.get("/widgets?about=subjects/k2-kettle&kind=wall&language=nl&theme=warm").text

    frames = list(tree_of(html).iter("iframe"))
    assert [each.get("width") for each in frames] == ["360", "768", "1200"]
    assert len({each.get("title") for each in frames}) == 3
    assert {each.get("src") for each in frames} == {"/embed/subjects/k2-kettle/wall?locale=nl&theme=warm"}
    assert showcase.get(frames[0].get("src")).status_code == 200


def test_the_address_holds_all_that_was_chosen(showcase: Site) -> None:
    wanted = {
        "about": "subjects/k2-kettle",
        "kind": "badge",
        "theme": "dark",
        "language": "fr",
        "embed": "div",
        "ld": "0",
        "isolate": "1",
        "locale": "es",
    }

    html = showcase.get("/widgets?" + "&".join(f"{name}={value}" for name, value in wanted.items())).text

    assert chosen(html) == wanted
    dutch = next(each for each in tree_of(html).iter("a") if each.get("hreflang") == "nl").get("href")
    assert parse_qs(urlsplit(dutch).query) == {name: [value] for name, value in (wanted | {"locale": "nl"}).items()}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("about", ["subjects/k2-kettle", "collections/quiet-mornings"])
def test_each_kind_is_offered_or_it_says_why_not(showcase: Site, about: str, locale: str) -> None:
    html = showcase.get(f"/widgets?about={about}&locale={locale}&language={locale}").text
    served = showcase.get(f"/v1/{about}/snippets?limit=200").json["items"]  # type: ignore[index]

    offered = options(html, "kind")
    missing = {"".join(each.itertext()): each for each in tree_of(html).iter("dt")}
    assert set(offered) == {each["name"] for each in served if each["locale"] == locale} & set(KINDS)
    assert len(offered) + len(missing) == len(KINDS)
    assert all("".join(each.itertext()).strip() for each in tree_of(html).iter("dd"))
    assert not set(offered.values()) & set(missing)


def test_says_why_the_kind_that_was_asked_for_is_not_there_and_shows_another(gallery: Company) -> None:
    gallery.publish(row("1"))

    with gallery.serving() as site:
        html = site.get("/widgets?kind=faq").text

    assert chosen(html)["kind"] == "list"
    assert "No question and answer has been approved in this language yet." in text_of(html)
    assert "“List of reviews” is shown instead." in text_of(html)


def test_a_topic_is_offered_in_its_own_language_alone(showcase: Site) -> None:
    topic = next(each for each in showcase.get("/v1/topics").json["items"] if each["language"] == "nl")  # type: ignore[index]

    html = showcase.get(f"/widgets?about=topics/{topic['id']}").text

    assert list(options(html, "language")) == ["nl"]
    assert "list-bare" in options(html, "kind")
    assert "It is not made about topics." in text_of(html)


def test_says_so_where_nothing_was_reviewed(gallery: Company) -> None:
    gallery.plaudit("doctor")

    with gallery.serving() as site:
        answer = site.get("/widgets")

    assert answer.status_code == 200
    assert "Nothing has been reviewed yet." in text_of(answer.text)
    assert list(tree_of(answer.text).iter("iframe")) == []


def test_says_so_where_nothing_is_published_yet(gallery: Company) -> None:
    gallery.plaudit("import", gallery.reviews([row("1")]), "--source", "shop", "--rights", "own")

    with gallery.serving() as site:
        answer = site.get("/widgets")

    assert answer.status_code == 200
    assert "Nothing has been published about this yet." in text_of(answer.text)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("about=k2-kettle", "about: must be"),
        ("about=reviews/k2-kettle", "about: must be"),
        ("kind=page", "kind: must be one of list"),
        ("theme=neon", "theme: must be one of plain"),
        ("embed=carrier-pigeon", "embed: must be one of snippet"),
        ("language=tlh", "language: must be one of en"),
        ("ld=maybe", "ld: must be 0 or 1"),
    ],
)
def test_refuses_what_cannot_be_chosen_and_names_it(showcase: Site, query: str, named: str) -> None:
    answer = showcase.get(f"/widgets?{query}")

    assert answer.status_code == 400
    assert named in unescape(answer.text)


@pytest.mark.parametrize("about", ["subjects/nothing", "topics/nothing", "collections/nothing"])
def test_there_is_no_gallery_of_what_is_not_there(showcase: Site, about: str) -> None:
    assert showcase.get(f"/widgets?about={about}").status_code == 404


@pytest.mark.parametrize("theme", ["plain", "card"])
@pytest.mark.parametrize("isolate", ["", "&isolate=1"], ids=["light", "isolated"])
def test_every_address_in_the_code_answers(showcase: Site, theme: str, isolate: str) -> None:
    html = showcase.get(f"/widgets?about=subjects/k2-kettle&language=nl&theme={theme}&ld=0{isolate}").text
    texts = [text for embed in EMBEDS for text in code(html, embed)]

    found = {unescape(each) for text in texts for each in re.findall(rf"{re.escape(BASE)}[^\s'\"<]*", text)}

    assert {urlsplit(each).path.split("/")[1] for each in found} == {"v1", "assets", "oembed", "embed", "reviews"}
    assert {each: showcase.get(each).status_code for each in found} == dict.fromkeys(found, 200)


def test_the_code_asks_for_what_was_chosen(showcase: Site) -> None:
    html = showcase.get("/widgets?about=subjects/k2-kettle&kind=list&language=nl&theme=card&ld=0").text

    [request, template, head] = code(html, "snippet")
    [_, asked, framed, _] = code(html, "oembed")
    assert request.endswith(f"{BASE}/v1/subjects/k2-kettle/snippets/list?locale=nl&ld=0'")
    assert template == '<div class="plaudit-theme-card">{{ reviews | safe }}</div>'
    assert code(html, "script")[2].startswith(head + "\n<script src=")
    assert "ld+json" not in showcase.get(asked).json["html"]  # type: ignore[index]
    assert "plaudit-theme-card" in showcase.get(asked).json["html"]  # type: ignore[index]
    assert "<iframe" in showcase.get(framed).json["html"]  # type: ignore[index]
    assert code(html, "div")[0].startswith(
        '<div data-plaudit="subjects/k2-kettle/list" data-locale="nl" data-theme="card" data-ld="0">\n<a href='
    )
    assert "locale=nl&amp;theme=card" in code(html, "frame")[0]


def test_the_code_of_an_isolated_widget_needs_no_style_sheet_in_the_head(showcase: Site) -> None:
    html = showcase.get("/widgets?about=subjects/k2-kettle&theme=card&isolate=1").text

    [request, template] = code(html, "snippet")
    assert request.endswith("theme=card&isolate=1'")
    assert template == "{{ reviews | safe }}"
    assert "stylesheet" not in code(html, "script")[2]


def test_the_bytes_are_those_of_what_is_served(showcase: Site) -> None:
    html = showcase.get("/widgets?about=subjects/k2-kettle&language=nl").text
    snippet = "/v1/subjects/k2-kettle/snippets/list?locale=nl"
    sheet = next(each for each in addresses(html) if "plaudit." in each)

    table = costs(html, "snippet")

    for column, coding in enumerate(("identity", "gzip", "br")):
        whole, styles = (len(showcase.get(each, Accept_Encoding=coding).data) for each in (snippet, sheet))
        assert table["HTML"][column] + table["JSON-LD"][column] == whole
        assert table["Style sheet"][column] == styles
        assert table["Together"][column] == whole + styles
    assert table["JSON-LD"][0] > 500
    assert table["Script"] == [0, 0, 0]


def test_without_json_ld_it_costs_that_much_less(showcase: Site) -> None:
    whole, bare = (
        costs(showcase.get(f"/widgets?about=subjects/k2-kettle{each}").text, "div") for each in ("", "&ld=0")
    )

    assert bare["JSON-LD"] == [0, 0, 0]
    assert bare["Together"][0] < whole["Together"][0] - 500


def test_names_of_others_stay_words_in_the_code_and_beside_it(gallery: Company) -> None:
    name = "</textarea><script>alert(1)</script>\"' onload=x {{ 7*7 }}"
    with gallery.instance() as instance, instance.store.writing() as transaction:
        transaction.subjects.save([named("kettle", name)])
    gallery.publish(row("1", subject_name=""))

    with gallery.serving() as site:
        html = site.get("/widgets").text

    assert ["gallery." in each.get("src", "") for each in tree_of(html).iter("script")] == [True]
    assert name in options(html, "about").values()
    assert "alert(1)" in code(html, "div")[0]
    assert "<script>" not in code(html, "div")[0]


def test_runs_its_own_script_alone_and_frames_its_own_pages_alone(showcase: Site) -> None:
    answer = showcase.get("/widgets")

    policy = answer.headers["Content-Security-Policy"].split(";")
    rules = {name: words for name, _, words in (each.strip().partition(" ") for each in policy)}
    assert (rules["script-src"], rules["style-src"], rules["frame-src"]) == ("'self'",) * 3
    assert (rules["default-src"], rules["frame-ancestors"]) == ("'none'",) * 2
    assert rules["require-trusted-types-for"] == "'script'"
    assert 'style="' not in answer.text
    assert "noindex" in answer.text


def test_the_gallery_may_frame_what_nobody_else_may(gallery: Company) -> None:
    gallery.configured(WITH_GALLERY + "[embed]\nframe_ancestors = []\n")
    gallery.publish(row("1"))

    with gallery.serving() as site:
        framed = site.get("/embed/subjects/kettle/list")

    assert framed.headers["Content-Security-Policy"].endswith("frame-ancestors 'self'")


def test_a_large_shop_is_searched_by_name(gallery: Company) -> None:
    with gallery.instance() as instance, instance.store.writing() as transaction:
        transaction.subjects.save(named(f"cup-{each:03}", f"Cup {each}") for each in range(ON_OFFER))
        transaction.subjects.save([named("pot", "Teapot")])

    with gallery.serving() as site:
        first, sought, nothing = (site.get(f"/widgets{each}").text for each in ("", "?find=TEA", "?find=xyz"))

    assert "subjects/pot" not in options(first, "about")
    assert options(sought, "about") == {"subjects/pot": "Teapot"}
    assert "Nothing has “xyz” in its name." in text_of(nothing)
    assert f"{BASE}/widgets" in addresses(nothing)


def named(subject: str, name: str) -> Subject:
    return make_subject(id=SubjectId(subject), name=name, type=SubjectType.PRODUCT)
