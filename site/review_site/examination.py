"""What `plaudit doctor` looks at: what is as it should be, and what somebody has to mend."""

from __future__ import annotations

from collections.abc import Iterator

from engine.kpi import Suppression, suppression
from engine.outbox import Work
from engine.rewording import CALLS, FAILED
from engine.store import ModelKind, Transaction
from engine.store.search import APPLIED
from engine.subscribing import BY_HAND
from review_site.complaints import Complaint, Findings
from review_site.open_doors import examine_doors
from review_site.owners import is_gone
from review_site.rights_in_words import in_words
from review_site.source_states import source_states
from review_site.surroundings import examine_surroundings
from review_site.wiring import Instance, now

LARGEST_GAP = 0.1
"""From this gap on between high and low ratings, somebody should be able to say why."""


def examine(instance: Instance, *, is_thorough: bool = True) -> Findings:
    """Reads everything and changes nothing; where it is not thorough, no review is counted anew."""
    findings = Findings()
    config = instance.config
    findings.lines += [
        f"data folder  {config.data_dir.resolve()}",
        f"base URL     {config.site_base_url}, languages {', '.join(config.site_locales)}",
        f"outgoing     inside networks allowed: {', '.join(map(str, config.http_allow)) or 'none'}",
        f"approval     {f'{len(config.approve)} rules' if config.approve else 'by people only'}",
    ]
    with instance.store.reading() as transaction:
        _examine_store(transaction, findings, is_thorough=is_thorough)
        _examine_work(transaction, findings)
        _examine_subscriptions(transaction, findings)
        _examine_language_model(instance, transaction, findings)
        _examine_index(instance, transaction, findings)
        examine_doors(instance, transaction, findings)
        findings.complaints += examine_surroundings(instance, transaction, now())
        if is_thorough:
            findings.lines += ["", *_suppression_lines(suppression(transaction.reviews.by_state_and_star()), findings)]
    findings.complaints += [
        Complaint(rule="source", message=f"{each.id} is not read: {each.state}; see plaudit sources")
        for each in source_states(instance, now())
        if each.state.startswith("refused")
    ]
    return findings


def _examine_language_model(instance: Instance, transaction: Transaction, findings: Findings) -> None:
    url = instance.config.language_model_url
    if not url:
        findings.lines.append("rewording    no language model is asked")
        return
    counted = transaction.memory.find(CALLS) or "no day yet: 0"
    findings.lines.append(f"rewording    {instance.config.language_model_model} at {url}; calls on {counted}")
    if failed := transaction.memory.find(FAILED):
        findings.lines.append(f"             it last failed at {failed}")
    if url.startswith("http://") and instance.config.language_model_key:
        findings.complain("language-model", "language_model.url is not https: its key can be read on the way")


def _examine_index(instance: Instance, transaction: Transaction, findings: Findings) -> None:
    health, waiting = instance.index.health(), transaction.search.waiting()
    kept = (
        f"{health.documents} reviews, {health.bytes >> 20} MB" if transaction.memory.find(APPLIED) else "not made yet"
    )
    remark = f"; {'; '.join(health.problems)}" if health.problems else ""
    findings.lines.append(f"search       {kept}, {waiting} changes wait{remark}")
    # One that was never made is no fault yet: the first worker makes it.
    if transaction.memory.find(APPLIED) and (reason := instance.indexer.must_rebuild()):
        findings.complain(
            "search",
            f"the index has to be made anew: {reason}",
            "a worker does it by itself, plaudit rebuild search at once",
        )


def _examine_subscriptions(transaction: Transaction, findings: Findings) -> None:
    subscriptions = transaction.subscriptions.all()
    findings.lines.append(f"webhooks     {len(subscriptions)} subscriptions")
    for each in subscriptions:
        if each.disabled_at and each.disabled_because == BY_HAND:
            findings.lines.append(
                f"             {each.id} is off since {each.disabled_at:%Y-%m-%d %H:%M} UTC: {BY_HAND}"
            )
        elif each.disabled_at:
            findings.complain(
                "subscription",
                f"{each.id} is told nothing since {each.disabled_at:%Y-%m-%d %H:%M} UTC: {each.disabled_because};"
                f" plaudit subscriptions enable {each.id}, then replay what it missed",
            )
        elif each.failing_since:
            findings.complain(
                "subscription", f"{each.id} has taken nothing since {each.failing_since:%Y-%m-%d %H:%M} UTC"
            )


def _examine_store(transaction: Transaction, findings: Findings, *, is_thorough: bool) -> None:
    sources = transaction.sources.all()
    subjects, reviews = transaction.subjects.count(), transaction.reviews.count()
    findings.lines.append(
        f"kept         {subjects} subjects, {reviews} reviews, {transaction.snippets.count()} snippets"
    )
    findings.lines += [f"source       {in_words(each)}" for each in sources.values()]
    findings.lines += [
        f"{each.kind:12} {each.language}: learnt from {each.texts} texts, {each.made_at:%Y-%m-%d %H:%M} UTC"
        for kind in ModelKind
        for each in transaction.models.all(kind)
    ]
    if is_thorough and transaction.summaries.all() != transaction.summaries.counted():
        findings.complain(
            "summaries", "the rating summaries are not what the reviews say", "run plaudit rebuild summaries"
        )
    for (scope_id, locale), problems in transaction.snippets.blocked().items():
        findings.complain("blocked", f"{scope_id} is not published in {locale}: {problems[0].message}")


def _examine_work(transaction: Transaction, findings: Findings) -> None:
    due = transaction.marks.count(Work, due_by=now())
    findings.lines.append(f"to be done   {due} marks are due")
    for kind, key, attempts, error in transaction.marks.failing():
        findings.complain("failed", f"{kind} {key} failed {attempts} times: {error}")
    for owner in transaction.marks.owners():
        if is_gone(owner):
            findings.complain("gone", f"the worker {owner} is gone with work in hand", "the next worker takes it over")


def _suppression_lines(figure: Suppression, findings: Findings) -> Iterator[str]:
    yield "stars  received  approved  rejected  approved share  shown share"
    for each in figure.stars:
        yield (
            f"{each.star:5}  {each.received:8}  {each.approved:8}  {each.rejected:8}"
            f"  {_share(each.approved_share):>14}  {_share(each.shown_share):>11}"
        )
    for name, gap in (("approved", figure.gap), ("shown", figure.shown_gap)):
        if gap is not None and gap > LARGEST_GAP:
            findings.complain(
                "suppression",
                f"low ratings are {name} less often than high ones by {gap:.0%}",
                "say why, or it is suppression",
            )


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
