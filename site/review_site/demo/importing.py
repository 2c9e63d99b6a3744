"""A file that somebody brought in the console of the sample company: most rows came in, some could not."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from io import BytesIO, StringIO

from engine.domain import digest
from engine.domain.uploads import UploadId
from engine.outbox import Outbox, Work
from review_site.demo.company import EDITOR, SHOP, fields_of, source_of
from review_site.demo.days import Days, Line
from review_site.demo.story import Step, Turn
from review_site.wiring import Instance

NAME = "market-stall.csv"
BROUGHT = 3.2
"""Days before the story ends."""
IDS = ("demo-161", "demo-162", "demo-164", "demo-165", "demo-166")
"""The reviews that came in with it."""
COLUMNS = ("external_id", "subject", "author", "rating", "rating_best", "body", "language", "written_at", "verified")
WRONG: Sequence[Mapping[str, str]] = (
    {"external_id": "stall-17", "subject": "k2-kettle", "author": "Ayşe", "rating": "6", "body": "Çok iyi!"},
    {"external_id": "stall-23", "subject": "m1-grinder", "author": "Hans", "rating": "4", "written_at": "31.02."},
    {"external_id": "stall-24", "subject": "", "author": "Lou", "rating": "5", "body": "Love it."},
)
"""Rows that cannot come in: more stars than there are, a day that there is not, and no word of what it is about."""


def arrived(days: Days) -> Mapping[str, datetime]:
    """When each of these reviews came in."""
    return {each: days.before(BROUGHT) for each in IDS}


def upload(instance: Instance, lines: Sequence[Line], days: Days) -> Iterator[Step]:
    content = _content([each for each in lines if each["external_id"] in IDS])
    yield Turn(at=days.before(BROUGHT), do=partial(_bring, instance, content))


def _content(lines: Sequence[Line]) -> bytes:
    text = StringIO()
    rows = csv.DictWriter(text, COLUMNS, extrasaction="raise")
    rows.writeheader()
    rows.writerows({"external_id": each["external_id"], **fields_of(each)} for each in lines)
    rows.writerows({"rating_best": "5", **each} for each in WRONG)
    return text.getvalue().encode()


def _bring(instance: Instance, content: bytes, at: datetime) -> None:
    imports, which = replace(instance.imports, clock=lambda: at), UploadId(digest("demo", NAME)[:20])
    imports.remove(which)
    brought = imports.bring(BytesIO(content), NAME, which, EDITOR)
    choices = replace(brought.choices, source=SHOP, rights=source_of(instance, SHOP).rights.profile)
    imports.uploading.choose(which, choices)
    imports.uploading.take_in(which, imports.source_of(choices))
    outbox = Outbox(store=instance.store, owner="demo", clock=lambda: at)
    outcome = outbox.work_off_one(Work.IMPORT, which, lambda lease: imports.read_on(lease, lambda: False))
    if outcome and outcome.error:
        raise outcome.error
