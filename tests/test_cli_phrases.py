"""``plaudit phrases``: what customers mention, as a table and as files for writers."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from engine.domain import Phrase, SubjectId
from engine.phrase_report import ReportedPhrase
from engine.trends import Trend
from review_site.phrase_tables import as_csv, as_json, as_markdown, as_table
from tests.doors import SETTINGS, Company, plaudit, row
from tests.servers import Reply, loopback


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Eight people speak of a spout, four of them of a lid too; two subjects, one review without a date."""
    company = Company(tmp_path_factory.mktemp("shop")).configured()
    dates = ("2026-02-01", "2026-05-01", "2026-05-02", "")
    reviews = [
        row(
            str(number),
            subject=("kettle", "pot")[number // 8],
            body=f"The spout is great, order {number}." + (" The lid is awful." if number % 2 else ""),
            title="",
            author=f"A{number}",
            written_at=dates[number % 4],
        )
        for number in range(16)
    ]
    company.publish(*reviews)
    return company


def told(company: Company, *words: str | Path) -> str:
    done = company.plaudit("phrases", *words)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_says_how_many_use_a_phrase_and_when(shop: Company) -> None:
    found = json.loads(told(shop, "--subject", "kettle", "--format", "json"))

    by_phrase: dict[str, Any] = {each["phrase"]: each for each in found}
    assert {"spout", "lid"} <= set(by_phrase)
    assert (by_phrase["spout"]["voices"], by_phrase["spout"]["of"], by_phrase["spout"]["share"]) == (8, 8, 1.0)
    assert (by_phrase["lid"]["voices"], by_phrase["lid"]["share"]) == (4, 0.5)
    assert by_phrase["spout"]["trend"] == {"2026-Q1": 2, "2026-Q2": 4}
    assert by_phrase["spout"]["undated"] == 2
    assert by_phrase["lid"]["positive_share"] == 0.0


def test_without_a_subject_it_tells_of_all(shop: Company) -> None:
    found = rows_of(told(shop, "--format", "csv"))

    assert {each["about"] for each in found} == {"kettle", "pot"}


def test_a_quarter_is_a_column(shop: Company) -> None:
    [spout] = [each for each in rows_of(told(shop, "--subject", "pot", "--format", "csv")) if each["phrase"] == "spout"]

    assert (spout["2026-Q1"], spout["2026-Q2"], spout["undated"]) == ("2", "4", "2")
    assert (spout["positive_share"], spout["share"]) == ("1.0000", "1.0000")


def test_only_in_one_language(shop: Company) -> None:
    assert rows_of(told(shop, "--language", "de", "--format", "csv")) == []
    assert rows_of(told(shop, "--language", "en-GB", "--format", "csv")) != []


def test_a_topic_counts_over_all_subjects(shop: Company) -> None:
    with shop.instance() as instance, instance.store.reading() as transaction:
        topics = [each for each in transaction.topics.page(language="en") if "spout" in each.phrases]
    assert topics

    found = json.loads(told(shop, "--topic", topics[0].id, "--format", "json"))

    [spout] = [each for each in found if each["phrase"] == "spout"]
    assert (spout["about"], spout["voices"], spout["of"]) == (topics[0].id, 16, 16)


def test_a_page_is_told_what_it_does_not_say(shop: Company, tmp_path: Path) -> None:
    page = tmp_path / "kettle.html"
    page.write_text("<title>Lid</title><script>lid</script><p>Our <b>spouts</b> pour.</p>", encoding="utf-8")

    found = rows_of(told(shop, "--subject", "kettle", "--format", "csv", "--against", page))

    assert "lid" in {each["phrase"] for each in found}
    assert "spout" not in {each["phrase"] for each in found}


def test_a_page_is_read_by_its_address(shop: Company) -> None:
    shop.configured(f'{SETTINGS}\n[http]\nallow = ["127.0.0.1/32"]\n')
    with loopback(lambda _: Reply(headers={"Content-Type": "text/html"}, body=b"<p>A fine spout.</p>")) as server:
        found = rows_of(told(shop, "--subject", "kettle", "--format", "csv", "--against", f"{server.url}/kettle"))

    assert "lid" in {each["phrase"] for each in found}
    assert "spout" not in {each["phrase"] for each in found}


def test_a_text_comes_from_standard_input(shop: Company) -> None:
    options = ("--subject", "kettle", "--against", "-", "--format", "json")

    done = plaudit("phrases", *options, "--config", shop.config, "--data", shop.store, stdin="Lids and spouts.")

    assert not {"lid", "spout"} & {each["phrase"] for each in json.loads(done.stdout)}


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("--subject", "nothing"), id="no such subject"),
        pytest.param(("--topic", "nothing"), id="no such topic"),
        pytest.param(("--subject", "kettle", "--topic", "spout"), id="both"),
        pytest.param(("--against", "missing.html"), id="no such file"),
    ],
)
def test_what_cannot_be_told_is_refused(shop: Company, words: tuple[str, ...]) -> None:
    assert shop.plaudit("phrases", *words).exit_code == 2


HOSTILE = ReportedPhrase(
    about=SubjectId("=1+1"),
    phrase=Phrase(
        text="=HYPERLINK(1)", language="en", count=3, positive=0, negative=0, variants=("@x", "a|b", "<script>")
    ),
    voices=4,
    trend=Trend(quarters={"2026-Q1": 3}),
)


def test_no_cell_is_a_formula() -> None:
    [line] = rows_of(as_csv([HOSTILE]))

    assert line["phrase"] == "'=HYPERLINK(1)"
    assert line["about"] == "'=1+1"
    assert line["variants"] == "'@x; a|b; <script>"
    assert (line["voices"], line["share"], line["positive_share"]) == ("3", "0.7500", "")


def test_no_cell_ends_a_row_of_markdown() -> None:
    header, marks, line = as_markdown([HOSTILE]).splitlines()

    assert header.count("|") == marks.count("|") == line.count("|") - line.count("\\|")
    assert "<script" not in line
    assert "unclear" in line


def test_nothing_gives_a_head_and_no_lines() -> None:
    assert as_table([]).count("\n") == as_csv([]).count("\n") == 1
    assert json.loads(as_json([])) == []
