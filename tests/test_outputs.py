"""Tests of the formats of a report: read back through other programs' parsers, hostile values included."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from lxml import etree

from engine.domain import Severity
from engine.errors import UnreadableFileError
from schema_markup.outputs import as_json, as_jsonl, as_junit, as_rules, as_sarif, as_text
from schema_markup.outputs.baseline import Baseline, as_baseline, read_baseline
from schema_markup.outputs.checked import Checked, Place, located, unlocated, unreadable
from schema_markup.rulebook import rules
from schema_markup.validate import Report, Verdict, report_html, report_jsonld
from tests.reports import HOSTILE, SOURCE, make_problem, make_report, plain


def text(checked: Sequence[Checked]) -> str:
    return "".join(as_text.write(checked))


def sarif(checked: Sequence[Checked]) -> dict[str, Any]:
    [run] = json.loads("".join(as_sarif.write(checked, rules=rules(), version="1.2.3")))["runs"]
    assert isinstance(run, dict)
    return run


def junit(checked: Sequence[Checked]) -> etree._Element:
    return etree.fromstring("".join(as_junit.write(checked)))


def test_a_problem_is_found_in_its_source() -> None:
    [place] = located(report_jsonld(SOURCE, "kettle.jsonld"), SOURCE).places

    assert place == Place(
        line=5,
        column=65,
        excerpt='"aggregateRating": {"@type": "AggregateRating", "ratingValue": "4,5", "reviewCount": 2}',
        caret=63,
    )
    assert place.excerpt[place.caret :].startswith('"4,5"')


def test_a_line_of_a_megabyte_is_shown_around_the_place() -> None:
    source = json.dumps({"description": "x" * 1_000_000, **json.loads(SOURCE)})

    place = located(report_jsonld(source, "kettle.jsonld"), source).places[-1]

    assert place is not None
    assert len(place.excerpt) <= 120
    assert place.excerpt[place.caret :].startswith('"4,5"')


def test_the_places_of_very_many_problems_are_not_all_looked_for() -> None:
    source = json.dumps([json.loads(SOURCE) | {"description": "x" * 100} for _ in range(5_000)])
    report = report_jsonld(source, "kettles.jsonld")

    places = located(report, source).places

    assert len(places) == len(report.problems) >= 5_000
    assert places[0] is not None
    assert places[-1] is None


def test_what_stands_in_attributes_has_no_line() -> None:
    html = '<div itemscope itemtype="https://schema.org/Product"><b itemprop="review">Good</b></div>'

    checked = located(report_html(html, "kettle.html"), html)

    assert checked.report.problems
    assert set(checked.places) == {None}


def test_jsonl_is_one_line_a_file_with_the_agreed_keys() -> None:
    first, second = "".join(as_jsonl.write(plain(make_report(make_problem()), make_report()))).splitlines()

    assert json.loads(first) == {
        "file": "shop/kettle.html",
        "verdict": "error",
        "features": {"review-snippet": "error"},
        "problems": [
            {
                "rule": "rating-value-grammar",
                "severity": "error",
                "path": "$.name",
                "message": '"4,5" is not a rating.',
                "fix": "Write 4.5.",
                "doc": "https://developers.google.com/search",
            }
        ],
    }
    assert json.loads(second) | {"features": {}} == {
        "file": "shop/kettle.html",
        "verdict": "valid",
        "features": {},
        "problems": [],
    }


@pytest.mark.parametrize("value", HOSTILE)
def test_a_line_of_jsonl_stays_one_line_in_ascii(value: str) -> None:
    [line] = as_jsonl.write(plain(make_report(make_problem(message=value), where=value)))

    assert line.isascii()
    assert line.count("\n") == 1
    assert json.loads(line)["problems"][0]["message"] == value


def test_json_counts_the_files_and_has_their_places() -> None:
    checked = [located(report_jsonld(SOURCE, "kettle.jsonld"), SOURCE), *plain(make_report())]

    document = json.loads("".join(as_json.write(checked)))

    assert document["summary"] == {"files": 2, "valid": 1, "warning": 0, "error": 1}
    assert [(each["line"], each["column"]) for each in document["files"][0]["problems"]] == [(5, 65)]


def test_json_of_nothing_is_json() -> None:
    assert json.loads("".join(as_json.write([]))) == {
        "files": [],
        "summary": {"files": 0, "valid": 0, "warning": 0, "error": 0},
    }


def test_text_shows_the_place_the_reason_and_the_way_out() -> None:
    written = text([located(report_jsonld(SOURCE, "kettle.jsonld"), SOURCE)])

    lines = written.splitlines()
    [quoted] = [number for number, line in enumerate(lines) if '"4,5", "reviewCount"' in line]
    assert lines[0] == "kettle.jsonld: error"
    assert re.search(r"Review snippet +error", written)
    assert "at line 5, column 65: $.aggregateRating.ratingValue  [rating-value-grammar]" in written
    assert lines[quoted + 1].index("^") == lines[quoted].index('"4,5"')
    assert "Mend: " in written
    assert "Page: https://" in written
    assert lines[-1] == "1 file: 1 with errors"


def test_text_names_a_rule_once_with_its_places() -> None:
    problems = [make_problem(path=f"$.review[{number}]") for number in range(20)]

    written = text(plain(make_report(*problems)))

    assert written.count("Mend:") == 1
    assert "also at $.review[4]" in written
    assert "and at 15 more places" in written


def test_text_says_what_is_grave_first() -> None:
    light = make_problem("review-date-missing", severity=Severity.WARNING)

    written = text(plain(make_report(light, make_problem())))

    assert written.index("[rating-value-grammar]") < written.index("[review-date-missing]")


def test_text_says_that_a_result_is_retired() -> None:
    written = text(plain(Report("faq.html", (), {"faq": Verdict.VALID})))

    assert re.search(r"FAQ +valid", written)
    assert "earns nothing" in " ".join(written.split())


@pytest.mark.parametrize("value", HOSTILE)
def test_a_terminal_obeys_nothing_that_is_quoted(value: str) -> None:
    problem = make_problem(path=value, message=value, fix=value)

    written = text(plain(make_report(problem, where=value)))

    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", written)


def test_text_is_coloured_only_when_asked_for() -> None:
    checked = plain(make_report(make_problem()))

    assert "\x1b" not in text(checked)
    assert "\x1b[31merror\x1b[0m" in "".join(as_text.write(checked, color=True))


def test_sarif_has_the_rule_the_line_and_a_lasting_fingerprint() -> None:
    run = sarif([located(report_jsonld(SOURCE, "shop/ä kettle.jsonld"), SOURCE)])

    [result] = run["results"]
    location = result["locations"][0]["physicalLocation"]
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("rating-value-grammar", 0, "error")
    assert location["artifactLocation"]["uri"] == "shop/%C3%A4%20kettle.jsonld"
    assert location["region"] == {"startLine": 5, "startColumn": 65}
    assert run["tool"]["driver"]["rules"][0]["id"] == "rating-value-grammar"
    assert run["tool"]["driver"]["rules"][0]["helpUri"].startswith("https://")
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    moved = sarif(plain(make_report(make_problem(path="$.review[3]"))))["results"][0]["partialFingerprints"]
    assert moved == sarif(plain(make_report(make_problem(path="$.review[4]"))))["results"][0]["partialFingerprints"]


@pytest.mark.parametrize(
    ("where", "address"),
    [
        ("/srv/shop/a b.html", "file:///srv/shop/a%20b.html"),
        ("https://shop.example/ä?x=1", "https://shop.example/%C3%A4?x=1"),
        ("100%.html", "100%25.html"),
    ],
)
def test_sarif_names_files_as_addresses(where: str, address: str) -> None:
    [result] = sarif(plain(make_report(make_problem(), where=where)))["results"]

    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == address


def test_sarif_says_what_could_not_be_read_beside_the_results() -> None:
    run = sarif([unreadable("gone.html", "No such file"), *plain(make_report())])

    assert run["results"] == []
    assert run["tool"]["driver"]["rules"] == []
    assert run["invocations"][0]["executionSuccessful"] is False
    assert "No such file" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_junit_fails_files_with_errors_and_no_others() -> None:
    light = make_problem("review-date-missing", severity=Severity.WARNING)
    policy = make_problem("review-not-visible", severity=Severity.POLICY)
    checked = [
        *plain(make_report(), make_report(light), make_report(light, policy)),
        unreadable("gone.html", "No such file"),
    ]

    suites = junit(checked)

    outcomes = [[child.tag for child in case] for case in suites.iter("testcase")]
    assert outcomes == [[], ["system-out"], ["failure", "system-out"], ["error"]]
    assert [suites.get(each) for each in ("tests", "failures", "errors")] == ["4", "1", "1"]
    assert "review-not-visible" in (suites.findtext(".//failure") or "")


@pytest.mark.parametrize("value", HOSTILE)
def test_junit_is_xml_whatever_is_quoted(value: str) -> None:
    suites = junit(plain(make_report(make_problem(path=value, message=value), where=value)))

    assert len(list(suites.iter("failure"))) == 1


def test_a_baseline_leaves_out_what_was_known_and_no_more() -> None:
    before = make_report(make_problem(path="$.review[0]"), make_problem(path="$.review[1]"))
    baseline = read_baseline(as_baseline([before, make_report(where="clean.html")]), "known.json")
    moved = [make_problem(path=f"$.review[{number}]") for number in (5, 6, 7)]

    [new] = [baseline.new_in(each) for each in plain(make_report(*moved, make_problem("count-grammar")))]

    assert [(each.rule, each.path) for each in new.report.problems] == [
        ("rating-value-grammar", "$.review[7]"),
        ("count-grammar", "$.name"),
    ]
    assert len(new.places) == 2


def test_a_baseline_is_of_one_file_only() -> None:
    baseline = read_baseline(as_baseline([make_report(make_problem())]), "known.json")

    new = baseline.new_in(unlocated(make_report(make_problem(), where="other.html")))

    assert len(new.report.problems) == 1


def test_what_could_not_be_read_is_never_known() -> None:
    gone = unreadable("gone.html", "No such file")

    baseline = read_baseline(as_baseline([gone.report]), "known.json")

    assert baseline == Baseline(known={})


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"format": "plaudit baseline 1"}', '{"format": 1, "known": {}}', "[" * 100_000]
)
def test_what_is_no_baseline_is_refused(content: str) -> None:
    with pytest.raises(UnreadableFileError, match=r"known\.json"):
        read_baseline(content, "known.json")


def test_every_rule_is_listed_in_every_form() -> None:
    listed = {name: write(rules().values()) for name, write in as_rules.FORMATS.items()}

    assert {each["rule"] for each in json.loads(listed["json"])} == set(rules())
    assert all(f"### `{each}`" in listed["md"] for each in rules())
    assert all(f"{each.fix}\n         {each.doc}, {each.date}\n" in listed["text"] for each in rules().values())
    assert len(listed["text"].splitlines()) == 3 * len(rules())
