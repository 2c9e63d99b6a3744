"""What customers say that something is good for: ``perfect for travel``, by the words of recommendation before it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from engine.domain import Point, Quote, ReviewId
from engine.mining import MinedText
from engine.mining.grammar import Grammar
from engine.mining.quotes import LONGEST, LONGEST_TEXT, OPENING, PHONE, SHORTEST
from engine.mining.segment import key_of, sentences, word_pattern
from engine.text_summary.cues import Cues, recommendation

LONGEST_USE = 4
"""Words of a use, without articles; what is longer says more than what it is for."""
BEST_LENGTH = 14
"""Words of a sentence that is read at a glance."""
NEGATION_REACH = 3
IN_A_LABEL = (2, 1)

Stems = tuple[str, ...]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    """As it is written; empty for a mark that ends a clause."""
    plain: str
    """In lower case, with straight apostrophes."""
    start: int
    end: int


@dataclass(slots=True)
class _Use:
    """One use, as far as voices name it."""

    forms: Counter[str] = field(default_factory=Counter)
    places: dict[str, tuple[MinedText, Span]] = field(default_factory=dict)
    """By voice: the review, and where the recommendation stands in it."""


def best_for(
    texts: Sequence[MinedText],
    grammar: Grammar,
    cues: Cues,
    allowed: Mapping[ReviewId, MinedText],
    used: Collection[str],
    *,
    limit: int,
    at_least: int = 3,
) -> list[Point]:
    """The uses that at least so many voices recommend, the commonest first, no two sharing a word.

    Each with one sentence of an allowed review that is not among the ``used`` quotes.
    """
    found = _uses(texts, grammar, cues)
    ranked = sorted(found.items(), key=lambda each: (-len(each[1].places), -len(each[0]), each[0]))
    points: list[Point] = []
    taken: set[str] = set(used)
    said: set[str] = set()
    for stems, use in ranked:
        count = len(use.places)
        if count < at_least or len(points) == limit or not said.isdisjoint(stems):
            continue
        quote = _quote(use, grammar, allowed, taken)
        if quote:
            points.append(Point(phrase=_label(use), count=count, positive=count, negative=0, quote=quote))
            taken.add(quote.text)
            said.update(stems)
    return points


def words_of(text: str, grammar: Grammar) -> list[Word]:
    """The words of a text and, as empty words, the marks at which its clauses end."""
    return [
        Word(found.group() if found.group()[0].isalnum() else "", _plain(found.group()), *found.span())
        for found in word_pattern(grammar.elisions).finditer(text)
    ]


def _plain(form: str) -> str:
    return form.lower().replace("’", "'") if form[0].isalnum() else ""


def _uses(texts: Iterable[MinedText], grammar: Grammar, cues: Cues) -> Mapping[Stems, _Use]:
    found: defaultdict[Stems, _Use] = defaultdict(_Use)
    recommended = recommendation(cues)
    for text in texts:
        # Few texts recommend anything; those alone are taken apart.
        if not recommended.search(text.text):
            continue
        words = words_of(text.text, grammar)
        for start, use in _recommended(words, grammar, cues):
            for named in _names(use, grammar):
                kept = found[tuple(key_of(word.text, grammar.stem) for word in named)]
                if text.voice not in kept.places:
                    kept.forms[" ".join(word.text for word in named)] += 1
                    kept.places[text.voice] = (text, (start, use[-1].end))
    return found


def _recommended(words: Sequence[Word], grammar: Grammar, cues: Cues) -> Iterator[tuple[int, Sequence[Word]]]:
    """Each use behind a recommendation, with where the recommendation begins; one that is negated is none."""
    for at, (praise, link) in enumerate(pairwise(words)):
        if praise.plain not in cues.praise or link.plain not in cues.links:
            continue
        clause = _same_clause(words[max(0, at - NEGATION_REACH) : at])
        if grammar.negators.isdisjoint(word.plain for word in clause):
            for use in _joined(words[at + 2 :], grammar, cues):
                yield praise.start, use


def _same_clause(words: Sequence[Word]) -> Sequence[Word]:
    """What follows the last mark."""
    ends = [at for at, word in enumerate(words) if not word.text]
    return words[ends[-1] + 1 :] if ends else words


def _joined(words: Sequence[Word], grammar: Grammar, cues: Cues) -> Iterator[Sequence[Word]]:
    """Uses joined by ``and`` or ``or``, without what stands before their nouns."""
    use: list[Word] = []
    for word in words[: 4 * LONGEST_USE]:
        if word.plain in cues.joints:
            yield from _as_use(use, cues)
            use = []
        elif _is_content(word, grammar, cues):
            use.append(word)
        elif use or word.plain not in grammar.determiners | grammar.degrees | cues.links:
            break
    yield from _as_use(use, cues)


def _is_content(word: Word, grammar: Grammar, cues: Cues) -> bool:
    empty = grammar.stop_words | grammar.given_names
    return word.plain in cues.also_uses or (word.plain.isalpha() and len(word.plain) > 1 and word.plain not in empty)


def _as_use(use: Sequence[Word], cues: Cues) -> Iterator[Sequence[Word]]:
    if 0 < len(use) <= LONGEST_USE and cues.no_uses.isdisjoint(word.plain for word in use):
        yield use


def _names(use: Sequence[Word], grammar: Grammar) -> Iterator[Sequence[Word]]:
    """What of a use may stand for it: two words, or one that is no mere quality."""
    empty = grammar.qualities | grammar.positive | grammar.negative
    for length in IN_A_LABEL:
        for start in range(len(use) - length + 1):
            named = use[start : start + length]
            head = named[0] if grammar.head_first else named[-1]
            if head.plain not in empty and (head.text[0].isupper() or not grammar.capital_nouns):
                yield named


def _label(use: _Use) -> str:
    """How it is written most often; of equals the first in the alphabet."""
    form = min(use.forms, key=lambda each: (-use.forms[each], each))
    return form.lower() if form.isupper() and len(form) > 3 else form


def _quote(use: _Use, grammar: Grammar, allowed: Mapping[ReviewId, MinedText], taken: Collection[str]) -> Quote | None:
    candidates = [
        (abs(len(sentence.split()) - BEST_LENGTH), text.id, sentence, text.author)
        for text, span in use.places.values()
        if text.id in allowed and (sentence := sentence_around(text.text, span, grammar))
    ]
    free = [each for each in candidates if each[2] not in taken]
    if not free:
        return None
    _, review, sentence, author = min(free, key=lambda each: each[:3])
    return Quote(review_id=review, text=sentence, author=author)


def sentence_around(text: str, span: Span, grammar: Grammar) -> str | None:
    """The sentence that holds a place of a text, exactly as it stands there; None where it cannot stand on its own."""
    return next(sentences_around(text, [span], grammar), None)


def sentences_around(text: str, spans: Iterable[Span], grammar: Grammar) -> Iterator[str]:
    """The sentences that hold one of the places of a text, each once, as far as they can stand on their own."""
    # A text is cut up once: one that says the same a thousand times would be cut up a thousand times.
    cuts = sentences(text, grammar.abbreviations, ordinal_dots=grammar.ordinal_dots)
    ends = [stop for _, stop in cuts]
    holding = {bisect_left(ends, end): start for start, end in sorted(spans)}
    for at, start in sorted(holding.items()):
        if at < len(cuts) and cuts[at][0] <= start and _can_stand(cut := text[slice(*cuts[at])]):
            yield cut


def _can_stand(cut: str) -> bool:
    fits = SHORTEST <= len(cut.split()) <= LONGEST and len(cut) <= LONGEST_TEXT
    begins_well = cut[0].isalnum() or cut[0] in OPENING
    return fits and begins_well and not PHONE.search(cut) and "@" not in cut
