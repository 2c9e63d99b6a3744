"""`plaudit publish`, `rebuild` and `doctor`: what is brought up to date, and what is found."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.domain import Offer, Scope, Snippet, State
from engine.outbox import Work, page_key
from review_site.wiring import now
from tests.doors import Company, execute, row
from tests.factories import fill, make_review, make_subject
from tests.serving import owner_that_is_gone

NOTHING_NEW = "0 pages: 0 snippets updated, 0 unchanged, 0 removed"
PRODUCT = {
    "@context": "https://schema.org",
    "@type": "Product",
    "name": "K2 Kettle",
    "image": "https://larkfield.example/k2.jpg",
    "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4.2, "ratingCount": 12},
}
LEFT_UNDONE = ("API keys never expire", "nobody can", "has taken nothing since", "there has never been a backup")
"""What the sample company's story leaves for somebody to mend, in the order of the complaints."""
FORBIDDEN = Offer(price=Decimal(-1), price_currency="EUR")


def snippets_of(company: Company) -> list[tuple[object, ...]]:
    """Every snippet of every subject and topic: key, bytes, ETag, version, the reviews in it."""
    with company.instance() as instance, instance.store.reading() as transaction:
        found: list[Snippet] = []
        for subject in transaction.subjects.ids():
            found += transaction.snippets.of_page(Scope.SUBJECT, subject).values()
        for topic in transaction.topics.ids():
            found += transaction.snippets.of_page(Scope.TOPIC, topic).values()
    return sorted(
        (str(each.key), each.body, each.etag, each.version, each.review_ids, each.media_type) for each in found
    )


def blocked(company: Company) -> Company:
    """The company with a page that the checker forbids: nothing costs less than nothing."""
    with company.instance() as instance:
        fill(instance.store, [make_review()], subjects=[make_subject(offer=FORBIDDEN)])
    return company


def test_publishing_again_changes_nothing(company: Company) -> None:
    company.publish(row("1"), row("2", body="The lid rattles."))
    before = snippets_of(company)

    done = company.plaudit("publish")

    assert (done.exit_code, done.stdout.strip()) == (0, NOTHING_NEW)
    assert snippets_of(company) == before


def test_publishes_what_changed_and_nothing_else(company: Company) -> None:
    company.publish(row("1"), row("2", subject="grinder", subject_name="M1 Grinder"))
    before = {each[0]: each[3] for each in snippets_of(company)}

    company.plaudit("import", company.reviews([row("3")]), "--source", "shop", "--rights", "own")
    company.plaudit("approve", "--source", "shop", "--all")
    done = company.plaudit("publish")

    grown = {each[0] for each in snippets_of(company) if each[3] != before.get(each[0])}
    assert done.stdout.startswith("1 pages:")
    assert grown
    assert all("scope_id='kettle'" in str(key) for key in grown)


@pytest.mark.parametrize("what", ["snippets", "summaries"])
def test_a_projection_made_anew_is_the_same_to_the_byte(sample_copy: Company, what: str) -> None:
    before = snippets_of(sample_copy)

    done = sample_copy.plaudit("rebuild", what)

    assert done.exit_code == 0, done.output
    assert snippets_of(sample_copy) == before
    assert {"snippets": " pages: 0 snippets updated", "summaries": "0 subjects had another one"}[what] in done.stdout


def test_snippets_that_were_lost_come_back_with_the_same_bytes(sample_copy: Company) -> None:
    before = [each[:3] for each in snippets_of(sample_copy)]
    execute(sample_copy, "UPDATE snippet SET body = NULL, gzip = NULL, etag = '' WHERE scope_id = 'k2-kettle'")

    done = sample_copy.plaudit("rebuild", "snippets")

    assert done.exit_code == 0, done.output
    assert [each[:3] for each in snippets_of(sample_copy)] == before


