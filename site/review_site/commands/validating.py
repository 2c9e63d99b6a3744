"""Verbs about rules: validate and rules. They need no instance, and import nothing that only an instance needs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import IO, TYPE_CHECKING, Any, NoReturn

import click

from engine.config import DEFAULT_CONFIG, read_setting
from engine.errors import UnreadableFileError
from review_site.commands.common import COULD_NOT_RUN, found_something, progress, stoppable
from review_site.judging import STDIN, judged_files, judged_text
from schema_markup.outputs import as_json, as_jsonl, as_junit, as_rules, as_sarif, as_text
from schema_markup.outputs.baseline import Baseline, as_baseline, read_baseline
from schema_markup.outputs.checked import Checked
from schema_markup.rulebook import rules as all_rules
from schema_markup.validate import Report

if TYPE_CHECKING:
    from review_site.page_run import PageRun

FORMATS = ("text", "jsonl", "json", "sarif", "junit", "html")
PAGES_AT_ONCE = 4
TOLD_EVERY = 50
"""Pages between two plain lines of progress."""

_FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What `plaudit validate` was asked for; its options say what each means."""

    inputs: Sequence[str]
    sitemaps: Sequence[str]
    form: str
    output: Path | None
    baseline: Path | None
    write_baseline: Path | None
    jobs: int | None
    delay: float
    resume: Path | None
    heeds_robots: bool
    config: Path | None

    @property
    def addresses(self) -> list[str]:
        return [each for each in self.inputs if _is_address(each)]

    @property
    def paths(self) -> list[Path]:
        return [Path(each) for each in self.inputs if each != "-" and not _is_address(each)]

    @property
    def fetches(self) -> bool:
        return bool(self.addresses or self.sitemaps)


@click.command()
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@click.option("--sitemap", "sitemaps", multiple=True, metavar="URL", help="Judge every page that a sitemap names.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", type=_FILE, help="Write there instead of to standard output.")
@click.option("--baseline", type=_FILE, help="Leave out what this file says was known.")
@click.option("--write-baseline", type=_FILE, help="Say in this file what is known from now on; errors are no failure.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes for files (1), pages fetched at once (4).")
@click.option("--delay", type=click.FloatRange(0, 60), default=0.1, show_default=True, help="Seconds between requests.")
@click.option("--resume", type=_FILE, help="Keep in this file which pages are done, and go on where it ends.")
@click.option("--no-robots", "heeds_robots", flag_value=False, default=True, help="Fetch what robots.txt forbids too.")
@click.option("--config", type=_FILE, help="Where http.allow stands; config.toml when there is one.")
def validate(**given: Any) -> None:
    """Judge structured data by the rules that search engines publish.

    INPUT is a JSON-LD or HTML file, a folder, `-` for standard input, or the address of a page.
    """
    asked = Asked(**given)
    if not asked.inputs and not asked.sitemaps:
        raise click.UsageError("name a file, a folder, an address, - for standard input, or a --sitemap")
    tally = Tally(known=_known(asked.baseline), keeps=asked.write_baseline is not None)
    with stoppable() as stop, _opened(asked.output) as out:
        for piece in _written(asked, tally.passing(_judged(asked, stop), stop)):
            out.write(piece)
        if stop.is_set():
            _stop(asked)
    if asked.write_baseline is not None:
        asked.write_baseline.write_text(as_baseline(tally.reports), encoding="utf-8")
    if tally.unreadable:
        sys.exit(COULD_NOT_RUN)
    if tally.forbids and asked.write_baseline is None:
        found_something()


@click.command()
@click.option("--format", "form", type=click.Choice(list(as_rules.FORMATS)), default="text", show_default=True)
def rules(form: str) -> None:
    """List every rule that `validate` judges by: how grave it is, what is lost, the way out and the page it is from."""
    click.echo(as_rules.FORMATS[form](all_rules().values()), nl=False)


@dataclass(slots=True, kw_only=True)
class Tally:
    """What the exit code depends on, counted as the reports pass by."""

    known: Baseline
    keeps: bool
    forbids: int = 0
    unreadable: int = 0
    reports: list[Report] = field(default_factory=list)
    """Those with problems, when they are to be kept."""

    def passing(self, judged: Iterable[Checked], stop: Event) -> Iterator[Checked]:
        """Each report without what was known."""
        for each in judged:
            if self.keeps and each.report.problems:
                self.reports.append(each.report)
            new = self.known.new_in(each) if self.known.known else each
            self.unreadable += not new.is_readable
            self.forbids += any(problem.forbids for problem in new.report.problems)
            yield new
            if stop.is_set():
                return


def _is_address(each: str) -> bool:
    return each.startswith(("http://", "https://"))


def _known(path: Path | None) -> Baseline:
    if path is None:
        return Baseline(known={})
    try:
        return read_baseline(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFileError(f"{path} cannot be read: {error}") from error


def _opened(path: Path | None) -> AbstractContextManager[IO[Any]]:
    # A document may hold half a character, and a message quotes it.
    return click.open_file("-" if path is None else str(path), "w", encoding="utf-8", errors="replace")


def _judged(asked: Asked, stop: Event) -> Iterator[Checked]:
    if "-" in asked.inputs:
        yield judged_text(sys.stdin.buffer.read(), STDIN)
    if asked.paths:
        with _progress(asked, "judging") as advance:
            for each in judged_files(asked.paths, jobs=asked.jobs or 1, with_places=asked.form != "jsonl"):
                yield each
                advance(1)
    if asked.fetches:
        yield from _page_run(asked).judged(stop, lambda total: _progress(asked, "fetching", total))


def _page_run(asked: Asked) -> PageRun:
    # What fetches takes longer to import than a file takes to be judged.
    from review_site.page_run import PageRun  # noqa: PLC0415

    config = asked.config or (DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None)
    return PageRun(
        addresses=asked.addresses,
        sitemaps=asked.sitemaps,
        allow=read_setting("http.allow", config),
        jobs=asked.jobs or PAGES_AT_ONCE,
        delay=asked.delay,
        heeds_robots=asked.heeds_robots,
        resume=asked.resume,
    )


def _progress(asked: Asked, title: str, total: int | None = None) -> AbstractContextManager[Callable[[int], None]]:
    if asked.output is None and sys.stdout.isatty():
        # The reports themselves show how far it is, and a bar would be written among them.
        return nullcontext(lambda _: None)
    return progress(title, total) if total is None else progress(title, total, every=TOLD_EVERY)


def _written(asked: Asked, checked: Iterable[Checked]) -> Iterator[str]:
    match asked.form:
        case "jsonl":
            return as_jsonl.write(checked)
        case "json":
            return as_json.write(checked)
        case "sarif":
            return as_sarif.write(checked, rules=all_rules(), version=_version())
        case "junit":
            return as_junit.write(checked)
        case "html":
            return _as_html(checked)
        case _:
            return as_text.write(checked, color=asked.output is None and sys.stdout.isatty())


def _as_html(checked: Iterable[Checked]) -> Iterator[str]:
    # The template engine, and the one place that reads the clock.
    from review_site.wiring import now  # noqa: PLC0415
    from schema_markup.outputs import as_html  # noqa: PLC0415

    return as_html.write(checked, now=now(), version=_version())


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415 - two formats name it

    return version("plaudit")


def _stop(asked: Asked) -> NoReturn:
    way_on = f"run it again with --resume {asked.resume} to go on" if asked.resume else "with --resume it could go on"
    click.echo(f"stopped before the end; {way_on}", err=True)
    sys.exit(COULD_NOT_RUN)
