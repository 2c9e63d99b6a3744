"""What a language model may do to a draft: word its question otherwise and choose among its quotes, nothing else.

A question is made of a closed list of words that judge and count nothing, of the words of the draft, and of the phrase;
whatever else a model says is refused. Quotes, numbers and marks are ours.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from engine.domain import FaqEntry, Quote, digest
from engine.faq.drafting import FEWEST_QUOTES, MOST_QUOTES
from engine.faq.mentions import Mention, is_one_question, mention, places, words
from engine.faq.retrieval import Finder
from engine.faq.wording import wordings
from engine.mining.grammar import Grammar, base_language, grammar
from engine.mining.sentiment import polarity

FOLDER = Path(__file__).parent / "asking"
LONGEST = 160
"""Characters of a question."""
FEWEST_WORDS = 2
"""Beside the phrase: fewer ask nothing."""
MOST_OFFERED = 8
PHRASE = "…"
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_BESIDE_LETTERS = frozenset(" ,'’-\u00a0\u202f")


@dataclass(frozen=True, slots=True)
class Asking:
    """The words that a question may use in a language, whatever it is about."""

    plain: frozenset[str]
    judging: Sequence[Sequence[str]]
    """Expressions that are neutral as a whole, though a word in them is not; word by word, with the phrase as ``…``."""

    def listed(self) -> list[str]:
        """All of them, in an order that is always the same."""
        return [*sorted(self.plain), *(" ".join(each) for each in self.judging)]

    def strange(self, said: Sequence[str], of_the_draft: Collection[str]) -> list[str]:
        """The words that are neither in the list, nor of the draft, nor in an expression."""
        covered = {
            at + step
            for expression in self.judging
            for at in range(len(said) - len(expression) + 1)
            if tuple(said[at : at + len(expression)]) == tuple(expression)
            for step in range(len(expression))
        }
        known = self.plain | {*of_the_draft, PHRASE}
        return [word for at, word in enumerate(said) if at not in covered and word not in known]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a language model is shown of a draft."""

    entry: FaqEntry
    drafted: Mention
    """The question of the draft in its parts."""
    quotes: Mapping[str, Quote]
    """Those it may choose from, by names that mean nothing outside this offer; the draft's own come first."""
    asking: Asking

    @property
    def sign(self) -> str:
        """The same for the same draft with the same quotes under the same rules."""
        entry, offered = self.entry, (part for each in self.quotes.values() for part in (each.review_id, each.text))
        drafted = (each.quote.text for each in entry.sentences if each.quote)
        return digest(entry.language, entry.question, entry.phrase, *drafted, "", *offered, "", *self.asking.listed())


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a language model answers; nothing of it is to be trusted."""

    question: str
    quotes: Sequence[str]
    """Names of quotes."""


def candidates(entry: FaqEntry, finder: Finder, taken: Collection[str]) -> list[Quote]:
    """The quotes of a draft, then other sentences that speak of its phrase, one of each review, the best first.

    ``taken`` are texts that are quoted elsewhere.
    """
    own = [each.quote for each in entry.sentences if each.quote]
    reviews, texts = {each.review_id for each in own}, {*taken, *(each.text for each in own)}
    spare: list[Quote] = []
    for hit in finder.nearest(entry.phrase):
        is_new = hit.quote.review_id not in reviews and hit.quote.text not in texts
        if is_new and places(hit.quote.text, entry.phrase, grammar(entry.language)):
            spare.append(hit.quote)
            texts.add(hit.quote.text)
    return [*own, *spare][:MOST_OFFERED]


def offer(entry: FaqEntry, quotes: Sequence[Quote]) -> Offer | None:
    """What is shown of a draft, or None where nothing may be changed.

    A customer's question is the customer's, an expression that has a question of its own keeps it, and in a language
    without a list of words there are no rules to judge by.
    """
    asking = _asking(base_language(entry.language))
    if asking is None or entry.question_id is not None or len(quotes) < FEWEST_QUOTES:
        return None
    drafted = mention(entry, entry.question)
    if drafted is None:
        return None
    named = {f"q{number}": quote for number, quote in enumerate(quotes, 1)}
    return Offer(entry=entry, drafted=drafted, quotes=named, asking=asking)


def judged(shown: Offer, proposal: Proposal) -> tuple[FaqEntry, list[str]]:
    """The draft as a proposal would have it, or as it was with everything that is wrong with the proposal."""
    asked, quotes = proposal.question, shown.quotes.values()
    proposed = mention(shown.entry, asked, quotes) if len(asked) <= LONGEST else None
    wrong = [*_about_the_quotes(shown, proposal.quotes), *_about_the_question(shown, asked, proposed)]
    if wrong or proposed is None:
        return shown.entry, wrong
    return _reworded(shown, proposed, proposal.quotes), []


def _reworded(shown: Offer, proposed: Mention, names: Sequence[str]) -> FaqEntry:
    entry, drafted, marks = shown.entry, shown.drafted, wordings(shown.entry.language)
    is_the_same = proposed.phrase.casefold() == drafted.phrase.casefold()
    opening, closing = marks.quotation_marks if proposed.has_marks else ("", "")
    phrase = opening + (drafted.phrase if is_the_same else proposed.phrase) + closing
    core = (_SPACES.sub(" ", proposed.before) + phrase + _SPACES.sub(" ", proposed.after)).strip()
    chosen = [marks.quotation(quote) for name, quote in shown.quotes.items() if name in names]
    return replace(
        entry,
        question=drafted.opening + core[0].upper() + core[1:] + drafted.ending,
        sentences=(entry.sentences[0], *chosen),
    )


def _about_the_quotes(shown: Offer, names: Sequence[str]) -> Iterator[str]:
    unknown = [each for each in names if each not in shown.quotes]
    if unknown:
        yield f"{len(unknown)} of its quotes were not offered"
        return
    if len(set(names)) < len(names):
        yield "it names a quote twice"
    if not FEWEST_QUOTES <= len(set(names)) <= MOST_QUOTES:
        yield f"it chooses {len(set(names))} quotes, and not {FEWEST_QUOTES} to {MOST_QUOTES}"
        return
    language = grammar(shown.entry.language)
    drafted = [polarity(each.quote.text, language) for each in shown.entry.sentences if each.quote]
    chosen = [polarity(shown.quotes[each].text, language) for each in names]
    if not {*drafted} - {0} <= {*chosen} or sum(drafted) * sum(chosen) < 0:
        yield "its quotes are not balanced as those of the draft are"


def _about_the_question(shown: Offer, question: str, proposed: Mention | None) -> Iterator[str]:
    if len(question) > LONGEST:
        yield f"its question has more than {LONGEST} characters"
    elif not is_one_question(question):
        yield "it is not one question with its mark at the end"
    elif proposed is None:
        yield "its question does not hold the phrase as the draft or a quote writes it"
    else:
        yield from _about_the_characters(shown, proposed)
        yield from _about_the_words(shown, proposed)


def _about_the_characters(shown: Offer, proposed: Mention) -> Iterator[str]:
    inside = frozenset(shown.drafted.phrase + shown.entry.phrase)
    bad = {each for each in proposed.phrase if not _may_stand(each) and each not in inside}
    bad |= {each for each in proposed.before + proposed.after if not _may_stand(each)}
    if bad:
        yield f"its question holds {', '.join(f'U+{ord(each):04X}' for each in sorted(bad)[:5])}"


def _may_stand(character: str) -> bool:
    return character.isalpha() or character in _BESIDE_LETTERS


def _about_the_words(shown: Offer, proposed: Mention) -> Iterator[str]:
    language, drafted = grammar(shown.entry.language), shown.drafted
    of_the_draft = [*words(drafted.before, language), *words(drafted.after, language)]
    said = _in_order(proposed.before, proposed.phrase, proposed.after, language)
    if len(said) <= FEWEST_WORDS:
        yield "its question asks nothing"
    if strange := shown.asking.strange(said, of_the_draft):
        yield f"its question says {strange[0][:30]!r}, which is no word to ask with and none of the draft"


@lru_cache(maxsize=32)
def _asking(code: str) -> Asking | None:
    path = FOLDER / f"{code}.toml"
    if not code.isalpha() or not path.exists():
        return None
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    language = grammar(code)
    judging = [_expression(each, language) for each in table["judging"]]
    return Asking(frozenset(table["words"].split()), judging)


def _expression(text: str, language: Grammar) -> list[str]:
    before, phrase, after = text.partition(PHRASE)
    return _in_order(before, phrase, after, language)


def _in_order(before: str, phrase: str, after: str, language: Grammar) -> list[str]:
    """The words of a question or an expression, with the phrase, where there is one, as one of them."""
    return [*words(before, language), *([PHRASE] if phrase else ()), *words(after, language)]