def test_a_wrong_summary_is_found_mended_and_published(sample_copy: Company) -> None:
    execute(sample_copy, "UPDATE rating_summary SET rated = rated + 7 WHERE subject_id = 'm1-grinder'")
    examined = sample_copy.plaudit("doctor")

    done = sample_copy.plaudit("rebuild", "summaries")

    assert (examined.exit_code, done.exit_code) == (1, 1)
    assert "! the rating summaries are not what the reviews say: run plaudit rebuild summaries" in examined.stdout
    assert "1 subjects had another one" in done.stdout
    assert "m1-grinder" in done.stdout
    assert "the rating summaries are not" not in sample_copy.plaudit("doctor").stdout


def test_what_is_forbidden_is_told_and_kept_from_the_site(company: Company) -> None:
    done = blocked(company).plaudit("rebuild", "snippets")

    examined = company.plaudit("doctor")
    assert (done.exit_code, examined.exit_code) == (1, 1)
    assert "not published in en:" in done.stderr
    assert "-1 is not a price" in done.stdout
    assert "! kettle is not published in de: " in examined.stdout
    assert all(each[1] == b"" for each in snippets_of(company))


def test_the_last_good_page_stays_while_a_new_one_is_forbidden(company: Company) -> None:
    company.publish(row("1"))
    before = snippets_of(company)
    with company.instance() as instance, instance.store.writing() as transaction:
        transaction.subjects.save([make_subject(offer=FORBIDDEN)])

    done = company.plaudit("rebuild", "snippets")

    assert done.exit_code == 1
    assert snippets_of(company) == before


def test_the_examination_of_the_sample_finds_what_its_story_left_undone_and_nothing_else(
    sample_company: Company,
) -> None:
    done = sample_company.plaudit("doctor")

    lines = done.stdout.splitlines()
    table = lines[lines.index("stars  received  approved  rejected  approved share  shown share") + 1 :][:5]
    complaints = sorted(line for line in lines if line.startswith("! "))
    assert done.exit_code == 1, done.output
    assert len(complaints) == len(LEFT_UNDONE), complaints
    assert all(said in line for said, line in zip(LEFT_UNDONE, complaints, strict=True)), complaints
    assert any("4 subjects, 201 reviews" in line for line in lines)
    assert any(line.startswith("source       trustspot (display-only): ") for line in lines)
    assert [line.split()[0] for line in table] == list("12345")
    assert table[0].split() == ["1", "17", "15", "2", "88.2%", "88.2%"]


def test_low_ratings_that_fare_worse_are_a_complaint(company: Company) -> None:
    company.publish(*(row(str(n), rating=str(1 + n % 5)) for n in range(10)))
    with company.instance() as instance, instance.store.reading() as transaction:
        filed = transaction.reviews.waiting(State.APPROVED, limit=100)
    low = [each.review.id for each in filed if each.review.rating and each.review.rating.star < 3]
    company.plaudit("reject", *low, "--reason", "spam")

    done = company.plaudit("doctor")

    assert done.exit_code == 1
    assert "! low ratings are approved less often than high ones by 100%" in done.stdout
    assert "! low ratings are shown less often than high ones by 100%" in done.stdout


def test_failed_work_and_workers_that_are_gone_are_complaints(company: Company) -> None:
    with company.instance() as instance, instance.store.writing() as transaction:
        transaction.marks.set(Work.PUBLISH, [page_key(Scope.SUBJECT, name) for name in ("gone", "held")], now())
    company.plaudit("publish")
    with company.instance() as instance, instance.store.writing() as transaction:
        key = page_key(Scope.SUBJECT, "held")
        transaction.marks.lease_this(Work.PUBLISH, key, owner_that_is_gone(), now=now(), until=now())

    done = company.plaudit("doctor")

    assert done.exit_code == 1
    assert "! publish subject/gone failed 1 times: NotFoundError" in done.stdout
    assert "is gone with work in hand" in done.stdout


@pytest.mark.parametrize(("address", "code"), [("http://reviews.example", 1), ("https://reviews.example", 0)])
def test_an_address_without_encryption_is_a_complaint(company: Company, address: str, code: int) -> None:
    done = company.configured(f'[site]\nbase_url = "{address}"\n').plaudit("doctor")

    assert done.exit_code == code
    assert ("is not https" in done.stdout) == bool(code)
