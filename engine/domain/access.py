"""Who may do what: permissions, the roles and keys that hold them, and what is written down of each change."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from engine.domain.ids import AccountId, KeyId, Locale, SubjectId


class Permission(StrEnum):
    """What somebody may do; what is published needs none."""

    READ = "read"
    """Read what is kept, unpublished too, but nobody's e-mail address or telephone number."""
    WRITE_REVIEWS = "reviews:write"
    WRITE_SIGNALS = "signals:write"
    WRITE_SUBJECTS = "subjects:write"
    WRITE_COLLECTIONS = "collections:write"
    """Topics too."""
    MODERATE = "moderate"
    WITHDRAW = "withdraw"
    """Take back consents."""
    ERASE = "erase"
    """Give a person all that is kept of him, and erase it for good; reviews too."""
    SUBSCRIBE = "subscribe"
    """Be told by webhook, and see what was told."""
    ADMINISTER = "administer"
    """Give and take keys and accounts, read the audit log."""


class Role(StrEnum):
    """What an account of the console is for; each may do what the one before it may."""

    VIEWER = "viewer"
    WRITER = "writer"
    MODERATOR = "moderator"
    ADMIN = "admin"

    @property
    def permissions(self) -> AbstractSet[Permission]:
        return PERMISSIONS[self]


_VIEWER = frozenset({Permission.READ})
_WRITER = _VIEWER | {Permission.WRITE_COLLECTIONS}
_MODERATOR = _WRITER | {Permission.WRITE_REVIEWS, Permission.WRITE_SIGNALS, Permission.MODERATE, Permission.WITHDRAW}
PERMISSIONS: Mapping[Role, AbstractSet[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.WRITER: _WRITER,
    Role.MODERATOR: _MODERATOR,
    Role.ADMIN: frozenset(Permission),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An API key, but for its secret, of which only a digest is kept."""

    id: KeyId
    """The part of the key that may be shown: what it starts with."""
    name: str
    permissions: AbstractSet[Permission]
    created_at: datetime
    created_by: str
    subjects: AbstractSet[SubjectId] = frozenset()
    """The only ones it reaches; empty: all."""
    origins: AbstractSet[str] = frozenset()
    """Web origins whose pages may use it from a browser; empty: none."""
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    """To the hour."""
    revoked_at: datetime | None = None

    def is_valid(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def reaches(self, subject: SubjectId) -> bool:
        return not self.subjects or subject in self.subjects


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who may sign in to the console."""

    id: AccountId
    email: str
    name: str
    role: Role
    created_at: datetime
    locale: Locale | None = None
    """The language the console speaks to them; None: the browser's."""
    disabled_at: datetime | None = None
    signed_in_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of the audit log: what somebody changed, as it was and as it is.

    It names things by their ids and settings by their values, and never holds a customer's words or a secret.
    """

    at: datetime
    by: str
    """``operator`` at the command, ``key/<id>``, ``account/<id>``, ``source/<id>``, ``policy``, ``author``."""
    action: str
    """What was done: ``review.approve``, ``key.create``."""
    about: str
    """What it was done to: ``review/<id>``."""
    before: Mapping[str, str | int | None] = field(default_factory=dict)
    after: Mapping[str, str | int | None] = field(default_factory=dict)
