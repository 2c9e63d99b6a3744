"""What the settings of the sample company show: a key that nobody has, and a subscription that is off."""

from __future__ import annotations

from datetime import timedelta

from engine.domain import Permission
from engine.keys import KeyWish, create_key
from engine.store import Transaction
from review_site.chance import new_api_key
from review_site.demo import BY
from review_site.telling import subscribing
from review_site.wiring import Instance, now

PROGRAM = "Web shop"
HOOK = "https://cms.larkfield.example/hooks"
TOLD = timedelta(minutes=10)
"""How much of what happened last the subscription is to be told."""


def furnish(instance: Instance) -> None:
    """Makes what is not there yet; no account, for the first one is made by whoever starts the server."""
    with instance.store.writing() as transaction:
        if not transaction.keys.all():
            wish = KeyWish(name=PROGRAM, permissions=frozenset({Permission.READ, Permission.WRITE_REVIEWS}))
            create_key(transaction, wish, new_api_key(), by=BY, now=now())
        if not transaction.subscriptions.all():
            _subscribe(instance, transaction)


def _subscribe(instance: Instance, transaction: Transaction) -> None:
    """Off, for nothing answers at its address; what waited for it failed, and can be sent again."""
    can = subscribing(instance, transaction, BY)
    made = can.add(HOOK, note="Larkfield’s CMS", events=["snippet.updated"])
    can.replay_since(made.id, now() - TOLD, now())
    can.disable(made.id)
