"""`plaudit import`: what comes in, what is refused and why, and what a dry run leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.domain import Review, SourceId, State, review_id
from tests.doors import Company, plaudit, row

OWN = ("--source", "shop", "--rights", "own")
GOOD = [row("1"), row("2", rating="2", body="The lid is <b>loose</b>.", author="")]
BAD = [row("3", rating="9"), row("4", subject="")]


def review_of(company: Company, external_id: str, source: str = "shop") -> Review:
    with company.instance() as instance, instance.store.reading() as transaction:
        return transaction.reviews.find(review_id(SourceId(source), external_id)).review


def count_of(company: Company) -> int:
    with company.instance() as instance, instance.store.reading() as transaction:
        return transaction.reviews.count()


def test_every_row_is_accounted_for(company: Company) -> None:
    done = company.plaudit("import", company.reviews([*GOOD, *BAD]), *OWN)

    assert done.exit_code == 1
    assert "4 rows: 2 taken in, 0 changed, 0 unchanged, 2 refused" in done.stdout
    assert "reviews.csv row 4, field rating" in done.stdout
    assert "reviews.csv row 5, field subject: is missing - say what" in done.stdout
    assert count_of(company) == 2


def test_what_comes_in_waits_for_a_person(company: Company) -> None:
    done = company.plaudit("import", company.reviews(GOOD), *OWN)

    review = review_of(company, "2")
    assert (done.exit_code, done.stderr) == (0, "")
    assert (review.state, review.body, review.author) == (State.PENDING, "The lid is loose.", None)
    assert review.rating is not None
    assert review.rating.star == 2


def test_a_second_run_changes_nothing_and_a_changed_row_is_one_change(company: Company) -> None:
    company.plaudit("import", company.reviews(GOOD), *OWN)

    again = company.plaudit("import", company.reviews(GOOD), *OWN)
    changed = company.plaudit("import", company.reviews([GOOD[0], row("2", body="It broke.")]), *OWN)

    assert "2 rows: 0 taken in, 0 changed, 2 unchanged, 0 refused" in again.stdout
    assert "2 rows: 0 taken in, 1 changed, 1 unchanged, 0 refused" in changed.stdout
    assert review_of(company, "2").body == "It broke."


def test_a_dry_run_shows_what_would_come_in_and_saves_nothing(company: Company) -> None:
    done = company.plaudit("import", company.reviews([*GOOD, *BAD]), *OWN, "--dry-run")

    with company.instance() as instance, instance.store.reading() as transaction:
        kept = (transaction.reviews.count(), transaction.subjects.count(), len(transaction.sources.all()))
    assert done.exit_code == 1
    assert "reviews.csv row 2: kettle | 4 of 5 | 2026-09-30 | en | Owen B. | Good kettle - It pours" in done.stdout
    assert "reviews.csv row 3: kettle | 2 of 5 | 2026-09-30 | en | no name | Good kettle - The lid" in done.stdout
    assert "4 rows: 2 would be taken in, 0 changed, 0 unchanged, 2 refused" in done.stdout
    assert "row 4, field rating" in done.stdout
    assert kept == (0, 0, 0)


def test_a_dry_run_foretells_what_a_second_run_does(company: Company) -> None:
    company.plaudit("import", company.reviews(GOOD), *OWN)
    file = company.reviews([GOOD[0], row("2", body="It broke."), row("3")])

    tried = company.plaudit("import", file, *OWN, "--dry-run").stdout
    done = company.plaudit("import", file, *OWN).stdout

    assert "3 rows: 1 would be taken in, 1 changed, 1 unchanged, 0 refused" in tried
    assert "3 rows: 1 taken in, 1 changed, 1 unchanged, 0 refused" in done


def test_a_dry_run_shows_ten_reviews_of_many(company: Company) -> None:
    done = company.plaudit("import", company.reviews([row(str(n)) for n in range(40)]), *OWN, "--dry-run")

    assert done.stdout.count("| 4 of 5 |") == 10


def test_columns_and_constants_say_what_is_what(company: Company) -> None:
    file = company.reviews([{"Clothing ID": "K2", "Review Text": "Runs small.", "Stars": "8"}])

    done = company.plaudit(
        "import", file, *OWN, "--map", "subject=Clothing ID", "--map", "body=Review Text", "--map", "rating=Stars",
        "--set", "subject_type=SoftwareApplication", "--set", "rating_best=10", "--set", "language=en",
    )  # fmt: skip

    with company.instance() as instance, instance.store.reading() as transaction:
        [subject] = transaction.subjects.page()
        [filed] = transaction.reviews.waiting(State.PENDING, limit=9)
    assert done.exit_code == 0, done.output
    assert (subject.id, subject.type) == ("K2", "SoftwareApplication")
    assert (filed.review.body, filed.review.language) == ("Runs small.", "en")
    assert filed.review.rating is not None
    assert filed.review.rating.hundredths == 411


def test_a_policy_approves_without_a_person_and_never_by_the_rating(company: Company) -> None:
    company.configured('[[approve]]\nsources = ["shop"]\nverification = ["purchase"]\n')
    rows = [row(str(n), rating=str(n), verified="purchase" if n % 2 else "") for n in range(1, 6)]

    done = company.plaudit("import", company.reviews(rows), *OWN)

    states = [review_of(company, str(n)).state for n in range(1, 6)]
    assert "3 approved by policy" in done.stdout
    assert states == ["approved", "pending", "approved", "pending", "approved"]


def test_an_unknown_column_lists_those_there_are(company: Company) -> None:
    done = company.plaudit("import", company.reviews(GOOD), *OWN, "--map", "body=Text")

    assert done.exit_code == 2
    assert "there is no column 'Text'" in done.stderr
    assert "'external_id', 'subject', 'subject_name', 'rating'" in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--rights", "all"), "there are own, display-only, internal, forbidden"),
        (("--rights", "forbidden"), "forbids storing"),
        (("--rights", "own", "--map", "body"), "write FIELD=..."),
        (("--rights", "own", "--set", "language=en", "--set", "language=de"), "once for each field"),
        (("--rights", "own", "--set", "bodi=x"), "did you mean body?"),
        (("--rights", "own", "--map", "body=title", "--set", "body=x"), "both a column"),
        ((), "--rights PROFILE, or --preset NAME"),
    ],
)
def test_what_cannot_be_done_is_said_and_not_begun(company: Company, words: tuple[str, ...], sentence: str) -> None:
    done = company.plaudit("import", company.reviews(GOOD), "--source", "shop", *words)

    assert done.exit_code == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.output
    assert count_of(company) == 0


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("none.csv", None, "No such file"),
        ("reviews.xlsx", b"no workbook", "reviews.xlsx"),
        ("reviews.json", b'[{"body": ', "reviews.json"),
        ("reviews.csv", b"", "reviews.csv"),
        ("reviews.xls", b"\xd0\xcf\x11\xe0" + b"x" * 600, "save it as .xlsx"),
        ("zeros.csv", b"\0" * 5_000, "zeros.csv"),
    ],
)
def test_a_file_that_is_none_is_refused(company: Company, name: str, content: bytes | None, sentence: str) -> None:
    file = company.folder / name
    if content is not None:
        file.write_bytes(content)

    done = company.plaudit("import", file, *OWN)

    assert done.exit_code == 2, done.output
    assert sentence in done.stderr
    assert "Traceback" not in done.output


def test_a_source_keeps_the_rights_it_is_known_with(company: Company) -> None:
    company.plaudit("import", company.reviews(GOOD), *OWN)

    done = company.plaudit("import", company.reviews(GOOD), "--source", "shop", "--rights", "display-only")

    assert done.exit_code == 2
    assert "is known with rights 'own'" in done.stderr
    assert "plaudit rights shop" in done.stderr


def test_a_configuration_with_mistakes_is_refused_with_all_of_them(company: Company) -> None:
    company.configured('[serve]\nport = "x"\nthreats = 2\n')

    done = company.plaudit("import", company.reviews(GOOD), *OWN)

    assert done.exit_code == 2
    assert "serve.port must be a whole number" in done.stderr
    assert "did you mean serve.threads?" in done.stderr


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    done = plaudit("doctor", "--data", tmp_path / "file")

    assert done.exit_code == 2
    assert "is a file" in done.stderr


@pytest.mark.parametrize("words", [("--help",), ("import", "--help"), ("-h",), ("--version",)])
def test_help_is_no_error(words: tuple[str, ...]) -> None:
    done = plaudit(*words)

    assert done.exit_code == 0
    assert done.stdout


@pytest.mark.parametrize("words", [("nonsense",), (), ("import",), ("serve", "--port", "x")])
def test_a_command_that_is_none_is_told_so(words: tuple[str, ...]) -> None:
    done = plaudit(*words)

    assert done.exit_code == 2
    assert "Usage: plaudit" in done.output
