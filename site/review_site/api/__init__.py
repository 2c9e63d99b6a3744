"""The pull API under /v1."""

from __future__ import annotations

from flask import Blueprint

from review_site.api import subjects

blueprint = Blueprint("api", __name__)
subjects.register(blueprint)

__all__ = ["blueprint"]
