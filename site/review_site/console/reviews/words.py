"""What moderation says of persons, times and places, in the language of whoever asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_datetime

from engine.i18n import Texts
from engine.store import Transaction
from review_site.asking import instance
from review_site.console.shell.areas import Area
from review_site.console.shell.page import area_texts, shell_texts

LEAD = 480
"""Characters of a long text that stand in a row; the rest opens below them."""
NAMED = frozenset({"operator", "policy", "author", "worker", "engine", "reader", "source", "key"})
"""Who does something without an account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """The texts of the area, and the names of those who work here."""

    texts: Texts
    shell: Texts
    people: Mapping[str, str]

    def moment(self, at: datetime) -> str:
        """Day and time where the site is."""
        local = at.astimezone(instance().settings.timezone)
        return str(format_datetime(local, "medium", locale=self.texts.locale))

    def who(self, by: str) -> str:
        """Whoever did something, as colleagues call them; never an e-mail address."""
        if by in self.people:
            return self.people[by]
        kind, _, which = by.partition("/")
        if kind in NAMED:
            return self.texts(f"by-{kind}", which=which)
        return by


def spoken(transaction: Transaction) -> Spoken:
    people = {f"account/{each.account.id}": each.account.name for each in transaction.accounts.all()}
    return Spoken(texts=area_texts(Area.REVIEWS), shell=shell_texts(), people=people)


def in_two(text: str) -> tuple[str, str]:
    """A text as a row shows it: its beginning, up to the end of a word, and the rest, empty where all of it fits."""
    if len(text) <= LEAD + LEAD // 4:
        return text, ""
    lead = text[:LEAD]
    cut = max(lead.rfind(" "), lead.rfind("\n"))
    at = cut if cut > LEAD // 2 else LEAD
    return text[:at], text[at:]
