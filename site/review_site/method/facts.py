"""What the page about the method rests on: the settings in force, what is shown, and what was decided in a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from engine.config import Config
from engine.domain import ApprovalRule, EventKind, Form, Reason, RightsClass, Source
from engine.store import Transaction, VerdictTally

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """What was decided about reviews, each counted once, by the decision that came last."""

    approved: int = 0
    rejected: Mapping[Reason, int] = field(default_factory=dict)

    @property
    def decided(self) -> int:
        return self.approved + sum(self.rejected.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodFacts:
    """All that the page may say."""

    site: str
    sources: Sequence[Source] = ()
    """Those that reviews are shown of, in the order of their ids."""
    is_partly_internal: bool = False
    """Whether there are sources that are known inside the company alone."""
    forms: Sequence[Form] = ()
    takes_reports: bool = True
    rules: Sequence[ApprovalRule] = ()
    reviews_per_list: int = 10
    questions: int = 6
    automatic_answers: bool = False
    language_model: str = ""
    """Its name; empty where none is asked anything."""
    verdicts: Verdicts = Verdicts()


class DecisionCount:
    """What was decided about all reviews, kept from one request to the next."""

    def __init__(self) -> None:
        self._tally: VerdictTally | None = None

    def tally(self, transaction: Transaction) -> VerdictTally:
        """As of this transaction. Threads may ask at once: a tally of any moment is a place to go on from."""
        self._tally = tally = transaction.verdicts.tally(self._tally)
        return tally


def facts_of(transaction: Transaction, config: Config, decisions: DecisionCount, now: datetime) -> MethodFacts:
    """The facts at this moment."""
    sources = transaction.sources.all().values()
    shown = transaction.summaries.classes()
    public = {source for source, rights_class in shown if rights_class is not RightsClass.INTERNAL}
    internal = [each.id for each in sources if not each.rights.may_show]
    return MethodFacts(
        site=config.site_name,
        sources=[each for each in sorted(sources, key=lambda source: source.id) if each.id in public],
        is_partly_internal=bool(internal),
        forms=tuple(config.forms.values()),
        rules=config.approve,
        reviews_per_list=config.publish_reviews_per_list,
        questions=config.mining_questions,
        automatic_answers=config.faq_approval == "automatic",
        language_model=config.language_model_model if config.language_model_url else "",
        verdicts=_verdicts(decisions.tally(transaction).since(now - YEAR, leaving_out=internal)),
    )


def without_doors(facts: MethodFacts) -> MethodFacts:
    """The facts of a site of files whose visitors reach no program, so that they can neither write nor report."""
    return replace(facts, forms=(), takes_reports=False)


def _verdicts(counts: Mapping[tuple[EventKind, str], int]) -> Verdicts:
    rejected = {Reason(reason): count for (kind, reason), count in counts.items() if kind is EventKind.REVIEW_REJECTED}
    return Verdicts(approved=counts.get((EventKind.REVIEW_APPROVED, ""), 0), rejected=rejected)
