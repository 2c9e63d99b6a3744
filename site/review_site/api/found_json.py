"""What was found as JSON: the reviews with the words that were asked for, and the facets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.domain import Locale, Problem
from engine.search.counting import FacetCounts
from engine.search.questions_asked import as_words
from engine.search.searching import Found, Hit
from review_site.api.review_json import as_json, kept_json


def found_json(found: Found, problems: Sequence[Problem], base_url: str, locale: Locale) -> dict[str, Any]:
    return {
        "items": [hit_json(each, base_url, locale) for each in found.hits],
        "next": found.following,
        "total": found.total,
        "facets": [_facet(each) for each in found.facets],
        "meant": as_words(found.meant) if found.meant else None,
        "problems": [
            {"rule": each.rule, "path": each.path, "message": each.message, "fix": each.fix} for each in problems
        ],
    }


def hit_json(hit: Hit, base_url: str, locale: Locale) -> dict[str, Any]:
    """``marks`` and ``start`` and ``end`` count characters of title and body; an end is the first that is not in it."""
    kept, shown = hit.kept, hit.shown
    return {
        "review": as_json(shown, base_url, locale) if kept is None else kept_json(kept, base_url, locale),
        "has_all_words": hit.has_all_words,
        "title_marks": [list(each) for each in hit.title_marks],
        "excerpts": [
            {
                "start": each.start,
                "end": each.end,
                "text": shown.review.body[each.start : each.end],
                "marks": [list(mark) for mark in each.marks],
            }
            for each in hit.excerpts
        ],
    }


def _facet(facet: FacetCounts) -> dict[str, Any]:
    return {
        "name": facet.facet,
        "values": [
            {"value": each.value, "label": each.label, "count": each.count, "is_selected": each.is_selected}
            for each in facet.values
        ],
        "has_more": facet.has_more,
    }
