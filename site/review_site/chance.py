"""What nobody can guess: keys, sessions and one-time links."""

from __future__ import annotations

import secrets

from engine.keys import RANDOM_BYTES, key_text


def new_api_key() -> str:
    return key_text(secrets.token_bytes(RANDOM_BYTES))


def new_token() -> str:
    """For a session or a one-time link: 32 bytes, as an address can hold them."""
    return secrets.token_urlsafe(32)
