"""What the addresses and forms of moderation ask for, read once and refused clearly."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from flask import request

from engine.domain import MediaId, Reason, ReviewId, SourceId, State, SubjectId
from engine.errors import BadValueError
from engine.queueing import SOUGHT, Question, Rejection, Why
from review_site.console.pages import is_within

QUEUE = "/console/reviews"
REPORTS, PICTURES = f"{QUEUE}/reports", f"{QUEUE}/media"
MOST_AT_ONCE = 200
"""Reviews, or pictures, that one form decides about."""
STARS = {"none": 0, **{str(star): star for star in range(1, 6)}}
ROWS = 25


def asked_question() -> Question:
    """What the address of the queue asks for. Raises BadValueError naming the parameter."""
    asked = request.args
    star, why = asked.get("star", ""), asked.get("why", "")
    if star and star not in STARS:
        raise BadValueError(f"star: must be one of {', '.join(STARS)}")
    if why and why not in SOUGHT:
        raise BadValueError(f"why: must be one of {', '.join(SOUGHT)}")
    return Question(
        state=asked_state(),
        subject=SubjectId(asked["subject"].strip()) if asked.get("subject", "").strip() else None,
        source=SourceId(asked["source"]) if asked.get("source") else None,
        language=asked.get("language") or None,
        star=STARS[star] if star else None,
        why=Why(why) if why else None,
        is_flagged="flagged" in asked,
        is_pictured="media" in asked,
        words=asked.get("q", "").strip()[:200],
        after=asked.get("after") or None,
        limit=ROWS,
    )


def asked_state() -> State:
    state = request.args.get("state", State.PENDING)
    if state not in set(State):
        raise BadValueError(f"state: must be one of {', '.join(State)}")
    return State(state)


def queue_address(changes: Mapping[str, str | None]) -> str:
    """The address of the page that is asked for, with some parameters changed; None leaves one out."""
    kept = {name: value for name, value in request.args.items() if name not in ("at", "format")}
    asked = {name: value for name, value in {**kept, **changes}.items() if value}
    return f"{request.path}?{urlencode(asked)}" if asked else request.path


def back(**changes: str) -> str:
    """Where a form says that it comes from, with some parameters changed."""
    return within_console(request.form.get("back", ""), **changes)


def within_console(told: str, **changes: str) -> str:
    """An address that somebody told, as far as it is one of the console, with some parameters changed."""
    path, _, query = told.partition("?")
    asked = {**dict(parse_qsl(query)), **changes}
    address = path if is_within(path) else QUEUE
    known = {name: value for name, value in asked.items() if value}
    return f"{address}?{urlencode(known)}" if known else address


def marked_reviews() -> dict[ReviewId, str]:
    """The reviews of a form, each with what was seen of it. Raises BadValueError for more than ``MOST_AT_ONCE``."""
    found = [each.partition(".") for each in _marked("review")]
    return {ReviewId(which): seen for which, _, seen in found}


def marked_pictures() -> list[MediaId]:
    """The pictures of a form. Raises BadValueError for more than ``MOST_AT_ONCE``."""
    return [MediaId(each) for each in dict.fromkeys(_marked("picture"))]


def asked_rejection() -> Rejection:
    """Raises BadValueError where the reason is none of the fixed list."""
    return Rejection(reason=asked_reason("reason"), note=request.form.get("note", ""))


def asked_reason(name: str) -> Reason:
    reason = request.form.get(name, "")
    if reason not in set(Reason):
        raise BadValueError(f"{name}: must be one of {', '.join(Reason)}")
    return Reason(reason)


def _marked(name: str) -> list[str]:
    found = request.form.getlist(name)
    if len(found) > MOST_AT_ONCE:
        raise BadValueError(f"{name}: {len(found)} at once, {MOST_AT_ONCE} are allowed")
    return found
