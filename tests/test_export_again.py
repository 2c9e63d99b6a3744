"""``plaudit export`` over what is there: only what changed is written, what was taken back is gone, all or nothing."""

from __future__ import annotations

import io
from pathlib import Path
from threading import Event

import pytest
from PIL import Image

from engine.errors import RefusedError
from review_site.exporting import as_static, export
from tests.doors import BASE, Company, row
from tests.exported import CDN, five_opinions, links, quoted, write

CANARY = "quetzalcoatlus"


@pytest.fixture
def shop(tmp_path: Path) -> Company:
    return five_opinions(tmp_path / "company")


def test_nothing_changed_is_nothing_written(shop: Company) -> None:
    site = write(shop)
    before = {each: each.stat().st_ino for each in site.folder.rglob("*.html")}

    write(shop)

    assert {each: each.stat().st_ino for each in site.folder.rglob("*.html")} == before


def test_only_the_pages_of_a_subject_that_changed_are_built_again(shop: Company) -> None:
    shop.publish(*(row("k", subject="grinder", subject_name="Grinder"), *(row(str(each)) for each in range(1, 3))))
    site = write(shop)
    grinder, kettle = (site.folder / f"reviews/{each}/index.html" for each in ("grinder", "kettle"))
    before = grinder.stat().st_ino, kettle.stat().st_ino

    shop.publish(row("k2", subject="grinder", subject_name="Grinder", body="Grinds well."))
    write(shop)

    assert kettle.stat().st_ino == before[1]
    assert grinder.stat().st_ino != before[0]
    assert "Grinds well." in grinder.read_text()


def test_a_review_that_is_taken_back_is_in_no_file_of_the_next_export(shop: Company) -> None:
    shop.publish(*(row(str(each), body=f"Opinion {each}.") for each in range(6, 9)), row("c", body=f"A {CANARY}."))
    site = write(shop)
    before = site.everything()
    with shop.instance() as instance, instance.store.reading() as transaction:
        [review] = [
            each.review.id for each in transaction.reviews.among(quoted(site)).values() if CANARY in each.review.body
        ]

    withdrawn = shop.plaudit("withdraw", review)
    write(shop)

    assert withdrawn.exit_code == 0, withdrawn.output
    assert CANARY.encode() in before
    assert CANARY.encode() not in site.everything()
    assert not (site.folder / "review" / review).exists()
    assert [each.name for each in site.folder.parent.iterdir() if each.name.startswith("site")] == ["site"]


def test_a_picture_is_there_once_it_is_approved_and_gone_once_it_is_not(shop: Company, tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    Image.new("RGB", (640, 480), "teal").save(logo)
    review = quoted(write(shop))[0]
    added = shop.plaudit("media", "add", review, logo, "--kind", "logo", "--alt", "Acme")
    assert added.exit_code == 0, added.output
    with shop.instance() as instance, instance.store.reading() as transaction:
        [[media]] = transaction.media.of([review]).values()

    before = write(shop).folder.joinpath("media").exists()
    shop.plaudit("media", "approve", media.id)
    site = write(shop)
    pictures = {Image.open(io.BytesIO(each.read_bytes())).format for each in site.folder.glob("media/*/*.jpg")}
    drawn = [each for _, html in site.pages() for each in links(html) if "/media/" in each]
    found = all(map(site.finds, drawn))
    shop.plaudit("media", "reject", media.id)
    write(shop)

    assert not before
    assert pictures == {"JPEG"}
    assert drawn
    assert found
    assert all(each.startswith(f"{CDN}/") for each in drawn)
    assert not list(site.folder.glob("media/*/*.jpg"))


def test_being_told_to_stop_leaves_the_site_as_it_was(shop: Company) -> None:
    site = write(shop)
    before = site.everything()
    stop = Event()
    stop.set()

    with shop.instance() as instance, pytest.raises(RefusedError, match="as it was"):
        export(as_static(instance, CDN, BASE), site.folder, stop, lambda _: None)

    assert site.everything() == before


def test_a_folder_of_somebody_else_is_refused_with_a_sentence(shop: Company, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home/thesis.txt").write_text("mine")

    done = shop.plaudit("export", tmp_path / "home")

    assert done.exit_code == 2
    assert "no export wrote" in done.output
    assert [each.name for each in (tmp_path / "home").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    "options", [["--base-url", "cdn"], ["--live-url", "ftp://x"], ["--no-live", "--live-url", BASE]]
)
def test_an_address_that_is_none_is_refused(shop: Company, tmp_path: Path, options: list[str]) -> None:
    done = shop.plaudit("export", tmp_path / "out", *options)

    assert done.exit_code == 2
    assert not (tmp_path / "out").exists()
