"""The verb about what may be done with reviews: rights."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from engine.domain import Rights, Source, SourceId
from engine.errors import NotFoundError
from engine.rights import PROFILES, profile, refuse_unless_storable
from review_site.commands.common import OPERATOR, instance_options, opened
from review_site.commands.publishing import bring_up_to_date
from review_site.rights_in_words import in_table, in_words, rights_page
from review_site.wiring import Instance


@click.command()
@instance_options
@click.argument("source", required=False)
@click.argument("profile_name", metavar="[PROFILE]", required=False)
@click.option("--attribution", help="The name that the source is shown under.")
@click.option("--approval", default="", help="The leave in writing that some profiles need: from whom, of which date.")
@click.option("--profiles", "known", is_flag=True, help="Print every profile there is, with its evidence and date.")
@click.option("--format", "form", type=click.Choice(["text", "md"]), default="text", help="How --profiles prints them.")
def rights(
    config: Path | None,
    folder: Path | None,
    source: str | None,
    profile_name: str | None,
    attribution: str | None,
    approval: str,
    *,
    known: bool,
    form: str,
) -> None:
    """Print what may be done with each source's reviews, or give SOURCE another PROFILE.

    What may no longer be published is gone at the next request.
    """
    if known:
        _print(rights_page() if form == "md" else in_table(PROFILES))
        return
    if source is not None and profile_name is None:
        raise click.UsageError("say which PROFILE: plaudit rights --profiles lists them")
    with opened(config, folder) as instance:
        if source is not None and profile_name is not None:
            _change(instance, SourceId(source), profile(profile_name, attribution=attribution, approval=approval))
        with instance.store.reading() as transaction:
            sources = transaction.sources.all()
    _print(in_words(each) for each in sources.values())
    if sources:
        _print(["", *in_table({f"{each.id} ({each.rights.profile})": each.rights for each in sources.values()})])


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _change(instance: Instance, source: SourceId, wanted: Rights) -> None:
    refuse_unless_storable(wanted, source)
    with instance.store.writing() as transaction:
        known: Source | None = transaction.sources.find(source)
        if known is None:
            raise NotFoundError(f"there is no source {source!r}")
        count = instance.moderation(transaction).change_rights(known, wanted, by=OPERATOR)
    click.echo(f"{count} reviews filed anew")
    bring_up_to_date(instance)
