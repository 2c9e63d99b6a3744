"""The language of questions."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.search import Clause, Facet, TextField
from engine.search.questions import FIELDS, LONGEST, MESSAGES, MOST_CLAUSES, read_question


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("battery", Clause(text="battery")),
        ('"far too"', Clause(text="far too", is_phrase=True)),
        ("„viel zu“", Clause(text="viel zu", is_phrase=True)),
        ("« bien trop »", Clause(text=" bien trop ", is_phrase=True)),
        ("-cheap", Clause(text="cheap", is_excluded=True)),
        ('-"not good"', Clause(text="not good", is_phrase=True, is_excluded=True)),
        ("batter*", Clause(text="batter", is_start=True)),
        ("title:wow", Clause(text="wow", field=TextField.TITLE)),
        ('author:"Ada Smith"', Clause(text="Ada Smith", field=TextField.AUTHOR, is_phrase=True)),
        ("e-bike", Clause(text="e-bike")),
        ("verdict:", Clause(text="verdict")),
    ],
)
def test_words_are_asked_for(text: str, clause: Clause) -> None:
    question = read_question(text)

    assert list(question.asked.clauses) == [clause]
    assert question.problems == ()


@pytest.mark.parametrize(
    ("text", "facet", "chosen"),
    [
        ("rating:5", Facet.RATING, {"5"}),
        ("rating:4..5", Facet.RATING, {"4", "5"}),
        ("rating:..2", Facet.RATING, {"1", "2"}),
        ("rating:>=4", Facet.RATING, {"4", "5"}),
        ("rating:<2", Facet.RATING, {"1"}),
        ("rating:none rating:1", Facet.RATING, {"none", "1"}),
        ("lang:DE", Facet.LANGUAGE, {"de"}),
        ("language:en_gb", Facet.LANGUAGE, {"en-GB"}),
        ("subject:kettle", Facet.SUBJECT, {"kettle"}),
        ('company:"Acme Ltd"', Facet.COMPANY, {"Acme Ltd"}),
        ("verified:Ja", Facet.VERIFIED, {"yes"}),
        ("photo:non", Facet.PHOTO, {"no"}),
        ("state:Approved", Facet.STATE, {"approved"}),
        ("scope:ads", Facet.SCOPE, {"ads"}),
    ],
)
def test_facets_narrow(text: str, facet: Facet, chosen: set[str]) -> None:
    question = read_question(text)

    assert question.asked.facets == {facet: chosen}
    assert question.problems == ()
    assert question.asked.clauses == ()


def test_an_excluded_facet_is_unwanted() -> None:
    assert read_question("-rating:1 -rating:2").asked.unwanted == {Facet.RATING: {"1", "2"}}


@pytest.mark.parametrize(
    ("text", "since", "before"),
    [
        ("after:2026-01-31", datetime(2026, 2, 1, tzinfo=UTC), None),
        ("before:2026-01-31", None, datetime(2026, 1, 31, tzinfo=UTC)),
        ("date:2026", datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
        ("date:2026-12", datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
        ("date:2024-02-29", datetime(2024, 2, 29, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)),
        ("date:2025-11..2026-01", datetime(2025, 11, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)),
        ("date:2026 before:2026-07", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)),
    ],
)
def test_times_bound(text: str, since: datetime | None, before: datetime | None) -> None:
    question = read_question(text)

    assert (question.asked.since, question.asked.before) == (since, before)
    assert question.problems == ()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("rating:9 good", "question.no_value"),
        ("verified:perhaps good", "question.no_value"),
        ("lang:klingon1 good", "question.no_value"),
        ("after:2026-02-30 good", "question.no_date"),
        ("date:9999 good", "question.no_date"),
        ("-date:2026 good", "question.date_excluded"),
        ("after:2026 before:2025 good", "question.never"),
        ("colour:red good", "question.unknown_field"),
        ("title: good", "question.nothing_after"),
        ("- good", "question.nothing_after"),
        ('good "open', "question.open_quote"),
        ("b* good", "question.short_start"),
        ("good !!!", "question.no_word"),
        ("good OR bad", "question.operator"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_the_rest_is_answered(text: str, key: str) -> None:
    question = read_question(text)

    [problem] = question.problems
    assert problem.key == key
    assert text[problem.start : problem.end].strip()
    assert "{" not in problem.message
    assert "good" in {each.text for each in question.asked.clauses}


def test_a_question_is_bounded() -> None:
    question = read_question("many words " * 200)

    assert len(question.asked.clauses) == MOST_CLAUSES
    assert {each.key for each in question.problems} == {"question.too_long", "question.too_many"}


QUESTIONS = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from([*FIELDS, ":", "-", '"', "*", "..", ">=", "2026", "9999-12-31", "4", " "]),
    ),
    max_size=30,
).map("".join)


@given(QUESTIONS)
def test_any_text_is_a_question(text: str) -> None:
    question = read_question(text)

    for each in question.problems:
        assert each.key in MESSAGES
        assert each.message
        assert 0 <= each.start <= each.end <= max(LONGEST, len(text))
