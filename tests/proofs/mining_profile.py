"""Proof: a garment with few reviews profits from how the whole shop uses its words, and the shop's profile adds up."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence

from engine.domain import ReviewId
from engine.mining import MinedText, mine, profile_of
from engine.mining.profile import Profile
from tests.proofs.clothing import clothing_file
from tests.proofs.measuring import Ledger

LANGUAGE = "en"
TOP = 10
SHOWN, SMALLEST_SHOWN = 10, 5
"""So many garments are printed, the largest of those that have at most a dozen reviews, and no fewer than this."""
KNOWN = 20
"""Of a garment with so many reviews the top ten are taken for known; a few of its reviews are mined beside it."""
SAMPLE_SIZES, SAMPLES = (5, 6, 8, 10), 12
LARGEST_PROFILE = 64
"""In kilobytes, stored, for the thousand reviews."""

Garments = Mapping[str, Sequence[MinedText]]


def prove(ledger: Ledger) -> None:
    garments = read_garments()
    shares = {garment: profile_of(texts, LANGUAGE) for garment, texts in garments.items()}
    shop = sum(shares.values(), Profile.empty(LANGUAGE))
    ledger.say(f"{len(garments)} garments, {shop.texts} reviews, {len(shop.stems)} stems")
    _adds_up(ledger, garments, shares, shop)
    for garment in _small(garments):
        _print(ledger, garment, garments[garment], shop)
    _compare(ledger, garments, shares, shop)


def read_garments() -> Garments:
    """The reviews of the clothing file by garment, those without words left out."""
    garments: defaultdict[str, list[MinedText]] = defaultdict(list)
    with clothing_file().open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file)):
            if row["Review Text"].strip():
                name = f"r{number:04}"
                garments[row["Clothing ID"]].append(MinedText(ReviewId(name), name, row["Review Text"]))
    return garments


def _adds_up(ledger: Ledger, garments: Garments, shares: Mapping[str, Profile], shop: Profile) -> None:
    everything = profile_of([text for texts in garments.values() for text in texts], LANGUAGE)
    ledger.claim("the garments' shares add up to the profile of all reviews", holds=shop == everything)
    ledger.claim(
        "each share taken out and put in again gives the same bytes",
        holds=all((shop - share + share).to_bytes() == shop.to_bytes() for share in shares.values()),
    )
    stored = shop.to_bytes()
    ledger.claim("what is stored reads back the same", holds=Profile.from_bytes(stored) == shop)
    ledger.at_most("the profile as it is stored", len(stored) / 1000, LARGEST_PROFILE, "kB")


def _small(garments: Garments) -> list[str]:
    few = [each for each, texts in garments.items() if SMALLEST_SHOWN <= len(texts) <= 12]
    return sorted(few, key=lambda each: (-len(garments[each]), each))[:SHOWN]


def _top(texts: Sequence[MinedText], profile: Profile | None = None) -> list[str]:
    return [each.text for each in mine(texts, LANGUAGE, limit=TOP, at_least=2, profile=profile)]


def _print(ledger: Ledger, garment: str, texts: Sequence[MinedText], shop: Profile) -> None:
    alone, with_shop = _top(texts), _top(texts, shop)
    ledger.say(f"garment {garment}, {len(texts)} reviews")
    ledger.say(f"  alone          {', '.join(alone)}")
    ledger.say(f"  with the shop  {', '.join(with_shop)}")
    gone, new = [each for each in alone if each not in with_shop], [each for each in with_shop if each not in alone]
    ledger.say(f"  gone: {', '.join(gone) or 'none'}; new: {', '.join(new) or 'none'}")


def _compare(ledger: Ledger, garments: Garments, shares: Mapping[str, Profile], shop: Profile) -> None:
    """A few reviews of a garment against all of them: which of its top ten are found, without the shop and with it.

    The top ten of all are mined without a profile, which favours mining the few without one.
    """
    known = {garment: set(_top(texts)) for garment, texts in garments.items() if len(texts) >= KNOWN}
    alone = with_shop = 0
    for size in SAMPLE_SIZES:
        of_size = [0, 0]
        for garment, wanted in known.items():
            for seed in range(SAMPLES):
                few = random.Random(seed).sample(garments[garment], size)
                profile = shop - shares[garment] + profile_of(few, LANGUAGE)
                of_size[0] += len(wanted & set(_top(few)))
                of_size[1] += len(wanted & set(_top(few, profile)))
        total = TOP * len(known) * SAMPLES
        ledger.say(f"{size:2} of its reviews: {of_size[0] / total:.3f} alone, {of_size[1] / total:.3f} with the shop")
        alone, with_shop = alone + of_size[0], with_shop + of_size[1]
    ledger.claim(
        "a few reviews of a garment find more of the top ten of all its reviews with the shop's profile than alone",
        holds=with_shop > alone,
        found=f"{with_shop} instead of {alone}",
    )
