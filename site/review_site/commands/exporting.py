"""The verb that writes a static site: export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from engine.outbox import Work
from engine.settings import web_address
from review_site.commands.common import found_something, progress, say_problems, stoppable, with_instance
from review_site.commands.publishing import say_failures
from review_site.exporting import KeptBack, as_static, units
from review_site.exporting import export as write_all
from review_site.wiring import Instance
from review_site.worker import catch_up


@click.command()
@with_instance
@click.argument("target", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--base-url", help="Where visitors will reach the files; site.base_url without it.")
@click.option("--live-url", help="Where visitors reach this instance, for forms; site.base_url without it.")
@click.option("--no-live", is_flag=True, help="Visitors cannot reach this instance: leave out what leads to it.")
@click.option("--only-newest", is_flag=True, help="Leave sorted and filtered views to this instance.")
@click.option("--fresh", is_flag=True, help="Build every page anew, also those of which nothing changed.")
def export(
    instance: Instance,
    target: Path,
    base_url: str | None,
    live_url: str | None,
    no_live: bool,
    only_newest: bool,
    fresh: bool,
) -> None:
    """Write everything public as files, for a host that runs no program.

    The folder is replaced as a whole once all is written; until then, and when it is stopped, it stays as it was.
    """
    if no_live and live_url:
        raise click.UsageError("--no-live and --live-url say different things")
    own = instance.config.site_base_url
    live = "" if no_live else web_address(live_url or own)
    static = as_static(instance, web_address(base_url or own), live, only_newest=only_newest)
    with stoppable() as stop:
        failed = catch_up(instance, lambda _: None, stop, kinds=(Work.PUBLISH,))
        with progress("exporting", len(units(instance)), every=100) as advance:
            done = write_all(static, target, stop, advance, is_fresh=fresh)
    counts = done.counts
    click.echo(f"{target}: {counts.written} files written, {counts.kept} kept, {counts.removed} removed")
    _say_what_is_alike(counts.alike)
    _say_what_is_kept_back(done.kept_back)
    say_failures(failed)
    if done.kept_back:
        found_something()


def _say_what_is_alike(alike: Sequence[tuple[str, str]]) -> None:
    if alike:
        one, other = alike[0]
        click.echo(
            f"{len(alike)} pairs of files differ in capitals alone, such as {one} and {other}:"
            " the host has to tell them apart",
            err=True,
        )


def _say_what_is_kept_back(kept_back: Sequence[KeptBack]) -> None:
    if kept_back:
        click.echo(f"{len(kept_back)} pages are not among them, because the checker keeps them back:", err=True)
    for each in kept_back:
        click.echo(f"{each.name} in {each.locale}:", err=True)
        say_problems(each.problems)
