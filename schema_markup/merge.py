"""Our ratings put into the item that a page describes already, instead of a second one beside it.

Two conflicting items about one product are the most frequent complaint in this field: search engines then see two
ratings, or none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.domain import Problem, Subject
from schema_markup.document import as_json
from schema_markup.nodes import step
from schema_markup.page import read_page
from schema_markup.rulebook import problems_of
from schema_markup.strict_json import read_json
from schema_markup.validate import judge
from schema_markup.vocabulary import kinds

# What a page says of these is not about the page's own item.
_OTHER_ITEMS = frozenset(
    [
        "isRelatedTo",
        "isSimilarTo",
        "isAccessoryOrSparePartFor",
        "isConsumableFor",
        "itemListElement",
        "hasVariant",
        "itemReviewed",
        "review",
        "author",
        "publisher",
        "brand",
        "manufacturer",
        "seller",
    ]
)
_OURS = ("aggregateRating", "review")
_IDENTIFIERS = ("gtin", "gtin8", "gtin12", "gtin13", "gtin14", "sku", "mpn", "isbn")
_DEEPEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An item of a page that may be the subject."""

    script: int
    steps: tuple[str | int, ...]
    node: Mapping[str, Any]

    @property
    def place(self) -> str:
        return step(f"script[{self.script}] $", *self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a page's own markup becomes with our ratings in it."""

    place: str | None
    """Where the page describes the subject: ``script[0] $.@graph[2]``; None where it does not."""
    patch: Mapping[str, Any] | None
    """For the document of that script, as RFC 7386 says; an array that changes is given whole."""
    document: str | None
    """The whole document with our ratings, ready for a script element."""
    conflicts: Sequence[str]
    problems: Sequence[Problem]
    """What the validator says of the page's markup once it is merged."""


def merge(html: str | bytes, ours: Mapping[str, Any], subject: Subject) -> Merged:
    """Our document of a subject, put into the page's own item.

    The page's words win wherever both say something, but for ratings and reviews: those are ours. Raises BadValueError
    where the page's own document holds what cannot be written as UTF-8.
    """
    texts = read_page(html).json_ld
    readings = [read_json(text, f"script[{number}] $") for number, text in enumerate(texts)]
    documents = [reading.document for reading in readings]
    conflicts = [f"script[{number}] cannot be read as JSON" for number, each in enumerate(documents) if each is None]
    wanted = {*_types(ours)}
    candidates = [
        Candidate(script=number, steps=steps, node=node)
        for number, document in enumerate(documents)
        for steps, node in _items(document)
        if _is_like(node, wanted)
    ]
    own = _own(candidates, ours, subject)
    conflicts += _conflicts(candidates, own, ours)
    if own is None:
        return Merged(place=None, patch=None, document=None, conflicts=conflicts, problems=())
    return _merged(own, ours, texts, documents[own.script], conflicts)


def _merged(
    own: Candidate, ours: Mapping[str, Any], texts: Sequence[str], before: Any, conflicts: Sequence[str]
) -> Merged:
    after = _replaced(before, own.steps, {**own.node, **_put_in(own.node, ours)})
    document = as_json(after) if isinstance(after, dict) else f"[{','.join(as_json(each) for each in after)}]"
    judged = [(f"script[{number}]", document if number == own.script else text) for number, text in enumerate(texts)]
    return Merged(
        place=own.place,
        # A script that is a list has no members to be patched: it is printed whole.
        patch=merge_patch(before, after) if isinstance(before, dict) else None,
        document=document,
        conflicts=conflicts,
        problems=[each for each in problems_of(judge(judged).violations) if each.forbids],
    )


def merge_patch(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The patch of RFC 7386 that makes the one document the other; members of ``after`` must not be null."""
    patch: dict[str, Any] = {name: None for name in before if name not in after}
    for name, value in after.items():
        old = before.get(name)
        if name in before and old == value and type(old) is type(value):
            continue
        patch[name] = merge_patch(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return patch


def _put_in(node: Mapping[str, Any], ours: Mapping[str, Any]) -> dict[str, Any]:
    rated = {name: ours[name] for name in _OURS if name in ours}
    return rated if "@id" in node else {"@id": ours["@id"], **rated}


def _items(value: Any, steps: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    if len(steps) > _DEEPEST:
        return
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _items(each, (*steps, index))
    elif isinstance(value, dict):
        if "@type" in value:
            yield steps, value
        for name, each in value.items():
            if name not in _OTHER_ITEMS and isinstance(each, dict | list):
                yield from _items(each, (*steps, name))


def _is_like(node: Mapping[str, Any], wanted: set[str]) -> bool:
    """Whether the one class is the other's or stands above or below it: a Restaurant may be called LocalBusiness."""
    types = _types(node)
    above_it, above_ours = kinds(types), kinds(tuple(sorted(wanted)))
    return bool(types) and (not wanted.isdisjoint(above_it) or not above_ours.isdisjoint(set(types) - {"Thing"}))


def _types(node: Mapping[str, Any]) -> tuple[str, ...]:
    said = node.get("@type")
    named = said if isinstance(said, list) else [said]
    return tuple(each.rpartition("/")[2].rpartition(":")[2] for each in named if isinstance(each, str))


def _own(candidates: Sequence[Candidate], ours: Mapping[str, Any], subject: Subject) -> Candidate | None:
    """The item that is the subject: by ``@id``, else by address, numbers or name, else the only one of its class."""
    numbers = set(subject.identifiers.values())
    names = {subject.name, *subject.names.values()}
    tests = (
        lambda node: node.get("@id") == ours["@id"],
        lambda node: node.get("url") == ours["url"] or str(node.get("@id", "")).partition("#")[0] == ours["url"],
        lambda node: not numbers.isdisjoint(str(node.get(name)) for name in _IDENTIFIERS if node.get(name)),
        lambda node: node.get("name") in names if isinstance(node.get("name"), str) else False,
    )
    for is_it in tests:
        found = [each for each in candidates if is_it(each.node)]
        if found:
            return found[0]
    return candidates[0] if len(candidates) == 1 else None


def _conflicts(candidates: Sequence[Candidate], own: Candidate | None, ours: Mapping[str, Any]) -> Iterator[str]:
    kind = "/".join(_types(ours))
    if not candidates:
        yield f"the page has no {kind} in its JSON-LD: print the complete document (jsonld) instead"
        return
    if own is None:
        places = ", ".join(each.place for each in candidates)
        yield f"the page has {len(candidates)} items like a {kind} ({places}), and none is recognised as the subject"
        return
    if "aggregateRating" in own.node:
        yield f"{own.place} has a rating of its own, {_said(own.node['aggregateRating'])}: ours replaces it"
    if "review" in own.node:
        yield f"{own.place} has reviews of its own: ours replace them"
    if own.node.get("@id", ours["@id"]) != ours["@id"]:
        yield f"{own.place} is called {own.node['@id']!s:.200}, ours {ours['@id']}: the page's name is kept"
    for each in candidates:
        if each is not own:
            rated = " and has a rating" if "aggregateRating" in each.node else ""
            yield f"{each.place} is another item of that class{rated}: keep one, or search engines see both"


def _said(rating: Any) -> str:
    if not isinstance(rating, dict):
        return "which is not an object"
    count = rating.get("ratingCount", rating.get("reviewCount"))
    return f"{rating.get('ratingValue')!s:.20} from {count!s:.20}"


def _replaced(value: Any, steps: Sequence[str | int], node: dict[str, Any]) -> Any:
    if not steps:
        return node
    first, *rest = steps
    if isinstance(value, list):
        return [_replaced(each, rest, node) if index == first else each for index, each in enumerate(value)]
    return {name: _replaced(each, rest, node) if name == first else each for name, each in value.items()}
