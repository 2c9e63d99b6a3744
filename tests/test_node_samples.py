"""Every rule against its own documents: those that break it, and those that do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_markup.features import features
from schema_markup.rulebook import rules
from tests.structured_samples import Sample, bad, good, ruled

# Judged with all that was built beside it; the tests of the checker have their samples.
PUBLISHED = frozenset(
    {
        "aggregate-differs",
        "draft-forgets-review",
        "event-handler",
        "foreign-script",
        "marked-up-not-shown",
        "markup-altered",
        "review-not-allowed",
        "self-serving-rating",
    }
)


def by_name(sample: Sample) -> str:
    return sample.rule


@pytest.mark.parametrize("sample", list(bad()), ids=by_name)
def test_what_breaks_a_rule_is_found(sample: Sample) -> None:
    report = sample.report()

    assert sample.rule in {problem.rule for problem in report.problems}


@pytest.mark.parametrize("sample", list(good()), ids=by_name)
def test_what_keeps_a_rule_is_not_called_wrong(sample: Sample) -> None:
    report = sample.report()

    assert sample.rule not in {problem.rule for problem in report.problems}
    assert [problem for problem in report.problems if problem.forbids] == []


def test_every_rule_has_samples_that_break_it() -> None:
    broken = {sample.rule for sample in bad()}

    assert broken == ruled() == set(rules()) - PUBLISHED


def test_the_rules_of_publishing_are_tested_with_the_checker() -> None:
    tests = (Path(__file__).parent / "test_checker.py").read_text("utf-8")

    assert [rule for rule in sorted(PUBLISHED) if f'"{rule}"' not in tests] == []


def test_every_rule_is_told_in_whole_sentences() -> None:
    for rule in rules().values():
        problem = rule.problem("$", "something")

        assert problem.doc.startswith("https://")
        assert all(text.endswith((".", ".`")) for text in (rule.message, rule.why, rule.fix)), rule.id


def test_every_rule_belongs_to_features_that_there_are() -> None:
    named = {name for rule in rules().values() for name in rule.features}

    assert named - {"any"} <= set(features())
