"""How webhooks are signed: what each scheme lets in, and everything else that it does not."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from engine.errors import SignatureError
from engine.signatures import (
    TOLERANCE,
    Encoding,
    check_hmac,
    check_standard,
    standard_headers,
    standard_id,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BODY = '{"body": "Größer als gedacht ☕"}'.encode()
PLAIN = "a secret of the shop"
ENCODED = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

Check = Callable[[str, str, bytes], None]


def digest_of(secret: str, body: bytes = BODY) -> bytes:
    return hmac.new(secret.encode(), body, hashlib.sha256).digest()


PLAIN_CHECKS = [
    pytest.param(check_hmac, digest_of(PLAIN).hex(), id="hex"),
    pytest.param(
        lambda secret, given, body: check_hmac(secret, given, body, encoding=Encoding.BASE64),
        b64encode(digest_of(PLAIN)).decode(),
        id="base64",
    ),
    pytest.param(
        lambda secret, given, body: check_hmac(secret, given, body, encoding=Encoding.BASE64, prefix="sha256="),
        "sha256=" + b64encode(digest_of(PLAIN)).decode(),
        id="base64 with a prefix",
    ),
    pytest.param(
        lambda secret, given, body: check_hmac(secret, given, body, algorithm="sha1", prefix="sha1="),
        "sha1=" + hmac.new(PLAIN.encode(), BODY, hashlib.sha1).hexdigest(),
        id="SHA-1",
    ),
]


@pytest.mark.parametrize(("check", "signature"), PLAIN_CHECKS)
def test_what_the_source_signed_is_let_in(check: Check, signature: str) -> None:
    check(PLAIN, signature, BODY)


@pytest.mark.parametrize(("check", "signature"), PLAIN_CHECKS)
def test_nothing_else_is(check: Check, signature: str) -> None:
    forged = [
        (PLAIN, "", BODY),
        (PLAIN, signature[:-3] + "000", BODY),
        (PLAIN, signature[:-1], BODY),
        (PLAIN, "ß\udcff" + signature, BODY),
        (PLAIN, signature, BODY + b" "),
        (PLAIN, signature, b""),
        ("another secret", signature, BODY),
        ("", signature, BODY),
        ("  ", digest_of("").hex(), BODY),
    ]

    for secret, given, body in forged:
        with pytest.raises(SignatureError) as refused:
            check(secret, given, body)
        assert PLAIN not in str(refused.value)
        assert signature not in str(refused.value)


@pytest.mark.parametrize(("check", "signature"), PLAIN_CHECKS)
def test_while_a_secret_is_changed_the_old_and_the_new_one_are_good(check: Check, signature: str) -> None:
    check(f"{PLAIN} | the next secret", signature, BODY)
    check(f"the next secret |  {PLAIN} ", signature, BODY)

    for other in ("the next secret | the one after it", f"{PLAIN} the next secret", f"{PLAIN}|next", " | "):
        with pytest.raises(SignatureError):
            check(other, signature, BODY)


def test_both_secrets_of_standard_webhooks_are_good_while_they_change() -> None:
    following = "whsec_" + b64encode(b"another secret of the shop").decode()
    headers = standard_headers(ENCODED, "m1", NOW, BODY)

    check_standard(f"{following} | {ENCODED}", headers, BODY, NOW)

    assert len(standard_headers(f"{following} | {ENCODED}", "m1", NOW, BODY)["webhook-signature"].split()) == 2
    with pytest.raises(SignatureError):
        check_standard(following, headers, BODY, NOW)


@pytest.mark.parametrize("away", [TOLERANCE + timedelta(seconds=1), -TOLERANCE - timedelta(seconds=1)])
def test_a_signature_of_another_time_is_refused(away: timedelta) -> None:
    with pytest.raises(SignatureError, match="minutes old"):
        check_standard(ENCODED, standard_headers(ENCODED, "m1", NOW - away, BODY), BODY, NOW)


def test_a_time_that_was_changed_after_signing_is_refused() -> None:
    old = NOW - timedelta(hours=1)
    headers = {**standard_headers(ENCODED, "m1", old, BODY), "webhook-timestamp": str(int(NOW.timestamp()))}

    with pytest.raises(SignatureError):
        check_standard(ENCODED, headers, BODY, NOW)


def test_signs_as_the_specification_s_example() -> None:
    sent_at = datetime.fromtimestamp(1614265330, UTC)

    headers = standard_headers(ENCODED, "msg_p5jXN8AQM9LWM0D4loKWxJek", sent_at, b'{"test": 2432232314}')

    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_one_of_several_signatures_is_enough_while_a_secret_is_changed() -> None:
    headers = standard_headers(ENCODED, "m1", NOW, BODY)
    several = {**headers, "webhook-signature": f"v1a,abc v1,wrong {headers['webhook-signature']} v1"}

    check_standard(ENCODED, several, BODY, NOW)

    assert standard_id(several) == "m1"


def test_svix_calls_the_same_headers_otherwise() -> None:
    headers = {
        name.replace("webhook", "svix"): value for name, value in standard_headers(ENCODED, "m1", NOW, BODY).items()
    }

    check_standard(ENCODED, headers, BODY, NOW)

    assert standard_id(headers) == "m1"


@pytest.mark.parametrize(
    ("secret", "changed"),
    [
        pytest.param(ENCODED, {"webhook-id": "m2"}, id="another id"),
        pytest.param(ENCODED, {"webhook-id": ""}, id="no id"),
        pytest.param(ENCODED, {"webhook-timestamp": ""}, id="no time"),
        pytest.param(ENCODED, {"webhook-timestamp": "٣"}, id="a time in other digits"),
        pytest.param(ENCODED, {"webhook-timestamp": "9" * 400}, id="a time without end"),
        pytest.param(ENCODED, {"webhook-signature": ""}, id="no signature"),
        pytest.param(ENCODED, {"webhook-signature": "v1," + "A" * 44}, id="a forged signature"),
        pytest.param("whsec_AAAAAAAAAAAAAAAAAAAAAAAA", {}, id="another secret"),
        pytest.param("whsec_", {}, id="an empty secret"),
        pytest.param("", {}, id="no secret"),
        pytest.param("whsec_%%%", {}, id="a secret that is no base64"),
    ],
)
def test_what_does_not_fit_is_refused(secret: str, changed: Mapping[str, str]) -> None:
    headers = {**standard_headers(ENCODED, "m1", NOW, BODY), **changed}

    with pytest.raises(SignatureError):
        check_standard(secret, headers, BODY, NOW)
