"""Passwords: hashed with Argon2id, checked at the same cost whether there is an account or not, and chosen with care.

Parameters: RFC 9106, 4, the second recommended option (64 MiB, three passes, four lanes), above the least of the
OWASP Password Storage Cheat Sheet. What a password must be: NIST SP 800-63B, 3.1.1, and OWASP ASVS 5.0, 6.2: length and
a list of the commonest ones, no rules of composition.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

SHORTEST, LONGEST = 12, 256
"""Characters, as they are typed."""
FEWEST_KINDS = 5
"""Different characters: fewer make a password that is tried first, however long it is."""
SHORTEST_NAME = 5
"""Characters of a name that makes a password guessable; shorter ones are in any text by chance."""
MOST_OF_IT = 0.6
"""Share of a password from which on such a name, or a run through the alphabet, is hardly less than the whole."""
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$PndV4yM3rwk6vfp8B0pCWw$iN37CBX+weqeA30twhr2ff4q6p0hBrg9vt7dN1L6afc"
"""The hash of a password that nobody knows, with the parameters in use: checking it takes as long as any other."""


class Weakness(StrEnum):
    """Why a password may not be chosen."""

    SHORT = "short"
    LONG = "long"
    COMMON = "common"
    KNOWN = "known"
    """It is hardly more than the e-mail address or the name of the person or the site."""


class Passwords:
    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)

    def hash(self, password: str) -> str:
        """The password as it is kept: a PHC string with a salt of its own."""
        return self._hasher.hash(_normal(password))

    def fits(self, password: str, kept: str | None) -> bool:
        """Whether it is the password behind a hash; False for None, after the same work."""
        try:
            self._hasher.verify(kept or NOBODYS, _normal(password[:LONGEST]))
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None and len(password) <= LONGEST

    def is_outdated(self, kept: str) -> bool:
        """Whether a hash was made with other parameters than those in use."""
        return self._hasher.check_needs_rehash(kept)


def weakness_of(password: str, known: Iterable[str] = ()) -> Weakness | None:
    """Why a password may not be chosen; None when it may. ``known`` are names that anybody would try."""
    if len(password) < SHORTEST:
        return Weakness.SHORT
    if len(password) > LONGEST:
        return Weakness.LONG
    plain = _normal(password).casefold()
    if plain in commonest() or len(set(plain)) < FEWEST_KINDS or _is_a_run(plain):
        return Weakness.COMMON
    names = {each.casefold() for each in known if len(each) >= SHORTEST_NAME}
    if any(each in plain and len(each) >= MOST_OF_IT * len(plain) for each in names):
        return Weakness.KNOWN
    return None


@cache
def commonest() -> frozenset[str]:
    """Passwords of at least ``SHORTEST`` characters that are tried first, in small letters."""
    return frozenset(Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").split())


def _is_a_run(plain: str) -> bool:
    """Whether most characters follow the one before them in the alphabet, up or down: abcdef, 987654."""
    steps = [ord(after) - ord(before) for before, after in pairwise(plain)]
    return max(steps.count(1), steps.count(-1)) >= MOST_OF_IT * len(steps)


def _normal(password: str) -> str:
    # NIST SP 800-63B, 3.1.1.2: the same password from every keyboard. Half a character is no reason to fall over.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "replace").decode()
