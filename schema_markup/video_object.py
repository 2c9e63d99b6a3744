"""A customer who speaks about a subject on film: https://schema.org/VideoObject.

No collector reads films yet, so no generator is plugged in: this is the document, for a page that the film can be
watched on (https://developers.google.com/search/docs/appearance/structured-data/video, 2026-07-08).
"""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

from engine.domain import PublishSettings, Subject, VideoTestimonial
from schema_markup.node_ids import mention, video_node_id
from schema_markup.review import LONGEST_AUTHOR


def video_object(video: VideoTestimonial, subject: Subject, settings: PublishSettings) -> dict[str, Any]:
    """The VideoObject of a testimonial, for ``as_json``; it carries no rating, for a film is no review of itself."""
    return {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "@id": video_node_id(video.id, subject, settings),
        "name": video.title,
        "description": video.description or None,
        "thumbnailUrl": video.thumbnail,
        # With time and zone: without one Google warns.
        "uploadDate": video.uploaded_at.astimezone(UTC).isoformat(timespec="seconds"),
        "contentUrl": video.content,
        "embedUrl": video.embed,
        "duration": as_duration(video.duration) if video.duration else None,
        "transcript": video.transcript or None,
        "inLanguage": video.language,
        "actor": {"@type": "Person", "name": video.speaker} if 0 < len(video.speaker or "") <= LONGEST_AUTHOR else None,
        "about": mention(subject, settings),
    }


def as_duration(duration: timedelta) -> str:
    """A length as ISO 8601: ``PT1M30S``."""
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "H"), (minutes, "M"), (seconds, "S"))
    return "PT" + ("".join(f"{number}{unit}" for number, unit in parts if number) or "0S")
