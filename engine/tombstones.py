"""Tombstones: what was erased, known again by digests that only this instance can make; they tell nobody who it was."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from hashlib import sha256

from engine.domain import SourceId
from engine.mail_addresses import normal_address

PURPOSE = b"plaudit tombstones 1"


@dataclass(frozen=True, slots=True)
class Seal:
    """Makes digests under a key that is in no database: whoever has the tombstones cannot try out addresses."""

    key: bytes = field(repr=False)

    @classmethod
    def of_secret(cls, secret: str) -> Seal:
        """The seal of an instance, from its secret; another secret knows no tombstone of this one."""
        return cls(hmac.digest(secret.encode(), PURPOSE, "sha256"))

    def of_review(self, source: SourceId, external_id: str) -> str:
        """64 hexadecimal digits for what a source calls a review."""
        return self._digest("review", source, external_id)

    def of_address(self, address: str) -> str:
        """64 hexadecimal digits for an e-mail address, however it is spelt."""
        return self._digest("address", normal_address(address))

    def _digest(self, *parts: str) -> str:
        return hmac.new(self.key, "\x1f".join(parts).encode("utf-8", "surrogatepass"), sha256).hexdigest()
