"""Synonyms from a file of the operator's."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import ConfigError
from engine.search.synonyms import read_synonyms
from tests.indexed import found, make_document, make_index


def _written(folder: Path, text: str) -> Path:
    path = folder / "synonyms.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_words_of_a_group_find_each_other(tmp_path: Path) -> None:
    synonyms = read_synonyms(_written(tmp_path, 'en = [["sofa", "couch", "three seater"]]\nany = [["k2", "kettle"]]'))
    index = make_index(
        tmp_path / "search",
        make_document(1, "A lovely couch."),
        make_document(2, "Our three-seater came late."),
        make_document(3, "Der K2 ist gut.", language="de"),
        make_document(4, "Three chairs."),
        synonyms=synonyms,
    )

    assert found(index, "sofa") == {1, 2}
    assert found(index, "kettle") == {3}
    assert found(index, '"sofa"') == set()


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        pytest.param('en = [["sofa"', "line 1: ", id="no TOML"),
        pytest.param('\nen = [\n  ["tv", "telly"],\n  ["sofa"],\n]', "line 4: a group has 2 to 50", id="one word"),
        pytest.param('en = [["tv", "telly"]]\nxx = []', "line 2: there is no language 'xx'", id="no language"),
        pytest.param('\n\nde = "tv"', "line 3: de is no list of groups", id="no list"),
        pytest.param('en = [["tv",\n"!!"]]', "line 2: '!!' has no letter", id="no word"),
        pytest.param('en = [["tv", 4]]', "line 1: ['tv', 4] is no group of words", id="a number"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, text: str, mistake: str) -> None:
    path = _written(tmp_path, text)

    with pytest.raises(ConfigError) as told:
        read_synonyms(path)

    assert f"{path}, {mistake}" in str(told.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_synonyms(tmp_path / "none.toml")
