"""Pages of questions: what a schema cannot say.

https://developers.google.com/search/docs/appearance/structured-data/qapage (2026-07-08); faqpage by its last table
(2026-04-28).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schema_markup.grammar import as_number, is_day
from schema_markup.nodes import Node
from schema_markup.rulebook import Violation, quoted
from schema_markup.vocabulary_checks import type_of

_ANSWERS = ("acceptedAnswer", "suggestedAnswer")
_OF_USERS = ("suggestedAnswer", "upvoteCount", "downvoteCount")
_SHOWN_TAGS = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "br", "ol", "ul", "li", "a", "p", "div", "b", "strong", "i", "em"}
)
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]{0,20})(?=[\s/>])")


def question(node: Node) -> Iterator[Violation]:
    """A question of a QAPage or of an FAQPage."""
    pages = {kind for holder in node.held_as("mainEntity") for kind in holder.kinds}
    if "QAPage" in pages:
        yield from _asked_by_users(node)
    elif "FAQPage" in pages:
        yield from _answered_by_the_site(node)


def _asked_by_users(node: Node) -> Iterator[Violation]:
    answers = [answer for name in _ANSWERS for answer in node.all_of(name)]
    for answer in answers:
        if "Answer" not in answer.kinds:
            yield Violation("qa-answer-type", answer.path, type_of(answer))
    yield from _enough_counted(node, "answerCount", answers)
    for each in (node, *answers):
        yield from _enough_counted(each, "commentCount", each.all_of("comment"))
    for each in (node, *answers):
        written = each.properties.get("datePublished")
        if isinstance(written, str) and not is_day(written):
            yield Violation("qa-date", each.place("datePublished"), quoted(written))


def _enough_counted(node: Node, name: str, given: list[Node]) -> Iterator[Violation]:
    count = as_number(node.properties.get(name))
    # One element of a page may be both the accepted and a suggested answer.
    marked_up = len({str(each.properties.get("text")) for each in given})
    if count is not None and count < marked_up:
        yield Violation("qa-count-below", node.place(name), f"{count} counted, {marked_up} marked up")


def _answered_by_the_site(node: Node) -> Iterator[Violation]:
    answers = node.all_of("acceptedAnswer")
    for answer in answers:
        if "Answer" not in answer.kinds:
            yield Violation("faq-answer-missing", answer.path, type_of(answer))
        for text in answer.values("text"):
            ignored = {tag.lower() for tag in _TAG.findall(text)} - _SHOWN_TAGS if isinstance(text, str) else set()
            if ignored:
                yield Violation(
                    "faq-answer-html", answer.place("text"), ", ".join(f"<{each}>" for each in sorted(ignored))
                )
    for each in (node, *answers):
        if any(name in each.properties for name in _OF_USERS):
            yield Violation("faq-user-answers", each.path)


def pages_of_questions(nodes: list[Node]) -> Iterator[Violation]:
    """What pages of questions do beside each other and beside products."""
    asked = [node for node in nodes if "QAPage" in node.kinds]
    answered = [node for node in nodes if "FAQPage" in node.kinds]
    for second in asked[1:]:
        yield Violation("qa-several", second.path)
    for second in answered[1:]:
        yield Violation("faq-several", second.path)
    if asked and answered:
        yield Violation("qa-on-faq", asked[0].path)
    if asked and any("Product" in node.kinds and node.is_subject for node in nodes):
        yield Violation("qa-on-product", asked[0].path)
