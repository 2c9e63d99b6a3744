"""The verb that looks for what somebody has to mend: doctor."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from engine.config import DEFAULT_CONFIG, read_config
from engine.plugins import load_kinds
from engine.store.copying import copies_of
from engine.store.migrate import check_version
from review_site.commands.common import found_something, instance_options, opened
from review_site.complaints import Findings
from review_site.examination import examine
from review_site.wiring import database_url


@click.command()
@instance_options
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def doctor(config: Path | None, folder: Path | None, form: str) -> None:
    """Examine the instance and what it stands on; each complaint has the way out."""
    _refuse_other_tables(config, folder)
    with opened(config, folder) as instance:
        findings = examine(instance)
    if form == "json":
        complaints = [each.as_mapping() for each in findings.complaints]
        click.echo(json.dumps({"lines": findings.lines, "complaints": complaints}, indent=2, ensure_ascii=False))
    else:
        _say(findings)
    if findings.complaints:
        found_something()


def _refuse_other_tables(config: Path | None, folder: Path | None) -> None:
    """Raises StoreError for tables of another version: opened in any other way, they would be migrated."""
    path = config or (DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None)
    url = database_url(read_config(path, os.environ, folder, load_kinds))
    if not copies_of(url).is_empty():
        check_version(url)


def _say(findings: Findings) -> None:
    for each in findings.lines:
        click.echo(each)
    for complaint in findings.complaints:
        click.echo(f"! {complaint}")
