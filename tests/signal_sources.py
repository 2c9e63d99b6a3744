"""Forms, surveys, walls and feeds that are played on loopback, and what their collectors are given for them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.shop_sources import SAMPLES, at, put, sample
from tests.signal_plays import (
    KEY,
    Play,
    Rows,
    delighted,
    google_forms,
    hubspot,
    intercom,
    rss,
    senja,
    tally,
    testimonialto,
    typeform,
    zendesk,
)

SUBJECT = {"subject": "LK-K2", "subject_name": "K2 Gooseneck Kettle"}
COMPANY = {"subject": "larkfield", "subject_name": "Larkfield Kettle Co.", "subject_type": "Organization"}
LAST = datetime(2026, 10, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One played source."""

    pages: Play
    """Serves raw answers, so many on a page at most."""
    rows: Callable[[], Rows]
    """The raw answers of its sample document."""
    id_at: str
    """Where a raw answer has its id, with dots between."""
    words_at: str
    """Where it has its words."""
    options: Mapping[str, str]
    secrets: Mapping[str, str] = field(default_factory=dict)
    url_option: str = "base_url"
    base_path: str = ""
    has_token_url: bool = False
    moments_at: Sequence[str] = ()
    """Where it has its times, the newest first in the answers of the source."""

    def given(self, url: str) -> Mapping[str, str]:
        """All options, for a source at an address."""
        token = {"token_url": f"{url}/token"} if self.has_token_url else {}
        return {self.url_option: url + self.base_path, **token, **self.options, **self.secrets}


def like_the_sample(kind: str, count: int) -> list[Any]:
    """So many raw answers like the first one of the sample, with ids and words of their own, a minute apart."""
    signal, original = SIGNALS[kind], json.dumps(SIGNALS[kind].rows()[0])
    found = []
    for number in range(1, count + 1):
        raw = json.loads(original)
        put(raw, signal.id_at, f"r{number}")
        put(raw, signal.words_at, f"It pours well and keeps the heat, says number {number}.")
        for path in signal.moments_at:
            written = LAST - timedelta(minutes=number)
            put(raw, path, int(written.timestamp()) if isinstance(at(raw, path), int) else f"{written:%FT%TZ}")
        found.append(raw)
    return found


def _typeform_rows() -> Rows:
    response = sample("typeform")["form_response"]
    return [{name: value for name, value in response.items() if name != "definition"}]


def _rss_rows() -> Rows:
    entry = {
        "guid": "urn:review:larkfield:r1",
        "title": "★★★★★ Perfect pour",
        "link": "https://larkfield.example/reviews/r1",
        "pubDate": "Wed, 30 Sep 2026 12:11:10 +0000",
        "category": "K2 Gooseneck Kettle",
        "description": "<p>Heats fast.</p>",
    }
    return [entry]


TYPEFORM = {"form": "lK2test", "map_body": "review", "map_order": "order_id", **SUBJECT}
TALLY = {
    "form": "XxA4WO",
    "map_rating": "question_1",
    "map_body": "question_2",
    "map_email": "question_3",
    "map_consent": "question_4",
    "map_order": "order_id",
    "map_photo": "A picture",
    "consent_yes": "Yes, with my first name",
    **SUBJECT,
}
GOOGLE_FORMS = {
    "form": "1BxiMVs0XRA5nFMd",
    "client_id": "c-1",
    "map_rating": "7e8f9a0b",
    "map_body": "7e8f9a0c",
    "consent": "What you write here may stand on our site.",
    **SUBJECT,
}
SIGNALS: Mapping[str, Signal] = {
    "typeform": Signal(
        pages=typeform,
        rows=_typeform_rows,
        id_at="token",
        words_at="answers.1.text",
        options=TYPEFORM,
        secrets={"token": KEY},
        moments_at=["submitted_at"],
    ),
    "tally": Signal(
        pages=tally,
        rows=lambda: sample("tally", "list.json")["submissions"],
        id_at="id",
        words_at="responses.1.answer",
        options=TALLY,
        secrets={"token": KEY},
        moments_at=["submittedAt"],
    ),
    "google_forms": Signal(
        pages=google_forms,
        rows=lambda: sample("google_forms")["responses"],
        id_at="responseId",
        words_at="answers.7e8f9a0c.textAnswers.answers.0.value",
        options=GOOGLE_FORMS,
        secrets={"client_secret": KEY, "refresh_token": f"1//{KEY}"},
        has_token_url=True,
        moments_at=["createTime", "lastSubmittedTime"],
    ),
    "hubspot": Signal(
        pages=hubspot,
        rows=lambda: sample("hubspot")["results"],
        id_at="id",
        words_at="properties.hs_content",
        options=COMPANY,
        secrets={"token": KEY},
    ),
    "zendesk": Signal(
        pages=zendesk,
        rows=lambda: [sample("zendesk")["survey_response"]],
        id_at="id",
        words_at="answers.2.value",
        options={"email": "care@larkfield.example", **COMPANY},
        secrets={"token": KEY},
    ),
    "intercom": Signal(
        pages=intercom,
        rows=lambda: [sample("intercom")["data"]["item"]],
        id_at="id",
        words_at="conversation_rating.remark",
        options=COMPANY,
        secrets={"token": KEY},
        moments_at=["conversation_rating.updated_at"],
    ),
    "delighted": Signal(
        pages=delighted,
        rows=lambda: sample("delighted"),
        id_at="id",
        words_at="comment",
        options=COMPANY,
        secrets={"key": KEY},
        base_path="/v1",
        moments_at=["created_at"],
    ),
    "rss": Signal(
        pages=rss,
        rows=_rss_rows,
        id_at="guid",
        words_at="description",
        options={},
        url_option="url",
        base_path="/reviews.rss?for=partners",
    ),
    "senja": Signal(
        pages=senja,
        rows=lambda: sample("senja")["testimonials"],
        id_at="id",
        words_at="text",
        options=COMPANY,
        secrets={"key": KEY},
    ),
    "testimonialto": Signal(
        pages=testimonialto,
        rows=lambda: sample("testimonialto"),
        id_at="id",
        words_at="testimonial",
        options=COMPANY,
        secrets={"key": KEY},
    ),
}


def expected(kind: str, name: str = "expected.json") -> Any:
    """What a person read in a sample document."""
    return json.loads((SAMPLES / kind / name).read_text())
