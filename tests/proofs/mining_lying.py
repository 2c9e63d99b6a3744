"""A language model that lies: nothing that it invents gets through, and what an honest one says does."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from engine.domain import FaqEntry, ModelAnswer, Quote, ReviewId, Sentence, SubjectId
from engine.errors import BadValueError, SourceError
from engine.faq.rewording import offer
from engine.faq.wording import wordings
from engine.language_model import LanguageModel
from engine.mining_run import Miner
from engine.outbox import Work
from engine.rewording import Rewording
from engine.store import Store
from tests.factories import NOON, fill, lease, make_review, make_subject
from tests.proofs.batteries import BODIES, HONEST
from tests.proofs.lies import LIES, Lie, told_of
from tests.proofs.measuring import Ledger
from tests.talking import Said, make_rewriter, proposing, talking

KETTLE, MILL = SubjectId("kettle"), SubjectId("mill")
LANGUAGES = ("de", "en", "es", "fr", "nl")
LEAST_LIES, LEAST_HONEST = 200, 30
NUMBER_WORDS = {
    "nine",
    "ten",
    "all",
    "nobody",
    "neun",
    "zehn",
    "alle",
    "niemand",
    "negen",
    "tien",
    "neuf",
    "dix",
    "tous",
    "personne",
    "nueve",
    "diez",
    "todos",
    "nadie",
    "500",
    "95",
}


def prove(ledger: Ledger) -> None:
    with _shop() as store:
        plain = _mined(store, None)
        ledger.claim("a draft in each language", holds=set(plain) == set(LANGUAGES), found=", ".join(sorted(plain)))
        _prove_the_check(ledger, store, plain)
        _prove_lies(ledger, store, plain)
        _prove_the_lies(ledger, store, plain)
        _prove_honesty(ledger, store, plain)


@dataclass(frozen=True, slots=True)
class Credulous:
    """What asks a model by the same request and believes whatever has the shape of an answer."""

    model: LanguageModel
    longest: timedelta = timedelta(seconds=5)

    def reword(
        self,
        entry: FaqEntry,
        quotes: Sequence[Quote],
        before: ModelAnswer | None,  # noqa: ARG002 - it asks anew each time
        now: datetime,  # noqa: ARG002 - and as often as it likes
    ) -> FaqEntry:
        shown = offer(entry, quotes)
        if shown is None:
            return entry
        try:
            proposal = self.model.propose(shown)
        except (BadValueError, SourceError):
            return entry
        first = quotes[0].review_id
        chosen = [shown.quotes.get(each, Quote(review_id=first, text=each)) for each in proposal.quotes]
        quotations = [wordings(entry.language).quotation(each) for each in chosen]
        # The store takes no half of a surrogate pair.
        question = proposal.question.encode(errors="replace").decode()
        return replace(entry, question=question, sentences=(entry.sentences[0], *quotations))


def _prove_the_lies(ledger: Ledger, store: Store, plain: Mapping[str, FaqEntry]) -> None:
    """Lies that would fool nobody would show nothing either."""
    changed = invented = 0
    for kind, lie in LIES.items():

        def say(draft: Mapping[str, Any], lie: Lie = lie) -> Said:
            return lie(told_of(draft, ["r-elsewhere"] * 2, ["r-here"] * 2))

        with talking(say) as server:
            entries = _mined(store, Credulous(make_rewriter(store, server, name=kind).model))
        changed += sum(not _is_same(each, plain[language]) for language, each in entries.items())
        invented += sum(bool(_inventions(store, each, plain[language])) for language, each in entries.items())
    found = f"{changed} change a draft, {invented} of them with an invented quote or count"
    ledger.claim("told to a program that believes them, many do", holds=changed > 100 and invented > 50, found=found)


def _prove_lies(ledger: Ledger, store: Store, plain: Mapping[str, FaqEntry]) -> None:
    told = invented = changed = shown = 0
    with store.reading() as transaction:
        here, elsewhere = ([each.id for each in transaction.reviews.approved(each)] for each in (KETTLE, MILL))
    for kind, lie in LIES.items():

        def say(draft: Mapping[str, Any], lie: Lie = lie) -> Said:
            return lie(told_of(draft, elsewhere, here))

        with talking(say) as server:
            entries = _mined(store, make_rewriter(store, server, name=kind))
        told += len(server.heard)
        shown += sum(b"BrewMaster" in each.body for each in server.heard)
        for language, entry in entries.items():
            found = _inventions(store, entry, plain[language])
            invented += bool(found)
            if not _is_same(entry, plain[language]) or found:
                changed += 1
                ledger.say(f"{kind} ({language}): {entry.question} {found}")
    ledger.claim(f"at least {LEAST_LIES} crafted answers are told", holds=told >= LEAST_LIES, found=told)
    ledger.claim("a review that gives orders is among what was shown", holds=shown > 0, found=f"{shown} times")
    ledger.claim(
        "none gets through with an invented quote or count", holds=invented == 0, found=f"{invented} of {told}"
    )
    ledger.claim("none changes anything of a draft", holds=changed == 0, found=f"{changed} of {told}")


def _prove_honesty(ledger: Ledger, store: Store, plain: Mapping[str, FaqEntry]) -> None:
    accepted = wrong = again = 0
    for number in range(len(HONEST["en"])):

        def say(draft: Mapping[str, Any], number: int = number) -> Said:
            return proposing(HONEST[draft["language"]][number], draft["drafted"])

        with talking(say) as server:
            entries = _mined(store, make_rewriter(store, server, name=f"honest {number}"))
            calls = len(server.heard)
            repeated = _mined(store, make_rewriter(store, server, name=f"honest {number}"))
            again += len(server.heard) - calls + (repeated != entries)
        for language, entry in entries.items():
            wrong += bool(_inventions(store, entry, plain[language]))
            answer = entry.model_answer
            accepted += answer is not None and not answer.refused
            if answer is not None and answer.refused:
                ledger.say(f"refused: {HONEST[language][number]} {answer.refused}")
    of = sum(map(len, HONEST.values()))
    ledger.claim(
        f"of {of} honest rewordings at least {LEAST_HONEST} are used", holds=accepted >= LEAST_HONEST, found=accepted
    )
    ledger.claim("no number and no quote is another in them", holds=wrong == 0, found=wrong)
    ledger.claim("mined again without a call, each is the same", holds=again == 0, found=again)


def _prove_the_check(ledger: Ledger, store: Store, plain: Mapping[str, FaqEntry]) -> None:
    """A check that cannot fail would show nothing."""
    entry = plain["en"]
    opening, first, *rest = entry.sentences
    with store.reading() as transaction:
        stranger = next(transaction.reviews.approved(MILL))
    forged = {
        "a quote that nobody wrote": replace(first, quote=Quote(review_id=first.review_ids[0], text="I love it.")),
        "a quote of another subject": replace(first, quote=Quote(review_id=stranger.id, text=stranger.body)),
        "words around a quote": replace(first, text=first.text + " 95%"),
    }
    found = [
        bool(_inventions(store, replace(entry, sentences=(opening, each, *rest)), entry)) for each in forged.values()
    ]
    found.append(bool(_inventions(store, replace(entry, question="Do nine of ten love the battery?"), entry)))
    found.append(bool(_inventions(store, replace(entry, sentences=(first, *rest)), entry)))
    ledger.claim("the check itself finds five forgeries", holds=all(found), found=f"{sum(found)} of {len(found)}")


def _is_same(entry: FaqEntry, plain: FaqEntry) -> bool:
    return replace(entry, model_answer=None) == plain


def _inventions(store: Store, entry: FaqEntry, plain: FaqEntry) -> list[str]:
    """What nobody wrote and nothing counted, told from the reviews themselves and not by the rules under proof."""
    with store.reading() as transaction:
        bodies = {each.id: each.body for each in transaction.reviews.approved(KETTLE)}
    opening, *quotations = entry.sentences
    found = [] if opening == plain.sentences[0] and entry.numbers == plain.numbers else ["another count"]
    found += [f"quote {each.text[:60]!r}" for each in quotations if not _is_quotation(each, bodies)]
    said = {*re.findall(r"\w+", entry.question.lower())} - {*re.findall(r"\w+", plain.question.lower())}
    if said & NUMBER_WORDS or any(each.isnumeric() for each in entry.question):
        found.append(f"count {entry.question[:60]!r}")
    return found


def _is_quotation(sentence: Sentence, bodies: Mapping[ReviewId, str]) -> bool:
    """Whether it is verbatim in the review that it names, with nothing but marks and the author around it."""
    quote = sentence.quote
    if quote is None or quote.text not in bodies.get(quote.review_id, ""):
        return False
    before, _, after = sentence.text.partition(quote.text)
    return re.sub(r"[“”„«»‘’\s—]", "", before + after) == re.sub(r"\s", "", quote.author or "")


def _mined(store: Store, rewording: Rewording | None) -> dict[str, FaqEntry]:
    """The subject's entry about the phrase in each language, after mining it anew."""
    with store.writing() as transaction:
        transaction.marks.set(Work.MINE, [KETTLE], NOON)
    miner = Miner(store=store, languages=LANGUAGES, phrases=20, questions=1, rewording=rewording)
    miner.mine(lease(store, Work.MINE, KETTLE), NOON)
    with store.reading() as transaction:
        return {each.language: each for each in transaction.faq.of(KETTLE)}


@contextmanager
def _shop() -> Iterator[Store]:
    """A store with a subject that is spoken of in five languages, and another one beside it."""
    reviews = [
        make_review(body=body, language=language, author=None if number % 2 else f"Ana {number}.")
        for language, bodies in BODIES.items()
        for number, body in enumerate(bodies)
    ]
    reviews += [make_review(subject_id=MILL, body="The battery of this mill is splendid and very strong.")]
    reviews += [make_review(subject_id=MILL, body="The battery of this mill is a great disappointment.")]
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{Path(folder) / 'shop.sqlite3'}")
        try:
            fill(store, reviews, subjects=[make_subject(), make_subject(id=MILL, name="Mill")])
            yield store
        finally:
            store.close()
