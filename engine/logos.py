"""Logos of the companies that testimonials come from: added by hand, and shown after an approval like every picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.attached import media_id
from engine.domain import Event, EventKind, Media, MediaId, MediaKind, ReviewId, State
from engine.errors import RefusedError
from engine.pictures import LARGE, MEDIA_TYPE, SMALL, Picture, path_of
from engine.store import MediaFile, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    picture: Picture
    alt: str = ""
    """What it shows, in words; empty for the name of the author's company."""


def add_logo(transaction: Transaction, review: ReviewId, logo: Logo, *, now: datetime, by: str) -> MediaId:
    """Hangs a logo on a review, pending, and returns its id; the same logo again changes nothing.

    Raises NotFoundError for a review that there is not, and RefusedError for one that was withdrawn.
    """
    known = transaction.reviews.find(review).review
    if known.state is State.WITHDRAWN:
        raise RefusedError(f"{review} was withdrawn, and nothing is hung on it any more; nothing was changed")
    large, small = (path_of(f"{review}.{logo.picture.id}", size) for size in (LARGE, SMALL))
    which = media_id(review, large)
    if which in transaction.media.among([which]):
        return which
    hung = Media(
        id=which,
        kind=MediaKind.LOGO,
        url=large,
        thumbnail=small,
        alt=logo.alt or known.company or "",
        width=logo.picture.width,
        height=logo.picture.height,
    )
    transaction.media.insert({review: [hung]})
    for size, body in logo.picture.sizes.items():
        transaction.media.keep_file(which, size, MediaFile(media_type=MEDIA_TYPE, body=body))
    details = {"media": which, "is": State.PENDING}
    transaction.events.add(
        [
            Event(
                kind=EventKind.REVIEW_CHANGED,
                at=now,
                by=by,
                subject_id=known.subject_id,
                review_id=review,
                details=details,
            )
        ]
    )
    return which
