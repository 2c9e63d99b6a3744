"""What only a SoftwareApplication says about itself: https://schema.org/SoftwareApplication."""

from __future__ import annotations

from typing import Any

from engine.domain import Subject
from schema_markup.offer import offer_nodes


def software_application(subject: Subject) -> dict[str, Any]:
    return {
        "applicationCategory": subject.category,
        "operatingSystem": subject.operating_system,
        "offers": offer_nodes(subject.offers),
    }
