"""Verbs about pages that embed our snippets: monitor add, remove, list, run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any

import click

from engine.domain import Embedded, Finding, Locale, MonitoredPage, SubjectId
from engine.errors import BadValueError
from engine.monitor import Looked
from engine.outbox import Outcome, Work
from engine.store import Lease
from review_site.commands.common import found_something, progress, stoppable, with_instance
from review_site.owners import is_gone
from review_site.wiring import Instance, now

AT_ONCE = 500
TOLD_EVERY = 10
_FORMAT = click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)


@click.group()
def monitor() -> None:
    """Watch pages that embed our snippets: missing, altered, doubled, hidden, blocked."""


@monitor.command()
@with_instance
@click.argument("url")
@click.option("--subject", required=True, help="Whose reviews the page embeds.")
@click.option(
    "--name", type=click.Choice([each.value for each in Embedded]), default=Embedded.LIST.value, show_default=True
)
@click.option("--locale", help="The language it embeds; the default one without it.")
def add(instance: Instance, url: str, subject: str, name: str, locale: str | None) -> None:
    """Watch the page at URL from now on; a worker looks at it at once, and then on schedule."""
    wanted = Locale(locale or instance.settings.default_locale)
    if wanted not in instance.settings.locales:
        raise BadValueError(f"{wanted!r} is not published here; there are {', '.join(instance.settings.locales)}")
    page = instance.monitor.add(url, SubjectId(subject), wanted, Embedded(name), now())
    click.echo(f"watching {page.url} for {page.subject_id} in {page.locale}, every {_hours(instance)}")


@monitor.command()
@with_instance
@click.argument("url")
@click.option("--subject", help="Only for this subject.")
def remove(instance: Instance, url: str, subject: str | None) -> None:
    """Watch the page at URL no longer."""
    count = instance.monitor.remove(url, SubjectId(subject) if subject else None)
    click.echo(f"{url} is watched no longer, for {count} {'subject' if count == 1 else 'subjects'}")


@monitor.command("list")
@with_instance
@_FORMAT
def list_pages(instance: Instance, form: str) -> None:
    """Print every watched page and what was wrong with it at the last look."""
    for page in _pages(instance):
        with instance.store.reading() as transaction:
            _say(page, transaction.monitored.findings(page.id), form)


@monitor.command()
@with_instance
@_FORMAT
def run(instance: Instance, form: str) -> None:
    """Look at every watched page now, and report; exit code 1 when something is wrong with one."""
    instance.outbox.take_over_from(is_gone)
    pages = list(_pages(instance))
    wrong = 0
    with progress("looking", len(pages), every=TOLD_EVERY) as advance, stoppable() as stop:
        for page in takewhile(lambda _: not stop.is_set(), pages):
            wrong += _tell(page, _look(instance, page), form)
            advance(1)
    if form == "text":
        click.echo(f"{len(pages)} {'page' if len(pages) == 1 else 'pages'}, {wrong} with something wrong")
    if wrong:
        found_something()


def _tell(page: MonitoredPage, outcome: Outcome | None, form: str) -> bool:
    """Whether something is wrong with the page, or with the look at it."""
    if outcome is None or outcome.lost:
        click.echo(f"{page.url}: a worker looks at it at this moment", err=True)
        return False
    if outcome.error is not None:
        click.echo(f"{page.url}: could not be looked at: {outcome.error}", err=True)
        return True
    if not isinstance(outcome.result, Looked):
        return False
    looked = outcome.result
    _say(looked.page, looked.findings, form, new=looked.regressed)
    return bool(looked.findings)


def _look(instance: Instance, page: MonitoredPage) -> Outcome | None:
    """None when a worker is at it at this moment."""

    def look(lease: Lease) -> Looked | None:
        return instance.monitor.look(lease, now(), patient=False)

    return instance.outbox.work_off_one(Work.MONITOR, page.id, look)


def _pages(instance: Instance) -> Iterator[MonitoredPage]:
    after = ""
    while True:
        with instance.store.reading() as transaction:
            found = transaction.monitored.page(after=after, limit=AT_ONCE)
        yield from found
        if len(found) < AT_ONCE:
            return
        after = found[-1].id


def _say(page: MonitoredPage, findings: Sequence[Finding], form: str, new: Iterable[str] = ()) -> None:
    if form == "jsonl":
        click.echo(json.dumps(_as_mapping(page, findings)))
        return
    state = "never looked at" if page.looked_at is None else "as published"
    click.echo(f"{page.url} ({page.subject_id}, {page.locale}): {_counted(findings) or state}")
    for each in findings:
        since = "new" if each.problem.rule in set(new) else f"since {each.since:%Y-%m-%d %H:%M} UTC"
        click.echo(f"  {each.problem.severity}: {each.problem.message} ({since}) [{each.problem.rule}]")
        click.echo(f"    Mend: {each.problem.fix}")


def _as_mapping(page: MonitoredPage, findings: Sequence[Finding]) -> dict[str, Any]:
    return {
        "url": page.url,
        "subject": page.subject_id,
        "locale": page.locale,
        "name": page.embedded,
        "looked_at": _moment(page.looked_at),
        "findings": [
            {
                "rule": each.problem.rule,
                "severity": each.problem.severity,
                "message": each.problem.message,
                "fix": each.problem.fix,
                "since": _moment(each.since),
            }
            for each in findings
        ],
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _counted(findings: Sequence[Finding]) -> str:
    return f"{len(findings)} {'finding' if len(findings) == 1 else 'findings'}" if findings else ""


def _hours(instance: Instance) -> str:
    hours = instance.config.monitor_every_hours
    return "hour" if hours == 1 else f"{hours} hours"
