"""Proof: the ids of topics survive whatever reviews come in, and grouping costs little."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.domain import Phrase, ReviewId, Topic
from engine.mining import MinedText, mine
from engine.mining.topics import TopicFinder, grow
from tests.proofs.measuring import Ledger
from tests.proofs.mining_profile import read_garments

LANGUAGE = "en"
SMALLEST = 5
"""Reviews of a garment that is mined."""
STEPS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""The share of each garment's reviews that has come in by each run."""
SURVIVING = 0.95
COPIES = 20
"""Shops like this one that are put into one, to see how the time grows."""


def prove(ledger: Ledger) -> None:
    garments = {name: texts for name, texts in read_garments().items() if len(texts) >= SMALLEST}
    runs = [_mined(garments, share) for share in STEPS]
    topics: list[Topic] = []
    for share, phrases in zip(STEPS, runs, strict=True):
        before, topics = topics, grow(topics, phrases, LANGUAGE)
        ledger.say(f"{share:.0%} of the reviews: {len(phrases)} phrases, {_standing(topics)} topics that stand")
        _survives(ledger, before, topics, phrases)
    ledger.claim("grouped again, nothing changes", holds=grow(topics, runs[-1], LANGUAGE) == topics)
    shuffled = random.Random(3).sample(runs[-1], len(runs[-1]))
    ledger.claim("in another order, nothing changes", holds=grow(topics, shuffled, LANGUAGE) == topics)
    for each in sorted(topics, key=lambda topic: -len(topic.phrases))[:12]:
        ledger.say(f"{each.id}: {', '.join(each.phrases)}")
    _time(ledger, runs[-1])


def _mined(garments: Mapping[str, Sequence[MinedText]], share: float) -> list[Phrase]:
    return [
        phrase for texts in garments.values() for phrase in mine(texts[: max(1, round(share * len(texts)))], LANGUAGE)
    ]


def _standing(topics: Sequence[Topic]) -> int:
    return sum(not each.is_retired for each in topics)


def _survives(ledger: Ledger, before: Sequence[Topic], after: Sequence[Topic], phrases: Sequence[Phrase]) -> None:
    """Of the voices whose phrase had a topic, so many find it under the same id."""
    if not before:
        return
    was, now = TopicFinder(before, LANGUAGE), TopicFinder(after, LANGUAGE)
    voices: defaultdict[bool, int] = defaultdict(int)
    for each in phrases:
        if (had := was.of(each)) is not None:
            voices[had == now.of(each)] += each.count
    kept = voices[True] / max(1, sum(voices.values()))
    ledger.claim("every id there was is still known", holds={each.id for each in before} <= {each.id for each in after})
    ledger.claim(f"voices under the same id, at least {SURVIVING:.0%}", holds=kept >= SURVIVING, found=f"{kept:.1%}")


def _time(ledger: Ledger, phrases: Sequence[Phrase]) -> None:
    for shops in (1, COPIES):
        many = [_in_another_shop(each, shop) for shop in range(shops) for each in phrases]
        begun = time.process_time()
        grow([], many, LANGUAGE)
        ledger.say(f"{len(many)} phrases grouped in {time.process_time() - begun:.2f} CPU s")


def _in_another_shop(phrase: Phrase, shop: int) -> Phrase:
    return replace(phrase, review_ids=tuple(ReviewId(f"{shop}-{each}") for each in phrase.review_ids))
