"""The checks of single items that a schema cannot say, by the type that each is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

from schema_markup.business_checks import business, coordinates, hours, logo, picture
from schema_markup.nodes import Node
from schema_markup.product_checks import application, offer, product
from schema_markup.question_checks import question
from schema_markup.rating_checks import (
    carries_ratings,
    employer,
    notes,
    rated_item,
    rating_range,
    review_words,
    stands_alone,
)
from schema_markup.reference_checks import references
from schema_markup.rulebook import Violation
from schema_markup.type_schemas import schemas_for
from schema_markup.type_tables import expected_types, is_as_expected
from schema_markup.video_checks import video
from schema_markup.vocabulary_checks import is_plainly_good, vocabulary_violations
from schema_markup.works_checks import book_number, course_list, event

Check = Callable[[Node], Iterable[Violation]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("Review", stands_alone),
    ("AggregateRating", stands_alone),
    ("EmployerAggregateRating", employer),
    ("Rating", rating_range),
    ("Review", review_words),
    ("Review", notes),
    ("Product", notes),
    ("Product", product),
    ("Offer", offer),
    ("SoftwareApplication", application),
    ("LocalBusiness", business),
    ("GeoCoordinates", coordinates),
    ("OpeningHoursSpecification", hours),
    ("Organization", logo),
    ("ImageObject", picture),
    ("Event", event),
    ("ItemList", course_list),
    ("VideoObject", video),
    ("Book", book_number),
    ("Question", question),
)
# What schema.org itself says is left out where Google's rule about the same place says it better.
_VOCABULARY_ONLY = frozenset({"value-empty", "value-type", "value-unexpected", "value-enumeration"})


@lru_cache(maxsize=1024)
def _checks_of(kinds: frozenset[str]) -> tuple[Check, ...]:
    return tuple(dict.fromkeys(check for of, check in CHECKS if of in kinds))


def violations_of(node: Node) -> list[Violation]:
    """Everything wrong with a node.

    Nearly all nodes are good, so each step asks first, cheaply, whether there is anything to say.
    """
    found: list[Violation] = [] if is_plainly_good(node) else list(vocabulary_violations(node))
    common = len(found)
    if not is_as_expected(node):
        found.extend(expected_types(node))
    if carries_ratings(node):
        found.extend(rated_item(node))
    for check in _checks_of(node.kinds):
        found.extend(check(node))
    for schema in schemas_for(node):
        if not schema.accepts(node.properties):
            found.extend(schema.violations(node))
    if node.dangling:
        found.extend(references(node))
    return found if not common or len(found) == common else _without_repeats(found)


def _without_repeats(found: list[Violation]) -> list[Violation]:
    better = {each.path for each in found if each.rule not in _VOCABULARY_ONLY}
    return [each for each in found if each.rule not in _VOCABULARY_ONLY or each.path not in better]
