"""The identities of the domain: each its own type, so that one is never taken for another."""

from __future__ import annotations

from hashlib import sha256
from typing import NewType

SubjectId = NewType("SubjectId", str)
SourceId = NewType("SourceId", str)
ReviewId = NewType("ReviewId", str)
VoiceId = NewType("VoiceId", str)
MediaId = NewType("MediaId", str)
FaqId = NewType("FaqId", str)
TopicId = NewType("TopicId", str)
CollectionId = NewType("CollectionId", str)
FlagId = NewType("FlagId", str)
KeyId = NewType("KeyId", str)
AccountId = NewType("AccountId", str)
SubscriptionId = NewType("SubscriptionId", str)
DeliveryId = NewType("DeliveryId", str)
SignalId = NewType("SignalId", str)
Locale = NewType("Locale", str)
"""A language that pages are published in, as a BCP 47 tag: ``en``, ``de``."""


def review_id(source: SourceId, external_id: str) -> ReviewId:
    """The id of a review: the same source and external id always give the same one."""
    return ReviewId("r" + digest(source, external_id))


def digest(*parts: str) -> str:
    """Twenty hexadecimal digits (80 bits) over the parts, kept apart by a separator that no part holds."""
    return sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:20]
