"""How often a password may be tried: by address, and by account.

Whoever tries an account's passwords from elsewhere slows down everybody but its owner: a browser in which the owner
signed in before shows a cookie that proves it, and is counted by itself (OWASP, "Slow Down Online Guessing Attacks with
Device Cookies"). So nobody is locked out, and a one-time link always leads in.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from limits import RateLimitItemPerMinute

from review_site.access.cookies import device_token
from review_site.asking import instance
from review_site.visitors import count_one, forget_count, sender

OF_ADDRESS = RateLimitItemPerMinute(60, 15)
OF_ACCOUNT = RateLimitItemPerMinute(10, 15)
WAIT_SECONDS = 15 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Somebody who tries a password of an account, which need not be there."""

    counted_as: str

    def is_too_many(self) -> bool:
        """Counts it; whether it is one too many of its account or its address."""
        from_here = count_one(OF_ADDRESS, "passwords from", sender())
        return not (count_one(OF_ACCOUNT, "passwords of", self.counted_as) and from_here)

    def succeeded(self) -> None:
        """What was tried before is forgotten: it was the owner who had forgotten his password."""
        forget_count(OF_ACCOUNT, "passwords of", self.counted_as)


def attempt_on(email: str) -> Attempt:
    name = _digest(email.strip().lower())
    token = device_token()
    is_known = bool(token) and instance().tokens.device(token) == name
    # Only what is signed: base64 has many spellings of one signature, and each would be a browser of its own.
    return Attempt(counted_as=f"{name} in {_digest(token.rpartition('.')[0])}" if is_known else name)


def device_for(email: str) -> str:
    """What the cookie of a browser says in which the owner of an account signed in."""
    return instance().tokens.of_device(_digest(email.strip().lower()))


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
