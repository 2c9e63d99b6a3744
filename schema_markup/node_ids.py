"""The stable ``@id`` of each node, by which documents of one page are joined."""

from __future__ import annotations

from urllib.parse import quote, urldefrag

from engine.domain import PublishSettings, ReviewId, Subject
from engine.site_addresses import site_address


def reviews_page(subject: Subject, settings: PublishSettings) -> str:
    """Where our own page about the subject is."""
    return site_address(settings, "reviews", subject.id)


def subject_address(subject: Subject, settings: PublishSettings) -> str:
    """The subject's own address; our page about it when it has none."""
    return urldefrag(subject.url).url if subject.url else reviews_page(subject, settings)


def subject_node_id(subject: Subject, settings: PublishSettings) -> str:
    return f"{subject_address(subject, settings)}#{subject.type.lower()}"


def mention(subject: Subject, settings: PublishSettings) -> dict[str, str]:
    """A subject as another item names it: as a Thing, so that a page without its document claims no result for it."""
    return {"@type": "Thing", "@id": subject_node_id(subject, settings), "name": subject.name}


def review_node_id(review: ReviewId, subject: Subject, settings: PublishSettings) -> str:
    return f"{reviews_page(subject, settings)}#{review}"


def faq_node_id(subject: Subject, settings: PublishSettings) -> str:
    return f"{reviews_page(subject, settings)}#faq"


def question_node_id(question: str, subject: Subject, settings: PublishSettings) -> str:
    return f"{reviews_page(subject, settings)}#question-{quote(question, safe='')}"


def video_node_id(video: str, subject: Subject, settings: PublishSettings) -> str:
    return f"{reviews_page(subject, settings)}#video-{quote(video, safe='')}"
