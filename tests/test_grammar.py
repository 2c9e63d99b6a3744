"""The grammars of single values, by hand and held against each other."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema_markup.grammar import (
    as_day,
    as_number,
    as_seconds,
    as_share,
    decimals,
    is_date,
    is_gtin,
    is_isbn,
    is_link,
    is_time,
    is_truth,
)


@pytest.mark.parametrize("text", ["4,5", "٤", "1 000", "", "1e3", "4.", ".5", "+4", "four", True, None, [4]])
def test_is_no_number(text: object) -> None:
    assert as_number(text) is None


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**12), max_value=10**12))
def test_a_number_is_read_as_it_is_written(number: Decimal) -> None:
    assert as_number(f" {number:f} ") == number


@pytest.mark.parametrize(("text", "share"), [("6 / 10", "0.6"), ("60%", "0.6"), ("9.5/10", "0.95"), ("100 %", "1")])
def test_a_share_carries_its_own_scale(text: str, share: str) -> None:
    assert as_share(text) == Decimal(share)


@pytest.mark.parametrize("text", ["6/0", "-5%", "6:10", "60", 0.6])
def test_is_no_share(text: object) -> None:
    assert as_share(text) is None


@pytest.mark.parametrize("text", ["2026", "2026-03", "2026-03-04", "2026-03-04T10:00Z", "2026-03-04 10:00:00.5+01:00"])
def test_is_a_date(text: str) -> None:
    assert is_date(text)


@pytest.mark.parametrize(
    "text", ["26", "2026-13", "2026-02-30", "2026-3-4", "2026-03-04T25:00", "4 March 2026", 2026, None]
)
def test_is_no_date(text: object) -> None:
    assert not is_date(text)


@given(st.dates())
def test_every_day_of_the_calendar_is_a_day(day: object) -> None:
    assert as_day(f"{day}T10:00:00Z") == day


@pytest.mark.parametrize(("text", "seconds"), [("PT1M33S", 93), ("P1D", 86400), ("PT0.5H", 1800), ("P1W", 604800)])
def test_a_length_of_time_is_read(text: str, seconds: float) -> None:
    assert as_seconds(text) == seconds


@pytest.mark.parametrize("text", ["P", "PT", "1:33", "PT1M33", "PT1..5S", "T1H", "", 93, "PT" + "1" * 500 + "S"])
def test_is_no_length_of_time(text: object) -> None:
    assert as_seconds(text) is None


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_one_digit_in_ten_checks_an_article_number(number: int) -> None:
    valid = [digit for digit in range(10) if is_gtin(f"{number:012}{digit}")]

    assert len(valid) == 1


@pytest.mark.parametrize("number", ["978-3-16-148410-0", "080442957X", "0 8044 2957 X", 9783161484100])
def test_is_an_isbn(number: object) -> None:
    assert is_isbn(number)


@pytest.mark.parametrize("number", ["978-3-16-148410-1", "0804429570", "4006381333931", "ISBN 080442957X", ""])
def test_is_no_isbn(number: object) -> None:
    assert not is_isbn(number)


def test_small_values_are_read_strictly() -> None:
    assert is_time("09:30:00Z")
    assert not is_time("9:30")
    assert is_truth("https://schema.org/True")
    assert not is_truth("yes")
    assert is_link("/relative")
    assert not is_link("two words")
    assert (decimals("53.27000"), decimals(-9.05), decimals("12")) == (5, 2, 0)
