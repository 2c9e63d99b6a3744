"""Excerpts are exact spans of what somebody wrote, cut where a reader would pause."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.excerpts import as_excerpt, excerpt


@given(st.text(), st.integers(min_value=1, max_value=200))
def test_an_excerpt_is_an_exact_span_from_the_beginning_of_the_text(text: str, most: int) -> None:
    span = excerpt(text, most)

    assert text.strip().startswith(span.text)
    assert span.is_cut == (span.text != text.strip())
    assert len(span.text) <= most


@pytest.mark.parametrize(
    ("text", "most", "words"),
    [
        pytest.param("It pours well.", 40, "It pours well.", id="it fits"),
        pytest.param("It pours well. The lid rattles.", 20, "It pours well. …", id="a sentence ends late enough"),
        pytest.param("Yes! It pours slowly and well", 24, "Yes! It pours slowly and…", id="a sentence ends too early"),
        pytest.param("It pours well\nThe lid rattles", 20, "It pours well…", id="a line ends"),
        pytest.param("“It pours well.” The lid rattles.", 22, "“It pours well.” …", id="a quotation ends"),
        pytest.param("It pours 4.5 litres a day", 12, "It pours 4.5…", id="a number is not parted"),
        pytest.param("Donaudampfschifffahrt", 10, "Donaudampf…", id="one long word"),
        pytest.param("とても良い。また買いたい", 8, "とても良い。 …", id="a script without spaces"),
        pytest.param("abc👩\u200d🚀xyz", 5, "abc…", id="a joined picture is not parted"),
        pytest.param("abcde\u0301f", 5, "abcd…", id="a letter keeps its mark"),
    ],
)
def test_is_cut_where_a_reader_would_pause(text: str, most: int, words: str) -> None:
    assert as_excerpt(excerpt(text, most)) == words
