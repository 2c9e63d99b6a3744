"""Proof: what is mined of ten garments and of the sample company's subjects, printed in full, for a person to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.domain import FaqEntry, Phrase, Point, ReviewId, SubjectId, TextSummary
from engine.store import Store, Transaction
from tests.proofs.clothing import COLUMNS, SHOP, clothing_file
from tests.proofs.instances import Instance, ground
from tests.proofs.measuring import Ledger, SkippedError

GARMENTS = 10
PHRASES, ENTRIES = 10, 3
FEWEST_FOR_A_POINT = 3
LANGUAGE_SET = ("--set", "language=en")
DEMO_LANGUAGES = ("de", "nl", "en")


def prove(ledger: Ledger) -> None:
    with ground() as place:
        try:
            _clothing(ledger, place.instance("shop"))
        except SkippedError as error:
            ledger.leave_out("garments", error)
        _demo(ledger, place.instance("demo"))


def _clothing(ledger: Ledger, instance: Instance) -> None:
    instance.plaudit("import", clothing_file(), *SHOP, *COLUMNS, *LANGUAGE_SET)
    instance.plaudit("approve", "--source", "shop", "--all")
    mined = instance.plaudit("mine", "--all")
    ledger.say(f"the clothing file was mined in {mined.cpu:.1f} CPU s")
    statement = "SELECT subject_id FROM review GROUP BY subject_id ORDER BY count(*) DESC, subject_id LIMIT :most"
    garments = [SubjectId(row.subject_id) for row in instance.rows(statement, most=GARMENTS)]
    _tell(ledger, instance, garments, ("en",))


def _demo(ledger: Ledger, instance: Instance) -> None:
    instance.plaudit("demo")
    instance.plaudit("mine", "--all")
    subjects = [SubjectId(row.id) for row in instance.rows("SELECT id FROM subject ORDER BY id")]
    _tell(ledger, instance, subjects, DEMO_LANGUAGES)


def _tell(ledger: Ledger, instance: Instance, subjects: Sequence[SubjectId], languages: Sequence[str]) -> None:
    store = Store(instance.url)
    wrong: list[str] = []
    try:
        with store.reading() as transaction:
            for subject in subjects:
                bodies = {each.id: each.body for each in transaction.reviews.shown(subject)}
                for language in languages:
                    _tell_one(ledger, transaction, subject, language)
                    for summary in transaction.text_summaries.of(subject, language):
                        wrong += [f"{subject}: {each}" for each in _faults(summary, bodies)]
    finally:
        store.close()
    for each in wrong:
        ledger.say(each)
    ledger.claim("each summary quotes to the letter, nobody twice, on three voices a point", holds=not wrong)


def _tell_one(ledger: Ledger, transaction: Transaction, subject: SubjectId, language: str) -> None:
    phrases = transaction.phrases.of(subject, language)
    voices = {review for each in phrases for review in each.review_ids}
    ledger.say("")
    ledger.say(f"== {subject}, {language}: {len(phrases)} phrases of {len(voices)} voices that use any")
    for each in phrases[:PHRASES]:
        ledger.say(_phrase(each))
    for entry in transaction.faq.of(subject, language)[:ENTRIES]:
        for line in _entry(entry):
            ledger.say(line)
    summaries = transaction.text_summaries.of(subject, language)
    for summary in summaries:
        for line in _summary(summary):
            ledger.say(line)
    if not summaries:
        ledger.say("   no summary: fewer than thirty voices, or nothing clear")


def _phrase(each: Phrase) -> str:
    also = f" (also {', '.join(each.variants)})" if each.variants else ""
    return f"   {each.count:4} voices, {each.positive} well, {each.negative} ill: {each.text}{also}"


def _entry(entry: FaqEntry) -> Iterator[str]:
    yield f"   Q {entry.question}"
    for sentence in entry.sentences:
        yield f"     {sentence.text}"


def _summary(summary: TextSummary) -> Iterator[str]:
    yield f"   what {summary.voices} voices say"
    for name in ("praised", "criticised", "best_for"):
        points: Sequence[Point] = getattr(summary, name)
        for each in points:
            counts = f"{each.count} voices, {each.positive} well, {each.negative} ill"
            yield f"     {name:10} {each.phrase} ({counts}): {each.quote.text} [{each.quote.author or 'no name'}]"


def _faults(summary: TextSummary, bodies: Mapping[ReviewId, str]) -> Iterator[str]:
    """What no summary may have, told from the reviews and the counts alone."""
    points = [*summary.praised, *summary.criticised, *summary.best_for]
    texts = [each.quote.text for each in points]
    if len(set(texts)) < len(texts):
        yield "one quote stands twice"
    for each in points:
        if each.quote.text not in bodies.get(each.quote.review_id, ""):
            yield f"not to the letter: {each.quote.text}"
        if max(each.positive, each.negative) < FEWEST_FOR_A_POINT:
            yield f"fewer than three voices: {each.phrase}"
