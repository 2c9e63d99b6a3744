"""Twenty thousand damaged documents: each gets a verdict, soon, and every problem names a place that exists.

``python -m tests.proofs.schema_mutations [COUNT] [SEED]`` prints what it found; exit status 1 where one was broken.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from schema_markup.validate import Report, report_html, report_jsonld
from tests.structured_samples import FOLDER, base

SLOWEST = 5.0
_STEP = re.compile(r"""\.(@?[A-Za-z_][A-Za-z0-9_-]*)|\[([0-9]+)\]|\[('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\]""")
_JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 4.5, 1e300, 10**30, "", " ", "4,5", "60%", "6/0", "x" * 300, "\u0664", "\ud83d",
    "</script>", "&amp;", "2026-02-30", "https://shop.example/a b", [], {}, [[]], [None], [[{"@type": "Review"}]],
    {"@id": "#nowhere"}, {"@value": "4"}, {"@list": [1, 2]}, {"@set": [{"@type": "Review"}]}, {"@type": "Product"},
    {"@type": ["Review", 3]}, {"@type": "Person", "name": "Ada"}, {"@reverse": {"itemReviewed": {"@type": "Review"}}},
    {"@context": None, "a": 1},
)  # fmt: skip
_KEYS = (
    "@id", "@type", "@graph", "@context", "@reverse", "@included", "@nest", "name", "review", "reviews", "author",
    "offers", "aggregateRating", "itemReviewed", "schema:name", "https://schema.org/name", "mainEntity", "location",
    "hasPart", "positiveNotes", "naïve key", "a.b", "'", '"', "", "x" * 80,
)  # fmt: skip
_CONTEXTS: tuple[Any, ...] = (
    "http://schema.org", ["https://schema.org", {"ex": "https://ex.example/"}], {"@vocab": "https://schema.org/"},
    {"@vocab": "https://schema.org/", "title": "name", "type": "@type"}, {"s": "https://schema.org/"}, None, 5, [[]],
    {"@vocab": "https://schema.org/", "ratedBy": {"@reverse": "itemReviewed"}}, "https://other.example",
)  # fmt: skip


def mutated(document: Any, chance: random.Random) -> Any:
    """A copy with a few random changes."""
    document = deepcopy(document)
    for _ in range(chance.randint(1, 4)):
        containers = [each for each in _inside(document) if each]
        if not containers:
            return document
        chance.choice(CHANGES)(chance.choice(containers), document, chance)
    return document


def exists(document: Any, path: str) -> bool:
    """Whether a problem's path leads somewhere in the document."""
    if not path.startswith("$"):
        return False
    position = 1
    while position < len(path):
        step = _STEP.match(path, position)
        if step is None:
            return False
        position = step.end()
        found = _member(document, step)
        if found is None:
            return False
        document = found[0]
    return True


def _member(document: Any, step: re.Match[str]) -> tuple[Any] | None:
    name, index, quoted = step.groups()
    if index is not None:
        here = isinstance(document, list) and int(index) < len(document)
        return (document[int(index)],) if here else None
    if not isinstance(document, dict):
        return None
    if name is not None:
        return (document[name],) if name in document else None
    return next(((value,) for key, value in document.items() if repr_of(key) == quoted), None)


def repr_of(key: str) -> str:
    return ascii(key[:60])


def _inside(document: Any) -> Iterator[Any]:
    if isinstance(document, dict | list):
        yield document
        for each in document.values() if isinstance(document, dict) else document:
            yield from _inside(each)


def _place(container: Any, chance: random.Random) -> Any:
    return chance.choice(list(container)) if isinstance(container, dict) else chance.randrange(len(container))


def _replace(container: Any, _: Any, chance: random.Random) -> None:
    container[_place(container, chance)] = deepcopy(chance.choice(_JUNK))


def _remove(container: Any, _: Any, chance: random.Random) -> None:
    del container[_place(container, chance)]


def _wrap(container: Any, _: Any, chance: random.Random) -> None:
    place = _place(container, chance)
    value = container[place]
    container[place] = chance.choice(
        [[value], [value, deepcopy(value)], [value, None], {"@value": value}, {"@set": [value]}, {"@list": value}]
    )


def _add(container: Any, document: Any, chance: random.Random) -> None:
    value = deepcopy(chance.choice([*_JUNK, document]))
    if isinstance(container, dict):
        container[chance.choice(_KEYS)] = value
    else:
        container.append(value)


def _rename(container: Any, _: Any, chance: random.Random) -> None:
    if isinstance(container, dict):
        key = _place(container, chance)
        container[chance.choice([*_KEYS, str(key).lower(), f"schema:{key}", f"{key}s"])] = container.pop(key)


def _identify(container: Any, _: Any, chance: random.Random) -> None:
    if isinstance(container, dict):
        container["@id"] = chance.choice(["#a", "#b", "_:c", 7])
    else:
        container.append({"@id": chance.choice(["#a", "#b", "_:c"])})


def _speak(_: Any, document: Any, chance: random.Random) -> None:
    if isinstance(document, dict):
        document["@context"] = deepcopy(chance.choice(_CONTEXTS))


CHANGES: tuple[Callable[[Any, Any, random.Random], None], ...] = (
    _replace, _replace, _remove, _wrap, _add, _rename, _identify, _speak,
)  # fmt: skip


def broken_promise(document: Any, report: Report, seconds: float) -> str | None:
    """What a report of a document should not have been."""
    if seconds > SLOWEST:
        return f"it took {seconds:.1f} s"
    astray = [each.path for each in report.problems if not exists(document, each.path)]
    if astray:
        return f"no such place: {astray[0]}"
    return None if all(each.message and each.fix for each in report.problems) else "a problem without words"


def damaged(count: int, seed: int) -> Iterator[Any]:
    chance = random.Random(seed)
    names = [path.stem for path in sorted((FOLDER / "bases").glob("*.json"))]
    for _ in range(count):
        yield mutated(base(chance.choice(names)), chance)


def main(count: int, seed: int) -> int:
    verdicts: Counter[str] = Counter()
    broken = 0
    started = time.process_time()
    for document in damaged(count, seed):
        text = json.dumps(document)
        before = time.process_time()
        report = report_jsonld(text, "mutation")
        promise = broken_promise(document, report, time.process_time() - before)
        report_html(f'<script type="application/ld+json">{text}</script>', "mutation")
        verdicts[report.verdict] += 1
        if promise:
            broken += 1
            print(f"{promise}\n  {text[:2000]}")
    spent = time.process_time() - started
    print(f"{count} documents, {spent:.0f} CPU-seconds, {dict(verdicts)}, {broken} broken promises")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(*(int(each) for each in (sys.argv[1:] + ["20000", "1"][len(sys.argv) - 1 :])[:2])))
