"""Verbs about who may come in: account create, list, role, disable, enable, link; key create, list, revoke."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import click

from engine.accounts import (
    AccountWish,
    account_with,
    change_role,
    create_account,
    disable,
    enable,
    make_link,
)
from engine.domain import Account, AccountId, Key, KeyId, Permission, Role, SubjectId
from engine.keys import KeyWish, create_key, revoke_key
from engine.store import KeptAccount
from review_site.chance import new_api_key, new_token
from review_site.commands.common import OPERATOR, with_instance
from review_site.wiring import Instance, new_key, now

ROLES = [each.value for each in Role]
PERMISSIONS = [each.value for each in Permission]


@click.group()
def account() -> None:
    """The people who may sign in to the console."""


@account.command("create")
@with_instance
@click.argument("email")
@click.option("--name", required=True, help="Who it is, as colleagues know them.")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the account is for.")
def create(instance: Instance, email: str, name: str, role: str) -> None:
    """Make an account, and a one-time link with which its owner chooses a password."""
    wish = AccountWish(email=email, name=name, role=Role(role))
    token = new_token()
    with instance.store.writing() as transaction:
        made = create_account(transaction, wish, AccountId(new_key()), by=OPERATOR, now=now())
        make_link(transaction, made, token, by=OPERATOR, now=now())
    _say_link(instance, token)


@account.command("list")
@with_instance
def list_accounts(instance: Instance) -> None:
    """List all accounts: address, role, name, and when they signed in last."""
    with instance.store.reading() as transaction:
        accounts = transaction.accounts.all()
    for each in accounts:
        click.echo(_account_line(each))


@account.command("role")
@with_instance
@click.argument("email")
@click.argument("role", type=click.Choice(ROLES))
def give_role(instance: Instance, email: str, role: str) -> None:
    """Give an account another role; whoever is signed in with it has to sign in anew."""
    with instance.store.writing() as transaction:
        changed = change_role(transaction, account_with(transaction, email), Role(role), by=OPERATOR, now=now())
    click.echo(f"{changed.email}: {changed.role}")


@account.command("disable")
@with_instance
@click.argument("email")
def disable_account(instance: Instance, email: str) -> None:
    """Let nobody in with an account any more; whoever is in is out."""
    with instance.store.writing() as transaction:
        changed = disable(transaction, account_with(transaction, email), by=OPERATOR, now=now())
    click.echo(f"{changed.email}: disabled")


@account.command("enable")
@with_instance
@click.argument("email")
def enable_account(instance: Instance, email: str) -> None:
    """Let the owner of a disabled account in again."""
    with instance.store.writing() as transaction:
        changed = enable(transaction, account_with(transaction, email), by=OPERATOR, now=now())
    click.echo(f"{changed.email}: enabled")


@account.command("link")
@with_instance
@click.argument("email")
def link(instance: Instance, email: str) -> None:
    """Make a one-time link with which the owner of an account chooses a password anew."""
    token = new_token()
    with instance.store.writing() as transaction:
        make_link(transaction, account_with(transaction, email), token, by=OPERATOR, now=now())
    _say_link(instance, token)


@click.group()
def key() -> None:
    """The keys with which programs use the API."""


@key.command("create")
@with_instance
@click.argument("name")
@click.option(
    "--permission", "permissions", multiple=True, required=True, type=click.Choice(PERMISSIONS), help="What it may do."
)
@click.option("--subject", "subjects", multiple=True, help="The only subject it reaches; may be given several times.")
@click.option("--origin", "origins", multiple=True, help="A web origin whose pages may use it from a browser.")
@click.option("--days", type=click.IntRange(1, 3650), help="Days until it expires; never when left out.")
def create_a_key(
    instance: Instance,
    name: str,
    permissions: Sequence[str],
    subjects: Sequence[str],
    origins: Sequence[str],
    days: int | None,
) -> None:
    """Make an API key and show it, this once: only a digest of it is kept."""
    moment = now()
    wish = KeyWish(
        name=name,
        permissions=frozenset(Permission(each) for each in permissions),
        subjects=frozenset(SubjectId(each) for each in subjects),
        origins=frozenset(origins),
        expires_at=moment + timedelta(days=days) if days else None,
    )
    text = new_api_key()
    with instance.store.writing() as transaction:
        create_key(transaction, wish, text, by=OPERATOR, now=moment)
    click.echo(text)
    click.echo("keep it now: it is not shown again", err=True)


@key.command("list")
@with_instance
@click.option("--all", "everything", is_flag=True, help="Those that expired or were revoked too.")
def list_keys(instance: Instance, everything: bool) -> None:
    """List the keys that are valid: what each may do, where, until when, and when it was used last."""
    moment = now()
    with instance.store.reading() as transaction:
        keys = transaction.keys.all()
    for each in keys:
        if everything or each.is_valid(moment):
            click.echo(_key_line(each, moment))


@key.command("revoke")
@with_instance
@click.argument("key_id")
def revoke(instance: Instance, key_id: str) -> None:
    """Let nobody in with a key any more; it is named by what list shows, or by the whole key."""
    wanted = key_id.split("_")[1] if key_id.count("_") == 2 else key_id
    with instance.store.writing() as transaction:
        revoked = revoke_key(transaction, KeyId(wanted), by=OPERATOR, now=now())
    click.echo(f"{revoked.id}: revoked")


def _say_link(instance: Instance, token: str) -> None:
    click.echo(f"{instance.settings.base_url}/console/welcome/{token}")
    click.echo("it works once, within a day; give it to nobody else", err=True)


def _account_line(kept: KeptAccount) -> str:
    found: Account = kept.account
    signed_in = f"signed in {found.signed_in_at:%Y-%m-%d %H:%M}" if found.signed_in_at else "never signed in"
    state = ["disabled"] if found.disabled_at else [] if kept.password else ["no password yet"]
    return " | ".join((found.email, found.role, found.name, signed_in, *state))


def _key_line(found: Key, moment: datetime) -> str:
    used = f"used {found.last_used_at.astimezone(UTC):%Y-%m-%d %H}h" if found.last_used_at else "never used"
    ends = f"until {found.expires_at:%Y-%m-%d}" if found.expires_at else "for ever"
    state = [] if found.is_valid(moment) else ["revoked" if found.revoked_at else "expired"]
    limits = [f"only {', '.join(sorted(found.subjects))}"] if found.subjects else []
    pages = [f"from {', '.join(sorted(found.origins))}"] if found.origins else []
    return " | ".join((found.id, found.name, ", ".join(sorted(found.permissions)), ends, used, *limits, *pages, *state))
