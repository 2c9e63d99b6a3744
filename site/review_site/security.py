"""The security headers of every answer.

https://developer.mozilla.org/docs/Web/HTTP/CSP and OWASP ASVS 5.0, 3.4: nothing may run, nothing but our own style
sheets and pictures may load, and no other site may frame a page. What is made to be framed says so itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SCRIPTED_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none';"
    " form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors "
)
GALLERY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; frame-src 'self'; base-uri 'none';"
    " form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'; frame-ancestors 'none'"
)
CONSOLE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self';"
    " base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types plaudit;"
    " frame-ancestors 'none'"
)
"""Of what is for those who are signed in; the script turns the answers of this host into pages, and nothing else."""
BARE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def framed_by(origins: Sequence[str]) -> str:
    """The policy of a page that pages of these origins may frame; ``*`` is any."""
    return POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(origins)}")


def snippet_framed_by(origins: Sequence[str]) -> str:
    """The policy of a framed snippet with our script; ``*`` is any origin, and no origin at all is nobody.

    https://www.w3.org/TR/trusted-types/: the script needs no way to turn a text into HTML or code, so there is none.
    """
    return SCRIPTED_POLICY + (" ".join(origins) or "'none'")


@lru_cache(maxsize=32)
def headers_for(media_type: str) -> Mapping[str, str]:
    """The security headers of an answer of a media type."""
    policy = POLICY if media_type.startswith("text/html") else BARE_POLICY
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
    }
