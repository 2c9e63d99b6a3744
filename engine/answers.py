"""The owner's answers on a page: those that a source tells, and the one that was written here; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.contact import without_contacts
from engine.domain import OwnReply, Reply
from engine.text import voice_key


def together(
    theirs: Sequence[Reply], own: OwnReply | None, detect: Callable[[str], str | None] = lambda _: None
) -> tuple[Reply, ...]:
    """The answers to show, oldest first as the source has them, and ours last.

    Ours is left out once its source tells it. ``detect`` says which language ours is in.
    """
    if own is None or own.is_taken_back or any(tells(each, own) for each in theirs):
        return tuple(theirs)
    body = without_contacts(own.body)[0]
    return (*theirs, Reply(body=body, written_at=own.at, language=detect(body)))


def tells(theirs: Reply, own: OwnReply) -> bool:
    """Whether a source tells our answer: in the same words, or as an answer no older than the moment we sent it.

    (Some sources shorten what they are sent.)
    """
    return _says(theirs) == _says(Reply(body=without_contacts(own.body)[0])) or _is_later(theirs, own)


def _says(reply: Reply) -> str | None:
    """Equal for two answers that differ in spaces, marks and capitals only."""
    return voice_key("the owner", None, reply.body)


def _is_later(reply: Reply, own: OwnReply) -> bool:
    return own.sent_at is not None and reply.written_at is not None and reply.written_at >= own.at
