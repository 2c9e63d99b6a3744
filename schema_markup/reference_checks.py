"""References that lead nowhere: what Google requires must be said on the page itself."""

from __future__ import annotations

from collections.abc import Iterator

from schema_markup.nodes import Node
from schema_markup.rulebook import Violation, quoted

_REQUIRED = {
    "itemReviewed": frozenset({"Review", "AggregateRating"}),
    "author": frozenset({"Review"}),
    "reviewRating": frozenset({"Review"}),
    "aggregateRating": frozenset({"Thing"}),
    "offers": frozenset({"Product", "SoftwareApplication"}),
    "location": frozenset({"Event"}),
    "mainEntity": frozenset({"FAQPage", "QAPage"}),
    "acceptedAnswer": frozenset({"Question"}),
}
# https://developers.google.com/search/docs/appearance/structured-data/merchant-listing (2026-07-08): policies may stand
# on another page.
_ELSEWHERE = frozenset({"hasMerchantReturnPolicy", "shippingDetails", "hasShippingService", "hasMemberProgram"})


def references(node: Node) -> Iterator[Violation]:
    """Every reference of a node to what is described nowhere."""
    for name, (path, target) in node.dangling.items():
        if name in _ELSEWHERE:
            continue
        is_required = bool(_REQUIRED.get(name, frozenset()) & node.kinds)
        yield Violation("reference-required" if is_required else "reference-dangling", path, quoted(target))
