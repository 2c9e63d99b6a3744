"""The pull API under /v1."""

from __future__ import annotations

from flask import Blueprint

from review_site.api import questions, subjects, topics

blueprint = Blueprint("api", __name__)
questions.register(blueprint)
subjects.register(blueprint)
topics.register(blueprint)

__all__ = ["blueprint"]
