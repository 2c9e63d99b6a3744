"""The pictures that customers sent, as long as both the review and the picture may be shown."""

from __future__ import annotations

from flask import Blueprint, Response, request

from engine.domain import ReviewId
from engine.errors import NotFoundError
from engine.pictures import LARGE, SIDES, path_of
from engine.rights import may_show
from engine.store import MediaFile
from review_site.asking import instance
from review_site.wiring import now

blueprint = Blueprint("photos", __name__)


@blueprint.get("/media/<picture>/<size>.jpg")
def photo(picture: str, size: str) -> Response:
    """Asked about each time, so that what is taken back is gone at the next request."""
    found = _file(picture, size) if size in SIDES else None
    if found is None:
        raise NotFoundError("there is no such picture to be shown")
    response = Response(found.body, content_type=found.media_type)
    response.add_etag()
    return response.make_conditional(request)  # type: ignore[return-value]


def _file(picture: str, size: str) -> MediaFile | None:
    review, ending = ReviewId(picture.partition(".")[0]), path_of(picture, LARGE)
    with instance().store.reading() as transaction:
        filed = transaction.reviews.among([review]).get(review)
        if filed is None or not filed.is_shown:
            return None
        source = transaction.sources.all()[filed.review.source_id]
        if not may_show(filed.review, source.rights, now()):
            return None
        shown = transaction.media.shown([review]).get(review, ())
        wanted = [each.id for each in shown if each.url.endswith(ending)]
        return transaction.media.file(wanted[0], size) if wanted else None
