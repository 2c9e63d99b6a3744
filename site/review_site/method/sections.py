"""The page about the method, section by section; pure: facts in, sentences out.

What readers must be told: Directive 2005/29/EC, article 7(6), and the guidance C/2021/526, 4.2.4 (whether and how it is
ensured that reviews come from people who bought or used the thing, whether all are published, how the score is made);
annex I, 23b and 23c; Digital Markets, Competition and Consumers Act 2024, schedule 20; 16 CFR 465.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from engine.domain import Admission, ApprovalRule, Locale, Order, Reason, VerificationLevel
from engine.i18n import Texts
from review_site.flagging.reasons import REJECTED, spoken_in
from review_site.method.facts import MethodFacts
from review_site.method.origins import (
    Way,
    apart,
    listed,
    name_of,
    told_ages,
    told_deletions,
    told_origins,
    way_of,
)
from widgets.cards import MARKS
from widgets.rendering import words

LEVELS = (VerificationLevel.PURCHASE, VerificationLevel.CUSTOMER, VerificationLevel.UNVERIFIED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One heading with what stands below it: sentences, a list, and sentences after the list."""

    id: str
    heading: str
    sentences: Sequence[str] = ()
    points: Sequence[str] = ()
    after: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """The facts, and the texts to tell them in."""

    facts: MethodFacts
    locale: Locale
    own: Texts
    widgets: Texts
    reasons: Texts

    def __call__(self, key: str, **values: object) -> str:
        return self.own(key, **values)


def sections(facts: MethodFacts, locale: Locale, own: Texts) -> tuple[Section, ...]:
    """The whole page in a locale; ``own`` is its catalogue."""
    speech = Speech(facts=facts, locale=locale, own=own, widgets=words(locale), reasons=spoken_in(locale))
    return tuple(told for make in SECTIONS if (told := make(speech)) is not None)


def counted(facts: MethodFacts, own: Texts, reasons: Texts) -> Section:
    """What share was not published; the one section that moves with every decision."""
    verdicts = facts.verdicts
    if not verdicts.decided:
        return Section(id="share", heading=own("h-share"), sentences=[own("share-none")])
    refused = sum(verdicts.rejected.values())
    share = own("share", count=own.number(refused), percent=own.percent(refused / verdicts.decided))
    ranked = sorted(verdicts.rejected.items(), key=lambda each: (-each[1], each[0]))
    return Section(
        id="share",
        heading=own("h-share"),
        sentences=[own.plural("decided", verdicts.decided), share],
        points=[own("times", count=own.number(count), reason=reasons(REJECTED[reason])) for reason, count in ranked],
    )


def _sources(it: Speech) -> Section:
    told = list(told_origins(it.facts, it.own)) or [it("from-nowhere")]
    internal = [it("from-internal")] if it.facts.is_partly_internal else []
    return Section(id="sources", heading=it("h-sources"), points=told, after=internal)


def _writers(it: Speech) -> Section:
    return Section(id="writers", heading=it("h-writers"), sentences=list(_who_writes(it)))


def _who_writes(it: Speech) -> Iterator[str]:
    admissions = {each.ask for each in it.facts.forms}
    if Admission.OPEN in admissions:
        yield it("write-open")
    if Admission.REQUIRED in admissions:
        yield it("write-asked")
    yield it("write-same") if admissions else it("write-none")
    if any(way_of(each) is Way.PLATFORM for each in it.facts.sources):
        yield it("write-elsewhere")


def _verified(it: Speech) -> Section:
    marks = (MARKS[level] for level in LEVELS)
    points = [it("mark", mark=it.widgets(mark), why=it.widgets(why)) for mark, why in marks]
    after = [it("verify-ask")] if it.facts.forms else []
    if any(way_of(each) is not Way.FORM for each in it.facts.sources):
        after.append(it("verify-source"))
    return Section(
        id="verified", heading=it("h-verified"), sentences=[it.widgets("notice-verified")], points=points, after=after
    )


def _decided(it: Speech) -> Section:
    if not it.facts.rules:
        return Section(id="decided", heading=it("h-decided"), sentences=[it.widgets("notice-person"), it("never")])
    return Section(
        id="decided",
        heading=it("h-decided"),
        sentences=[it("by-rules")],
        points=[_rule(it, each) for each in it.facts.rules],
        after=[it("by-person-else"), it("never")],
    )


