"""What an author is asked to agree to, in plain words; the very words are kept as the proof."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime

from engine.domain import Consent, FormId, Locale, Use, digest
from engine.i18n import Texts

CHOICES = (Use.MARKUP, Use.EXCERPT, Use.TRANSLATE, Use.FEED, Use.ADS)
"""Each has a box of its own. Showing the review has none: it is what sending one is for, and the form says so."""
_KEYS = {
    Use.DISPLAY: "consent-display",
    Use.MARKUP: "consent-markup",
    Use.EXCERPT: "consent-excerpt",
    Use.TRANSLATE: "consent-translate",
    Use.FEED: "consent-feed",
    Use.ADS: "consent-ads",
}


def words_for(use: Use, texts: Texts, site: str) -> str:
    return texts(_KEYS[use], site=site)


def given(chosen: AbstractSet[Use], texts: Texts, *, site: str, form: FormId, locale: Locale, now: datetime) -> Consent:
    """The consent of somebody who sent the form with these boxes ticked, with the words that stood beside them."""
    uses = [Use.DISPLAY, *(use for use in CHOICES if use in chosen)]
    return Consent(
        uses=frozenset(uses),
        wording="\n".join(f"{use}: {words_for(use, texts, site)}" for use in uses),
        proof=f"form {form}, wording {version(texts, site)}, in {locale}, sent {now.isoformat(timespec='seconds')}",
        given_at=now,
    )


def version(texts: Texts, site: str) -> str:
    """Eight hexadecimal digits over all that the form says about consent: other words are another version."""
    return digest(*(words_for(use, texts, site) for use in (Use.DISPLAY, *CHOICES)))[:8]
