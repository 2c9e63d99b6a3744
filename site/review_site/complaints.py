"""What `plaudit doctor` says: how things are, and what somebody has to mend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One thing to mend."""

    rule: str
    """What was looked at, in a word that stays the same: a program can tell complaints apart by it."""
    message: str
    fix: str = ""
    """The way out; empty where the message has it."""

    def __str__(self) -> str:
        return f"{self.message}: {self.fix}" if self.fix else self.message

    def as_mapping(self) -> Mapping[str, str]:
        return {"rule": self.rule, "message": self.message, "fix": self.fix}


@dataclass(slots=True)
class Findings:
    lines: list[str] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)

    def complain(self, rule: str, message: str, fix: str = "") -> None:
        self.complaints.append(Complaint(rule=rule, message=message, fix=fix))


def is_this_machine(address: str) -> bool:
    """Whether a web address leads to the machine of whoever opens it."""
    return is_loopback(urlsplit(address).hostname or "")


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
