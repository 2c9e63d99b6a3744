"""Problems as data: what is wrong, where, why it matters and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    """Not eligible, or not acceptable: it is not published, or not taken in."""
    POLICY = "policy"
    """Against a published policy; treated like an error."""
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong."""

    rule: str
    severity: Severity
    path: str
    """The place in the document (``$.review[2].author``) or in the file (``reviews.csv row 17, field rating``)."""
    message: str
    fix: str = ""
    doc: str = ""
    """The page that the rule comes from."""

    @property
    def forbids(self) -> bool:
        """Whether it keeps what it was found in from being published."""
        return self.severity is not Severity.WARNING

    def as_mapping(self) -> dict[str, str]:
        """Its fields by name, as the API, the store and JSON Lines write them."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "path": self.path,
            "message": self.message,
            "fix": self.fix,
            "doc": self.doc,
        }
