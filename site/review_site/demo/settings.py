"""What the settings of the sample company show: a key that nobody has."""

from __future__ import annotations

from engine.domain import Permission
from engine.keys import KeyWish, create_key
from review_site.chance import new_api_key
from review_site.demo.company import EDITOR
from review_site.wiring import Instance, now

PROGRAM = "Web shop"


def furnish(instance: Instance) -> None:
    """Makes what is not there yet; no account, for the first one is made by whoever starts the server."""
    with instance.store.writing() as transaction:
        if not transaction.keys.all():
            wish = KeyWish(name=PROGRAM, permissions=frozenset({Permission.READ, Permission.WRITE_REVIEWS}))
            create_key(transaction, wish, new_api_key(), by=EDITOR, now=now())
