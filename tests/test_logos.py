"""Logos of companies: added by hand, shown after an approval of their own, and kept when the source tells all again."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from engine.domain import MediaId, MediaKind, SourceId, State, review_id
from engine.errors import NotFoundError, RefusedError
from engine.logos import Logo, add_logo
from engine.media import MediaApproval
from engine.pictures import LARGE, SMALL, Picture, picture
from engine.store import Store
from tests.doors import Company, row
from tests.factories import NOON, fill, make_record, make_review, take_in

REVIEW = review_id(SourceId("shop"), "1")


def drawing(color: tuple[int, int, int] = (200, 40, 40)) -> Picture:
    out = BytesIO()
    Image.new("RGB", (400, 100), color).save(out, "PNG")
    return picture(out.getvalue())


def add(store: Store, drawn: Picture, alt: str = "") -> MediaId:
    with store.writing() as transaction:
        return add_logo(transaction, REVIEW, Logo(picture=drawn, alt=alt), now=NOON, by="ann")


def test_a_logo_waits_for_its_own_approval(store: Store) -> None:
    fill(store, [make_review(external_id="1", company="Acme")])

    which = add(store, drawing())

    with store.writing() as transaction:
        [(logo,)] = transaction.media.of([REVIEW]).values()
        before = transaction.media.shown([REVIEW])
        MediaApproval(transaction=transaction, now=NOON).approve([which], by="ann")
        [(shown,)] = transaction.media.shown([REVIEW]).values()
        files = [transaction.media.file(which, size) for size in (LARGE, SMALL)]
    assert (logo.kind, logo.state, logo.alt, logo.width, logo.height) == (
        MediaKind.LOGO,
        State.PENDING,
        "Acme",
        400,
        100,
    )
    assert before == {}
    assert shown.id == which
    assert all(each and each.media_type == "image/jpeg" for each in files)


def test_the_same_logo_again_changes_nothing(store: Store) -> None:
    fill(store, [make_review(external_id="1")])
    drawn = drawing()

    assert add(store, drawn) == add(store, drawn)
    with store.reading() as transaction:
        assert len(transaction.media.of([REVIEW])[REVIEW]) == 1


def test_a_logo_stays_when_the_source_tells_its_review_anew(store: Store) -> None:
    take_in(store, replace(make_record(), media=[{"url": "https://img.example/1.jpg"}]))
    which = add(store, drawing())

    take_in(store, replace(make_record(body="Other words."), media=[{"url": "https://img.example/2.jpg"}]))

    with store.reading() as transaction:
        hung = transaction.media.of([REVIEW])[REVIEW]
        file = transaction.media.file(which, LARGE)
    assert [each.url for each in hung if each.kind is MediaKind.IMAGE] == ["https://img.example/2.jpg"]
    assert [each.id for each in hung if each.kind is MediaKind.LOGO] == [which]
    assert file is not None


def test_a_logo_that_the_source_gave_goes_when_the_source_takes_it_away(store: Store) -> None:
    take_in(store, replace(make_record(), media=[{"url": "https://img.example/acme.png", "kind": "logo"}]))

    take_in(store, make_record(body="Other words."))

    with store.reading() as transaction:
        assert transaction.media.of([REVIEW]) == {}


def test_nothing_is_hung_on_what_was_withdrawn_or_never_was(store: Store) -> None:
    with pytest.raises(NotFoundError):
        add(store, drawing())
    fill(store, [make_review(external_id="1", state=State.WITHDRAWN)])

    with pytest.raises(RefusedError, match="nothing was changed"):
        add(store, drawing())


def test_a_logo_is_added_from_a_file_and_drawn_on_the_testimonial(company: Company, tmp_path: Path) -> None:
    company.publish({**row("1"), "kind": "testimonial", "rating": "", "company": "Acme"})
    with company.instance() as instance, instance.store.reading() as transaction:
        [filed] = transaction.reviews.of_source(SourceId("shop"))
    file = tmp_path / "acme.png"
    file.write_bytes(_png())

    added = company.plaudit("media", "add", filed.review.id, file, "--kind", "logo", "--alt", "Acme, Inc.")
    which = added.output.split()[0]
    with company.serving() as site:
        before = site.get("/v1/subjects/kettle/snippets/testimonials").text
    company.plaudit("media", "approve", which)
    with company.serving() as site:
        after = site.get("/v1/subjects/kettle/snippets/testimonials").text
        gallery = site.get("/v1/subjects/kettle/snippets/gallery")

    assert "logo added" in added.output
    assert "<img" not in before
    assert 'class="plaudit-logo"' in after
    assert 'alt="Acme, Inc."' in after
    assert gallery.status_code == 404


def test_what_is_no_picture_is_refused_in_words(company: Company, tmp_path: Path) -> None:
    company.publish(row("1"))
    file = tmp_path / "acme.svg"
    file.write_text("<svg/>")

    refused = company.plaudit("media", "add", REVIEW, file)

    assert refused.exit_code == 2
    assert "not a picture that can be read" in refused.output


def _png() -> bytes:
    out = BytesIO()
    Image.new("RGBA", (300, 80), (0, 90, 180, 128)).save(out, "PNG")
    return out.getvalue()
