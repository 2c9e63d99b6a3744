"""Signed tokens (RFC 7519) that two app stores want, made of a private key that an environment variable holds.

The package that signs is the extra ``app-stores``; it is imported where a token is made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.errors import BadValueError, PluginError

_PEM = re.compile(r"-----BEGIN (?P<kind>[A-Z ]+)-----(?P<body>.+?)-----END (?P=kind)-----", re.DOTALL)


def pem_of(option: str, text: str) -> str:
    """A private key in the form of its file, whatever became of its line breaks in an environment variable.

    Raises BadValueError that names the option and nothing of the key.
    """
    found = _PEM.search(text.replace("\\n", " "))
    if found is None or "PRIVATE KEY" not in found["kind"]:
        raise BadValueError(f"{option} is no private key in PEM form: it begins with -----BEGIN PRIVATE KEY-----")
    body = "".join(found["body"].split())
    lines = [body[start : start + 64] for start in range(0, len(body), 64)]
    return "\n".join([f"-----BEGIN {found['kind']}-----", *lines, f"-----END {found['kind']}-----", ""])


def signed(option: str, claims: Mapping[str, Any], pem: str, algorithm: str, key_id: str) -> str:
    """The token of some claims; raises BadValueError, with nothing of the key, when the key is none of that algorithm.

    Raises PluginError with the way out when the extra is not installed.
    """
    try:
        import jwt  # noqa: PLC0415
        from jwt.algorithms import has_crypto  # noqa: PLC0415
    except ImportError as error:
        raise PluginError("this source needs plaudit[app-stores]: pip install 'plaudit[app-stores]'") from error
    if not has_crypto:
        raise PluginError("this source needs plaudit[app-stores]: pip install 'plaudit[app-stores]'")
    try:
        return jwt.encode(dict(claims), pem, algorithm=algorithm, headers={"kid": key_id})
    except (ValueError, TypeError, jwt.PyJWTError):
        # The cause may quote the key.
        raise BadValueError(f"{option} is no private key that can sign with {algorithm}") from None
