"""Good JSON-LD about a kettle, to be spoilt in one place."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from engine.domain import Problem

KETTLE: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "Product",
    "@id": "https://shop.example/kettle#product",
    "name": "Kettle",
    "image": "https://shop.example/kettle.jpg",
    "offers": {"@type": "Offer", "price": "39.90", "priceCurrency": "EUR"},
    "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4.5, "reviewCount": 2, "bestRating": 5},
    "review": [
        {
            "@type": "Review",
            "author": {"@type": "Person", "name": "Ada Brown"},
            "datePublished": "2026-03-04",
            "reviewBody": "Closes softly.",
            "reviewRating": {"@type": "Rating", "ratingValue": 5},
        },
        {
            "@type": "Review",
            "author": [{"@type": "Organization", "name": "Kettle Club"}],
            "datePublished": "2026-02-11T10:00:00+01:00",
            "reviewBody": "Gets warm.",
            "reviewRating": {"@type": "Rating", "ratingValue": "80%"},
        },
    ],
}
FAQ: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "FAQPage",
    "mainEntity": {
        "@type": "Question",
        "name": "Is it loud?",
        "acceptedAnswer": {"@type": "Answer", "text": "Hardly."},
    },
}
GONE = object()


def changed(document: dict[str, Any], path: str, value: object) -> str:
    """The document as text with one value replaced; GONE takes it away."""
    copy = deepcopy(document)
    *steps, last = [int(each) if each.isdigit() else each for each in path.split(".")]
    place: Any = copy
    for each in steps:
        place = place[each]
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    return json.dumps(copy)


def found(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.rule, problem.path) for problem in problems]
