"""What the index finds, and in which order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.domain.search import Asked, Batch, Clause, TextField
from engine.search.numbers import Numbers
from tests.indexed import ask, asked, found, make_document, make_index


def test_a_word_is_found_in_all_its_forms_and_spellings(tmp_path: Path) -> None:
    index = make_index(
        tmp_path,
        make_document(1, "The BATTERIES last for days"),
        make_document(2, "Der Kühlschrank ist leise", language="de"),
        make_document(3, "Kuehlschrank kam defekt an", language="de-AT"),
        make_document(4, "My e-bike is great"),
        make_document(5, "An ebike for the city"),
        make_document(6, "L'écran est superbe", language="fr"),
    )

    assert found(index, "battery") == {1}
    assert found(index, "Kühlschrank") == found(index, "kuehlschrank") == {2, 3}
    assert found(index, "e-bike") == found(index, "ebike") == {4, 5}
    assert found(index, "écrans") == found(index, "l’ecran") == {6}


def test_a_language_says_whose_forms_are_looked_for(tmp_path: Path) -> None:
    index = make_index(tmp_path, make_document(1, "Two batteries"), make_document(2, "battery", language="de"))

    assert found(index, "battery") == {1, 2}
    assert found(index, "battery", language="de") == {2}


@pytest.mark.parametrize("question", ['"far too"', "e-bike", 'far -"too small"'])
def test_a_commit_without_words_breaks_no_question(tmp_path: Path, question: str) -> None:
    empty = make_index(tmp_path / "empty")
    index = make_index(tmp_path / "index", make_document(1, "It is far too loud, my e-bike"))

    index.apply(Batch(), 2)

    assert found(empty, question) == set()
    assert found(index, question) == {1}


def test_a_phrase_is_these_very_words_in_this_order(tmp_path: Path) -> None:
    index = make_index(
        tmp_path,
        make_document(1, "It is far too small"),
        make_document(2, "Too far, and small"),
        make_document(3, "ends with far", texts={TextField.TITLE: "Too small"}),
        make_document(4, "The e-bike battery"),
    )

    assert found(index, '"far too"') == {1}
    assert found(index, '"FAR  too small"') == {1}
    assert found(index, '"too small"') == {1, 3}
    assert found(index, '"the ebike battery"') == {4}
    assert found(index, '"e bike battery"') == found(index, '"e-bike battery"') == {4}


def test_what_is_excluded_is_gone_and_its_other_forms_are_not(tmp_path: Path) -> None:
    index = make_index(
        tmp_path,
        make_document(1, "good and cheap"),
        make_document(2, "good and cheaper"),
        make_document(3, "good, not bad"),
        make_document(4, "bad, not good"),
    )

    assert found(index, "good -cheap") == {2, 3, 4}
    assert found(index, 'good -"not bad"') == {1, 2, 4}
    assert found(index, "-cheap -bad") == {2}


def test_a_word_can_be_asked_for_in_one_text(tmp_path: Path) -> None:
    index = make_index(
        tmp_path,
        make_document(1, "Nothing to say", texts={TextField.TITLE: "Batteries"}),
        make_document(2, "The battery is fine", texts={TextField.AUTHOR: "Ada"}),
    )

    assert found(index, "title:battery") == {1}
    assert found(index, "body:battery") == {2}
    assert found(index, "author:ada battery") == {2}
    assert found(index, "battery") == {1, 2}


def test_words_that_begin_so_are_found(tmp_path: Path) -> None:
    index = make_index(tmp_path, make_document(1, "battery"), make_document(2, "battered"), make_document(3, "bat"))

    assert found(index, "batter*") == {1, 2}


def test_parts_and_compounds_meet_at_a_lower_weight(tmp_path: Path) -> None:
    index = make_index(
        tmp_path,
        make_document(1, "Die Akkulaufzeit ist gut", language="de"),
        make_document(2, "Die Laufzeit des Akkus ist gut", language="de"),
        make_document(3, "Der Akku ist gut", language="de"),
    )

    assert found(index, "Akku") == {1, 2, 3}
    assert found(index, "Akkus Zeit") == {1, 2}
    assert ask(index, "Akku").best[-1][0] == 1
    assert [number for number, _ in ask(index, "Akkulaufzeit").best] == [1, 2]


def test_a_mistyped_word_is_looked_for_as_its_neighbours(tmp_path: Path) -> None:
    index = make_index(
        tmp_path,
        make_document(1, "The battery is fine"),
        make_document(2, "Comfortable shoes"),
        make_document(3, "He was there"),
    )

    assert found(index, "batery") == found(index, "battrey") == found(index, "vattery") == {1}
    assert found(index, "comfrotabel") == {2}
    assert found(index, "hes") == set()
    assert found(index, '"batery"') == set()


def test_reviews_with_all_the_words_come_first_and_those_with_some_fill_up(tmp_path: Path) -> None:
    index = make_index(
        tmp_path,
        make_document(1, "battery battery battery"),
        make_document(2, "screen"),
        make_document(3, "a battery and a screen, among many other things that there are to say of it"),
        make_document(4, "nothing"),
    )

    matches = ask(index, "battery screen")

    assert matches.best[0][0] == 3
    assert {number for number, _ in matches.best} == {1, 2, 3}
    assert list(matches.numbers) == [3]
    assert matches.is_filled
    assert not ask(index, "battery screen", limit=1).is_filled


def test_what_has_to_be_there_is_there_in_what_fills_up_too(tmp_path: Path) -> None:
    index = make_index(tmp_path, make_document(1, "far too small"), make_document(2, "cheap"), make_document(3, "far"))

    assert [number for number, _ in ask(index, '"far too" cheap').best] == [1]


def test_the_word_as_it_was_asked_and_the_title_count_more(tmp_path: Path) -> None:
    index = make_index(
        tmp_path,
        make_document(1, "comfortable in shoes"),
        make_document(2, "comfort of shoes"),
        make_document(3, "shoes", texts={TextField.TITLE: "comfort"}),
    )

    assert [number for number, _ in ask(index, "comfort").best] == [3, 2, 1]


def test_a_compound_with_a_word_that_nobody_wrote_is_found_after_one_with_known_words(tmp_path: Path) -> None:
    index = make_index(
        tmp_path,
        make_document(1, "Ein Bratenthermometer gehört dazu", language="de"),
        make_document(2, "Ein Zuckerthermometer, zuckern gehört dazu", language="de"),
        make_document(3, "Wer begreift das schon", language="de"),
    )

    assert [number for number, _ in ask(index, "Thermometer").best] == [2, 1]
    assert found(index, "Griff") == set()


def test_another_form_of_a_word_is_nearly_as_good_as_the_word_that_was_asked(tmp_path: Path) -> None:
    index = make_index(
        tmp_path,
        make_document(1, "One battery and a fan, a lid, a cord"),
        make_document(2, "Two batteries, and more batteries, a fan"),
    )

    assert [number for number, _ in ask(index, "battery").best] == [2, 1]


def test_the_name_of_a_subject_counts_less_than_what_is_said(tmp_path: Path) -> None:
    index = make_index(
        tmp_path,
        make_document(1, "It pours well", texts={TextField.SUBJECT: "kettle"}),
        make_document(2, "My kettle pours well"),
    )

    assert [number for number, _ in ask(index, "kettle").best] == [2, 1]


def test_words_that_mostly_stand_together_say_more_together_and_others_do_not(tmp_path: Path) -> None:
    together = [make_document(number, "the wine list is long") for number in range(10, 20)]
    index = make_index(
        tmp_path,
        *together,
        make_document(1, "a wine list of old"),
        make_document(2, "a list of old wine"),
        *(make_document(number, "food for all but no menu") for number in range(20, 30)),
        make_document(3, "a food menu of old"),
        make_document(4, "a menu of old food"),
    )

    expression = dict(ask(index, "wine list").best)
    words = dict(ask(index, "food menu").best)

    assert expression[1] > 1.1 * expression[2]
    assert words[3] < 1.1 * words[4]


def test_an_expression_is_one_wherever_its_reviews_were_written_to(tmp_path: Path) -> None:
    index = make_index(tmp_path, make_document(1, "a wine list of old"))
    index.apply(Batch(changed=[make_document(2, "a list of old wine")]), 2)

    assert [number for number, _ in ask(index, "wine list").best] == [1, 2]


def test_only_what_is_within_is_found_and_a_limit_bounds_the_best_alone(tmp_path: Path) -> None:
    index = make_index(tmp_path, *(make_document(number, "good") for number in range(1, 11)))

    matches = index.search(asked("good"), within={2, 3, 5, 99}, limit=2)

    assert [number for number, _ in matches.best] == [5, 3]
    assert set(matches.numbers) == {2, 3, 5}


@pytest.mark.parametrize("question", ["", "rating:5", "!!!"])
def test_a_question_without_words_finds_nothing(tmp_path: Path, question: str) -> None:
    index = make_index(tmp_path, make_document(1, "good"))

    assert ask(index, question).best == []
    assert ask(index, question).numbers == []


def test_a_hostile_question_is_a_question(tmp_path: Path) -> None:
    index = make_index(tmp_path, make_document(1, "good"))
    clause = Clause(text="x" * 100_000 + " good \x00 \ud800 : en:good = *")

    assert index.search(Asked(clauses=[clause]), within=None, limit=5).numbers == []


def test_a_review_without_a_language_is_found_by_its_words(tmp_path: Path) -> None:
    index = make_index(
        tmp_path, make_document(1, "batteries", language=None), make_document(2, "bom dia", language="pt")
    )

    assert found(index, "Batteries") == {1}
    assert found(index, "dia") == {2}


def test_words_are_suggested_as_people_write_them_the_commonest_first(tmp_path: Path) -> None:
    index = make_index(
        tmp_path,
        make_document(1, "kühl und kühlend", language="de"),
        make_document(2, "Kühl", language="de"),
        make_document(3, "kuhn", language="nl"),
    )

    assert [(each.text, each.count) for each in index.suggest("kü", language="de", limit=5)] == [
        ("kühl", 2),
        ("kühlend", 1),
    ]
    assert [(each.text, each.count) for each in index.suggest("und kuh", language=None, limit=1)] == [("und kühl", 1)]
    assert index.suggest("", language=None, limit=5) == ()


def test_words_of_reviews_that_are_gone_are_not_told(tmp_path: Path) -> None:
    index = make_index(tmp_path, make_document(1, "Mr Secretname"), make_document(2, "secretion"))

    index.apply(Batch(gone=[1]), 2)

    assert [each.text for each in index.suggest("secret", language=None, limit=5)] == ["secretion"]
    assert index.meant(asked("secretnam")) is None


def test_a_question_is_told_as_it_was_meant(tmp_path: Path) -> None:
    index = make_index(
        tmp_path,
        make_document(1, "battery life"),
        make_document(2, "battery"),
        make_document(3, "batter"),
        make_document(4, "Kühlschrank", language="de"),
    )

    meant = index.meant(asked("batery life -slwo kulschrank"))

    assert meant is not None
    assert [each.text for each in meant.clauses] == ["battery", "life", "slwo", "kühlschrank"]


@pytest.mark.parametrize("question", ["battery", "batteries", "Akkulaufzeit", "zzzzzzzz", "12345", '"batery"', "bat*"])
def test_a_question_of_known_words_is_never_rewritten(tmp_path: Path, question: str) -> None:
    index = make_index(
        tmp_path, make_document(1, "battery 12346"), make_document(2, "Laufzeit vom Akku", language="de")
    )

    assert index.meant(asked(question)) is None


def test_similar_reviews_share_what_is_particular(tmp_path: Path) -> None:
    others = [make_document(number, f"It is good and I like it {number}") for number in range(10, 40)]
    index = make_index(
        tmp_path,
        make_document(1, "The thermostat drips when the boiler hums"),
        make_document(2, "Our boiler has a thermostat that drips"),
        make_document(3, "It is good and a boiler"),
        make_document(4, "Der Thermostat und der Boiler: drips", language="de"),
        *others,
    )

    assert [number for number, _ in index.similar(1, within=None, limit=5).best] == [2]
    assert index.similar(999, within=None, limit=5).best == ()


def test_words_are_suggested_and_counted_within_the_numbers_that_may_be_found(tmp_path: Path) -> None:
    bodies = ("secretive", "sings", "sings seldom", "sings")
    index = make_index(tmp_path, *(make_document(number, body) for number, body in enumerate(bodies, 1)))

    found = index.suggest("s", language=None, limit=5, within=Numbers(np.array([2, 3])))

    assert [(each.text, each.count) for each in found] == [("sings", 2), ("seldom", 1)]


def test_many_numbers_are_a_set_like_any_other() -> None:
    many = Numbers(np.array([2, 5, 9]))

    assert [number for number in range(11) if number in many] == [2, 5, 9]
    assert (len(many), {5, 6} & many, sorted(many)) == (3, {5}, [2, 5, 9])
