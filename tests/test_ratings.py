"""Ratings are read on their own scale and mapped to 1 to 5 without losing what the source wrote."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import RatingKind
from engine.errors import BadValueError
from engine.ratings import parse_rating


@pytest.mark.parametrize(
    ("text", "best", "value", "scale", "hundredths"),
    [
        ("4", None, "4", (1, 5), 400),
        ("4.5", None, "4.5", (1, 5), 450),
        ("4,5", None, "4.5", (1, 5), 450),
        ("5.0", "5", "5", (1, 5), 500),
        ("1", None, "1", (1, 5), 100),
        (" 4 stars ", None, "4", (1, 5), 400),
        ("4★", None, "4", (1, 5), 400),
        ("5/5", None, "5", (1, 5), 500),
        ("5/5", "10", "5", (1, 5), 500),
        ("4.5 / 5.0", None, "4.5", (1, 5), 450),
        ("4,5\u00a0/\u00a05", None, "4.5", (1, 5), 450),
        ("4-star", None, "4", (1, 5), 400),
        ("4/5★", None, "4", (1, 5), 400),
        ("8 uit 10", None, "8", (1, 10), 411),
        ("8 op 10", None, "8", (1, 10), 411),
        ("4", "5,0", "4", (1, 5), 400),
        ("4", "1.0-5.0", "4", (1, 5), 400),
        ("4 von 5 Sternen", None, "4", (1, 5), 400),
        ("4.5 out of 5", None, "4.5", (1, 5), 450),
        ("9/10", None, "9", (1, 10), 456),
        ("9/10", "0-10", "9", (0, 10), 460),
        ("9", "10", "9", (1, 10), 456),
        ("9", "1-10", "9", (1, 10), 456),
        ("9", "0-10", "9", (0, 10), 460),
        ("0", "0 – 10", "0", (0, 10), 100),
        ("80/100", None, "80", (0, 100), 420),
        ("80", "100", "80", (0, 100), 420),
        ("3", "4", "3", (1, 4), 367),
        ("4.666666666666667", None, "4.666666666666667", (1, 5), 467),
        ("★★★★☆", None, "4", (1, 5), 400),
        ("⭐️⭐️⭐️", None, "3", (1, 5), 300),
        ("★★★½", None, "3.5", (1, 5), 350),
        ("★★☆", None, "2", (1, 3), 300),
        ("FIVE", None, "5", (1, 5), 500),
        ("one", "10", "1", (1, 5), 100),
    ],
)
def test_a_number_is_read_on_its_scale(
    text: str, best: str | None, value: str, scale: tuple[int, int], hundredths: int
) -> None:
    rating = parse_rating(text, best)

    assert rating.value == Decimal(value)
    assert (int(rating.worst), int(rating.best)) == scale
    assert rating.hundredths == hundredths
    assert rating.kind is RatingKind.NUMBER
    assert rating.original == text.strip()


@pytest.mark.parametrize(
    ("text", "best", "hundredths"),
    [("80%", None, 420), ("80 %", "5", 420), ("72,5%", None, 390), ("80", "100%", 420), ("0%", None, 100)],
)
def test_a_percentage_is_read_on_0_to_100(text: str, best: str | None, hundredths: int) -> None:
    rating = parse_rating(text, best)

    assert (rating.kind, int(rating.worst), int(rating.best)) == (RatingKind.PERCENT, 0, 100)
    assert rating.hundredths == hundredths


@pytest.mark.parametrize(
    ("text", "hundredths"),
    [("good", 500), ("BAD", 100), ("positive", 500), ("Neutral", 300), ("NEGATIVE", 100), ("not recommended", 100)],
)
def test_a_word_is_an_end_of_the_scale_or_its_middle(text: str, hundredths: int) -> None:
    rating = parse_rating(text)

    assert (rating.kind, rating.original) == (RatingKind.LABEL, text)
    assert rating.hundredths == hundredths


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("9", None),
        ("0", None),
        ("0/5", None),
        ("6/5", None),
        ("11", "10"),
        ("0", "10"),
        ("101%", None),
        ("☆☆☆☆☆", None),
        ("⭐⭐⭐⭐⭐⭐", None),
    ],
)
def test_what_lies_outside_its_scale_is_told_the_way_out(text: str, best: str | None) -> None:
    with pytest.raises(BadValueError, match="--set rating_best=10"):
        parse_rating(text, best)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "n/a",
        "NaN",
        "inf",
        "-1",
        "+4",
        "1e3",
        "1e400",
        "4..5",
        "٤",
        "４",
        "四",
        "99999",
        "1/1",
        "4/0",
        "½/5",
        "5" * 5000,
    ],
)
def test_what_is_no_rating_is_refused(text: str) -> None:
    with pytest.raises(BadValueError):
        parse_rating(text)


@pytest.mark.parametrize("best", ["ten", "10-1", "5-5", "-5-5", "9999", "1e2", "５"])
def test_a_scale_that_is_none_is_refused(best: str) -> None:
    with pytest.raises(BadValueError):
        parse_rating("4", best)


@given(st.text() | st.text(alphabet="0123456789.,/%★☆½ -"), st.none() | st.sampled_from(["5", "10", "0-10", "100%"]))
def test_a_text_is_a_rating_within_its_scale_or_refused(text: str, best: str | None) -> None:
    try:
        rating = parse_rating(text, best)
    except BadValueError:
        return

    assert rating.worst <= rating.value <= rating.best
    assert rating.original == text.strip()


@given(best=st.integers(2, 100), choice=st.data())
def test_a_higher_value_is_never_a_lower_rating(best: int, choice: st.DataObject) -> None:
    lower = choice.draw(st.integers(1, best))
    higher = choice.draw(st.integers(lower, best))

    assert parse_rating(str(lower), f"1-{best}").hundredths <= parse_rating(str(higher), f"1-{best}").hundredths
