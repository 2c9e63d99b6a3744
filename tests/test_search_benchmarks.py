"""The corpus and the judged sets of searching: the same each time, and what they say of themselves is so."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from engine.domain.search import TextField
from tests.benchmarks.search_corpus import SHARES, Corpus, as_document, gathered, write_rows
from tests.benchmarks.search_engines import Fts5, Ours, batches, our_index
from tests.benchmarks.search_judged import WORD, Lexicon, aspects, compounds, known_items, stem_of, with_typos
from tests.benchmarks.search_relevance import HELD_BACK, KNOWN, OPEN, TYPO, judged_sets, lines, ndcg_of, scored
from tests.benchmarks.search_speed import FACETS, PREFIX, SUGGEST, TERM, asks, timed
from tests.proofs.measuring import percentile

SIZE = 3_000


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return gathered(SIZE)


@pytest.fixture(scope="module")
def peer(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fts5]:
    made = Fts5(tmp_path_factory.mktemp("fts5") / "words.sqlite3")
    made.build(corpus.reviews)
    yield made
    made.connection.close()


def test_the_same_seed_gives_the_same_reviews_and_another_gives_others(corpus: Corpus) -> None:
    again, other = gathered.__wrapped__(SIZE), gathered.__wrapped__(SIZE, 1)

    assert again == corpus
    assert other.reviews[0] != corpus.reviews[0]


def test_no_two_reviews_are_the_same_and_numbers_are_dense(corpus: Corpus) -> None:
    bodies, numbers = {each.body for each in corpus.reviews}, [each.number for each in corpus.reviews]

    assert len(bodies) == SIZE
    assert numbers == list(range(1, SIZE + 1))


def test_what_is_missing_is_said(corpus: Corpus) -> None:
    absent = [language for language in SHARES if not corpus.of(language)]

    assert bool(corpus.missing) == bool(absent)


def test_a_known_item_has_all_its_words_and_no_other_review_has(corpus: Corpus) -> None:
    reviews = corpus.of("en")
    questions = known_items(Lexicon.of("en", reviews), reviews, 50)
    stems = {each.number: {stem_of(word, "en") for word in WORD.findall(each.text.lower())} for each in reviews}

    assert len(questions) == 50
    for each in questions:
        asked = {stem_of(word, "en") for word in each.text.split()}
        assert [number for number, has in stems.items() if asked <= has] == list(each.answers)


def test_a_typo_is_one_edit_in_one_word_to_no_word_of_the_corpus(corpus: Corpus) -> None:
    lexicon = Lexicon.of("de", corpus.of("de"))
    questions = known_items(lexicon, corpus.of("de"), 50)

    typos = with_typos(lexicon, questions)

    for before, after in zip(questions, typos, strict=True):
        changed = [pair for pair in zip(before.text.split(), after.text.split(), strict=True) if pair[0] != pair[1]]
        [(word, typo)] = changed
        assert not lexicon.knows(typo)
        assert abs(len(word) - len(typo)) <= 1
        assert before.answers == after.answers


def test_a_review_answers_an_aspect_by_the_thirds_of_its_sentences_that_speak_of_it(corpus: Corpus) -> None:
    [question, *_] = aspects("de", corpus.of("de"), {"de": {"Deckel": ("Deckel", "Rand")}})
    by_number = {each.number: each for each in corpus.reviews}
    graded = question.answers

    assert max(graded.values()) > min(graded.values())
    for each, grade in ((by_number[number], grade) for number, grade in graded.items()):
        said = [*each.said, *([each.title] if each.title else [])]
        thirds = 3 * sum("Deckel" in sentence or "Rand" in sentence for sentence in said) / len(said)
        assert grade - 1 < thirds <= grade


def test_a_side_is_asked_for_by_single_words_pairs_and_threes_as_often_as_any_other(corpus: Corpus) -> None:
    sides = {
        "de": {"Getränk": ("Kaffee", "Tee", "Tasse", "Filterkaffee", "Wasser"), "Teil": ("Deckel", "Griff", "App")}
    }

    asked = [each.text.split() for each in aspects("de", corpus.of("de"), sides)]

    assert Counter(map(len, asked)) == {1: 4 + 3, 2: 4 + 3, 3: 4 + 1}
    assert len({frozenset(words) for words in asked}) == len(asked)


def test_the_held_back_split_asks_for_nothing_that_the_open_one_asks_for(corpus: Corpus) -> None:
    open_sets, held_back = judged_sets(corpus), judged_sets(corpus, HELD_BACK)

    assert HELD_BACK.seed != OPEN.seed
    for key in open_sets.keys() & held_back.keys() - {(kind, its) for kind, its in open_sets if kind in (KNOWN, TYPO)}:
        assert not {each.text for each in open_sets[key]} & {each.text for each in held_back[key]}


def test_our_index_is_asked_within_the_language_of_a_question_as_the_peer_is(corpus: Corpus, tmp_path: Path) -> None:
    ours = Ours(tmp_path, our_index())
    ours.build(corpus.reviews[:400])
    languages = {each.number: each.language for each in corpus.reviews}

    found = {languages[number] for number in ours.find("service", "fr", 400)}

    assert found <= {"fr"}
    assert found == {languages[number] for number in ours.all_of("service", "fr")}
    assert len(ours.find("service", None, 400)) > len(ours.find("service", "fr", 400))


def test_no_answer_to_a_compound_has_the_part_as_a_word(corpus: Corpus) -> None:
    words = {each.number: set(WORD.findall(each.text.lower())) for each in corpus.reviews}

    [question] = [each for each in compounds("de", corpus.of("de")) if each.text == "Kaffee"]

    assert all("filterkaffee" in words[number] and "kaffee" not in words[number] for number in question.answers)


def test_the_peer_finds_what_is_meant_and_is_scored_by_it(corpus: Corpus, peer: Fts5) -> None:
    sets = {key: questions[:40] for key, questions in judged_sets(corpus).items()}

    found = scored(peer, sets)

    assert found.figures[KNOWN, "en"] > 0.8
    assert found.figures[TYPO, "en"] < found.figures[KNOWN, "en"]
    assert len(lines(sets, [found])) == len(sets) + 1


def test_ndcg_is_one_for_the_best_order_and_less_for_any_other() -> None:
    answers = {1: 3, 2: 2, 3: 1}

    orders = [ndcg_of(order, answers) for order in ([1, 2, 3], [2, 1, 3], [9, 1, 2], [7, 8, 9])]

    assert orders == sorted(orders, reverse=True)
    assert (orders[0], orders[-1]) == (1, 0)


def test_every_kind_of_question_is_timed(corpus: Corpus, tmp_path: Path) -> None:
    made = Fts5(tmp_path / "timed.sqlite3")

    found = timed(made, corpus, {kind: questions[:5] for kind, questions in asks(corpus).items()})
    made.connection.close()

    assert {TERM, PREFIX, FACETS, SUGGEST} <= found.milliseconds.keys()
    assert found.build_cpu > 0 < found.megabytes


def test_the_documents_of_a_batch_are_the_reviews_in_order(corpus: Corpus) -> None:
    sizes = [len(each) for each in batches(corpus.reviews, 1_000)]
    numbers = [document.number for batch in batches(corpus.reviews, 1_000) for document in batch]

    assert sizes == [1_000] * 3
    assert all(later == earlier + 1 for earlier, later in pairwise(numbers))
    assert as_document(corpus.reviews[0]).texts[TextField.BODY] == corpus.reviews[0].body


def test_the_corpus_is_written_as_an_import_takes_it(corpus: Corpus, tmp_path: Path) -> None:
    some = random.Random(1).sample(corpus.reviews, 20)

    write_rows(tmp_path / "corpus.csv", some)

    assert (tmp_path / "corpus.csv").read_text("utf-8").count("Product") == 20
    assert percentile([1.0, 2.0], 0.5) == 2.0
