"""The security headers of every answer.

https://developer.mozilla.org/docs/Web/HTTP/CSP and OWASP ASVS 5.0, 3.4: nothing may run, nothing but our own style
sheets and pictures may load, and no other site may frame a page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
BARE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def framed_by(origins: Sequence[str]) -> str:
    """The policy of a page that pages of these origins may frame; ``*`` is any."""
    return POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(origins)}")


@lru_cache(maxsize=32)
def headers_for(media_type: str) -> Mapping[str, str]:
    """The security headers of an answer of a media type."""
    policy = POLICY if media_type.startswith("text/html") else BARE_POLICY
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
    }