def _rule(it: Speech, rule: ApprovalRule) -> str:
    collected = (each for each in it.facts.sources if way_of(each) in (Way.PROGRAM, Way.PLATFORM))
    named = {each.id: name_of(each) for each in collected}
    marks = [it("quoted", words=it.widgets(MARKS[each][0])) for each in LEVELS if each in rule.verification]
    conditions = [
        *_one_of(it, "rule-sources", [named.get(each, each) for each in sorted(rule.sources)]),
        *_one_of(it, "rule-verification", marks),
        *_one_of(it, "rule-languages", [it.own.language(each) for each in sorted(rule.languages)]),
        *([it.own.plural("rule-shortest", rule.shortest)] if rule.shortest > 0 else []),
        *([it.own.plural("rule-longest", rule.longest)] if rule.longest < ApprovalRule().longest else []),
    ]
    return "; ".join(conditions) if conditions else it("rule-any")


def _one_of(it: Speech, key: str, names: Sequence[str]) -> Sequence[str]:
    return [it(key, names=listed(names, it.own))] if names else []


def _refused(it: Speech) -> Section:
    return Section(
        id="refused",
        heading=it("h-refused"),
        sentences=[it("only-reasons")],
        points=[it.reasons(REJECTED[reason]) for reason in Reason],
        after=[it("held-back"), it("unedited")],
    )


def _share(it: Speech) -> Section:
    return counted(it.facts, it.own, it.reasons)


def _order(it: Speech) -> Section:
    orders = listed([it("quoted", words=it.widgets(f"order-{each}")) for each in Order], it.own)
    return Section(
        id="order",
        heading=it("h-order"),
        sentences=[
            it("order"),
            it("orders", orders=orders),
            it.own.plural("list", it.facts.reviews_per_list),
            it("selections"),
        ],
    )


def _mean(it: Speech) -> Section:
    return Section(id="mean", heading=it("h-mean"), sentences=[it("mean"), it("unweighted"), it("scales")])


def _others(it: Speech) -> Section | None:
    ages, names = list(told_ages(it.facts, it.own)), [name_of(each) for each in apart(it.facts)]
    if not ages and not names:
        return None
    beside = [it("others-apart", names=listed(names, it.own))] if names else []
    return Section(id="others", heading=it("h-others"), sentences=[*beside, *ages])


def _ties(it: Speech) -> Section:
    return Section(id="ties", heading=it("h-ties"), sentences=[it("ties"), it("ties-count")])


def _translated(it: Speech) -> Section:
    return Section(id="translated", heading=it("h-translated"), sentences=[it("translated")])


def _mined(it: Speech) -> Section:
    facts = it.facts
    answers = it("answers-automatic") if facts.automatic_answers else it("answers-person")
    model = it("model", model=facts.language_model) if facts.language_model else it("model-none")
    drafted = [answers, model] if facts.questions else [it("questions-none"), it("model-none")]
    return Section(id="mined", heading=it("h-mined"), sentences=[it("mined"), it("mined-quotes"), *drafted])


def _beside(it: Speech) -> Section:
    takes_photos = any(each.photos for each in it.facts.forms)
    return Section(
        id="beside",
        heading=it("h-beside"),
        sentences=[it("replies"), it("pictures"), *([it("pictures-sent")] if takes_photos else [])],
    )


def _reports(it: Speech) -> Section | None:
    if not it.facts.takes_reports:
        return None
    return Section(id="reports", heading=it("h-reports"), sentences=[it("reports"), it("reports-answer")])


def _gone(it: Speech) -> Section | None:
    own = [it("take-back")] if it.facts.forms else []
    told = [*own, *told_deletions(it.facts, it.own)]
    return Section(id="gone", heading=it("h-gone"), sentences=told) if told else None


def _laws(it: Speech) -> Section:
    return Section(id="laws", heading=it("h-laws"), points=[it("law-eu"), it("law-dsa"), it("law-uk"), it("law-us")])


SECTIONS: Sequence[Callable[[Speech], Section | None]] = (
    _sources,
    _writers,
    _verified,
    _decided,
    _refused,
    _share,
    _order,
    _mean,
    _others,
    _ties,
    _translated,
    _mined,
    _beside,
    _reports,
    _gone,
    _laws,
)
