"""Digests of what was erased: the same for the same, of this instance alone, and silent about what they stand for."""

from __future__ import annotations

import pytest

from engine.domain import SourceId
from engine.tombstones import Seal

SEAL = Seal.of_secret("one secret")
SHOP = SourceId("shop")


def test_an_address_is_known_however_it_is_written() -> None:
    written = {" Owen@Mail.example", "owen@mail.example ", "OWEN@MAIL.EXAMPLE"}

    assert len({SEAL.of_address(each) for each in written}) == 1


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(SEAL.of_review(SHOP, "2"), id="another id"),
        pytest.param(SEAL.of_review(SourceId("shop2"), "1"), id="another source"),
        pytest.param(SEAL.of_address("1"), id="an address"),
        pytest.param(Seal.of_secret("another secret").of_review(SHOP, "1"), id="another instance"),
    ],
)
def test_nothing_else_has_the_digest_of_a_review(other: str) -> None:
    assert SEAL.of_review(SHOP, "1") != other


def test_the_key_is_not_told_by_accident() -> None:
    assert "secret" not in repr(SEAL)
    assert repr(SEAL) == "Seal()"
