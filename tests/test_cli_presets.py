"""`plaudit import --preset`: an export comes in as it is, under the rights of the tool that made it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.domain import Review, SourceId, Standing
from tests.doors import Company
from tests.exports import EXPORTED, EXPORTS


def export(company: Company, name: str) -> Path:
    file = EXPORTS / EXPORTED[name].file
    return Path(shutil.copy(file, company.folder / f"{name}{file.suffix}"))


def reviews(company: Company, source: str) -> list[Review]:
    with company.instance() as instance, instance.store.reading() as transaction:
        return [each.review for each in transaction.reviews.of_source(SourceId(source))]


def test_an_export_needs_no_mapping_and_no_rights(company: Company) -> None:
    done = company.plaudit("import", export(company, "judgeme"), "--preset", "judgeme", "--source", "shop")

    [review] = reviews(company, "shop")
    assert done.exit_code == 0, done.output
    assert (review.author, review.subject_id, review.rating and review.rating.star) == (
        "Owen Blake",
        "8483130540168",
        5,
    )
    with company.instance() as instance, instance.store.reading() as transaction:
        assert transaction.sources.all()[SourceId("shop")].rights.profile == "judgeme"


def test_what_is_hidden_at_its_source_comes_in_hidden(company: Company) -> None:
    path = export(company, "shopify_legacy")
    path.write_text(path.read_text(encoding="utf-8").replace("published", "unpublished"), encoding="utf-8")

    company.plaudit("import", path, "--preset", "shopify_legacy", "--source", "shop")

    assert [each.standing for each in reviews(company, "shop")] == [Standing.HIDDEN]


@pytest.mark.parametrize("name", ["okendo", "meta", "senja"])
def test_a_file_that_looks_like_an_export_is_recognised(company: Company, name: str) -> None:
    done = company.plaudit("import", export(company, name), "--source", "x", "--rights", "own", "--map", "body=nothing")

    assert done.exit_code == 2
    assert f"--preset {name} knows its columns" in done.stderr


def test_rights_can_only_be_narrower_than_those_of_the_preset(company: Company) -> None:
    words = ("import", export(company, "g2"), "--preset", "g2", "--source", "g2")

    wider = company.plaudit(*words, "--rights", "own")
    narrower = company.plaudit(*words, "--rights", "internal")

    assert wider.exit_code == 2
    assert "rights 'own' allow what those of 'g2' do not: may_edit, " in wider.stderr
    assert narrower.exit_code == 0, narrower.output


@pytest.mark.parametrize("name", ["capterra", "gartner", "trustradius"])
def test_what_needs_leave_in_writing_is_refused_until_it_is_named(company: Company, name: str) -> None:
    words = ("import", export(company, name), "--preset", name, "--source", name)

    refused = company.plaudit(*words)
    approved = company.plaudit(*words, "--approval", "letter of 2026-11-01")

    assert refused.exit_code == 2
    assert "--approval names it" in refused.stderr
    assert "forbids storing its reviews" in refused.stderr
    assert approved.exit_code == 0, approved.output
    assert len(reviews(company, name)) == 1


def test_old_answers_of_facebook_are_refused_with_the_reason(company: Company) -> None:
    done = company.plaudit("import", export(company, "facebook"), "--preset", "facebook", "--source", "fb")

    assert done.exit_code == 2
    assert "deprecated since Graph API v22" in done.stderr


def test_without_a_preset_the_rights_must_be_said(company: Company) -> None:
    done = company.plaudit("import", export(company, "okendo"), "--source", "shop")
    unknown = company.plaudit("import", export(company, "okendo"), "--source", "shop", "--preset", "okend")

    assert "--rights PROFILE, or --preset NAME" in done.stderr
    assert "there is no preset 'okend'; did you mean okendo?" in unknown.stderr
