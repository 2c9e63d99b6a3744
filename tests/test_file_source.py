"""Files as a configured source: read once, read again when they change, and gone on with wherever a reading stopped."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from collectors.file import FileCollector
from collectors.file_source import KIND
from collectors.occurrences import Occurrences
from engine.domain import Batch
from engine.errors import BadValueError
from engine.http import GuardedSession
from engine.plugins import Collector, SourceKind
from tests.doors import SETTINGS, Company

PRESETS_OF = """
[sources.portal]
collector = "file"
path = "{path}"
preset = "{preset}"
"""


def source(path: str | Path, **given: str) -> Collector:
    with GuardedSession() as http:
        return KIND.collector({"path": str(path), **given}, http)


def written(path: Path, *bodies: str, changed: int) -> Path:
    """A file of reviews, as it was changed at a second."""
    path.write_text("subject,body\n" + "".join(f"K2,{each}\n" for each in bodies), encoding="utf-8")
    os.utime(path, (changed, changed))
    return path


def bodies(batches: Sequence[Batch]) -> list[str]:
    return [record.fields["body"] for batch in batches for record in batch.records]


def test_it_is_a_kind_of_source() -> None:
    assert isinstance(KIND, SourceKind)


def test_files_are_read_in_the_order_in_which_they_were_changed(tmp_path: Path) -> None:
    written(tmp_path / "b.csv", "first", changed=1_000)
    written(tmp_path / "a.csv", "second", changed=2_000)
    written(tmp_path / "notes.txt", "no export", changed=1_500)

    batches = list(source(tmp_path / "*.csv").collect(None))

    assert bodies(batches) == ["first", "second"]
    assert [each.cursor is None for each in batches] == [False, True]
    assert batches[-1].resume is not None


def test_the_next_reading_takes_what_is_new_or_changed_and_nothing_else(tmp_path: Path) -> None:
    written(tmp_path / "a.csv", "first", changed=1_000)
    written(tmp_path / "b.csv", "second", changed=2_000)
    *_, last = source(tmp_path / "*.csv").collect(None)

    [nothing] = source(tmp_path / "*.csv").collect(last.resume)
    written(tmp_path / "a.csv", "first mended", changed=3_000)
    written(tmp_path / "c.csv", "third", changed=4_000)
    again = list(source(tmp_path / "*.csv").collect(nothing.resume))

    assert (nothing.records, nothing.resume) == ((), last.resume)
    assert bodies(again) == ["first mended", "third"]


def test_a_reading_goes_on_from_any_cursor(tmp_path: Path) -> None:
    for number in range(3):
        written(tmp_path / f"{number}.csv", *(f"{number}-{row}" for row in range(2_500)), changed=1_000 + number)
    undisturbed = list(source(tmp_path / "*.csv").collect(None))

    for at, batch in enumerate(undisturbed[:-1]):
        assert list(source(tmp_path / "*.csv").collect(batch.cursor)) == undisturbed[at + 1 :]


def test_one_that_was_left_in_the_middle_is_gone_on_with_as_often_as_it_takes(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", *("the same words" for _ in range(4_500)), changed=1_000)
    found: list[str] = []
    cursor: str | None = None

    while True:
        batch = next(iter(source(path).collect(cursor)))
        found += [record.external_id for record in batch.records]
        cursor = batch.cursor
        if cursor is None:
            break

    assert len(set(found)) == 4_500
    assert found == [
        each.external_id
        for some in FileCollector(path=path, mapping={}, constants={}).collect(None)
        for each in some.records
    ]


def test_a_file_that_was_changed_in_the_middle_of_a_reading_is_read_anew(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", *(f"old {row}" for row in range(1_500)), changed=1_000)
    first = next(iter(source(path).collect(None)))
    written(path, "new", changed=2_000)

    assert bodies(list(source(path).collect(first.cursor))) == ["new"]


def test_a_file_that_cannot_be_read_is_told_of_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\x00\x01\x02")
    os.utime(tmp_path / "a.csv", (1_000, 1_000))
    written(tmp_path / "b.csv", "good", changed=2_000)

    batches = list(source(tmp_path / "*.csv").collect(None))

    [problem] = batches[0].problems
    assert problem.path == "a.csv"
    assert "not a text file" in problem.message
    assert bodies(batches) == ["good"]


def test_whether_the_files_hold_everything_decides_whether_what_is_missing_is_gone(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "good", changed=1_000)

    [some] = source(path).collect(None)
    [whole] = source(path, holds="all").collect(None)
    [nothing] = source(tmp_path / "b.csv", holds="all").collect(None)

    assert (some.shortfall, whole.shortfall) == ("its files hold some reviews, perhaps not all", "")
    assert nothing.shortfall == "there is no such file"


@pytest.mark.parametrize("cursor", ["", "x", "{}", '{"changed":"x"}', '{"changed":"-1","file":7}'])
def test_a_cursor_of_something_else_starts_at_the_beginning(cursor: str, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "good", changed=1_000)

    assert bodies(list(source(path).collect(cursor))) == ["good"]


def test_columns_and_fixed_values_are_options(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Text of it,Stars\nGood,5\n", encoding="utf-8")

    [batch] = source(path, map="body = Text of it; rating=Stars", set="subject=K2\nlanguage=en;").collect(None)

    assert batch.records[0].fields == {"rating": "5", "body": "Good", "subject": "K2", "language": "en"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"preset": "judgme"}, "preset: there is no preset 'judgme'; did you mean judgeme"),
        ({"map": "body"}, "map: 'body' is not written as field=..."),
        ({"set": "body=a;body=b"}, "set: 'body=b' is not written as"),
        ({"holds": "most"}, "holds is either all or some"),
    ],
)
def test_a_wrong_option_is_named(given: dict[str, str], said: str) -> None:
    with pytest.raises(BadValueError, match="^" + said.replace("...", r"\.\.\.")):
        source("a.csv", **given)


def test_a_preset_brings_its_rights_and_they_can_only_be_narrowed(company: Company) -> None:
    [refused, wider, approved] = [
        company.configured(SETTINGS + PRESETS_OF.format(path="x.csv", preset="capterra") + more).plaudit("sources")
        for more in ("", 'rights = "own"\n', 'approval = "letter of 2026-11-01"\n')
    ]

    assert "'capterra', the profile of this kind, forbids to store" in refused.stderr
    assert wider.exit_code == 2
    assert approved.exit_code == 0, approved.output


def test_a_configured_export_is_collected_and_collected_again(company: Company) -> None:
    path = company.folder / "export.csv"
    company.configured(SETTINGS + PRESETS_OF.format(path=path, preset="judgeme") + 'holds = "all"\n')
    header = "title,body,rating,review_date,reviewer_name,product_id,product_handle\n"
    path.write_text(header + "Good,It pours.,5,2026-09-30,Owen,8483,k2\n", encoding="utf-8")

    first = company.plaudit("collect", "portal")
    with path.open("a", encoding="utf-8") as file:
        file.write("Bad,It leaks.,1,2026-10-01,Ana,8483,k2\n")
    again = company.plaudit("collect", "portal")

    with company.instance() as instance, instance.store.reading() as transaction:
        assert transaction.reviews.count() == 2
        assert transaction.sources.all()
    assert first.exit_code == again.exit_code == 0, first.output + again.output


def test_hashes_are_counted_beyond_what_a_place_holds() -> None:
    seen = Occurrences()
    hashes = [f"{number * 2654435761 % 2**80:020x}" for number in range(5_000)]

    first = [seen.count(each) for each in hashes]
    often = [seen.count(hashes[7]) for _ in range(600)]

    assert set(first) == {1}
    assert often == list(range(2, 602))
    assert [seen.count(each) for each in hashes[:7]] == [2] * 7


def test_a_source_that_cannot_know_whether_it_is_complete_is_no_failure(tmp_path: Path) -> None:
    company = Company(tmp_path / "company")
    path = written(tmp_path / "a.csv", "It pours.", "It leaks.", changed=1_000)
    company.configured(f'{SETTINGS}[sources.portal]\ncollector = "file"\npath = {json.dumps(str(path))}\n')

    done = company.plaudit("collect")
    [state] = json.loads(company.plaudit("sources", "--format", "json").stdout)

    assert done.exit_code == 0, done.output
    assert "completeness unknown: its files hold some reviews, perhaps not all" in done.stdout
    assert state["complete"] is None
