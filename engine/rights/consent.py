"""Consent: what an import declares, what a record says its author answered, and what follows a change of rights."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime

from engine.domain import Consent, Excerpt, Rights, Use

DECLARED = "declared by the operator: rights "
REFUSED = re.compile(
    r"\W*(?:no|n|none|never|not|false|f|0(?:[.,]0+)?|nee|neen|niet|nooit|nein|nicht|nie|non|pas|jamais|nunca)(?![\w-])",
    re.IGNORECASE,
)
"""How an answer begins that says a review may not be published, in any of five languages."""
SAID_NO = "the author was asked and did not agree"
NOT_ASKED = "the author did not say that it may be published"
PERMITTED = "permitted in the author's own words"
RESERVED = (DECLARED, SAID_NO, NOT_ASKED, PERMITTED)
"""How wordings begin that were written here, and on which it depends what follows."""


def declared_uses(rights: Rights) -> frozenset[Use]:
    """What an operator declares with a profile.

    Advertising and translation are asked for by name: declaring a file to be one's own does not give them.
    """
    uses = {
        Use.DISPLAY: rights.may_show,
        Use.MARKUP: rights.may_mark_up,
        Use.EXCERPT: rights.may_show and rights.may_excerpt is not Excerpt.NO,
        Use.FEED: rights.may_feed,
    }
    return frozenset(use for use, is_given in uses.items() if is_given)


def declared_consent(rights: Rights, *, proof: str, now: datetime) -> Consent:
    """The consent that stands behind an import: the operator declares it, and the proof says when and with what."""
    return Consent(
        uses=declared_uses(rights),
        wording=DECLARED + rights.profile,
        proof=proof,
        given_at=now.astimezone(UTC),
    )


def answered_consent(
    consent: Consent, rights: Rights, answer: str, spoken_of: AbstractSet[Use] | None = None
) -> Consent:
    """The consent to a review whose record holds the author's own answer; an empty one is none.

    No means no under every profile. Where a profile asks authors, silence is not consent either. ``spoken_of`` are the
    uses that the answer speaks of, where it is in words of the author's own and answers no question of the operator's:
    it covers no other use, whatever is declared now or later.
    """
    if REFUSED.match(answer):
        return replace(consent, uses=frozenset(), wording=SAID_NO, proof=answer)
    if answer and spoken_of is not None:
        return replace(consent, uses=consent.uses & spoken_of, wording=PERMITTED, proof=answer)
    if answer:
        return replace(consent, proof=answer)
    if rights.asks_consent and consent.wording.startswith(DECLARED):
        return replace(consent, uses=frozenset(), wording=NOT_ASKED)
    return consent


def told_again(known: Consent, told: Consent) -> Consent:
    """The consent to a review that its source tells again: as it was, unless its author was asked since.

    What an author took back stays taken back.
    """
    asked_since = known.wording in (SAID_NO, NOT_ASKED) and told.wording != NOT_ASKED
    if told.wording == SAID_NO or asked_since:
        return replace(told, taken_back=known.taken_back, withdrawn_at=known.withdrawn_at)
    return known


def redeclared(consent: Consent, rights: Rights) -> Consent:
    """A consent under another profile of its source.

    What the operator declared follows the profile; what an author gave stays as it is; what an author took back stays
    taken back.
    """
    if not consent.wording.startswith(DECLARED):
        return consent
    return replace(consent, uses=declared_uses(rights), wording=DECLARED + rights.profile)
