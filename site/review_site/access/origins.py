"""Where a browser says that a request comes from, and whether that is this site itself (RFC 6454; ASVS 5.0, 3.5)."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from engine.errors import NotAllowedError
from review_site.asking import instance


def asked_origin() -> str | None:
    """None where the request names none, as those of programs that are no browsers."""
    return request.headers.get("Origin")


def is_own(origin: str) -> bool:
    """Whether pages of this site have this origin: by its configured address, or by the one it was asked at.

    Behind a proxy the request itself does not know that it came over HTTPS; where the site says that it is reached by
    HTTPS, an origin without is somebody else's.
    """
    configured = urlsplit(instance().config.site_base_url)
    if origin == f"{configured.scheme}://{configured.netloc}".lower():
        return True
    parts = urlsplit(origin)
    return parts.netloc == request.host.lower() and parts.scheme in {"https", configured.scheme}


def refuse_foreign() -> None:
    """Raises NotAllowedError unless the request says that it comes from a page of this site."""
    origin = asked_origin()
    if origin is None or not is_own(origin):
        raise NotAllowedError("this was not sent from a page of this site")
