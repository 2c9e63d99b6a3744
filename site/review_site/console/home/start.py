"""The first run: five steps from nothing to a snippet in a page, each judged by what is in the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from engine.domain import Locale, Review, Scope, SnippetKey, Source, Subject
from engine.settings import SETTINGS
from engine.store import Transaction
from review_site.console.home.checking import EMBEDDED, Embedding, embedding_from
from review_site.console.shell.page import shell_texts
from review_site.console.shell.rights import RightLine, right_lines
from review_site.embed.frames import frame_element, page_of, title_of
from review_site.embed.options import Options
from review_site.embed.pieces import Wanted
from review_site.gallery.codes import Placing, codes
from review_site.wiring import Instance

FIRST = "list"
"""The widget that is embedded first."""
WIDTH, HEIGHT = 640, 480
INLINE = 3
"""Reviews that can be approved on the page itself."""


class StepState(StrEnum):
    DONE = "done"
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRights:
    id: str
    profile: str
    lines: Sequence[RightLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """All that the page of the first run prints."""

    site_name: str
    base_url: str
    states: Sequence[StepState]
    """Of the five steps, in their order."""
    sources: Sequence[SourceRights]
    waiting: Sequence[Review]
    subject: Subject | None
    """Whose list is embedded first; None while nothing of any is shown."""
    is_published: bool
    code: str
    request: str
    """What fetches the finished list."""
    preview: str
    embedding: Embedding | None
    """Where it was last seen in a page."""

    @property
    def is_done(self) -> bool:
        return all(each is StepState.DONE for each in self.states)


def start_of(instance: Instance, transaction: Transaction) -> Start:
    settings = instance.settings
    first = transaction.attention.first_shown()
    subject = transaction.subjects.find(first) if first else None
    locale = settings.default_locale
    placing = _placing(instance, subject, locale) if subject else None
    is_published = subject is not None and _is_published(transaction, subject, locale)
    sources = list(transaction.sources.all().values())
    embedding = embedding_from(transaction.memory.find(EMBEDDED))
    facts = (
        settings.site_name != SETTINGS["site.name"].default,
        transaction.attention.has_reviews(),
        bool(sources),
        subject is not None,
        embedding is not None,
    )
    waiting = transaction.reviews.among(transaction.attention.longest_waiting(INLINE), lock=False)
    return Start(
        site_name=settings.site_name,
        base_url=settings.base_url,
        states=_states(facts),
        sources=[_rights(each) for each in sources],
        waiting=[each.review for each in waiting.values()],
        subject=subject,
        is_published=is_published,
        code="\n".join(each.text for each in codes("div", placing)) if placing else "",
        request=placing.request if placing else "",
        preview=f"/embed/subjects/{quote(subject.id, safe='')}/{FIRST}?locale={locale}" if subject else "",
        embedding=embedding,
    )


def is_empty(transaction: Transaction) -> bool:
    return not transaction.attention.has_reviews()


def _states(facts: Sequence[bool]) -> Sequence[StepState]:
    """The first step that is not done is the next one; a name can be given at any time and holds nothing up."""
    undone = [number for number, is_done in enumerate(facts) if not is_done and number > 0]
    following = undone[0] if undone else 0
    return [
        StepState.DONE if is_done else StepState.NEXT if number in (0, following) else StepState.LATER
        for number, is_done in enumerate(facts)
    ]


def _is_published(transaction: Transaction, subject: Subject, locale: Locale) -> bool:
    kept = transaction.snippets.find(SnippetKey(scope=Scope.SUBJECT, scope_id=subject.id, name=FIRST, locale=locale))
    # A subject has a list from its first mention on, which says that there is nothing yet.
    return kept is not None and bool(kept.review_ids)


def _placing(instance: Instance, subject: Subject, locale: Locale) -> Placing:
    wanted = Wanted(about=subject, scope=Scope.SUBJECT, name=FIRST, locale=locale)
    return Placing(
        settings=instance.settings,
        scope=Scope.SUBJECT,
        scope_id=subject.id,
        name=FIRST,
        locale=locale,
        options=Options(),
        heading=title_of(wanted),
        page=page_of(wanted),
        frame=frame_element(wanted, "", WIDTH, HEIGHT),
    )


def _rights(source: Source) -> SourceRights:
    return SourceRights(id=source.id, profile=source.rights.profile, lines=right_lines(shell_texts(), source.rights))
