"""Verbs that keep an instance from being lost: backup, restore."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from engine.config import DEFAULT_CONFIG, Config, read_config
from engine.plugins import load_kinds
from review_site.commands.common import instance_options, opened
from review_site.commands.publishing import bring_up_to_date
from review_site.keeping import Restored, back_up, thin_out
from review_site.keeping import restore as restore_backup
from review_site.wiring import now


@click.command()
@instance_options
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--keep", type=click.IntRange(1), help="Delete the oldest backups of the folder beyond so many.")
@click.option("--without-secret", is_flag=True, help="Leave the secret out; keep it elsewhere.")
def backup(config: Path | None, folder: Path | None, target: Path, keep: int | None, without_secret: bool) -> None:
    """Back an instance up while it runs, into a folder or a file that ends in .zip, and prove it by restoring it."""
    if keep is not None and target.suffix == ".zip":
        raise click.UsageError("--keep goes with a folder")
    kept = back_up(_settings(config, folder), target, with_secret=not without_secret, now=now())
    rows = sum(kept.manifest.counts.values())
    click.echo(f"{kept.path}: {rows:,} rows of {len(kept.manifest.counts)} tables, {kept.path.stat().st_size:,} bytes")
    if kept.doubt:
        click.echo(f"! it was read through and not restored: {kept.doubt}", err=True)
    else:
        click.echo("restored in a scratch place: it is whole, and every table has its rows")
    if keep is not None:
        gone = thin_out(target, keep)
        click.echo(f"{len(gone)} older backups deleted")


@click.command()
@instance_options
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace the instance that is there.")
@click.option(
    "--erased",
    "lists",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A newer plaudit-erased.jsonl than the one beside the backup.",
)
def restore(config: Path | None, folder: Path | None, file: Path, force: bool, lists: Sequence[Path]) -> None:
    """Put a backup back into an empty data folder, erase again who was erased since, and build every page anew."""
    done = restore_backup(_settings(config, folder), file, lists=lists, force=force, now=now())
    _say_what_came_back(done)
    with opened(config, folder) as instance:
        bring_up_to_date(instance)


def _settings(config: Path | None, folder: Path | None) -> Config:
    """The settings of an instance that is not opened: it may not be there yet, or be of an older version."""
    return read_config(config or (DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None), os.environ, folder, load_kinds)


def _say_what_came_back(done: Restored) -> None:
    counts, made_at = done.manifest.counts, done.manifest.made_at
    click.echo(f"restored what was there on {made_at:%Y-%m-%d %H:%M:%S} UTC: {counts.get('review', 0):,} reviews")
    again = done.reburied
    click.echo(
        f"since then: {again.erased} reviews and {again.others} other records erased again, {again.withdrawn} withdrawn"
        " again"
    )
    if done.erasures_as_of is None:
        click.echo(
            "! nothing here tells who was erased since: erase and withdraw them again before you serve", err=True
        )
    else:
        click.echo(f"whoever asked after {done.erasures_as_of:%Y-%m-%d %H:%M:%S} UTC is in it: erase them again")
