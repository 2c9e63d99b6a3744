"""What the sample company is: its sources, what it sells and runs, and who works there."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any

from engine.domain import (
    ControlledBy,
    Locale,
    Offer,
    PostalAddress,
    Record,
    Source,
    SourceId,
    Subject,
    SubjectId,
    SubjectType,
)
from engine.rights import profile
from review_site.demo.days import Line, spread
from review_site.demo.moderating import PICTURES
from review_site.wiring import Instance

SHOP, TRUSTSPOT, NPS = SourceId("larkfield-shop"), SourceId("trustspot"), SourceId("nps")
SOURCES = (
    Source(id=SHOP, collector="file", rights=profile("own")),
    Source(id=TRUSTSPOT, collector="file", rights=profile("display-only", attribution="Trustspot")),
    Source(id=NPS, collector="file", rights=profile("internal")),
)
MODERATORS = ("Femke Bos", "Jonas Weber", "Priya Nair")
WRITER, EDITOR = "Ines Duarte", "Femke Bos"
PLAIN = ("subject", "author", "role", "company", "rating", "rating_best", "title", "body", "language", "written_at")
ALSO_PLAIN = ("verified", "incentive", "url")


def source_of(instance: Instance, wanted: SourceId) -> Source:
    """A source of the sample, with the rights that an instance is configured with."""
    settings = instance.config.sources.get(wanted)
    [known] = [each for each in SOURCES if each.id == wanted]
    return instance.sources.intake_of(settings).source if settings else known


def moderator(name: str) -> str:
    """Who decided about something: the same for the same name."""
    return MODERATORS[spread(name, timedelta(seconds=1000)) // timedelta(seconds=1) % len(MODERATORS)]


def record_of(line: Line) -> Record:
    fields = fields_of(line)
    if line["tags"]:
        fields["tags"] = ",".join(line["tags"])
    return Record(
        fields=fields,
        external_id=line["external_id"],
        place=f"sample {line['external_id']}",
        payload=json.dumps(line, ensure_ascii=False),
        replies=[line["reply"]] if line["reply"] else [],
        media=PICTURES.get(line["external_id"], ()),
    )


def fields_of(line: Line) -> dict[str, str]:
    return {name: line[name] for name in (*PLAIN, *ALSO_PLAIN) if line[name]}


def subjects() -> Iterator[Subject]:
    for each in table("subjects.toml")["subject"]:
        yield _subject(each)


def reviews() -> list[Line]:
    return [json.loads(line) for line in read("reviews.jsonl").splitlines()]


def table(name: str) -> Mapping[str, Any]:
    return tomllib.loads(read(name))


def read(name: str) -> str:
    return files("review_site").joinpath("demo", name).read_text(encoding="utf-8")


def _subject(kept: Mapping[str, Any]) -> Subject:
    offer, address = kept.get("offer"), kept.get("address")
    return Subject(
        id=SubjectId(kept["id"]),
        type=SubjectType(kept["type"]),
        name=kept["name"],
        url=kept["url"],
        controlled_by=ControlledBy(kept["controlled_by"]),
        identifiers=kept.get("identifiers", {}),
        names={Locale(locale): name for locale, name in kept.get("names", {}).items()},
        image=kept.get("image"),
        brand=kept.get("brand"),
        category=kept.get("category"),
        offer=Offer(**{**offer, "price": Decimal(offer["price"])}) if offer else None,
        address=PostalAddress(**address) if address else None,
    )
