"""Sentences of texts that are searched: where they end, and what the order of what is found makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.domain.search import Batch, TextField
from engine.search.postings import MOST_SENTENCES
from engine.search.sentences import tokens_in_sentences
from engine.search.synonyms import Synonyms
from engine.search.whoosh_index import WhooshIndex
from tests.indexed import ask, found, make_document, make_index


@pytest.mark.parametrize(
    ("text", "language", "numbers"),
    [
        ("Pours well. Stays warm!", "en", [1, 1, 2, 2]),
        ("Ask Dr. Lee. He knows", "en", [1, 1, 1, 2, 2]),
        ("Am 3. Tag defekt", "de", [1, 1, 1, 1]),
        ("Wow! :-) !!! Great", "en", [1, 2]),
        ("One line\nanother e-bike", "xx", [1, 1, 2, 2, 2, 2, 2]),
        ("no end", None, [1, 1]),
        ("...", "en", []),
    ],
)
def test_each_word_knows_its_sentence(text: str, language: str | None, numbers: list[int]) -> None:
    assert [number for _, number in tokens_in_sentences(text, language)] == numbers


def test_a_review_that_speaks_of_it_throughout_comes_before_one_that_repeats_itself(tmp_path: Path) -> None:
    index = make_index(
        tmp_path,
        make_document(1, "A good battery. The battery lasts. A light battery."),
        make_document(2, "A battery, battery, battery. It came soon. It lasts."),
    )

    assert [number for number, _ in ask(index, "battery").best] == [1, 2]


def test_any_of_the_words_makes_a_sentence_speak_of_what_is_asked_for(tmp_path: Path) -> None:
    index = make_index(
        tmp_path,
        make_document(1, "A friendly waiter. The staff was quick. We ate outside."),
        make_document(2, "The staff and waiter. It was quick. We ate outside."),
    )

    assert [number for number, _ in ask(index, "waiter staff").best] == [1, 2]


def test_several_sentences_that_speak_of_it_are_more_than_the_only_one(tmp_path: Path) -> None:
    index = make_index(
        tmp_path,
        make_document(1, "Great battery, and it came soon. A fine battery, light and small and quick to charge again."),
        make_document(2, "Great battery"),
    )

    assert [number for number, _ in ask(index, "battery").best] == [1, 2]


def test_a_phrase_and_a_word_of_one_text_say_where_a_review_dwells_on_them_too(tmp_path: Path) -> None:
    index = make_index(
        tmp_path,
        make_document(1, "It was far too loud. It is far too big."),
        make_document(2, "Far too, far too loud it was. Big it is."),
    )

    assert [number for number, _ in ask(index, '"far too"').best] == [1, 2]
    assert [number for number, _ in ask(index, "body:far").best] == [1, 2]


def test_a_phrase_goes_on_in_the_next_sentence_and_an_expression_does_not(tmp_path: Path) -> None:
    index = make_index(
        tmp_path,
        *(make_document(number, "the wine list is long") for number in range(10, 20)),
        make_document(1, "an old wine. List of it"),
        make_document(2, "an old list. Of it wine"),
    )

    scores = dict(ask(index, "wine list").best)

    assert found(index, '"old wine list"') == {1}
    assert scores[1] == pytest.approx(scores[2])


def test_a_title_is_a_sentence_beside_those_of_the_body(tmp_path: Path) -> None:
    index = make_index(
        tmp_path,
        make_document(1, "Battery lasts", texts={TextField.TITLE: "Battery"}),
        make_document(2, "Lasts", texts={TextField.TITLE: "Battery, battery"}),
    )

    assert [number for number, _ in ask(index, "battery").best] == [1, 2]


def test_a_name_is_no_sentence(tmp_path: Path) -> None:
    index = make_index(
        tmp_path,
        make_document(1, "It pours well", texts={TextField.AUTHOR: "Ada"}),
        make_document(2, "Ada says: it pours"),
    )

    scores = dict(ask(index, "ada").best)

    assert scores[2] > 2 * scores[1]


def test_a_sentence_says_as_much_as_the_best_of_the_words_in_it(tmp_path: Path) -> None:
    synonyms = Synonyms({"en": {"sofa": [("couch",)]}})
    index = make_index(
        tmp_path,
        make_document(1, "sofa couch"),
        make_document(2, "sofa sofa"),
        make_document(3, "couch couch"),
        synonyms=synonyms,
    )

    scores = dict(ask(index, "sofa").best)

    assert scores[1] > 0.8 * scores[2]
    assert scores[3] < 0.6 * scores[2]


def test_a_review_of_more_sentences_than_are_counted_is_found_by_its_last_word(tmp_path: Path) -> None:
    index = make_index(tmp_path, make_document(1, "Fine. " * (MOST_SENTENCES + 1) + "Kettle"), make_document(2, "Lid"))

    assert found(index, "body:kettle") == {1}
    assert [number for number, _ in ask(index, "kettle").best] == [1]


def test_sentences_are_counted_over_segments_that_were_joined(tmp_path: Path) -> None:
    index = make_index(tmp_path, make_document(1, "A good battery. The battery lasts. A light battery."))

    for number in range(2, 30):
        index.apply(
            Batch(changed=[make_document(number, "A battery, battery, battery. It came soon. It lasts.")]), number
        )

    assert ask(index, "battery").best[0][0] == 1


def test_who_asks_for_one_text_is_answered_by_the_sentences_of_that_text_alone(tmp_path: Path) -> None:
    index = make_index(
        tmp_path,
        make_document(1, "Ada writes. It pours well.", texts={TextField.AUTHOR: "Ada"}),
        make_document(2, "Who writes. It pours well.", texts={TextField.AUTHOR: "Ada"}),
    )

    scores = dict(ask(index, "author:ada").best)

    assert scores[1] == pytest.approx(scores[2])


def test_an_index_in_which_no_sentences_were_counted_has_to_be_built_anew(tmp_path: Path) -> None:
    make_index(tmp_path, make_document(1, "kettle"))
    [counted] = (tmp_path / "000001").glob("*.sentences.col")
    counted.unlink()

    health = WhooshIndex(tmp_path).health()

    assert not health.is_usable
    assert "build it anew" in health.problems[0]
