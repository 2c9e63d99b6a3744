"""`plaudit mine`: what changed, one subject, the whole shop in processes, and lines without a shop."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from engine.domain import FaqEntry, Phrase, Scope, SubjectId
from engine.learnt import Learnt
from engine.outbox import Work
from engine.rights import INTERNAL
from engine.store import ModelKind
from review_site import bulk
from review_site.wiring import now
from tests.doors import Company, plaudit, row
from tests.factories import fill, make_review, make_source

SUBJECTS = ("jug", "kettle", "teapot")
BODIES = ("The lid rattles badly.", "A loose lid, sadly.", "The lid is great.", "I like the lid.")


def shop(company: Company, subjects: Sequence[str] = SUBJECTS) -> Company:
    """A company whose subjects have the same words and have never been mined."""
    reviews = [make_review(subject_id=SubjectId(subject), body=body) for subject in subjects for body in BODIES]
    with company.instance() as instance:
        fill(instance.store, reviews)
    return company


def mined(company: Company) -> dict[str, tuple[list[Phrase], list[FaqEntry]]]:
    with company.instance() as instance, instance.store.reading() as transaction:
        return {each: (transaction.phrases.of(each), transaction.faq.of(each)) for each in transaction.subjects.ids()}


def left(company: Company) -> int:
    with company.instance() as instance:
        return bulk.left(instance, Work.MINE)


def test_mines_one_subject_and_prints_its_phrases(sample_copy: Company) -> None:
    done = sample_copy.plaudit("mine", "--subject", "k2-kettle")

    lines = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
    assert done.exit_code == 0, done.output
    assert {"en", "de", "nl"} <= {language for language, *_ in lines}
    assert any("spout" in rest for _, _, rest in lines)
    assert all(int(count) >= 2 for _, count, _ in lines)


def test_counts_internal_sources_for_ourselves_and_says_so(company: Company) -> None:
    survey = [make_review(body=body, source_id="survey") for body in BODIES]
    with company.instance() as instance:
        fill(instance.store, survey, sources=[make_source("survey", INTERNAL)])

    published = company.plaudit("mine", "--subject", "kettle")
    ours = company.plaudit("mine", "--subject", "kettle", "--internal")

    assert (published.exit_code, published.stdout) == (0, "")
    assert ours.stdout.split() == ["en", "4", "50%", "positive", "lid"]
    assert "nothing of this is kept or published" in ours.stderr


def test_mines_every_subject_that_changed_and_builds_no_page(company: Company) -> None:
    company.plaudit("import", company.reviews([row("1")]), "--source", "shop", "--rights", "own")
    company.plaudit("approve", "--source", "shop", "--all")

    done = company.plaudit("mine")

    assert done.exit_code == 0, done.output
    with company.instance() as instance, instance.store.reading() as transaction:
        assert dict(transaction.snippets.of_page(Scope.SUBJECT, "kettle")) == {}
    assert left(company) == 0


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_mines_the_whole_shop_after_it_has_learnt_from_it(company: Company, jobs: str) -> None:
    shop(company)

    done = company.plaudit("mine", "--all", "--jobs", jobs)

    assert done.exit_code == 0, done.output
    assert done.stdout == "3 subjects mined\n"
    assert all([each.text for each in phrases] == ["lid"] for phrases, _ in mined(company).values())
    with company.instance() as instance, instance.store.reading() as transaction:
        [profile] = transaction.models.all(ModelKind.PROFILE)
    assert profile.texts == len(SUBJECTS) * len(BODIES)


def test_as_many_processes_as_you_like_find_the_same(company: Company, tmp_path: Path) -> None:
    other = shop(Company(tmp_path / "other").configured())
    shop(company)

    company.plaudit("mine", "--all", "--jobs", "1")
    other.plaudit("mine", "--all", "--jobs", "3")

    texts = [[[each.text for each in phrases] for phrases, _ in mined(one).values()] for one in (company, other)]
    assert texts[0] == texts[1]


def test_a_run_that_was_stopped_is_gone_on_with_where_it_was(company: Company) -> None:
    shop(company)
    with company.instance() as instance:
        assert bulk.begin(instance)
        instance.outbox.work_off_one(Work.MINE, "kettle", instance.handlers[Work.MINE])

    done = company.plaudit("mine", "--all", "--jobs", "1")

    assert "a run before this was stopped: 2 subjects are left" in done.stderr
    assert done.stdout == "2 subjects mined\n"


def test_a_run_that_was_finished_is_followed_by_a_new_one(company: Company) -> None:
    shop(company)
    first = company.plaudit("mine", "--all", "--jobs", "1")

    second = company.plaudit("mine", "--all", "--jobs", "1")

    assert second.stdout == first.stdout == "3 subjects mined\n"


def test_what_another_has_in_hand_is_waited_for_and_mined_where_it_is_given_up(company: Company) -> None:
    shop(company)
    with company.instance() as instance:
        bulk.begin(instance)
        with instance.store.writing() as transaction:
            held = transaction.marks.lease_this(
                Work.MINE, "jug", "elsewhere/1/x", now=now(), until=now() + timedelta(seconds=2)
            )
        assert held is not None

    done = company.plaudit("mine", "--all", "--jobs", "1")

    assert done.exit_code == 0
    assert done.stdout == "3 subjects mined\n"
    assert left(company) == 0


def test_mines_lines_without_an_instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    texts = ["The lid is loose.", "A loose lid, sadly.", "The lid is loose and it rattles."]
    lines = [json.dumps({"id": str(n), "text": text, "lang": "en"}) for n, text in enumerate(texts)]

    done = plaudit("mine", "--jsonl", stdin="\n".join(lines))

    phrases = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0, done.output
    assert phrases
    assert all({"phrase", "count", "positive_share", "quotes", "variants"} <= set(each) for each in phrases)
    assert all(quote["text"] in texts[int(quote["id"])] for each in phrases for quote in each["quotes"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("listing", "is_single"), [("single", True), ("multiword", False)])
def test_lines_can_be_asked_for_one_list(listing: str, is_single: bool) -> None:
    texts = ["The battery life is great and so is the screen.", "The screen is sharp, the battery life is poor."] * 2
    lines = [json.dumps({"id": str(n), "text": f"{text} {n}", "lang": "en"}) for n, text in enumerate(texts)]

    done = plaudit("mine", "--jsonl", "--list", listing, stdin="\n".join(lines))

    phrases = [json.loads(line)["phrase"] for line in done.stdout.splitlines()]
    assert phrases
    assert all((" " not in each) is is_single for each in phrases)


@pytest.mark.parametrize("line", ["nonsense", "{}", "[1]", '{"id": "1"}'])
def test_a_line_that_is_no_review_is_named(line: str) -> None:
    done = plaudit("mine", "--jsonl", stdin=line)

    assert done.exit_code == 2
    assert "line 1" in done.stderr


def test_mining_a_subject_that_is_not_there_is_refused(company: Company) -> None:
    done = company.plaudit("mine", "--subject", "nobody")

    assert done.exit_code == 2
    assert "'nobody'" in done.stderr


@pytest.mark.parametrize("words", [("--all", "--subject", "kettle"), ("--all", "--jsonl"), ("--internal",)])
def test_what_excludes_each_other_is_refused(company: Company, words: Sequence[str]) -> None:
    assert company.plaudit("mine", *words).exit_code == 2


def test_learns_from_the_stars_and_says_what_it_is_worth(company: Company) -> None:
    praise = [make_review(5, body=f"A great lid and a lovely spout, number {each}.") for each in range(60)]
    blame = [make_review(1, body=f"The spout is gruftig and the lid broke, number {each}.") for each in range(60)]
    with company.instance() as instance:
        fill(instance.store, [*praise, *blame])

    done = company.plaudit("mine", "--train", "--seed", "7")

    english = next(line for line in done.stdout.splitlines() if line.startswith("en"))
    assert done.exit_code == 0, done.output
    assert english.startswith("en  120 rated reviews, seed 7: the trained model agrees with")
    assert "de  too few reviews are rated" in done.stdout.splitlines()
    with company.instance() as instance, instance.store.reading() as transaction:
        [kept] = transaction.models.all(ModelKind.OPINION)
        told = Learnt().of(transaction, "en")
    assert (kept.texts, kept.details["seed"]) == (120, 7)
    assert (told.opinion is not None) == kept.details["used"] == ("used from now on" in english)
    assert left(company) == (1 if kept.details["used"] else 0)


def test_learning_without_its_extra_says_how_to_get_it(company: Company) -> None:
    shop(company)
    without = "import sys; sys.modules['sklearn'] = None; from review_site.cli import main; main()"
    words: list[str | Path] = ["mine", "--train", "--config", company.config, "--data", company.store]

    done = subprocess.run(
        [sys.executable, "-c", without, *map(str, words)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert "pip install 'plaudit[training]'" in done.stderr


def test_processes_that_are_told_to_stop_finish_what_they_have_in_hand(company: Company) -> None:
    subjects = [f"s{number:02}" for number in range(12)]
    shop(company, subjects)
    stop = Event()
    with company.instance() as instance:
        bulk.begin(instance)

        def advance(_: int) -> None:
            stop.set()

        failed = bulk.work_off(instance, Work.MINE, 2, advance, stop)
        with instance.store.reading() as transaction:
            held = transaction.marks.owners()

    assert failed == {}
    assert held == []
    assert 0 < left(company) < len(subjects)
