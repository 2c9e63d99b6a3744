"""One review as its page shows it: what it may be used for, where it stands and what happened to it, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.domain import Media, OwnReply, Permission, Review, Scope, Standing, State, Use
from engine.plugins import TakesReplies
from engine.review_story import Happening, Story, UseStanding
from review_site.access import Who
from review_site.asking import instance
from review_site.console.reviews.asked import QUEUE
from review_site.console.reviews.reports import ReportRow, report_row
from review_site.console.reviews.words import Spoken
from review_site.console.shell import Cell, Column, Table
from widgets.links import web_link

PAGES = {Scope.SUBJECT: "/reviews/", Scope.TOPIC: "/topics/", Scope.COLLECTION: "/collections/"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where words of the review stand."""

    kind: str
    name: str
    address: str
    snippets: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    media: Media
    source: str
    """Where a small one is on this site; empty for what is at its source alone."""
    elsewhere: str
    """Where it is at its source; empty for what was sent to us, and for what no browser should be sent to."""
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    replaced: str
    title: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryBody:
    story: Story
    review: Review
    star: int
    mark: str
    received: str
    written: str
    elsewhere: str
    uses: Table
    facts: Sequence[tuple[str, str]]
    """About consent and rights: what, and what is known of it."""
    history: Table
    places: Sequence[Place]
    pictures: Sequence[Picture]
    versions: Sequence[Version]
    reports: Sequence[ReportRow]
    reply: OwnReply | None
    reply_state: str
    draft: str
    drafted: str
    """Who wrote the draft, and when."""
    withdrawable: Sequence[Use]
    may_approve: bool
    may_reject: bool
    may_answer: bool
    back: str
    queue: str = QUEUE


def story_body(story: Story, spoken: Spoken, asker: Who, now: datetime) -> StoryBody:
    """Reports of readers are there for those alone who decide about them."""
    review, draft = story.kept.shown.review, story.draft
    may_decide = asker.may(Permission.MODERATE)
    return StoryBody(
        story=story,
        review=review,
        star=review.rating.star if review.rating else 0,
        mark=f"{review.id}.{story.seen}",
        received=spoken.moment(review.received_at),
        written=spoken.texts.date(review.written_at, instance().settings.timezone) if review.written_at else "",
        elsewhere=web_link(review.url) or "",
        uses=_uses_table(story.uses, spoken),
        facts=list(_facts(story, spoken)),
        history=history_table(story, spoken),
        places=list(_places(story, spoken)),
        pictures=[picture_of(each, spoken) for each in story.kept.media],
        versions=[
            Version(replaced=spoken.moment(each.replaced_at), title=each.title or "", body=each.body)
            for each in story.versions
        ],
        reports=[report_row(each, story.subject.name, spoken, now) for each in story.flags] if may_decide else [],
        reply=_standing_reply(story),
        reply_state=_reply_state(story, spoken),
        draft=draft.body if draft else "",
        drafted=f"{spoken.who(draft.by)}, {spoken.moment(draft.at)}" if draft else "",
        withdrawable=[each.use for each in story.uses if each.is_agreed],
        may_approve=review.state in (State.PENDING, State.REJECTED) and review.standing is not Standing.HIDDEN,
        may_reject=review.state in (State.PENDING, State.APPROVED),
        may_answer=review.state is not State.WITHDRAWN and review.standing is not Standing.DELETED,
        back=f"{QUEUE}/{review.id}",
    )


def picture_of(each: Media, spoken: Spoken) -> Picture:
    own = f"{instance().settings.base_url}/media/"
    is_ours = each.url.startswith(own)
    return Picture(
        media=each,
        source=f"{QUEUE}/media/{each.id}.jpg" if is_ours else "",
        elsewhere="" if is_ours else web_link(each.url) or "",
        label=spoken.texts(f"media-{each.kind}"),
    )


def history_table(story: Story, spoken: Spoken) -> Table:
    texts = spoken.texts
    return Table(
        caption=texts("history"),
        columns=[Column(title=texts(f"column-{each}")) for each in ("when", "what", "who", "reason", "note")],
        rows=[_line(each, spoken) for each in story.history],
    )


