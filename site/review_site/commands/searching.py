"""The verb that finds reviews: search."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from engine.domain.search import Sorting
from engine.errors import RefusedError
from engine.search.narrowing import Wish
from engine.search.questions_asked import as_words
from engine.search.searching import Found
from review_site.api.found_json import found_json
from review_site.asked_questions import as_problems, asks_for_states, read_question
from review_site.commands.common import found_something, say_problems, with_instance
from review_site.found_tables import FORMATS
from review_site.wiring import Instance, now

MOST = 1000
JSON = "json"


@click.command()
@with_instance
@click.argument("query", nargs=-1)
@click.option(
    "--facet", "facets", multiple=True, metavar="NAME=VALUE", help="Only reviews with this value; any of several."
)
@click.option(
    "--sort", "sorting", type=click.Choice([each.value for each in Sorting]), help="By relevance or date without it."
)
@click.option("--limit", type=click.IntRange(1, MOST), default=20, show_default=True)
@click.option("--after", help="Go on after this cursor.")
@click.option("--format", "form", type=click.Choice([*FORMATS, JSON]), default="table", show_default=True)
def search(
    instance: Instance,
    query: Sequence[str],
    facets: Sequence[str],
    sorting: str | None,
    limit: int,
    after: str | None,
    form: str,
) -> None:
    """Find what customers said: words, "phrases" and -words, narrowed by facets.

    Without --facet state=... only what is shown at this moment is found. Exit code 1: nothing was found.
    """
    asked, misread = read_question(" ".join(query), _selected(facets))
    problems = as_problems(misread)
    wish = Wish(
        asked=asked,
        sorting=Sorting(sorting) if sorting else None,
        limit=limit,
        after=after,
        is_for_readers=asks_for_states(asked),
    )
    with instance.store.reading() as transaction:
        found = instance.searching.search(transaction, wish, now())
    if form == JSON:
        settings = instance.settings
        said = found_json(found, problems, settings.base_url, settings.default_locale)
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        click.echo(FORMATS[form](found.hits), nl=False)
        say_problems(problems)
        _say_more(found)
    if not found.hits:
        found_something()


def _selected(facets: Sequence[str]) -> dict[str, list[str]]:
    selected: dict[str, list[str]] = {}
    for each in facets:
        name, equals, value = each.partition("=")
        if not equals:
            raise RefusedError(f"--facet {each!r}: write NAME=VALUE")
        selected.setdefault(name, []).append(value)
    return selected


def _say_more(found: Found) -> None:
    """How many there are and how to go on; beside what was found, which may go into a file."""
    click.echo(f"{found.total} reviews", err=True)
    if found.meant:
        click.echo(f"did you mean: {as_words(found.meant)}", err=True)
    if found.following:
        click.echo(f"more: --after {found.following}", err=True)
