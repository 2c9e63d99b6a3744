"""The verb about sources: rights."""

from __future__ import annotations

import click

from engine.domain import SourceId
from engine.errors import NotFoundError
from engine.rights import profile, refuse_unless_storable
from review_site.commands.common import OPERATOR, with_instance
from review_site.commands.publishing import bring_up_to_date
from review_site.rights_in_words import in_words
from review_site.wiring import Instance


@click.command()
@with_instance
@click.argument("source", required=False)
@click.argument("profile_name", metavar="[PROFILE]", required=False)
@click.option("--attribution", help="The name that a display-only source is shown under.")
def rights(instance: Instance, source: str | None, profile_name: str | None, attribution: str | None) -> None:
    """Print what may be done with each source's reviews, or give SOURCE another PROFILE.

    What may no longer be published is gone at the next request.
    """
    if source is not None and profile_name is not None:
        _change(instance, SourceId(source), profile_name, attribution)
    elif source is not None:
        raise click.UsageError("say which PROFILE: own, display-only or internal")
    with instance.store.reading() as transaction:
        for each in transaction.sources.all().values():
            click.echo(in_words(each))


def _change(instance: Instance, source: SourceId, name: str, attribution: str | None) -> None:
    wanted = profile(name, attribution=attribution)
    refuse_unless_storable(wanted, source)
    with instance.store.writing() as transaction:
        known = transaction.sources.find(source)
        if known is None:
            raise NotFoundError(f"there is no source {source!r}")
        count = instance.moderation(transaction).change_rights(known, wanted, by=OPERATOR)
    click.echo(f"{count} reviews filed anew")
    bring_up_to_date(instance)
