"""What the sample company had checked: pages of its site, once and again, and a report somebody kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from html import escape

from engine.domain import Embedded, Locale, MonitoredId, Scope, SnippetKey, SubjectId, digest, monitored_id
from engine.monitor import Monitor
from engine.outbox import Work
from engine.store import Transaction
from review_site.console.home.checking import EMBEDDED, Embedding, Way, embedding_to
from review_site.demo.company import EDITOR, WRITER, read
from review_site.demo.days import Days
from review_site.demo.story import Act, Step, Turn
from review_site.judging import judged_text
from review_site.wiring import Instance
from schema_markup.monitored import PageJudge

SITE = "https://larkfield.example"
OLD_THEME = "faulty-page.html"
"""What the page of the kettle had in its place after somebody changed the theme of the shop."""
SEEN, KEPT, RUN = 45.0, 6.1, 2.6
"""Days before the story ends: a snippet was found in a page, a report was kept, and the site was gone through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A page of the shop: days before the story ends on which it was looked at, and those on which it was wrong."""

    path: str
    subject: SubjectId
    looks: Sequence[float]
    wrong: Sequence[float] = ()

    @property
    def url(self) -> str:
        return SITE + self.path


KETTLE = Watched(
    path="/p/k2-kettle",
    subject=SubjectId("k2-kettle"),
    looks=(40, 18.5, 17.5, 6.2, 3.5, 0.8),
    wrong=(18.5, 6.2, 3.5, 0.8),
)
GRINDER = Watched(path="/p/m1-grinder", subject=SubjectId("m1-grinder"), looks=(40, 18.5, 8, 0.9))


def checks(instance: Instance, days: Days) -> Iterator[Step]:
    monitor = Monitor(store=instance.store, judge=PageJudge(), allow=(), every=instance.monitor.every)
    for page in (GRINDER, KETTLE):
        yield Turn(at=days.before(page.looks[0] + 0.1), do=partial(_watch, monitor, page))
        for ago in page.looks:
            yield Act(at=days.before(ago), do=partial(_look, monitor, page, is_right=ago not in page.wrong))
    yield Act(at=days.before(SEEN), do=_see_first)
    yield Turn(at=days.before(KEPT), do=partial(_keep_report, instance))
    yield Turn(at=days.before(RUN), do=partial(_go_through, instance))


def _watch(monitor: Monitor, page: Watched, at: datetime) -> None:
    monitor.add(page.url, page.subject, Locale("en"), Embedded.LIST, at)


def _look(monitor: Monitor, page: Watched, transaction: Transaction, at: datetime, *, is_right: bool) -> None:
    """Holds what the page had then against what was published then."""
    known = transaction.monitored.find(MonitoredId(monitored_id(page.url, page.subject)))
    published = _published(transaction, page.subject, "jsonld")
    if known is None or published is None:
        return
    html = _page(transaction, page.subject) if is_right else read(OLD_THEME)
    transaction.marks.forget([Work.MONITOR], known.id)
    monitor.keep(transaction, known, monitor.judge.hold(html, published, known), at)


def _see_first(transaction: Transaction, at: datetime) -> None:
    seen = Embedding(url=GRINDER.url, way=Way.SNIPPET, at=at)
    transaction.memory.save(EMBEDDED, embedding_to(seen))


def _keep_report(instance: Instance, at: datetime) -> None:
    page = read(OLD_THEME)
    checked = judged_text(page.encode(), KETTLE.url)
    instance.kept_reports.keep(checked, page, by=WRITER, now=at, chance=_chance("report"))


def _go_through(instance: Instance, at: datetime) -> None:
    with instance.store.reading() as transaction:
        pages = {f"{SITE}/p/{each}": _page(transaction, each) for each in transaction.subjects.ids()}
    pages[KETTLE.url] = read(OLD_THEME)
    judged = [judged_text(html.encode(), url) for url, html in sorted(pages.items())]
    runs = replace(instance.site_runs, clock=lambda: at)
    runs.keep(f"{SITE}/sitemap.xml", judged, by=EDITOR, chance=_chance("run"))


def _page(transaction: Transaction, subject: SubjectId) -> str:
    """A page of the shop that embeds what is published, as its CMS prints it."""
    name = escape(transaction.subjects.find(subject).name)
    listed = _published(transaction, subject, "list") or ""
    head, body = f"<head><title>{name}</title></head>", f"<body><main><h1>{name}</h1>{listed}</main></body>"
    return f'<!doctype html><html lang="en">{head}{body}</html>'


def _published(transaction: Transaction, subject: SubjectId, name: str) -> str | None:
    key = SnippetKey(scope=Scope.SUBJECT, scope_id=subject, name=name, locale=Locale("en"))
    found = transaction.snippets.of_page(Scope.SUBJECT, subject).get(key)
    return found.body.decode() if found and found.body else None


def _chance(name: str) -> str:
    return digest("demo", name)[:20]
