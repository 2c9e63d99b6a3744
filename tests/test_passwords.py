"""Tests of passwords: what may be chosen, and how it is kept."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from engine.passwords import NOBODYS, Passwords, Weakness, commonest, weakness_of
from tests.signing import CHEAP


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        pytest.param("seven herons", None, id="twelve characters"),
        pytest.param("seven heron", Weakness.SHORT, id="eleven characters"),
        pytest.param("h" * 200 + "erons at dusk", None, id="long"),
        pytest.param("x" * 257, Weakness.LONG, id="too long"),
        pytest.param("password1234", Weakness.COMMON, id="common"),
        pytest.param("PassWord1234", Weakness.COMMON, id="common in other letters"),
        pytest.param("ｐassword1234", Weakness.COMMON, id="common in wide letters"),
        pytest.param("wachtwoord123", Weakness.COMMON, id="common in Dutch"),
        pytest.param("abababababab", Weakness.COMMON, id="two characters"),
        pytest.param("abcdefghijklm", Weakness.COMMON, id="the alphabet"),
        pytest.param("9876543210zyxwvu", Weakness.COMMON, id="backwards"),
        pytest.param("larkfield2026", Weakness.KNOWN, id="the name of the site"),
        pytest.param("larkfield birds sing at dawn", None, id="the name of the site among other words"),
    ],
)
def test_says_what_is_wrong_with_a_password(password: str, weakness: Weakness | None) -> None:
    assert weakness_of(password, ["Larkfield", "Ann"]) is weakness


def test_the_list_of_common_passwords_holds_none_that_is_too_short_anyway() -> None:
    assert len(commonest()) > 300
    assert min(map(len, commonest())) >= 12


def test_is_kept_as_argon2id_with_the_parameters_of_the_rfc() -> None:
    kept = extract_parameters(Passwords().hash("seven grey herons"))

    assert kept.type is Type.ID
    assert (kept.memory_cost, kept.time_cost, kept.parallelism) == (65_536, 3, 4)


def test_the_hash_of_nobody_costs_what_every_other_costs() -> None:
    assert not Passwords().is_outdated(NOBODYS)


def test_the_same_password_fits_from_every_keyboard() -> None:
    kept = CHEAP.hash("zwölf Möwen am Meer")

    assert CHEAP.fits("zwo\u0308lf Mo\u0308wen am Meer", kept)
    assert not CHEAP.fits("zwolf Mowen am Meer", kept)


@pytest.mark.parametrize("password", ["", "x" * 100_000, "\ud800half a character", "\0nul in it at all"])
def test_odd_passwords_fit_nothing_and_break_nothing(password: str) -> None:
    assert not CHEAP.fits(password, CHEAP.hash("seven grey herons"))
    assert not CHEAP.fits(password, None)


def test_what_lies_behind_the_longest_password_is_not_overlooked() -> None:
    kept = CHEAP.hash("h" * 256)

    assert CHEAP.fits("h" * 256, kept)
    assert not CHEAP.fits("h" * 257, kept)


def test_a_hash_of_earlier_parameters_is_outdated() -> None:
    assert Passwords().is_outdated(CHEAP.hash("seven grey herons"))
    assert not Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)).is_outdated(CHEAP.hash("x"))