def _line(each: Happening, spoken: Spoken) -> list[Cell]:
    return [
        Cell(text=spoken.moment(each.at), value=each.at.isoformat(timespec="seconds")),
        Cell(text=spoken.texts(f"did-{each.what}")),
        Cell(text=spoken.who(each.by)),
        Cell(text=spoken.shell(f"reason-{each.reason}") if each.reason else ""),
        Cell(text=each.note),
    ]


def _uses_table(uses: Sequence[UseStanding], spoken: Spoken) -> Table:
    texts = spoken.texts
    columns = ("use", "author", "source-terms", "together")
    rows = [
        [
            Cell(text=texts(f"use-{each.use}")),
            Cell(text=texts("agreed" if each.is_agreed else "taken-back" if each.is_taken_back else "not-agreed")),
            Cell(text=texts({True: "allowed", False: "forbidden", None: "unsaid"}[each.is_allowed])),
            Cell(text=texts("may" if each.is_agreed and each.is_allowed is not False else "may-not")),
        ]
        for each in uses
    ]
    titles = [Column(title=texts(f"column-{each}")) for each in columns]
    return Table(caption=texts("uses"), columns=titles, rows=rows, is_exported=False)


def _facts(story: Story, spoken: Spoken) -> Iterator[tuple[str, str]]:
    review, rights, texts = story.kept.shown.review, story.kept.shown.rights, spoken.texts
    consent = review.consent
    yield texts("fact-wording"), consent.wording or spoken.shell("unknown")
    if consent.given_at:
        yield texts("fact-given"), spoken.moment(consent.given_at)
    if consent.withdrawn_at:
        yield texts("fact-withdrawn"), spoken.moment(consent.withdrawn_at)
    yield texts("fact-profile"), f"{rights.profile}{texts.colon}{rights.because}" if rights.because else rights.profile
    yield texts("fact-edit"), spoken.shell("yes" if rights.may_edit else "no")
    yield texts("fact-mine"), texts(f"mine-{rights.may_mine}")
    if rights.attribution:
        linked = texts("with-link") if rights.attribution.link_required else ""
        yield texts("fact-attribution"), f"{rights.attribution.name} {linked}".strip()
    if story.kept.shown.ends_at:
        yield texts("fact-until"), spoken.moment(story.kept.shown.ends_at)
    yield texts("fact-verification"), spoken.shell(f"verification-{review.verification.level}")
    if review.incentive:
        yield texts("fact-incentive"), " ".join(filter(None, (review.incentive.kind, review.incentive.disclosed_text)))


def _places(story: Story, spoken: Spoken) -> Iterator[Place]:
    texts = spoken.texts
    names = {
        (Scope.SUBJECT, story.subject.id): story.subject.name,
        **{(Scope.TOPIC, str(each.id)): each.name for each in story.places.topics},
        **{(Scope.COLLECTION, str(each.id)): each.name for each in story.places.collections},
    }
    for (scope, which), snippets in story.places.snippets.items():
        yield Place(
            kind=texts(f"scope-{scope}"),
            name=names.get((scope, which), which),
            address=f"{PAGES[scope]}{which}",
            snippets=", ".join(snippets),
        )
    shown = set(story.places.snippets)
    for (scope, which), name in names.items():
        if scope is not Scope.SUBJECT and (scope, which) not in shown:
            yield Place(kind=texts(f"in-{scope}"), name=name, address=f"{PAGES[scope]}{which}")
    for entry in story.places.questions:
        yield Place(kind=texts(f"faq-{entry.state}"), name=entry.question, address="")


def _standing_reply(story: Story) -> OwnReply | None:
    reply = story.kept.own_reply
    return reply if reply and not reply.is_taken_back else None


def _reply_state(story: Story, spoken: Spoken) -> str:
    """Whether the source has the owner's answer, or still has one that was taken back; empty where there was none."""
    reply, texts = story.kept.own_reply, spoken.texts
    if reply is None:
        return ""
    if reply.is_taken_back:
        return texts("reply-still-there", problem=reply.problem) if reply.problem else texts("reply-leaves")
    if reply.sent_at:
        return texts("reply-sent", when=spoken.moment(reply.sent_at))
    if reply.problem:
        return texts("reply-refused", problem=reply.problem)
    settings = instance().config.sources.get(story.source.id)
    return texts("reply-waits" if settings and isinstance(settings.kind, TakesReplies) else "reply-stays")
