"""Tests of both doors of searching: what they answer, to whom, and in which forms."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event
from typing import Any

import pytest
from werkzeug.test import Client

from engine.domain import Attribution, Permission, Review, State, SubjectId
from engine.domain.search import Facet
from engine.moderation import Moderation
from engine.rights import DISPLAY_ONLY
from engine.store.snippet_reader import snippet_reader
from review_site.api.testimonials import MOST_PER_MINUTE
from review_site.examination import examine
from review_site.found_tables import FORMATS
from review_site.indexing import indexing
from review_site.wiring import Instance
from review_site.wsgi import application
from tests.absent_index import AbsentIndex
from tests.doors import Company
from tests.factories import NOON, fill, make_review, make_source
from tests.keyed import Program
from tests.searching import library
from tests.serving import until
from tests.signing import make_key
from tests.word_index import WordIndex

READ = Permission.READ


@contextmanager
def indexed(company: Company, *reviews: Review, **changes: Any) -> Iterator[Program]:
    """A program without a key, at an instance whose reviews are all indexed."""
    with company.instance() as opened:
        instance = replace(opened, other_index=WordIndex())
        fill(instance.store, reviews, **changes)
        assert instance.indexer.rebuild()
        reader = snippet_reader(instance.store.url)
        try:
            yield Program(Client(application(instance, reader), use_cookies=False), "", instance)
        finally:
            reader.close()


def asked(program: Program, query: str) -> dict[str, Any]:
    answer = program.ask("GET", f"/testimonials/{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


def ids(found: dict[str, Any]) -> list[str]:
    return [each["review"]["id"] for each in found["items"]]


def now_received(**changes: Any) -> Review:
    return make_review(received_at=datetime.now(UTC), **changes)


def test_everybody_finds_what_is_shown_with_marks_facets_and_the_total(company: Company) -> None:
    review = now_received(body="The spout pours well.")
    with indexed(company, review, now_received(body="Too small."), now_received(state=State.PENDING)) as program:
        found = asked(program, "search?q=pours&rating=4&sort=date")

    [hit] = found["items"]
    assert (hit["review"]["id"], hit["has_all_words"]) == (review.id, True)
    assert hit["excerpts"] == [{"start": 0, "end": 21, "text": "The spout pours well.", "marks": [[10, 15]]}]
    assert (found["total"], found["next"], found["meant"], found["problems"]) == (1, None, None, [])
    facets = {each["name"]: each["values"] for each in found["facets"]}
    assert facets["rating"] == [{"value": "4", "label": "4", "count": 1, "is_selected": True}]
    assert set(facets) == set(Facet) - {Facet.STATE}


def test_pages_go_on_by_their_cursor(company: Company) -> None:
    with indexed(company, *(now_received() for _ in range(3))) as program:
        first = asked(program, "search?limit=2")
        second = asked(program, f"search?limit=2&after={first['next']}")

    assert (len(first["items"]), len(second["items"]), second["next"]) == (2, 1, None)
    assert not set(ids(first)) & set(ids(second))


def test_a_state_takes_a_key_that_may_read_and_reaches_its_own_subjects_alone(company: Company) -> None:
    mine, other = (now_received(state=State.PENDING, subject_id=SubjectId(each)) for each in ("kettle", "grinder"))
    with indexed(company, mine, other) as program:
        nobody = program.ask("GET", "/testimonials/search?state=pending")
        writer = program.with_key(Permission.WRITE_REVIEWS).ask("GET", "/testimonials/search?state=pending")
        reader = program.with_key(READ)
        limited = program.with_key(READ, subjects=["kettle"])
        foreign = limited.ask("GET", "/testimonials/search?state=pending&subject=grinder")

        assert (nobody.status_code, writer.status_code, foreign.status_code) == (401, 403, 403)
        assert set(ids(asked(reader, "search?state=pending"))) == {mine.id, other.id}
        found = asked(limited, "search?state=pending")
    assert ids(found) == [mine.id]
    assert found["items"][0]["review"]["state"] == "pending"


def test_suggestions_are_for_readers_and_of_their_subjects(company: Company) -> None:
    mine, other = now_received(body="spout"), now_received(body="spoon", subject_id=SubjectId("grinder"))
    with indexed(company, mine, other) as program:
        assert program.ask("GET", "/testimonials/suggest?q=spo").status_code == 401
        every = asked(program.with_key(READ), "suggest?q=good+spo")
        limited = asked(program.with_key(READ, subjects=["kettle"]), "suggest?q=spo")
        nothing = asked(program.with_key(READ), "suggest")

    assert {each["text"] for each in every["items"]} == {"spout", "spoon"}
    assert limited["items"] == [{"text": "spout", "count": 1}]
    assert nothing["items"] == []


def test_similar_reviews_of_a_shown_one(company: Company) -> None:
    one, like, hidden = (now_received(state=each) for each in (State.APPROVED, State.APPROVED, State.PENDING))
    with indexed(company, one, like, hidden) as program:
        assert ids(asked(program, f"{one.id}/similar")) == [like.id]
        assert program.ask("GET", f"/testimonials/{hidden.id}/similar").status_code == 404


@pytest.mark.parametrize("query", ["sort=best", "limit=0", "values=colour", "after=x", "locale=xx"])
def test_what_cannot_be_asked_is_refused(company: Company, query: str) -> None:
    with indexed(company) as program:
        assert program.ask("GET", f"/testimonials/search?{query}").status_code == 400


def test_an_instance_without_an_index_answers_all_but_words(company: Company) -> None:
    with indexed(company, now_received()), company.instance() as opened:
        bare = replace(opened, other_index=AbsentIndex())
        reader = snippet_reader(bare.store.url)
        without = Program(Client(application(bare, reader), use_cookies=False), "", bare)
        words, all_reviews = (without.ask("GET", f"/testimonials/search{each}") for each in ("?q=pours", ""))
        reader.close()

    assert (words.status_code, words.content_type) == (503, "application/problem+json")
    assert len((all_reviews.json or {})["items"]) == 1


@pytest.mark.parametrize("path", ["/testimonials/search?q=pours", "/testimonials/{}/similar"])
def test_before_there_is_an_index_nobody_is_told_that_nothing_was_found(company: Company, path: str) -> None:
    review = now_received()
    with company.instance() as opened:
        fill(opened.store, [review])
        # What reviews are narrowed by is there before the index is whole.
        assert replace(opened, other_index=WordIndex()).indexer.rebuild()
        reader = snippet_reader(opened.store.url)
        program = Program(Client(application(opened, reader), use_cookies=False), "", opened)
        answer = program.ask("GET", path.format(review.id))
        reader.close()

    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert "not there yet" in (answer.json or {})["detail"]
    asked = company.plaudit("search", "pours")
    assert (asked.exit_code, asked.stdout) == (2, "")


def test_whoever_searches_without_end_is_asked_to_wait(company: Company) -> None:
    with indexed(company) as program:
        answers = [program.ask("GET", "/testimonials/search?q=x").status_code for _ in range(MOST_PER_MINUTE + 1)]
        keyed = replace(program, key=make_key(program.instance.store, Permission.READ, now=datetime.now(UTC)))
        of_a_key = [keyed.ask("GET", "/testimonials/search?q=x").status_code for _ in range(MOST_PER_MINUTE + 1)]

    assert (set(answers[:-1]), answers[-1]) == ({200}, 429)
    assert set(of_a_key) == {200}


def test_a_worker_makes_the_index_follows_what_changes_and_leaves_its_seat(company: Company) -> None:
    with company.instance() as opened:
        index, stop = WordIndex(), Event()
        instance = replace(opened, other_index=index)
        first, second = now_received(), now_received(body="It came later.")
        fill(instance.store, [first])
        with indexing(instance, stop):
            until(lambda: {each.id for each in index.documents.values()} == {first.id})
            fill(instance.store, [second])
            until(lambda: {each.id for each in index.documents.values()} == {first.id, second.id})
            with instance.store.writing() as transaction:
                Moderation(transaction=transaction, now=NOON).withdraw(first.id, frozenset(), by="author")
        with instance.store.reading() as transaction:
            assert transaction.marks.owners() == []


def test_the_doctor_says_how_the_index_is(company: Company) -> None:
    with company.instance() as opened:
        index = WordIndex()
        instance = replace(opened, other_index=index)
        fill(instance.store, [now_received()])
        before = line(instance)
        assert instance.indexer.rebuild()
        after = line(instance)
        index.is_usable = False
        complaints = [each.rule for each in examine(instance).complaints]

    assert before == "search       not made yet, 1 changes wait"
    assert after == "search       1 reviews, 0 MB, 0 changes wait"
    assert "search" in complaints


def line(instance: Instance) -> str:
    return next(each for each in examine(instance).lines if each.startswith("search "))


def test_the_command_finds_by_facets_and_says_how_to_go_on(company: Company) -> None:
    with indexed(
        company, now_received(title="One", rating=5), now_received(title="Two", rating=5), now_received(rating=1)
    ):
        found = company.plaudit("search", "--facet", "rating=5", "--limit", "1")
        nothing = company.plaudit("search", "--facet", "rating=2")
        odd = company.plaudit("search", "--facet", "colour=red")

    assert (found.exit_code, nothing.exit_code, odd.exit_code) == (0, 1, 2)
    assert "kettle  5 of 5" in found.output
    assert "more: --after date~" in found.output
    assert "2 reviews" in found.output


def test_the_command_gives_json_as_the_api_does(company: Company) -> None:
    with indexed(company, now_received()) as program:
        said = json.loads(company.plaudit("search", "--format", "json").stdout)
        answered = asked(program, "search")

    assert said == answered


def test_the_command_makes_the_index_anew(company: Company) -> None:
    with indexed(company, now_received()):
        done = company.plaudit("rebuild", "search")

    assert (done.exit_code, done.stdout) == (0, "1 reviews indexed anew\n")


def test_files_are_whole_and_harm_nobody(store: Any) -> None:
    evil = make_review(
        body="=cmd|' /C calc'!A0 pours",
        title="# <script>",
        author="*Owen*",
        url="https://elsewhere.example/r/1",
        source_id="elsewhere",
    )
    rights = replace(DISPLAY_ONLY, attribution=Attribution(name="Else [where]"))
    hits = library(store, evil, sources=[make_source("elsewhere", rights)]).ask("pours").hits

    [row] = list(csv.DictReader(io.StringIO(FORMATS["csv"](hits))))
    assert row["body"] == "'" + evil.body
    assert (row["id"], row["stars"], row["author"]) == (evil.id, "4", "*Owen*")
    written = FORMATS["md"](hits)
    assert written.startswith("> \\=cmd\\|' /C calc'!A0 pours\n>\n> — \\*Owen\\*, [Else \\[where\\]](https://")
    assert "\x1b[1mpours\x1b[0m" in FORMATS["table"](hits)


@pytest.mark.parametrize("path", ["/testimonials/search", "/testimonials/search?rating=4", "/testimonials/{}/similar"])
def test_reviews_that_nobody_took_in_yet_are_not_said_to_be_missing(company: Company, path: str) -> None:
    review = now_received()
    with company.instance() as opened:
        fill(opened.store, [review])
        reader = snippet_reader(opened.store.url)
        answer = Program(Client(application(opened, reader), use_cookies=False), "", opened).ask(
            "GET", path.format(review.id)
        )
        reader.close()

    asked = company.plaudit("search", "--facet", "rating=4")
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert "not there yet" in (answer.json or {})["detail"]
    assert (asked.exit_code, asked.stdout) == (2, "")
    assert "not there yet" in asked.stderr


def test_where_there_is_no_review_none_is_found_before_there_is_an_index_too(company: Company) -> None:
    with company.instance() as opened:
        reader = snippet_reader(opened.store.url)
        answer = Program(Client(application(opened, reader), use_cookies=False), "", opened).ask(
            "GET", "/testimonials/search"
        )
        reader.close()

    assert (answer.status_code, (answer.json or {})["total"]) == (200, 0)
