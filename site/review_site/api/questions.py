"""The questions and answers of a subject, as JSON."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from engine.domain import SubjectId
from engine.material import select_material
from review_site.asking import asked_locale, instance
from review_site.faq_tables import as_mapping
from review_site.wiring import now


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/subjects/<subject>/faq", view_func=faq)


def faq(subject: str) -> Response:
    """What stands on the page: approved, in the language of the locale, and quotable at this moment."""
    with instance().store.reading() as transaction:
        found = transaction.subjects.find(SubjectId(subject))
        material = select_material(transaction, found, asked_locale(), instance().settings, now=now())
    return jsonify(items=[as_mapping(each) for each in material.faq], next=None)
