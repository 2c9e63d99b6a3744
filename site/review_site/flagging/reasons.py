"""Why a review is reported, and why it is not published, in the words of each language."""

from __future__ import annotations

from collections.abc import Mapping

from engine.domain import FlagReason, Locale, Reason
from engine.i18n import Texts, texts
from review_site.frame import HERE

REPORTED: Mapping[FlagReason, str] = {
    FlagReason.ILLEGAL: "says-illegal",
    FlagReason.NOT_GENUINE: "says-not-genuine",
    FlagReason.PERSONAL_DATA: "says-personal-data",
    FlagReason.ABUSE: "says-abuse",
    FlagReason.SPAM: "says-spam",
    FlagReason.OFF_TOPIC: "says-off-topic",
}
REJECTED: Mapping[Reason, str] = {
    Reason.SPAM: "because-spam",
    Reason.OFF_TOPIC: "because-off-topic",
    Reason.PERSONAL_DATA: "because-personal-data",
    Reason.ABUSE: "because-abuse",
    Reason.ILLEGAL: "because-illegal",
    Reason.NOT_A_CUSTOMER: "because-not-a-customer",
    Reason.DUPLICATE: "because-duplicate",
}


def spoken_in(locale: Locale) -> Texts:
    """The texts about reports and decisions."""
    return texts(HERE / "flagging" / "i18n", locale)


def why_rejected(reason: Reason, locale: Locale) -> str:
    """The reason as a sentence."""
    return spoken_in(locale)(REJECTED[reason])
