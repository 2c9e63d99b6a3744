"""The Checker of publish: what was built for one page at one moment, judged together before anybody sees it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from engine.domain import Bundle, Draft, Material, Problem, RatingSummary, ReviewId, Scope, Severity
from schema_markup.agreement import disagreements
from schema_markup.grammar import as_number
from schema_markup.nodes import Node
from schema_markup.page import Page, read_page
from schema_markup.rulebook import Violation, problems_of, quoted, rules
from schema_markup.strict_json import read_json
from schema_markup.validate import Judgement, judge

# What our documents are published for. A subject without an address or a price earns no business or software result,
# but its stars need neither: such a rule does not keep the reviews from being published.
_CLAIMED = frozenset({"any", "review-snippet", "product-snippet", "faq"})
# What is sold is its owner's choice: it earns no stars, and what people say of it is published all the same.
_OWNERS_CHOICE = frozenset({"product-prohibited"})
_REFERENCES = frozenset({"reference-dangling", "reference-required"})
_JSON_LD = "application/ld+json"
_MAY_RUN = re.compile(r"<\s*script|[\s/\"']on\w+\s*=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Document:
    """One JSON-LD draft and what was found in it."""

    body: str
    judgement: Judgement
    reviews: frozenset[ReviewId]
    """The reviews whose words stand in it."""


class BundleChecker:
    """engine.plugins.Checker; it keeps nothing between two bundles."""

    def check(self, bundle: Bundle) -> list[Problem]:
        """Every problem of the drafts and between them, in the order of the drafts' names."""
        documents = {name: _document(name, draft) for name, draft in _drafts(bundle, _JSON_LD)}
        violations = [*_policy(bundle, documents)]
        for name, document in documents.items():
            violations += document.judgement.violations
            violations += _quotes(name, document, bundle.drafts[name])
        for name, draft in _drafts(bundle, "text/html"):
            violations += _html(name, draft, documents)
        known = {quoted(node.id) for document in documents.values() for node in document.judgement.nodes if node.id}
        # The drafts stand on one page, so one may refer to what another describes.
        kept = [each for each in violations if each.rule not in _REFERENCES or each.found not in known]
        return [_as_published(problem) for problem in problems_of(kept) if _is_ours(problem)]


def _drafts(bundle: Bundle, media_type: str) -> list[tuple[str, Draft]]:
    return [
        (name, draft)
        for name, draft in sorted(bundle.drafts.items())
        if bundle.media_types[name].partition(";")[0].strip() == media_type
    ]


def _document(name: str, draft: Draft) -> Document:
    judgement = judge([(name, draft.body)])
    return Document(draft.body, judgement, frozenset(_review_id(each) for each in _reviews(judgement.nodes)))


def _reviews(nodes: Iterable[Node]) -> Iterator[Node]:
    return (node for node in nodes if "Review" in node.kinds)


def _review_id(node: Node) -> ReviewId:
    return ReviewId((node.id or "").rpartition("#")[2])


def _policy(bundle: Bundle, documents: Mapping[str, Document]) -> Iterator[Violation]:
    material = bundle.material
    shown = {review.id for review in material.shown}
    marked_up = {review.id for review in material.marked_up}
    for hidden in sorted(marked_up - shown):
        yield Violation("marked-up-not-shown", "$", hidden)
    for document in documents.values():
        for node in document.judgement.nodes:
            if _is_self_serving(material) and node.kinds & {"Review", "Rating"}:
                yield Violation("self-serving-rating", node.path)
            elif "Review" in node.kinds and _review_id(node) not in marked_up:
                yield Violation("review-not-allowed", node.path, _review_id(node) or "one without an @id")
            elif "AggregateRating" in node.kinds:
                yield from _true_aggregate(node, material.summary)


def _is_self_serving(material: Material) -> bool:
    return material.scope is Scope.SUBJECT and material.subject.is_self_serving


def _true_aggregate(node: Node, summary: RatingSummary) -> Iterator[Violation]:
    wanted = {"ratingValue": summary.mean, "ratingCount": summary.rated, "reviewCount": summary.with_text}
    for name, true in wanted.items():
        said = node.properties.get(name)
        if said is not None and as_number(said) != true:
            yield Violation("aggregate-differs", node.place(name), f"{name} {said} is said, {true} is counted")


def _quotes(name: str, document: Document, draft: Draft) -> Iterator[Violation]:
    for forgotten in sorted(document.reviews - set(draft.reviews)):
        yield Violation("draft-forgets-review", f"{name} $", forgotten)


def _html(name: str, draft: Draft, documents: Mapping[str, Document]) -> Iterator[Violation]:
    # Most snippets hold no script at all, and parsing is what costs time here.
    if "<script" not in draft.body and not _MAY_RUN.search(draft.body):
        return
    page = read_page(draft.body)
    for kind in page.other_scripts:
        yield Violation("foreign-script", name, kind)
    for handler in page.handlers:
        yield Violation("event-handler", name, handler)
    for number, script in enumerate(page.json_ld):
        document = _same_document(script, documents.values())
        if document is None:
            yield Violation("markup-altered", f"{name} script[{number}]")
        else:
            yield from _quotes(f"{name} script[{number}]", document, draft)
            yield from _shown(name, document, page)


def _same_document(script: str, documents: Iterable[Document]) -> Document | None:
    text = script.strip()
    for document in documents:
        if text == document.body.strip():
            return document
    found = read_json(text, "$")
    for document in documents:
        if not found.violations and [found.document] == list(document.judgement.documents):
            return document
    return None


def _shown(name: str, document: Document, page: Page) -> Iterator[Violation]:
    for each in disagreements(document.judgement.nodes, page, to_the_letter=True):
        yield each._replace(path=f"{name}: {each.path}")


def _is_claimed(problem: Problem) -> bool:
    return not rules()[problem.rule].features.isdisjoint(_CLAIMED)


def _is_ours(problem: Problem) -> bool:
    """Not a mere recommendation for a result that we do not publish for."""
    return problem.severity is not Severity.WARNING or _is_claimed(problem)


def _as_published(problem: Problem) -> Problem:
    if (problem.severity is Severity.ERROR and not _is_claimed(problem)) or problem.rule in _OWNERS_CHOICE:
        return replace(problem, severity=Severity.WARNING)
    return problem
