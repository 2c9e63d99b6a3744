"""API keys: made, recognised, revoked. The text of a key is shown once and never kept; its SHA-256 is."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from string import ascii_letters, digits
from urllib.parse import urlsplit

from engine.domain import Change, Key, KeyId, Permission, SubjectId
from engine.errors import BadValueError, NotFoundError
from engine.store import Store, Transaction

PREFIX = "plk"
"""What every key begins with, so that a scanner of leaked secrets knows it."""
BASE62 = digits + ascii_letters
ID_LENGTH, SECRET_LENGTH = 12, 43
"""Characters; 43 are enough for 32 bytes in base 62."""
RANDOM_BYTES = 48
LONGEST_NAME = 100
KEY = re.compile(rf"{PREFIX}_([0-9A-Za-z]{{{ID_LENGTH}}})_[0-9A-Za-z]{{{SECRET_LENGTH}}}")
_ORIGIN = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyWish:
    """The key that somebody asks for."""

    name: str
    permissions: AbstractSet[Permission]
    subjects: AbstractSet[SubjectId] = frozenset()
    origins: AbstractSet[str] = frozenset()
    expires_at: datetime | None = None


def key_text(chance: bytes) -> str:
    """A key as its owner sends it, ``plk_<id>_<secret>``, made of ``RANDOM_BYTES`` bytes of chance."""
    if len(chance) != RANDOM_BYTES:
        raise ValueError(f"a key is made of {RANDOM_BYTES} bytes")
    return f"{PREFIX}_{_in_base62(chance[:16], ID_LENGTH)}_{_in_base62(chance[16:], SECRET_LENGTH)}"


def key_digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def create_key(transaction: Transaction, wish: KeyWish, text: str, *, by: str, now: datetime) -> Key:
    """Keeps a new key; its ``text`` is shown to its owner by the caller, once.

    Raises BadValueError for what no key can be, NotFoundError for a subject that is not there.
    """
    found = KEY.fullmatch(text)
    if found is None:
        raise ValueError(f"a key is written {PREFIX}_<id>_<secret>")
    _refuse_odd(wish, now)
    unknown = sorted(wish.subjects - transaction.subjects.among(sorted(wish.subjects)).keys())
    if unknown:
        raise NotFoundError(f"there is no subject {', '.join(unknown)}; no key was made")
    key = Key(
        id=KeyId(found[1]),
        name=wish.name.strip(),
        permissions=frozenset(wish.permissions),
        created_at=now,
        created_by=by,
        subjects=frozenset(wish.subjects),
        origins=frozenset(wish.origins),
        expires_at=wish.expires_at,
    )
    transaction.keys.add(key, key_digest(text))
    transaction.audit.add(Change(at=now, by=by, action="key.create", about=f"key/{key.id}", after=_as_written(key)))
    return key


def revoke_key(transaction: Transaction, wanted: KeyId, *, by: str, now: datetime) -> Key:
    """From now on nobody comes in with it; revoking it again changes nothing. Raises NotFoundError."""
    key = transaction.keys.find(wanted)
    if key is None:
        raise NotFoundError(f"there is no key {wanted}")
    if transaction.keys.revoke(wanted, now):
        about, before = f"key/{key.id}", _as_written(key)
        transaction.audit.add(Change(at=now, by=by, action="key.revoke", about=about, before=before))
    return transaction.keys.find(wanted) or key


def key_behind(store: Store, text: str, now: datetime) -> Key | None:
    """The valid key with this text, whose use is noted to the hour; None for any other text."""
    if KEY.fullmatch(text) is None:
        return None
    with store.reading() as transaction:
        key = transaction.keys.by_digest(key_digest(text))
    if key is None or not key.is_valid(now):
        return None
    hour = now.replace(minute=0, second=0, microsecond=0)
    if key.last_used_at is None or key.last_used_at < hour:
        with store.writing() as transaction:
            transaction.keys.used(key.id, hour)
    return key


def origins_of_keys(transaction: Transaction, now: datetime) -> frozenset[str]:
    """The web origins from which some valid key may be used."""
    return frozenset(origin for key in transaction.keys.valid(now) for origin in key.origins)


def _refuse_odd(wish: KeyWish, now: datetime) -> None:
    name = wish.name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadValueError(f"name: a key has a name of 1 to {LONGEST_NAME} characters on one line")
    if not wish.permissions:
        raise BadValueError("permissions: a key that may do nothing is none")
    if wish.subjects and Permission.ADMINISTER in wish.permissions:
        raise BadValueError("subjects: whoever gives keys reaches every subject; leave one of the two out")
    for origin in sorted(wish.origins):
        # As browsers write it: small letters, no port where it is the usual one, no slash (RFC 6454, 6.2).
        if not _ORIGIN.fullmatch(origin) or _has_odd_port(origin):
            raise BadValueError(f"origins: {origin[:100]!r} is not an origin like https://shop.example.com")
    if wish.expires_at is not None and wish.expires_at <= now:
        raise BadValueError("expires_at: lies in the past")


def _has_odd_port(origin: str) -> bool:
    parts = urlsplit(origin)
    try:
        return parts.port == {"http": 80, "https": 443}[parts.scheme]
    except ValueError:
        return True


def _as_written(key: Key) -> dict[str, str | int | None]:
    return {
        "name": key.name,
        "permissions": " ".join(sorted(key.permissions)),
        "subjects": " ".join(sorted(key.subjects)),
        "origins": " ".join(sorted(key.origins)),
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
    }


def _in_base62(chance: bytes, length: int) -> str:
    number, found = int.from_bytes(chance), ""
    for _ in range(length):
        number, digit = divmod(number, len(BASE62))
        found += BASE62[digit]
    return found
