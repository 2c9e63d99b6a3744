"""The signatures of Standard Webhooks: the vector of its specification, and others that openssl made."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.signatures import check_standard, new_secret, standard_headers

# https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md; the others are of openssl:
# printf 'ID.TIME.BODY' | openssl dgst -sha256 -mac HMAC -macopt hexkey:KEY -binary | base64
SPECIFIED = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
LONG = new_secret(bytes(range(64)))
VECTORS = [
    pytest.param(
        SPECIFIED,
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        id="of the specification",
    ),
    pytest.param(
        LONG,
        "msg_1",
        1767225600,
        '{"größer":"☕"}'.encode(),
        "v1,3Q/MaBOMPm57I+2pvBiMB8g9H4IMUvpL56iirP1IGdw=",
        id="the longest secret",
    ),
    pytest.param(LONG, "msg_2", 1767225600, b"", "v1,28Tb9oaVvN4okuyatHrfMSUnYyQJlWCi61+StEy+k3A=", id="no body"),
]


@pytest.mark.parametrize(("secret", "message", "seconds", "body", "signature"), VECTORS)
def test_signs_as_the_vector_says(secret: str, message: str, seconds: int, body: bytes, signature: str) -> None:
    sent_at = datetime.fromtimestamp(seconds, UTC)

    headers = standard_headers(secret, message, sent_at, body)

    assert headers["webhook-signature"] == signature
    check_standard(secret, headers, body, sent_at)


@pytest.mark.parametrize("length", [0, 23, 65])
def test_a_secret_has_24_to_64_bytes(length: int) -> None:
    with pytest.raises(ValueError, match="24 to 64"):
        new_secret(bytes(length))
