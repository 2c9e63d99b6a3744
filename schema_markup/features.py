"""The features of search results, and which of them the items of a document are about: ``rules/features.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from engine.domain import Problem, Severity
from schema_markup.nodes import Node
from schema_markup.product_checks import sells
from schema_markup.rulebook import FOLDER, rules


class Verdict(StrEnum):
    """What a search engine would make of it."""

    VALID = "valid"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One kind of result that markup can earn."""

    name: str
    title: str
    page: str
    kinds: frozenset[str]
    never: frozenset[str]
    subject: bool
    sells: bool
    note: str
    """What an owner should know although nothing is wrong: the feature was retired, for example."""

    def is_about(self, node: Node) -> bool:
        """Whether an item of its classes counts."""
        return (not self.subject or node.is_subject) and (not self.sells or sells(node))


@cache
def features() -> Mapping[str, Feature]:
    """Every feature by its name, which is what rules call it."""
    with (FOLDER / "features.toml").open("rb") as file:
        entries = tomllib.load(file)
    return {
        name: Feature(
            name=name,
            title=entry["title"],
            page=entry["page"],
            kinds=frozenset(entry["kinds"]),
            never=frozenset(entry.get("not", ())),
            subject=entry.get("subject", False),
            sells=entry.get("sells", False),
            note=entry.get("note", ""),
        )
        for name, entry in entries.items()
    }


def verdict_of(problems: Iterable[Problem]) -> Verdict:
    """An error when any problem is one or is against a policy."""
    severities = {problem.severity for problem in problems}
    if not severities:
        return Verdict.VALID
    return Verdict.WARNING if severities == {Severity.WARNING} else Verdict.ERROR


def verdicts(nodes: Iterable[Node], problems: Sequence[Problem]) -> dict[str, Verdict]:
    """The features that the items are about, each with the verdict of its own rules and those of all features."""
    found: dict[str, Feature] = {}
    for node in nodes:
        for feature in _of_kinds(node.kinds):
            if feature.name not in found and feature.is_about(node):
                found[feature.name] = feature
    if not problems:
        return dict.fromkeys(sorted(found), Verdict.VALID)
    return {
        name: verdict_of(each for each in problems if rules()[each.rule].features & {name, "any"})
        for name in sorted(found)
    }


@lru_cache(maxsize=1024)
def _of_kinds(kinds: frozenset[str]) -> tuple[Feature, ...]:
    return tuple(each for each in features().values() if each.kinds & kinds and not each.never & kinds)
