"""Tests of how one row of a file that is a source was mapped: by its id or its number, column by column."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.domain import SourceId
from tests.doors import SETTINGS, Company

ROWS = """title,body,rating,review_date,curated,reviewer_name,reviewer_email,product_id,product_handle,location
Great,It pours &amp; holds,5,2026-01-02 10:00:00 UTC,ok,Ann,ann@example.com,77,kettle,Utrecht
Bad,It leaks,1,2026-01-05 10:00:00 UTC,spam,Bob,bob@example.com,77,kettle,Utrecht
Odd,It is odd,9,2026-01-05 10:00:00 UTC,ok,Cas,cas@example.com,77,kettle,Utrecht
Long,"It ends,early
"""


@pytest.fixture
def company(tmp_path: Path) -> Company:
    """A company with an export of Judge.me in a folder."""
    (tmp_path / "judgeme.csv").write_text(ROWS)
    company = Company(tmp_path / "company")
    table = f'[sources.portal]\ncollector = "file"\npath = {json.dumps(str(tmp_path / "*.csv"))}\npreset = "judgeme"\n'
    company.configured(SETTINGS + table)
    return company


def explained(company: Company, record: str) -> list[list[str]]:
    done = company.plaudit("collect", "--explain", "portal", record)
    assert done.exit_code == 0, done.output
    return [line.split() for line in done.stdout.splitlines()]


@pytest.mark.parametrize("record", ["2", "row 2", "judgeme.csv row 2"])
def test_a_row_is_explained_by_its_number_with_the_columns_of_the_preset(company: Company, record: str) -> None:
    lines = explained(company, record)

    assert ["author", "reviewer_name", "Ann", "Ann"] in lines
    assert ["body", "body", "It", "pours", "&amp;", "holds", "It", "pours", "&", "holds"] in lines
    assert ["rating_best", "5", "1", "to", "5"] in lines
    assert lines[-2:] == [["dropped:", "1"], ["location", "=", "Utrecht"]]


def test_a_row_that_was_collected_is_explained_by_its_id_when_its_file_is_gone(
    company: Company, tmp_path: Path
) -> None:
    company.plaudit("collect")
    with company.instance() as instance, instance.store.reading() as transaction:
        [known] = [each for each in transaction.reviews.of_source(SourceId("portal")) if each.review.author == "Ann"]
    (tmp_path / "judgeme.csv").unlink()

    lines = explained(company, known.review.external_id)

    assert lines[0][:2] == ["portal", f"{known.review.external_id}:"]
    assert ["title", "title", "Great", "Great"] in lines


def test_a_row_that_is_refused_is_explained_with_the_reason(company: Company) -> None:
    lines = explained(company, "row 4")

    assert any(line[:1] == ["refused:"] for line in lines)


@pytest.mark.parametrize(
    ("record", "told"),
    [("row 5", "judgeme.csv row 5 is no CSV"), ("99", "no review '99' was collected from portal")],
)
def test_a_row_that_cannot_be_read_or_found_is_told_so(company: Company, record: str, told: str) -> None:
    done = company.plaudit("collect", "--explain", "portal", record)

    assert done.exit_code == 2
    assert told in done.stderr


def test_a_row_of_nested_json_is_explained_with_dotted_columns(tmp_path: Path) -> None:
    (tmp_path / "all.json").write_text(json.dumps([{"id": "a1", "by": {"name": "Ann"}, "text": "Good", "votes": [1]}]))
    company = Company(tmp_path / "company")
    mapped = 'map = "external_id=id; author=by.name; body=text"\nset = "subject=kettle"'
    path = json.dumps(str(tmp_path / "all.json"))
    company.configured(f'{SETTINGS}[sources.portal]\ncollector = "file"\npath = {path}\n{mapped}\n')

    lines = explained(company, "a1")

    assert ["author", "by.name", "Ann", "Ann"] in lines
    assert lines[-2:] == [["dropped:", "1"], ["votes[0]", "=", "1"]]
