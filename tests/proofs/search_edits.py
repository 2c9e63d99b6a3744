"""Random edits of reviews as programs make them over HTTP, each with words of its own to be found or not."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.proofs.instances import Instance
from tests.proofs.search_doors import KEPT, Door

SUBJECTS = 10
CONSONANTS, VOWELS = "bdfgklmnprstvz", "aiou"
MADE_UP = re.compile(r"\bqu[a-z]{12}x\b")
"""No word of any language, and none near another, so that a question for one is for its reviews alone."""
WEIGHTS: Mapping[str, int] = {
    "new": 30,
    "changed": 20,
    "decided": 25,
    "withdrawn": 8,
    "consent taken back": 8,
    "erased": 6,
    "subject renamed": 3,
}
EXPECTED = (200, 201, 404, 409)
"""What a server answers to an edit that may be made, or that another edit has made impossible since."""
NOTHING_TO_CHANGE = "cannot become"
TEXTS = """
SELECT review.id, review.state, review.shown, review.title, review.body, review.author, subject.name
FROM review JOIN subject ON subject.id = review.subject_id
"""


@dataclass(slots=True)
class Own:
    """A review of one writer, with its last word."""

    id: str
    external_id: str
    subject: str
    word: str
    is_approved: bool = False


@dataclass(slots=True, kw_only=True)
class Writer:
    """One program that edits its own reviews, and renames the subjects that all share."""

    name: str
    door: Door
    chance: random.Random
    may_search: bool = True
    own: list[Own] = field(default_factory=list)
    words: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    """Reviews that the very next request still found after they were withdrawn or erased."""

    def edit(self, times: int) -> None:
        """So many random edits."""
        for _ in range(times):
            [kind] = self.chance.choices(list(WEIGHTS), list(WEIGHTS.values()))
            if not self.own and kind != "subject renamed":
                kind = "new"
            self.counts[kind] += 1
            self._edit(kind)

    def _edit(self, kind: str) -> None:
        match kind:
            case "new":
                number = self.counts["new"]
                subject = f"thing-{self.chance.randrange(SUBJECTS)}"
                self._hand_in(Own("", f"{self.name}-{number}", subject, ""))
            case "changed":
                self._hand_in(self.chance.choice(self.own))
            case "decided":
                self._decide(self.chance.choice(self.own))
            case "consent taken back":
                self._post(f"/v1/reviews/{self.chance.choice(self.own).id}/withdraw", {"uses": ["excerpt"]})
            case "withdrawn":
                self._take_away("POST", "/withdraw", {"uses": ["display"]})
            case "erased":
                self._take_away("DELETE", "", None)
            case "subject renamed":
                named = {"name": f"Thing {self._word()}"}
                self._say("PATCH", f"/v1/subjects/thing-{self.chance.randrange(SUBJECTS)}", named)

    def _decide(self, review: Own) -> None:
        """Approves it, or rejects what was approved."""
        review.is_approved = not review.is_approved
        verb, said = ("approve", {}) if review.is_approved else ("reject", {"reason": "spam"})
        self._say("POST", f"/v1/reviews/{review.id}/{verb}", said)

    def _hand_in(self, review: Own) -> None:
        word = self._word()
        answer = self._post(
            "/v1/reviews",
            {
                "external_id": review.external_id,
                "subject": review.subject,
                "title": f"About {self._word()}",
                "body": f"The lid of it is {word} after a week of use.",
                "author": f"Author {self._word()}",
                "language": "en",
                "rating": {"value": self.chance.randrange(1, 6)},
                "consent": {"uses": ["display", "markup", "excerpt"], "wording": "I agree."},
            },
        )
        if answer is None:
            return
        if not review.id:
            review.id = answer
            self.own.append(review)
        review.word = word

    def _take_away(self, method: str, verb: str, said: object) -> None:
        """The review is gone for good, and the very next request does not find it."""
        review = self.own.pop(self.chance.randrange(len(self.own)))
        self._say(method, f"/v1/reviews/{review.id}{verb}", said)
        if self.may_search and review.id in self.door.kept(review.word):
            self.late.append(review.id)

    def _post(self, path: str, said: object) -> str | None:
        return self._say("POST", path, said)

    def _say(self, method: str, path: str, said: object) -> str | None:
        """The id in the answer, where it has one."""
        answer = self.door.ask(method, path, said)
        if answer.status_code not in EXPECTED and NOTHING_TO_CHANGE not in answer.text:
            self.refused.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        found = answer.json() if answer.ok and answer.content else {}
        return str(found["id"]) if isinstance(found, dict) and "id" in found else None

    def _word(self) -> str:
        pairs = (self.chance.choice(CONSONANTS) + self.chance.choice(VOWELS) for _ in range(6))
        word = f"qu{''.join(pairs)}x"
        self.words.add(word)
        return word


@dataclass(frozen=True, slots=True)
class Held:
    """What the store holds under each made-up word."""

    kept: Mapping[str, set[str]]
    """The ids of the reviews that whoever may read what is kept has to find."""
    shown: Mapping[str, set[str]]


def held(instance: Instance) -> Held:
    """Every made-up word in the texts of the store as it is now, with its reviews."""
    kept: dict[str, set[str]] = {}
    shown: dict[str, set[str]] = {}
    for row in instance.rows(TEXTS):
        words = MADE_UP.findall(" ".join(each or "" for each in (row.title, row.body, row.author, row.name)))
        for word in words:
            if row.state in KEPT:
                kept.setdefault(word, set()).add(row.id)
            if row.shown:
                shown.setdefault(word, set()).add(row.id)
    return Held(kept, shown)
