"""Consent: what an import declares, what a record says its author answered, and what follows a change of rights."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from engine.domain import Consent, Excerpt, Rights, Use

DECLARED = "declared by the operator: rights "
REFUSED = frozenset({"no", "false", "0", "none", "nee", "nein", "non"})
"""Answers to the question whether a review may be published that say it may not."""
SAID_NO = "the author was asked and did not agree"
NOT_ASKED = "the author did not say that it may be published"


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


def answered_consent(consent: Consent, rights: Rights, answer: str) -> Consent:
    """The consent to a review whose record holds the author's own answer; an empty one is none.

    No means no under every profile. Where a profile asks authors, silence is not consent either.
    """
    if answer.casefold().strip(" .!") in REFUSED:
        return replace(consent, uses=frozenset(), wording=SAID_NO, proof=answer)
    if answer:
        return replace(consent, proof=answer)
    if rights.asks_consent and consent.wording.startswith(DECLARED):
        return replace(consent, uses=frozenset(), wording=NOT_ASKED)
    return consent


def told_again(known: Consent, told: Consent) -> Consent:
    """The consent to a review that its source tells again: as it was, unless its author was asked since.

    What an author took back stays taken back.
    """
    if told.wording == SAID_NO or (known.wording in (SAID_NO, NOT_ASKED) and told.wording != NOT_ASKED):
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
