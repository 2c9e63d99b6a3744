"""How webhooks are signed, ours as Standard Webhooks, and those of others checked in constant time, by their schemes.

No scheme lets anything in without a secret: a webhook that nobody configured is closed. A secret may be
several (``old | new``) while its source changes from one to the next. An error never tells a secret, the signature that
would have been right, or the body.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from engine.errors import SignatureError

TOLERANCE = timedelta(minutes=5)
"""How far the time that was signed may be from now, to either side."""
_SECRET_PREFIX = "whsec_"  # noqa: S105 - it announces a secret and is none
_MOST_SIGNATURES = 20
_MOST_SECRETS = 5
# Some secrets hold spaces, or a bar; none holds these three characters in a row.
_BETWEEN = " | "


class Encoding(StrEnum):
    """How a digest is written in a header."""

    HEX = "hex"
    BASE64 = "base64"


def check_hmac(
    secret: str,
    signature: str,
    body: bytes,
    *,
    algorithm: str = "sha256",
    encoding: Encoding = Encoding.HEX,
    prefix: str = "",
) -> None:
    """The HMAC of the body under the secret, as ``prefix`` and the digest; raises SignatureError.

    Nothing in such a signature has a time: the same body again is known by its receipt.
    """
    expected = [prefix + _written(_digest(each.encode(), body, algorithm), encoding) for each in _set(secret)]
    _require([signature.strip()], expected, encoding)


def check_standard(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Standard Webhooks, and Svix under its older header names; raises SignatureError.

    ``secret`` is base64 with ``whsec_`` before it; header names are in lower case.
    https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    """
    # The package of the specification's authors reads the clock by itself, and trips over a signature without a comma.
    keys = [_key(each) for each in _set(secret)]
    message_id, sent_at, signatures = (_standard(headers, name) for name in ("id", "timestamp", "signature"))
    if not message_id:
        raise SignatureError("it is not signed: the header webhook-id is missing")
    _refuse_old(sent_at, now)
    expected = ["v1," + _written(_standard_digest(key, message_id, sent_at, body), Encoding.BASE64) for key in keys]
    _require(signatures.split(" "), expected)


def standard_id(headers: Mapping[str, str]) -> str:
    """What Standard Webhooks calls this message, the same in each attempt to deliver it; signed with the body."""
    return _standard(headers, "id")


def standard_headers(secret: str, message_id: str, sent_at: datetime, body: bytes, *others: str) -> Mapping[str, str]:
    """The headers that a sender signs a message with.

    ``others`` are further secrets that are valid at the moment: each adds its signature, as each of several in
    ``secret`` does, so that a receiver who has any of them can check it. Raises SignatureError where one of them is
    empty or is no secret: nothing leaves unsigned.
    """
    seconds = str(int(sent_at.timestamp()))
    valid = [one for each in (secret, *others) for one in _set(each)]
    digests = [_standard_digest(_key(each), message_id, seconds, body) for each in valid]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join("v1," + _written(each, Encoding.BASE64) for each in digests),
    }


def new_secret(chance: bytes) -> str:
    """The secret made of 24 to 64 random bytes, as Standard Webhooks writes it. Raises ValueError for fewer or more."""
    if not 24 <= len(chance) <= 64:
        raise ValueError("a secret is made of 24 to 64 bytes")
    return _SECRET_PREFIX + b64encode(chance).decode()


def _standard(headers: Mapping[str, str], name: str) -> str:
    return headers.get(f"webhook-{name}") or headers.get(f"svix-{name}", "")


def _standard_digest(key: bytes, message_id: str, sent_at: str, body: bytes) -> bytes:
    return _digest(key, f"{message_id}.{sent_at}.".encode() + body)


def _set(secret: str) -> Sequence[str]:
    """Each secret that is good now."""
    found = [each.strip() for each in secret.split(_BETWEEN) if each.strip()][:_MOST_SECRETS]
    if not found:
        raise SignatureError("no secret is set for it, so its webhook is closed")
    return found


def _key(secret: str) -> bytes:
    """The bytes of a secret in base64, whether or not it is padded."""
    written = secret.removeprefix(_SECRET_PREFIX)
    try:
        key = b64decode(written + "=" * (-len(written) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureError("its secret is set, but is no base64 with whsec_ before it: it is closed") from error
    if not key:
        raise SignatureError("no secret is set for it, so its webhook is closed")
    return key


def _refuse_old(sent_at: str, now: datetime) -> None:
    if not (sent_at.isascii() and sent_at.isdecimal() and len(sent_at) < 15):
        raise SignatureError("it is not signed: there is no time in its signature")
    if abs(int(sent_at) - now.timestamp()) > TOLERANCE.total_seconds():
        raise SignatureError(f"its signature is more than {TOLERANCE.seconds // 60} minutes old, or of the future")


def _require(signatures: Iterable[str], expected: Sequence[str], encoding: Encoding | None = None) -> None:
    given = [each for each in signatures if each][:_MOST_SIGNATURES]
    if not given:
        raise SignatureError("it is not signed")
    # All are compared, and as bytes: compare_digest refuses texts that are not ASCII.
    written = [each.lower() if encoding is Encoding.HEX else each for each in given]
    same = [_same(each, wanted) for each in written for wanted in expected]
    if not any(same):
        raise SignatureError("its signature does not fit its body and the secret")


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _digest(key: bytes, message: bytes, algorithm: str = "sha256") -> bytes:
    return hmac.new(key, message, getattr(hashlib, algorithm)).digest()


def _written(digest: bytes, encoding: Encoding) -> str:
    return digest.hex() if encoding is Encoding.HEX else b64encode(digest).decode()
