"""What the proofs of searching compare by: words that no language has, and what the store holds under each."""

from __future__ import annotations

import random
from contextlib import closing
from itertools import repeat

from tests.doors import Company
from tests.proofs.console_ground import routes, strange
from tests.proofs.instances import ground
from tests.proofs.search_doors import Door, found_ids, kept_path, make_keys
from tests.proofs.search_edits import MADE_UP, WEIGHTS, Writer, held
from tests.proofs.searching import proofs
from tests.proofs.searching_kill import make_subjects, wrong_words


def test_every_line_that_must_be_shown_has_its_proof() -> None:
    assert {"kill", "relevance", "speed", "keyboard"} <= proofs().keys()
    assert {f"console-{each}" for each in ("axe", "csp", "bytes", "times", "sheet")} <= proofs().keys()


def test_the_walk_of_the_console_leads_to_every_page(company: Company) -> None:
    with company.instance() as instance:
        found = routes(instance)

    assert strange(found) == []


def test_only_reviews_with_all_the_words_count_as_found() -> None:
    items = [{"review": {"id": "r1"}, "has_all_words": True}, {"review": {"id": "r2"}, "has_all_words": False}]

    assert list(found_ids({"items": items})) == ["r1"]


def test_a_question_is_written_as_an_address() -> None:
    assert kept_path('"a & b"', ["approved"]).endswith("?q=%22a+%26+b%22&state=approved")


def test_words_that_find_too_much_or_too_little_are_wrong() -> None:
    store = {"all": {"r1", "r2"}, "less": {"r1", "r2"}, "more": {"r1"}}
    index = {"all": {"r1", "r2"}, "less": {"r1"}, "more": {"r1", "r2"}, "gone": {"r3"}}

    wrong = wrong_words(store, index, index.__getitem__)

    assert sorted(wrong) == ["gone", "less", "more"]


def test_edits_of_every_kind_are_made_and_the_store_holds_their_words() -> None:
    with ground() as place:
        instance = place.instance("shop")
        [key] = make_keys(instance, 1)
        with instance.serving("--no-worker") as server, closing(Door(server=server, keys=repeat(key))) as door:
            make_subjects(door)
            writer = Writer(name="w", door=door, chance=random.Random(2), may_search=False)
            writer.edit(120)
        found = held(instance)

    assert writer.refused == []
    assert writer.counts.keys() == WEIGHTS.keys()
    assert set(found.kept) < writer.words
    assert all(found.shown[word] <= found.kept[word] for word in found.shown)
    assert all(MADE_UP.fullmatch(word) for word in writer.words)
