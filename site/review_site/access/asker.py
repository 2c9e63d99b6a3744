"""Somebody who showed who he is, as routes and the audit log know him."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from engine.domain import Account, Permission, SubjectId
from engine.errors import NotAllowedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    name: str
    """As the audit log calls him: ``key/ab12``, ``account/cd34``."""
    permissions: AbstractSet[Permission]
    subjects: AbstractSet[SubjectId] = frozenset()
    """The only ones that he reaches; empty: all."""
    origins: AbstractSet[str] = frozenset()
    """Of a key: the web origins whose pages may use it."""
    account: Account | None = None
    """None for a key."""
    csrf: str = ""
    """What each write of a session repeats; empty for a key, which no browser sends by itself."""

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def reaches(self, subject: SubjectId | None) -> bool:
        """Whether he may see and change what is about a subject, or (None) about none."""
        return not self.subjects or subject in self.subjects


def require_subject(asker: Who, subject: SubjectId | None) -> None:
    """Raises NotAllowedError when what is asked for is about a subject that is not his, or about none in particular."""
    if not asker.reaches(subject):
        what = f"the subject {subject!r}" if subject else "what is about no subject in particular"
        raise NotAllowedError(f"{asker.name} does not reach {what}")
