"""The API under /v1: what is published for everybody, and all else for whoever has a key."""

from __future__ import annotations

from flask import Blueprint

from review_site.api import (
    batch,
    changes,
    collection_writes,
    collections,
    consents,
    decisions,
    description,
    flags,
    handing_in,
    persons,
    questions,
    reviews,
    signals,
    subject_writes,
    subjects,
    subscriptions,
    testimonials,
    topic_writes,
    topics,
)

blueprint = Blueprint("api", __name__)
for area in (
    batch,
    changes,
    collections,
    questions,
    reviews,
    subjects,
    topics,
    handing_in,
    decisions,
    signals,
    subscriptions,
    subject_writes,
    topic_writes,
    collection_writes,
    consents,
    flags,
    persons,
    testimonials,
    description,
):
    area.register(blueprint)


__all__ = ["blueprint"]
