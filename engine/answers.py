"""The owner's answers on a page: those that a source tells, and the one that was written here; pure."""

from __future__ import annotations

from collections.abc import Sequence

from engine.contact import without_contacts
from engine.domain import OwnReply, Reply
from engine.text import voice_key


def together(theirs: Sequence[Reply], own: OwnReply | None) -> tuple[Reply, ...]:
    """The answers to show, oldest first as the source has them, and ours last.

    Ours is left out once its source tells it: in the same words, or as an answer that is no older than the moment we
    sent it. (Some sources shorten what they are sent.)
    """
    if own is None:
        return tuple(theirs)
    body = without_contacts(own.body)[0]
    told = any(_says(each) == _says(Reply(body=body)) or _is_later(each, own) for each in theirs)
    return tuple(theirs) if told else (*theirs, Reply(body=body, written_at=own.at))


def _says(reply: Reply) -> str | None:
    """Equal for two answers that differ in spaces, marks and capitals only."""
    return voice_key("the owner", None, reply.body)


def _is_later(reply: Reply, own: OwnReply) -> bool:
    return own.sent_at is not None and reply.written_at is not None and reply.written_at >= own.at
