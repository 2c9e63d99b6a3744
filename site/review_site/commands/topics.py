"""The verb about what groups reviews of the whole shop."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from engine.domain import Topic
from engine.rights import oldest_allowed
from engine.store import TopicCounts
from review_site.commands.common import with_instance
from review_site.wiring import Instance, now

AT_ONCE = 500


@click.command()
@with_instance
@click.option("--language", help="Only topics of this language; 'tags' lists those that tags make.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="How they are written.")
def topics(instance: Instance, language: str | None, form: str) -> None:
    """List what people speak of in the whole shop, each with its phrases, subjects and reviews."""
    found = list(_found(instance, language))
    if form == "json":
        for topic, counts in found:
            click.echo(json.dumps(_as_json(topic, counts), ensure_ascii=False))
        return
    width = max((len(topic.id) for topic, _ in found), default=0)
    for topic, counts in found:
        phrases = ", ".join(topic.phrases) or topic.name
        click.echo(f"{topic.id:{width}}  {counts.subjects:5} subjects  {counts.reviews:6} reviews  {phrases}")
    if not found:
        click.echo("no topics; plaudit publish groups what was mined and tagged", err=True)


def _found(instance: Instance, language: str | None) -> Iterator[tuple[Topic, TopicCounts]]:
    after = ""
    while True:
        with instance.store.reading() as transaction:
            page = transaction.topics.page(language, after=after, limit=AT_ONCE)
            oldest = oldest_allowed(transaction.sources.all().values(), now())
            counts = transaction.topics.counts([each.id for each in page], oldest)
        yield from ((each, counts[each.id]) for each in page)
        if len(page) < AT_ONCE:
            return
        after = page[-1].id


def _as_json(topic: Topic, counts: TopicCounts) -> dict[str, object]:
    return {
        "id": topic.id,
        "name": topic.name,
        "language": topic.language,
        "tag": topic.tag,
        "phrases": list(topic.phrases),
        "subjects": counts.subjects,
        "reviews": counts.reviews,
    }
