"""Erasing a person leaves nothing in the index of words, in saved searches, and in what was wrong with files."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from engine.domain import Problem, Severity
from engine.domain.saved import SavedSearch
from engine.domain.uploads import UploadId
from engine.erasure import Eraser
from engine.search.generations import Generations
from engine.search.projection import Indexer
from engine.search.segments import snapshot
from engine.search.whoosh_index import WhooshIndex
from engine.store import Store
from tests.factories import NOON
from tests.planting import CANARY, EMAIL, SEAL, plant, told

LATER = NOON + timedelta(days=1)
FILE = UploadId("u1")


def erase(store: Store) -> None:
    eraser = Eraser(store=store, seal=SEAL)
    eraser.erase(eraser.trace_person(EMAIL), by="operator", now=LATER)


def known_words(folder: Path) -> int:
    """How many documents have the canary by the lists in the files, those that are gone included."""
    generations = Generations(folder)
    name = generations.present() or ""
    return snapshot(generations.opened(name), name, folder / name, None).lexicon.count(CANARY)


def test_the_files_of_the_index_lose_the_words_of_an_erased_person(store: Store, tmp_path: Path) -> None:
    plant(store)
    ticks = iter(range(1_000))
    indexer = Indexer(store=store, index=WhooshIndex(tmp_path), clock=lambda: NOON + timedelta(seconds=next(ticks)))
    assert indexer.rebuild()
    assert known_words(tmp_path)

    erase(store)
    indexer.take_in()

    assert indexer.must_rebuild() == "somebody asked for it"
    assert indexer.rebuild()
    assert known_words(tmp_path) == 0
    assert indexer.must_rebuild() == ""


def test_an_erasure_while_the_index_is_made_has_it_made_once_more(store: Store, tmp_path: Path) -> None:
    plant(store)
    ticks = iter(range(1_000))
    indexer = Indexer(store=store, index=WhooshIndex(tmp_path), clock=lambda: NOON + timedelta(seconds=next(ticks)))

    indexer.rebuild(lambda _: erase(store))

    assert indexer.must_rebuild() == "somebody asked for it"


@pytest.mark.parametrize("query", [f"q=%22Owen+{CANARY}%22", "q=zyxcanary%40mail.example&sort=date"])
def test_a_saved_search_for_an_erased_person_goes_and_others_stay(store: Store, query: str) -> None:
    plant(store)
    with store.writing() as transaction:
        for which, name, asked in (("s1", "Kettles", "q=kettle"), ("s2", "Him", query)):
            kept = SavedSearch(id=which, name=name, query=asked, by="account/a1", at=NOON)
            transaction.saved_searches.add(kept)

    erase(store)

    with store.reading() as transaction:
        assert [each.name for each in transaction.saved_searches.all()] == ["Kettles"]


def test_what_was_wrong_with_the_rows_of_an_erased_person_is_forgotten(store: Store) -> None:
    plant(store)
    with store.writing() as transaction:
        transaction.uploads.add_problems(
            FILE,
            0,
            [
                Problem(rule="r", severity=Severity.ERROR, path="a.csv row 2", message=said, fix="f")
                for said in (f"'{EMAIL}' is no rating", f"'Owen {CANARY}' is no date", "'eleven' is no rating")
            ],
        )

    erase(store)

    with store.reading() as transaction:
        assert [each.message for each in transaction.uploads.problems(FILE)] == ["'eleven' is no rating"]
    assert told(store) == {}
