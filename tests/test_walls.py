"""Tests of the collectors of testimonial walls: where an import comes from, who agreed, what is not approved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from collectors import senja, testimonialto
from collectors.testimonialto import role_and_company
from collectors.walls import list_in_file, network_of
from engine.domain import Standing
from engine.errors import BadValueError, SourceRefusedError
from engine.http import GuardedSession
from engine.rights import origin_profile
from tests.signal_sources import COMPANY


@pytest.mark.parametrize(
    ("integration", "profile"),
    [
        (None, ""),
        ("senja", ""),
        ("form", ""),
        ("twitter", "social-post"),
        ("google", "google-business-profile"),
        ("trustpilot", "trustpilot-service"),
        ("g2", "g2"),
        ("somewhere-new", "syndicated"),
    ],
)
def test_what_senja_imported_has_the_rights_of_where_it_was_written(integration: str | None, profile: str) -> None:
    record = senja.read({"id": "t1", "approved": True, "integration": integration}, "here")

    assert origin_profile(record.fields.get("origin", ""), syndicated=False) == profile


@pytest.mark.parametrize(
    ("link", "profile"),
    [
        ("", ""),
        ("https://x.com/nadia", "social-post"),
        ("www.linkedin.com/in/nadia", "social-post"),
        ("https://www.trustpilot.com/reviews/1", "trustpilot-service"),
        ("https://forum.example/t/1", "syndicated"),
    ],
)
def test_a_link_of_testimonialto_tells_where_it_was_written(link: str, profile: str) -> None:
    record = testimonialto.read({"id": "t1", "socialLink": link}, "here")

    assert origin_profile(record.fields.get("origin", ""), syndicated=False) == profile


@pytest.mark.parametrize(
    ("link", "url"),
    [("https://x.com/nadia", "https://x.com/nadia"), ("linkedin.com/in/nadia", None), ("javascript:alert(1)", None)],
)
def test_a_link_that_no_page_can_lead_to_costs_itself_and_not_the_testimonial(link: str, url: str | None) -> None:
    assert testimonialto.read({"id": "t1", "socialLink": link}, "here").fields.get("url") == url


def test_an_address_that_is_none_is_told_of() -> None:
    with pytest.raises(BadValueError, match="is not a web address"):
        network_of("https://[x")


@pytest.mark.parametrize(
    ("said", "consent"),
    [({"consent": True}, testimonialto.CONSENT), ({"consent": False}, "no"), ({"consent": None}, None), ({}, None)],
)
def test_the_consent_of_testimonialto_is_what_it_says_and_nothing_where_it_says_nothing(
    said: dict[str, Any], consent: str | None
) -> None:
    assert testimonialto.read({"id": "t1", **said}, "here").fields.get("consent") == consent


@pytest.mark.parametrize("approved", [False, None])
def test_what_senja_has_not_approved_stays_hidden(approved: bool | None) -> None:
    assert senja.read({"id": "t1", "approved": approved}, "here").standing is Standing.HIDDEN


def test_a_film_of_senja_comes_along() -> None:
    raw = {
        "id": "t1",
        "approved": True,
        "video_url": "https://v.example/1.mp4",
        "thumbnail_url": "https://v.example/1.jpg",
    }

    [film] = senja.read(raw, "here").media

    assert film == {"url": "https://v.example/1.mp4", "kind": "video", "thumbnail": "https://v.example/1.jpg"}


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        ("Ops Lead, Bean & Co", ("Ops Lead", "Bean & Co")),
        ("Founder, CEO, Bean & Co", ("Founder, CEO", "Bean & Co")),
        ("Barista", ("Barista", "")),
        ("", ("", "")),
    ],
)
def test_role_and_company_are_told_apart_at_the_last_comma(title: str, parts: tuple[str, str]) -> None:
    assert role_and_company(title) == parts


@pytest.mark.parametrize("rating", [0, None])
def test_no_stars_are_no_rating(rating: int | None) -> None:
    assert "rating" not in testimonialto.read({"id": "t1", "rating": rating}, "here").fields


@pytest.mark.parametrize("kind", [senja.KIND, testimonialto.KIND], ids=lambda kind: kind.name)
def test_neither_key_nor_file_is_a_mistake_of_the_configuration(kind: Any) -> None:
    with GuardedSession() as http, pytest.raises(BadValueError, match="give the key of the API, or a file"):
        kind.collector(COMPANY, http)


@pytest.mark.parametrize("written", ["", "[", '{"reviews": []}', '"text"', "[" * 100_000])
def test_a_file_that_is_no_export_is_told_of_by_name(tmp_path: Path, written: str) -> None:
    file = tmp_path / "wall.json"
    file.write_text(written)

    with pytest.raises(SourceRefusedError, match=r"wall\.json (is no JSON|holds)"):
        list_in_file(str(file), "testimonials")


def test_a_file_that_is_not_there_is_told_of_by_name(tmp_path: Path) -> None:
    with pytest.raises(SourceRefusedError, match=r"wall\.json cannot be read"):
        list_in_file(str(tmp_path / "wall.json"), "testimonials")


@pytest.mark.parametrize("document", [[{"id": "t1"}], {"testimonials": [{"id": "t1"}]}])
def test_an_export_may_be_the_list_or_hold_it(tmp_path: Path, document: Any) -> None:
    file = tmp_path / "wall.json"
    file.write_text(json.dumps(document))

    assert list_in_file(str(file), "testimonials") == [{"id": "t1"}]
