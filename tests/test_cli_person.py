"""``plaudit person``: everything of one person handed over, or erased, so that no file of the instance tells of it."""

from __future__ import annotations

import json
import re
import stat
import zipfile
import zlib
from pathlib import Path

from engine.domain import ReviewId, SourceId, review_id
from tests.doors import Company, plaudit, row
from tests.forms import Photo, send, with_forms

CANARY = "zyxcanary"
EMAIL = f"{CANARY}@mail.example"
SAID = f"The {CANARY} handle stays cool while it pours."
SHOP = SourceId("shop")


def kept(company: Company) -> ReviewId:
    """One person's review beside five of others, published."""
    others = [row(str(number), author=f"Person {number}", email="") for number in range(2, 7)]
    mine = row("1", title=f"{CANARY} kettle", body=SAID, author=f"Owen {CANARY}", email=EMAIL)
    company.publish(mine, *others)
    return review_id(SHOP, "1")


def files_with(folder: Path, word: str) -> list[str]:
    """The files under a folder in which a word stands, plain or compressed."""
    found = []
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        body = path.read_bytes()
        if word.encode() in body.lower() or word.encode() in _unpacked(body).lower():
            found.append(path.name)
    return found


def _unpacked(body: bytes) -> bytes:
    """What is packed anywhere in a file, as far as it can be unpacked."""
    return b"".join(_gunzipped(body[each.start() :]) for each in re.finditer(rb"\x1f\x8b\x08", body))


def _gunzipped(body: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(body)
    except zlib.error:
        return b""


def test_an_erased_person_is_in_no_file_of_the_instance(company: Company) -> None:
    kept(company)
    assert files_with(company.store, CANARY)

    done = company.plaudit("person", "erase", EMAIL)

    assert done.exit_code == 0, done.output
    assert "1 reviews and 0 other records erased" in done.output
    assert "the database's files are clean" in done.output
    assert files_with(company.store, CANARY) == []


def test_no_line_of_the_command_repeats_the_person(company: Company) -> None:
    kept(company)

    done = [company.plaudit("person", *words, EMAIL) for words in (["erase", "--dry-run"], ["erase"], ["erase"])]

    assert [each.exit_code for each in done] == [0, 0, 0]
    assert [CANARY in each.output for each in done] == [False, False, False]


def test_pages_are_built_anew_at_once_without_the_person(company: Company) -> None:
    kept(company)

    company.plaudit("person", "erase", EMAIL)

    with company.serving() as site:
        page = site.get("/reviews/kettle")
        listed = site.get("/v1/subjects/kettle/snippets/list?locale=en")
    assert (page.status_code, listed.status_code) == (200, 200)
    assert CANARY not in page.text + listed.text
    assert "Person 2" in listed.text


def test_the_same_file_imported_again_does_not_bring_the_person_back(company: Company) -> None:
    kept(company)
    company.plaudit("person", "erase", EMAIL)

    again = company.plaudit("import", company.folder / "reviews.csv", "--source", "shop", "--rights", "own")
    elsewhere = company.plaudit("import", company.folder / "reviews.csv", "--source", "other", "--rights", "own")

    assert "1 passed over: their persons had them erased" in again.output
    assert "1 passed over: their persons had them erased" in elsewhere.output
    assert files_with(company.store, CANARY) == []


def test_a_dry_run_of_an_import_says_who_would_be_passed_over(company: Company) -> None:
    kept(company)
    company.plaudit("person", "erase", EMAIL)

    tried = company.plaudit(
        "import", company.folder / "reviews.csv", "--source", "shop", "--rights", "own", "--dry-run"
    )

    assert "1 passed over" in tried.output
    assert CANARY not in tried.output


def test_a_dry_run_names_what_would_go_and_changes_nothing(company: Company) -> None:
    wanted = kept(company)

    done = company.plaudit("person", "erase", EMAIL, "--dry-run")

    assert f"{wanted}  contact, payload" in done.output
    assert "1 reviews and 0 other records; nothing was changed" in done.output
    with company.instance() as instance, instance.store.reading() as transaction:
        assert transaction.reviews.count() == 6


def test_everything_of_a_person_is_exported_as_json(company: Company) -> None:
    wanted = kept(company)
    out = company.folder / "person.json"

    done = company.plaudit("person", "export", EMAIL, "--out", out)

    document = json.loads(out.read_text(encoding="utf-8"))
    [review] = document["reviews"]
    assert done.exit_code == 0, done.output
    assert (review["id"], review["body"], review["author"]) == (wanted, SAID, f"Owen {CANARY}")
    assert review["contact"][0]["details"] == {"email": EMAIL}
    assert review["payload"][0]["payload"]["email"] == EMAIL
    assert "subject/kettle/list/en" in review["stands_in"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_a_zip_holds_the_document_and_the_pictures(company: Company) -> None:
    with with_forms(company).serving() as site:
        sent = send(site, "/f/shop?subject=kettle", files=[Photo().jpeg()], email=EMAIL)
    out = company.folder / "person.zip"

    done = company.plaudit("person", "export", EMAIL, "--format", "zip", "--out", out)

    assert sent.status_code == 303
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(out) as archive:
        [review] = json.loads(archive.read("person.json"))["reviews"]
        [picture] = review["media"]
        sizes = [archive.read(each)[:3] for each in picture["files"]]
    assert sizes == [b"\xff\xd8\xff"] * 2


def test_an_address_can_be_read_from_standard_input(company: Company) -> None:
    kept(company)

    done = plaudit("person", "erase", "-", "--config", company.config, "--data", company.store, stdin=f"{EMAIL}\n")

    assert "1 reviews" in done.output


def test_nobody_found_is_said_by_the_exit_code_of_an_export(company: Company) -> None:
    kept(company)

    done = company.plaudit("person", "export", "nobody@mail.example")

    assert done.exit_code == 1
    assert "0 reviews and 0 other records" in done.output


def test_a_person_may_be_let_in_again(company: Company) -> None:
    kept(company)
    company.plaudit("person", "erase", EMAIL)

    done = company.plaudit("person", "readmit", EMAIL)
    again = company.plaudit("import", company.folder / "reviews.csv", "--source", "other", "--rights", "own")
    once_more = company.plaudit("person", "readmit", EMAIL)

    assert done.exit_code == 0
    assert "6 taken in" in again.output
    assert once_more.exit_code == 2


def test_a_person_is_named_by_an_address_or_by_reviews(company: Company) -> None:
    nothing = company.plaudit("person", "erase")
    both = company.plaudit("person", "erase", EMAIL, "--review", "r1")
    no_file = company.plaudit("person", "export", EMAIL, "--format", "zip")

    assert [nothing.exit_code, both.exit_code, no_file.exit_code] == [2, 2, 2]
