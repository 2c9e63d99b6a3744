"""The rules as a list for people, as JSON for programs, and as the page of the documentation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby

from engine.domain import Severity
from schema_markup.outputs.words import note, title
from schema_markup.rulebook import Rule

_GRAVEST = list(Severity)
_INTRODUCTION = """\
# Rules

What `plaudit validate` judges by, and `publish` before anything leaves. This page is written by
`plaudit rules --format md`; the rules themselves are data in `schema_markup/rules/`.

An **error** keeps an item from the result it is meant for, **policy** is against a published policy and can cost a site
its results, a **warning** is a missed chance or a value that may be skipped. The date is that of the page, as it was
read.

"""


def as_text(rules: Iterable[Rule]) -> str:
    """Three lines a rule: what is wrong, then the way out and the page, set in."""
    ordered = _ordered(rules)
    width = max((len(each.id) for each in ordered), default=0)
    return "".join(
        f"{each.severity:8} {each.feature:20} {each.id:{width}}  {_said(each)}\n"
        f"{'':9}{each.fix}\n{'':9}{each.doc}, {each.date.isoformat()}\n"
        for each in ordered
    )


def as_json(rules: Iterable[Rule]) -> str:
    """``[{"rule","severity","feature","message","why","fix","doc","date"}]``."""
    found = [
        {
            "rule": each.id,
            "severity": each.severity,
            "feature": each.feature,
            "message": each.message,
            "why": each.why,
            "fix": each.fix,
            "doc": each.doc,
            "date": each.date.isoformat(),
        }
        for each in _ordered(rules)
    ]
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def as_markdown(rules: Iterable[Rule]) -> str:
    """The page ``docs/rules.md``."""
    ordered = _ordered(rules)
    counts = {severity: sum(each.severity is severity for each in ordered) for severity in Severity}
    said = ", ".join(f"{count} {severity}" for severity, count in counts.items())
    parts = [_INTRODUCTION, f"{len(ordered)} rules: {said}.\n"]
    for feature, found in groupby(ordered, key=lambda each: each.feature):
        parts.append(f"\n## {'Every result' if feature == 'any' else title(feature)}\n")
        parts += [f"\n{_escaped(note(feature))}\n"] if note(feature) else []
        parts += [_section(each) for each in found]
    return "".join(parts)


FORMATS: Mapping[str, Callable[[Iterable[Rule]], str]] = {"text": as_text, "json": as_json, "md": as_markdown}


def _ordered(rules: Iterable[Rule]) -> list[Rule]:
    """Those of every result first, then by result; the grave ones first."""
    return sorted(rules, key=lambda each: (each.feature != "any", each.feature, _GRAVEST.index(each.severity), each.id))


def _section(rule: Rule) -> str:
    page = f"[{rule.page}]({rule.doc})" if rule.page != rule.doc else f"<{rule.doc}>"
    return (
        f"\n### `{rule.id}`\n\n**{rule.severity}**, {page}, {rule.date.isoformat()}\n\n"
        f"{_escaped(_said(rule))} {_escaped(rule.why)}\n\nMend: {_escaped(rule.fix)}\n"
    )


def _said(rule: Rule) -> str:
    return rule.message.replace("{found}", "…")


def _escaped(text: str) -> str:
    # Rules speak of tags and properties; Markdown would read the ones as HTML and the others as emphasis.
    return text.replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_")
