"""Topics called as a person wants them called."""

from __future__ import annotations

from flask import Blueprint, Response

from engine.domain import Permission, TopicId
from engine.topics_run import rename
from review_site.access import needs, require_subject, who
from review_site.api.bodies import body
from review_site.api.topics import show
from review_site.asking import instance
from review_site.wiring import now


def register(blueprint: Blueprint) -> None:
    guarded = needs(Permission.WRITE_COLLECTIONS)(change)
    blueprint.add_url_rule("/topics/<topic>", "patch_topic", guarded, methods=["PATCH"])


def change(topic: str) -> Response:
    """Raises NotAllowedError for a key that is limited to subjects: a topic is the whole shop's."""
    name = body("TopicPatch")["name"]
    require_subject(who(), None)
    with instance().store.writing() as transaction:
        rename(transaction, TopicId(topic), name, by=who().name, now=now())
    return show(topic)
