"""The pull API under /v1."""

from __future__ import annotations

from flask import Blueprint, Response

from review_site.api import collections, questions, subjects, topics

blueprint = Blueprint("api", __name__)
collections.register(blueprint)
questions.register(blueprint)
subjects.register(blueprint)
topics.register(blueprint)


@blueprint.after_request
def open_to_all_origins(response: Response) -> Response:
    """Whatever is here is public and the same for everybody, so scripts of every page may read it (Fetch, 3.2)."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


__all__ = ["blueprint"]
