"""Who asks, and whether he may.

A route that changes something, or shows what is not published, says ``@needs(Permission.X)`` right below its
``@blueprint`` line, and may ask ``who()`` then; a key that is limited to some subjects is held to them by
``require_subject``.
"""

from __future__ import annotations

from review_site.access.asker import Who, require_subject
from review_site.access.credentials import who
from review_site.access.guard import FILES, FORM, JSON, needed_by, needs

__all__ = ["FILES", "FORM", "JSON", "Who", "needed_by", "needs", "require_subject", "who"]
