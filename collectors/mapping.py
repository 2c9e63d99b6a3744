"""Which column of a file is which field of a review."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from engine.errors import RefusedError

FIELD_HELP: Mapping[str, str] = {
    "external_id": "the source's own id of the review; without one, rows are known by their content",
    "subject": "what is reviewed: its id or name; one subject for each different value",
    "subject_name": "the name of the subject as visitors read it",
    "subject_type": "the schema.org type of the subject: Product, LocalBusiness, SoftwareApplication, ...",
    "subject_url": "the address of the subject's own page",
    "kind": "testimonial, where it is one without role and company; else a review",
    "author": "the name to show; never invented where it is missing",
    "role": "what the author does, for a testimonial: Head of Coffee",
    "company": "where the author works, for a testimonial",
    "rating": "4, 4.5, 9/10, 80%, stars, good or bad; empty where none was given",
    "rating_best": "the scale of the ratings: 5, 10 (1 to 10), 0-10, 100%",
    "title": "the headline",
    "body": "the text",
    "language": "of the text, like en or de-AT; detected where it is missing",
    "written_at": "when it was written: 2026-09-30, 30.09.2026, seconds since 1970, ...",
    "updated_at": "when its author last changed it, in the same forms",
    "date_order": "day-first or month-first, where 09/10/2026 does not tell",
    "verified": "whether the author is known to have bought or used the subject",
    "verified_by": "what shows it: order 10023; kept and never published",
    "incentive": "what the author was given for the review; shown beside it",
    "relation": "what ties the author to the company: none, employee, family, agency; shown beside the review",
    "url": "where the review stands at its source",
    "helpful": "how many readers found it helpful: a whole number",
    "origin": "where it comes from, when this source only hands it on: google, trustpilot, linkedin, ...",
    "syndicated": "yes, where it was written for another site that is not named",
    "tags": "words to group it by, with commas between them",
    "email": "the author's address; kept apart and never published",
    "phone": "the author's telephone number; kept apart and never published",
    "ip": "the address it was sent from; kept apart and never published",
    "reply": "the owner's answer",
    "reply_author": "who answered",
    "reply_at": "when it was answered",
    "pictures": "the addresses of pictures, with commas between them; each waits for its own approval",
    "films": "the addresses of films, with commas between them; each waits for its own approval",
    "standing": "public, hidden or deleted: what it is at its source; only what is public there is shown",
    "controlled_by": "us or other: who runs what is reviewed; decides whether stars about it may be marked up",
    "consent": "how the author agreed to publication: the wording, or where the proof is",
}
FIELDS = tuple(FIELD_HELP)
CONTACT_FIELDS = ("email", "phone", "ip")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_MOST_LISTED = 60
_LONGEST_NAME = 80


def columns_by_field(
    columns: Sequence[str], mapping: Mapping[str, str], constants: Mapping[str, str]
) -> Mapping[str, str]:
    """The column of each field that has one, in the order of ``FIELDS``.

    A column that is called like a field, as ``plain_name`` compares names, needs no mapping; mappings and constants go
    before it.
    Raises RefusedError with all mistakes at once, and with the columns that there are.
    """
    free = [column for column in columns if column not in mapping.values()]
    by_name = {plain_name(column): column for column in reversed(free)}
    found = list(mistakes(columns, mapping, constants))
    chosen = {
        field: mapping.get(field) or by_name[plain_name(field)]
        for field in FIELDS
        if field in mapping or (plain_name(field) in by_name and field not in constants)
    }
    if not chosen and not found:
        found = ["no column is called like a field: say which is which, for instance --map body=COLUMN"]
    refuse_for(found, columns)
    return chosen


def plain_name(column: str) -> str:
    """A name as two spellings of it have it in common: ``Review ID``, ``review_id`` and ``reviewId`` are one."""
    return _BETWEEN_WORDS.sub("", column).casefold()


def refuse_for(found: Sequence[str], columns: Sequence[str]) -> None:
    """Raises RefusedError with all mistakes, and the columns that there are, where there is a mistake."""
    if found:
        listed = ", ".join(repr(column[:_LONGEST_NAME]) for column in columns[:_MOST_LISTED])
        more = f" and {len(columns) - _MOST_LISTED} more" if len(columns) > _MOST_LISTED else ""
        lines = "".join(f"\n  {mistake}" for mistake in found)
        raise RefusedError(f"the file cannot be read like this:{lines}\nits columns are {listed}{more}")


def mistakes(columns: Sequence[str], mapping: Mapping[str, str], constants: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with a mapping, each in a sentence."""
    for field in dict.fromkeys((*mapping, *constants)):
        if field not in FIELD_HELP:
            near = get_close_matches(field, FIELDS, n=1)
            meant = f"; did you mean {near[0]}?" if near else f"; the fields are {', '.join(FIELDS)}"
            yield f"there is no field {field!r}{meant}"
        elif field in mapping and field in constants:
            yield f"{field} has both a column (--map) and a fixed value (--set)"
    for field, column in mapping.items():
        if column not in columns:
            yield f"--map {field}={column}: there is no column {column!r}"
