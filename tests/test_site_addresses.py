"""Where pages are: one address for each at a live instance, and one file for each in a static site."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import StaticSite
from engine.site_addresses import (
    Query,
    is_written,
    live_address,
    page_folder,
    segment,
    site_address,
    snippet_address,
    twin_path,
)
from tests.factories import make_settings

LIVE = make_settings()
ORIGIN = LIVE.base_url
STATIC = make_settings(base_url="https://cdn.example", static=StaticSite(origin=ORIGIN, live_url=ORIGIN))
ALONE = make_settings(base_url="https://cdn.example", static=StaticSite(origin=ORIGIN))


@pytest.mark.parametrize(
    ("folder", "name", "query", "live", "static"),
    [
        ("", "", {}, "/", "/"),
        ("", "", {"locale": "nl", "after": "kettle"}, "/?locale=nl&after=kettle", "/nl/after-*/"),
        ("reviews", "kettle", {}, "/reviews/kettle", "/reviews/kettle/"),
        ("reviews", "kettle", {"locale": None, "sort": None}, "/reviews/kettle", "/reviews/kettle/"),
        ("reviews", "kettle", {"locale": "nl"}, "/reviews/kettle?locale=nl", "/nl/reviews/kettle/"),
        (
            "reviews",
            "kettle",
            {"sort": "lowest", "star": 2, "after": "x~1"},
            "/reviews/kettle?sort=lowest&star=2&after=x~1",
            "/reviews/kettle/lowest/2-stars/after-*/",
        ),
        ("topics", "t1", {"locale": "de"}, "/topics/t1?locale=de", "/de/topics/t1/"),
        ("reviews", "a/../b", {}, "/reviews/a%2F..%2Fb", "/reviews/a~2F~2E~2E~2Fb/"),
        ("method", "", {"locale": "en"}, "/method?locale=en", "/method/"),
        ("review", "r1", {"locale": "fr"}, "/review/r1?locale=fr", "/fr/review/r1/"),
    ],
)
def test_a_page_is_at_one_address_live_and_at_another_as_a_file(
    folder: str, name: str, query: Query, live: str, static: str
) -> None:
    assert site_address(LIVE, folder, name, query) == ORIGIN + live
    written = site_address(STATIC, folder, name, query)
    assert re.sub(r"after-[0-9a-f]{12}", "after-*", written) == "https://cdn.example" + static


@pytest.mark.parametrize(
    ("folder", "query"),
    [("report", {}), ("f", {"subject": "kettle"}), ("reviews", {"topic": "t1", "sort": "lowest"})],
)
def test_what_needs_a_program_is_at_the_instance_or_nowhere(folder: str, query: Query) -> None:
    assert site_address(STATIC, folder, "kettle", query) == site_address(LIVE, folder, "kettle", query)
    assert site_address(ALONE, folder, "kettle", query) == ""
    assert live_address(ALONE, folder, "kettle", query) == ""


def test_a_static_site_can_leave_all_but_the_newest_order_to_the_instance() -> None:
    newest = StaticSite(origin=ORIGIN, live_url=ORIGIN, only_newest=True)

    assert is_written(newest, {"after": "x"})
    assert not any(is_written(newest, each) for each in ({"sort": "lowest"}, {"star": 1}, {"topic": "t1"}))


def test_a_snippet_has_its_language_in_its_path() -> None:
    live = snippet_address(LIVE, "subjects", "kettle", "list-bare", {"locale": "nl"})
    static = snippet_address(STATIC, "subjects", "kettle", "list-bare", {"locale": "nl"})

    assert live == f"{ORIGIN}/v1/subjects/kettle/snippets/list-bare?locale=nl"
    assert static == "https://cdn.example/v1/subjects/kettle/snippets/nl/list-bare.html"


@pytest.mark.parametrize(
    ("locale", "live", "static"),
    [
        ("en", "/reviews/kettle.md", "/reviews/kettle.md"),
        ("nl", "/reviews/kettle.md?locale=nl", "/nl/reviews/kettle.md"),
    ],
)
def test_the_twin_of_a_page_stands_beside_it(locale: str, live: str, static: str) -> None:
    assert twin_path(LIVE, "kettle", "md", locale) == live
    assert twin_path(STATIC, "kettle", "md", locale) == static


@given(st.text(min_size=1, max_size=200), st.text(min_size=1, max_size=200))
def test_a_name_is_one_safe_segment_and_no_other_name_has_it(one: str, other: str) -> None:
    one, other = (each.encode("utf-8", "replace").decode() for each in (one, other))

    written = segment(one)

    assert re.fullmatch(r"[A-Za-z0-9_~-]{1,130}", written)
    assert (written == segment(other)) is (one == other)


@given(st.text(max_size=80), st.sampled_from(["en", "nl"]), st.none() | st.text(min_size=1, max_size=40))
def test_no_file_is_outside_of_the_folder(name: str, locale: str, after: str | None) -> None:
    name = name.encode("utf-8", "replace").decode()
    after = after and after.encode("utf-8", "replace").decode()

    folder = page_folder(STATIC, "reviews", name, {"locale": locale, "after": after})

    assert ".." not in PurePosixPath(folder).parts
    assert not folder.startswith("/")
    assert folder.endswith("/")
