"""Tests of the signs of spam: reasons to let a person look."""

from __future__ import annotations

import pytest

from engine.spam import spam_signs


@pytest.mark.parametrize(
    ("title", "body", "signs"),
    [
        ("Good kettle", "It pours well and keeps the heat.", ()),
        (None, "Look at http://kettles.example", ("link",)),
        ("www.kettles.example", "", ("link",)),
        (None, "The spout, i.e. the www of it", ()),
        (None, "Sooooooooooo good", ("repeated",)),
        (None, "So goooood!!!!", ()),
        (None, "THE BEST KETTLE THAT I HAVE EVER BOUGHT IN ALL MY LIFE", ("shouted",)),
        (None, "DER WASSERKOCHER IST GUT", ()),
        (None, "K2 KETTLE MODEL ABCDEFGHIJKLMNOP is the one that I bought and like", ()),
        (
            "BUY NOW " * 6,
            "HTTPS://X.EXAMPLE !!!!!!!!!!",
            ("link", "repeated", "shouted"),
        ),
        (None, "これは良いやかんです。" * 10, ()),
    ],
)
def test_shows_these_signs(title: str | None, body: str, signs: tuple[str, ...]) -> None:
    assert spam_signs(title, body) == signs
