"""The sample company: taken in, decided about and withdrawn through the same doors as anybody's reviews."""

from __future__ import annotations

import json
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from importlib.resources import files
from typing import Any

from engine.collections import Picking
from engine.domain import (
    Batch,
    CollectionId,
    ControlledBy,
    Embedded,
    FaqState,
    Locale,
    Offer,
    PostalAddress,
    Reason,
    Record,
    ReviewId,
    Source,
    SourceId,
    State,
    Subject,
    SubjectId,
    SubjectType,
    review_id,
)
from engine.editing import Editing
from engine.intake import Intake, Report, register, run
from engine.moderation import Moderation
from engine.questions import take_in_questions
from engine.rights import declared_consent, may_show, profile
from engine.store import Transaction
from review_site.demo.moderating import PICTURES, leave_for_moderators
from review_site.judging import judged_text
from review_site.wiring import Instance, new_key, now

SOURCES = (
    Source(id=SourceId("larkfield-shop"), collector="file", rights=profile("own")),
    Source(id=SourceId("trustspot"), collector="file", rights=profile("display-only", attribution="Trustspot")),
    Source(id=SourceId("nps"), collector="file", rights=profile("internal")),
)
BY = "sample company"
STREAM = "demo"
PLAIN = ("subject", "author", "role", "company", "rating", "rating_best", "title", "body", "language", "written_at")
ALSO_PLAIN = ("verified", "incentive", "url")


def load_demo(instance: Instance) -> Report:
    """Fills an instance with the sample company; run again, it changes nothing."""
    lines = [json.loads(line) for line in _file("reviews.jsonl").splitlines()]
    with instance.store.writing() as transaction:
        known = transaction.subjects.among([each.id for each in _subjects()])
        transaction.subjects.save([each for each in _subjects() if each.id not in known])
    report = Report()
    for source in SOURCES:
        report.add(_take_in(instance, source, [line for line in lines if line["source"] == source.id]))
    with instance.store.writing() as transaction:
        _decide(transaction, lines)
        _pick(transaction)
        leave_for_moderators(transaction, SOURCES[0].id, now())
        take_in_questions(transaction, SOURCES[0], [*_questions()], instance.rules, now())
    _fill_validator(instance)
    return report


def approve_answers(instance: Instance) -> None:
    """Approves what was drafted from the sample's reviews, unless somebody decided about it before.

    What customers asked is left to whoever looks at the console.
    """
    with instance.store.writing() as transaction:
        drafts = [each.id for each in transaction.faq.listed(state=FaqState.DRAFT) if each.question_id is None]
        Editing(transaction=transaction, now=now(), by=BY).approve(drafts)


def _take_in(instance: Instance, source: Source, lines: Sequence[Mapping[str, Any]]) -> Report:
    moment = now()
    intake = Intake(
        source=register(instance.store, source),
        consent=declared_consent(source.rights, proof="the sample company's own writing", now=moment),
        rules=instance.rules,
        seal=instance.privacy.seal,
    )
    records = [_record(line) for line in lines]

    def batches(_cursor: str | None) -> Iterator[Batch]:
        yield Batch(records=records, cursor=None)

    return run(instance.store, intake, batches, STREAM, now=moment)


def _record(line: Mapping[str, Any]) -> Record:
    fields = {name: line[name] for name in (*PLAIN, *ALSO_PLAIN) if line[name]}
    if line["tags"]:
        fields["tags"] = ",".join(line["tags"])
    return Record(
        fields=fields,
        external_id=line["external_id"],
        place=f"sample {line['external_id']}",
        payload=json.dumps(line, ensure_ascii=False),
        replies=[line["reply"]] if line["reply"] else [],
        media=PICTURES.get(line["external_id"], ()),
    )


def _decide(transaction: Transaction, lines: Sequence[Mapping[str, Any]]) -> None:
    """Brings each review into the state that the sample gives it, unless somebody decided about it before."""
    wanted: defaultdict[tuple[str, str | None], list[ReviewId]] = defaultdict(list)
    ids = [review_id(SourceId(line["source"]), line["external_id"]) for line in lines]
    found = transaction.reviews.among(ids)
    for each, line in zip(ids, lines, strict=True):
        if each in found and found[each].review.decision is None:
            wanted[line["state"], line["reason"]].append(each)
    moderation = Moderation(transaction=transaction, now=now())
    moderation.approve([*wanted[State.APPROVED, None], *wanted[State.WITHDRAWN, None]], by=BY)
    for each in wanted[State.WITHDRAWN, None]:
        moderation.withdraw(each, by="author")
    for (state, reason), rejected in wanted.items():
        if state == State.REJECTED:
            moderation.reject(rejected, by=BY, reason=Reason(reason or ""))


def _pick(transaction: Transaction) -> None:
    """Makes the sample's collections that are not there, of their reviews that nobody took down since."""
    known = set(transaction.collections.ids())
    rights = {each.id: each.rights for each in transaction.sources.all().values()}
    picking = Picking(transaction=transaction, now=now(), by=BY)
    for kept in tomllib.loads(_file("collections.toml"))["collection"]:
        if kept["id"] not in known:
            ids = [review_id(SOURCES[0].id, each) for each in kept["reviews"]]
            found = transaction.reviews.among(ids, lock=False)
            fit = [
                each
                for each in ids
                if each in found and may_show(found[each].review, rights[found[each].review.source_id], picking.now)
            ]
            picking.create(CollectionId(kept["id"]), kept["name"], fit)


def _questions() -> Iterator[Record]:
    for kept in tomllib.loads(_file("questions.toml"))["question"]:
        yield Record(fields=kept["fields"], external_id=kept["id"], place=f"sample {kept['id']}", payload="")


def _fill_validator(instance: Instance) -> None:
    """Keeps a report about a page with faults, and watches a page, in an instance that has neither."""
    if not instance.kept_reports.latest(limit=1):
        page = _file("faulty-page.html")
        checked = judged_text(page.encode(), "https://larkfield.example/p/k2-kettle")
        instance.kept_reports.keep(checked, page, by=BY, now=now(), chance=new_key())
    with instance.store.reading() as transaction:
        is_watching = bool(transaction.monitored.page(limit=1))
    if not is_watching:
        watched = "https://larkfield.example/p/k2-kettle"
        instance.monitor.add(watched, SubjectId("k2-kettle"), Locale("en"), Embedded.LIST, now())


def _subjects() -> list[Subject]:
    return [_subject(each) for each in tomllib.loads(_file("subjects.toml"))["subject"]]


def _subject(kept: Mapping[str, Any]) -> Subject:
    offer, address = kept.get("offer"), kept.get("address")
    return Subject(
        id=SubjectId(kept["id"]),
        type=SubjectType(kept["type"]),
        name=kept["name"],
        url=kept["url"],
        controlled_by=ControlledBy(kept["controlled_by"]),
        identifiers=kept.get("identifiers", {}),
        names={Locale(locale): name for locale, name in kept.get("names", {}).items()},
        image=kept.get("image"),
        brand=kept.get("brand"),
        category=kept.get("category"),
        offer=Offer(**{**offer, "price": Decimal(offer["price"])}) if offer else None,
        address=PostalAddress(**address) if address else None,
    )


def _file(name: str) -> str:
    return files("review_site").joinpath("demo", name).read_text(encoding="utf-8")
