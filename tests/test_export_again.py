"""``plaudit export`` again and elsewhere: what it leaves out and says so, what time takes away, and ids that stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from engine.domain import Offer
from engine.rights import OWN
from review_site.wiring import now
from tests.doors import Company, execute, row
from tests.factories import fill, make_intake, make_record, make_review, make_source, make_subject, take_in
from tests.written import CDN, SETTINGS, with_five_reviews, write

CANARY = "quetzalcoatlus"


@pytest.fixture
def shop(tmp_path: Path) -> Company:
    return with_five_reviews(Company(tmp_path / "company"))


def test_a_review_that_became_too_old_since_is_in_no_file_of_the_next_export(company: Company) -> None:
    company.configured(SETTINGS)
    club = make_source("club", replace(OWN, max_age=timedelta(days=30)))
    with company.instance() as instance:
        bodies = [f"A {CANARY}.", *(f"Opinion {each}." for each in range(3))]
        told = [make_record(str(each), body=body, written_at=f"2026-09-1{each}") for each, body in enumerate(bodies)]
        take_in(instance.store, *told, intake=make_intake(club), now=now())
    company.plaudit("approve", "--source", "club", "--all")
    company.plaudit("publish")
    site = write(company)
    before = site.everything()

    execute(company, "UPDATE review SET received_at = 1 WHERE external_id = '0'")
    write(company)

    assert CANARY.encode() in before
    assert CANARY.encode() not in site.everything()
    assert b"Opinion 0." in site.everything()


def test_a_topic_that_got_another_name_has_it_on_the_pages_of_all_subjects(company: Company) -> None:
    said = ["The battery lasts long.", "The battery dies quickly.", "The battery is small."]
    told = [row(f"{sub}{n}", subject=sub, body=f"{said[n % 3]} {n}") for sub in ("kettle", "mill") for n in range(12)]
    company.configured(SETTINGS).publish(*told)
    site = write(company)
    [page] = list(site.folder.glob("reviews/mill/topic-en-battery/index.html"))
    before = page.read_text()

    execute(company, "UPDATE topic SET name = 'the accumulator' WHERE id = 'en-battery'")
    write(company)

    assert "accumulator" not in before
    assert "accumulator" in page.read_text()


def test_a_page_that_is_kept_back_is_told_with_its_reason_at_each_run(company: Company) -> None:
    company.configured(SETTINGS)
    with company.instance() as instance:
        free = Offer(price=Decimal(-1), price_currency="EUR")
        fill(instance.store, [make_review()], subjects=[make_subject(offer=free), make_subject(id="mill")])

    first, second = (company.plaudit("export", company.folder.parent / "site") for _ in range(2))

    assert (first.exit_code, second.exit_code) == (1, 1)
    assert "2 pages are not among them" in first.stderr
    assert all(f"subject/kettle in {each}:" in first.stderr for each in ("en", "nl"))
    assert "-1 is not a price" in first.stdout
    assert second.stderr.endswith(first.stderr.partition("2 pages")[2])
    assert (company.folder.parent / "site/reviews/mill/index.html").exists()
    assert not (company.folder.parent / "site/reviews/kettle").exists()


def test_ids_that_differ_in_capitals_alone_are_told(company: Company) -> None:
    company.configured(SETTINGS).publish(row("1"), row("2", subject="Kettle"))

    done = company.plaudit("export", company.folder.parent / "site")

    assert done.exit_code == 0, done.output
    assert "reviews/Kettle" in done.stderr
    assert "the host has to tell them apart" in done.stderr


def test_a_feed_names_reviews_alike_wherever_its_files_are_served(shop: Company) -> None:
    def ids(*options: str) -> list[str]:
        site = write(shop, *options)
        rss = etree.fromstring(site.text("feeds/reviews.rss").encode())
        atom = etree.fromstring(site.text("feeds/reviews.atom").encode())
        return [str(each.text) for each in (*rss.iter("guid"), *atom.iter("{http://www.w3.org/2005/Atom}id"))]

    here, there = ids("--base-url", CDN), ids("--base-url", "https://other.example")

    assert here == there
    assert len(here) == 11
    with shop.serving() as site:
        assert here[0] in site.get("/feeds/reviews.rss").text


def test_without_an_instance_nobody_is_told_that_he_could_write_or_report(shop: Company) -> None:
    shop.configured(SETTINGS + "[forms.shop]\n")

    live = write(shop, "--base-url", CDN).text("method/index.html")
    alone = write(shop, "--base-url", CDN, "--no-live").text("method/index.html")

    for each in ("Anybody may write a review here", "there is a link to report it", "gets a personal link"):
        assert each in live
        assert each not in alone
    assert "There is no form on this site at present." in alone
