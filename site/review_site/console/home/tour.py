"""What to try in an instance of the sample company: a way into it for each of those who work with reviews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.store import Transaction
from review_site.access import Who
from review_site.console.home.needs import leads
from review_site.sample_company import is_sample_company

STOPS = (
    ("marketing", "advocacy", "/console/insights"),
    ("marketing", "widget", "/console/widgets"),
    ("seo", "markup", "/console/validator/pages"),
    ("cms", "deliveries", "/console/settings/deliveries"),
    ("writers", "quote", "/console/search?q=spout"),
    ("moderators", "queue", "/console/reviews?state=pending"),
)
"""For whom, what, and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One thing to try; ``who`` and ``what`` end the keys of its words."""

    who: str
    what: str
    address: str


def tour(transaction: Transaction, asker: Who) -> Sequence[Stop]:
    """Of the sample company, what somebody may see; of a company of one's own, nothing."""
    if not is_sample_company(transaction):
        return ()
    return [Stop(who=who, what=what, address=address) for who, what, address in STOPS if leads(address, asker)]
