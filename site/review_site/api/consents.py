"""Consents taken back by whoever gave them, named by a review, by its source's id, or by an e-mail address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify

from engine.domain import Permission, ReviewId, SourceId, State, Use, review_id
from engine.store import Transaction
from review_site.access import needs, require_subject, who
from review_site.api.bodies import body
from review_site.api.idempotency import once
from review_site.asking import instance


def register(blueprint: Blueprint) -> None:
    guarded = needs(Permission.WITHDRAW)(once(withdraw))
    blueprint.add_url_rule("/consents/withdraw", "withdraw_consents", guarded, methods=["POST"])


def withdraw() -> Response:
    """All of them in one transaction; what was withdrawn before stays so and is no mistake."""
    said = body("ConsentWithdrawal")
    uses = frozenset(Use(each) for each in said.get("uses", ())) or frozenset(Use)
    withdrawn: list[ReviewId] = []
    with instance().store.writing() as transaction:
        moderation = instance().moderation(transaction)
        found = _meant(transaction, said)
        for which in found:
            review = transaction.reviews.find(which).review
            require_subject(who(), review.subject_id)
            if review.state is not State.WITHDRAWN:
                moderation.withdraw(which, uses, by=who().name)
                withdrawn.append(which)
    return jsonify(withdrawn=withdrawn, unchanged=sorted(set(found) - set(withdrawn)), uses=sorted(uses))


def _meant(transaction: Transaction, said: Mapping[str, Any]) -> list[ReviewId]:
    """Raises NotFoundError where one review is named that there is not; an address may be nobody's."""
    if "email_sha256" in said:
        return transaction.reviews.of_contact({said["email_sha256"].lower()})
    named = said.get("review") or review_id(SourceId(said.get("source", "")), said.get("external_id", ""))
    return [transaction.reviews.find(ReviewId(named)).review.id]
