"""Files become records: whatever their kind, their encoding and their mistakes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.file import FIELD_HELP, FIELDS, FileCollector, open_table
from collectors.json_rows import flattened
from collectors.tables import Row
from engine.domain import Batch, Record
from engine.errors import RefusedError

SAMPLES = Path(__file__).parent / "samples" / "file"
REVIEWS = """author,rating,body
Ann,5,Pours well
Bob,4,Heavy
Ann,5,Pours well
,3,
Bob,4,Heavy
Ann,5,Pours well
"""


def collector(path: Path, batch_size: int = 1000, /, **constants: str) -> FileCollector:
    return FileCollector(path=path, mapping={}, constants=constants, batch_size=batch_size)


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def records_of(batches: list[Batch]) -> list[Record]:
    return [record for batch in batches for record in batch.records]


@dataclass(frozen=True)
class Sample:
    name: str
    mapping: Mapping[str, str]
    fields: tuple[Mapping[str, str], ...]
    places: tuple[int, ...]


SAMPLE_FILES = [
    Sample(
        "semicolon_cp1252.csv",
        {"written_at": "Datum", "author": "Name", "rating": "Sterne", "body": "Bewertung"},
        (
            {
                "written_at": "05.10.2026",
                "author": "Käthe Groß",
                "rating": "4,5",
                "body": "Gießt schön; ist aber schwer",
            },
        ),
        (2,),
    ),
    Sample(
        "utf8_bom.csv",
        {"written_at": "Date", "author": "Name", "rating": "Stars", "body": "Review"},
        (
            {"written_at": "10/14/2026", "author": "O'Hara, Sam", "rating": "5/5", "body": "Line one\r\nline two"},
            {"written_at": "10/15/2026", "author": "Pat", "rating": "4/5", "body": "Fine"},
        ),
        (2, 3),
    ),
    Sample("utf16.tsv", {}, ({"author": "Zoë", "rating": "5", "body": "Pours well ☕"},), (2,)),
    Sample(
        "nested.json",
        {"external_id": "uid", "rating": "score", "body": "comment", "author": "by.name", "tags": "labels"},
        (
            {"rating": "80%", "body": "Good", "author": "Li", "tags": "gift,large"},
            {"rating": "4.5", "author": "Mo", "verified": "true"},
        ),
        (1, 2),
    ),
    Sample(
        "lines.jsonl",
        {"external_id": "id", "rating": "stars", "body": "text", "written_at": "date"},
        (
            {"rating": "5", "body": "Superbe ☕", "written_at": "2026-10-05"},
            {"body": "No stars given", "written_at": "1762000000", "author": "Kim"},
        ),
        (1, 3),
    ),
    Sample(
        "formulas.xlsx",
        {"written_at": "Date", "author": "Customer", "rating": "Score (0-10)", "body": "Quote", "verified": "Checked"},
        (
            {
                "written_at": "2026-10-05",
                "author": "Nadia R.",
                "rating": "9",
                "body": "We switched 12 shops.",
                "verified": "true",
            },
            {
                "written_at": "2026-10-06T14:30:00",
                "author": '=HYPERLINK("https://evil.example","x")',
                "rating": "10",
                "body": "=1+1",
            },
        ),
        (3, 4),
    ),
]


@pytest.mark.parametrize("sample", SAMPLE_FILES, ids=lambda sample: str(sample.name))
def test_each_kind_of_file_is_read(sample: Sample) -> None:
    reader = FileCollector(path=SAMPLES / sample.name, mapping=sample.mapping, constants={})

    [batch] = reader.collect(None)

    assert tuple(record.fields for record in batch.records) == sample.fields
    assert [record.place for record in batch.records] == [f"{sample.name} row {row}" for row in sample.places]
    assert (batch.cursor, batch.problems) == (None, ())


@pytest.mark.parametrize("sample", SAMPLE_FILES, ids=lambda sample: str(sample.name))
def test_a_file_without_a_telling_suffix_is_known_by_its_content(sample: Sample, tmp_path: Path) -> None:
    path = written(tmp_path / "export.dat", (SAMPLES / sample.name).read_bytes())

    [batch] = FileCollector(path=path, mapping=sample.mapping, constants={}).collect(None)

    assert tuple(record.fields for record in batch.records) == sample.fields


def test_every_field_has_its_help() -> None:
    assert tuple(FIELD_HELP) == FIELDS
    assert all(FIELD_HELP.values())


def test_columns_called_like_a_field_need_no_mapping(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "BODY,Author,Colour\nGood,Ann,red\n")

    [record] = records_of(list(collector(path).collect(None)))

    assert record.fields == {"body": "Good", "author": "Ann"}
    assert json.loads(record.payload) == {"BODY": "Good", "Author": "Ann", "Colour": "red"}


def test_a_column_mapped_to_one_field_is_not_taken_for_another(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "title,url\nGood,https://shop.example\n")

    reader = FileCollector(path=path, mapping={"body": "title"}, constants={"url": "https://other.example"})

    [record] = records_of(list(reader.collect(None)))
    assert record.fields == {"body": "Good", "url": "https://other.example"}


def test_all_mistakes_of_a_mapping_are_told_at_once_with_the_columns_there_are(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "Text,Stars\nGood,5\n")
    reader = FileCollector(path=path, mapping={"bodi": "Text", "rating": "Sterne"}, constants={"rating": "5", "x": "1"})

    with pytest.raises(RefusedError) as caught:
        reader.collect(None)

    message = str(caught.value)
    assert "there is no field 'bodi'; did you mean body?" in message
    assert "there is no field 'x'" in message
    assert "--map rating=Sterne: there is no column 'Sterne'" in message
    assert "rating has both a column (--map) and a fixed value (--set)" in message
    assert message.endswith("its columns are 'Text', 'Stars'")


def test_a_file_of_which_nothing_is_mapped_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "Text,Stars\nGood,5\n")

    with pytest.raises(RefusedError, match="--map body=COLUMN"):
        collector(path).collect(None)


def test_contact_data_and_replies_stand_apart_from_the_fields(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.csv",
        "body,email,phone,reply,reply_author\nGood,ann@example.com,,Thanks!,Larkfield\nBad,,,,Nobody\n",
    )

    first, second = records_of(list(collector(path).collect(None)))

    assert (first.fields, first.contact) == ({"body": "Good"}, {"email": "ann@example.com"})
    assert first.replies == ({"body": "Thanks!", "author": "Larkfield"},)
    assert (second.contact, second.replies) == (None, ())


def test_rows_without_an_id_are_known_by_what_they_say_and_how_often(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", REVIEWS)

    ids = [record.external_id for record in records_of(list(collector(path).collect(None)))]

    assert len(set(ids)) == 6
    assert [each.rpartition("-")[2] for each in ids] == ["1", "1", "2", "1", "2", "3"]
    assert ids[0][:-1] == ids[2][:-1] == ids[5][:-1]


def test_ids_depend_on_the_mapped_columns_alone(tmp_path: Path) -> None:
    plain = written(tmp_path / "a.csv", "body,author\nGood,Ann\n")
    wider = written(tmp_path / "b.csv", "author;colour;body\nAnn;red;Good\n")

    [one] = records_of(list(collector(plain).collect(None)))
    [other] = records_of(list(collector(wider, subject="kettle").collect(None)))

    assert one.external_id == other.external_id


@given(batch_size=st.integers(1, 8), choice=st.data())
def test_going_on_from_any_cursor_gives_the_records_of_an_undisturbed_run(
    tmp_path_factory: pytest.TempPathFactory, batch_size: int, choice: st.DataObject
) -> None:
    path = written(tmp_path_factory.getbasetemp() / "resumed.csv", REVIEWS)
    undisturbed = list(collector(path, batch_size).collect(None))
    stopped_after = choice.draw(st.integers(0, len(undisturbed) - 1))

    resumed = list(collector(path, batch_size).collect(undisturbed[stopped_after].cursor))

    if stopped_after < len(undisturbed) - 1:
        assert resumed == undisturbed[stopped_after + 1 :]
    assert [batch.cursor is None for batch in undisturbed] == [False] * (len(undisturbed) - 1) + [True]


@pytest.mark.parametrize("cursor", ["", "2", "2:0123", "x:y", "-1:", "٣:0"])
def test_a_cursor_of_something_else_starts_anew(cursor: str, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", REVIEWS)

    assert len(records_of(list(collector(path).collect(cursor)))) == 6


def test_a_changed_file_or_mapping_starts_anew(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", REVIEWS)
    first, *_ = collector(path, 2).collect(None)

    remapped = list(collector(path, 2, subject="kettle").collect(first.cursor))
    written(path, REVIEWS + "Eve,1,Leaks\n")
    changed = list(collector(path, 2).collect(first.cursor))

    assert (len(records_of(remapped)), len(records_of(changed))) == (6, 7)


def test_a_file_with_nothing_but_a_header_is_one_empty_batch(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "body,author\n\n")

    assert list(collector(path).collect(None)) == [Batch(records=(), cursor=None)]


def test_numbers_that_no_computer_holds_stay_text(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", '{"body":"x","rating":1e400,"tags":' + "9" * 5000 + ',"title":NaN}\n')

    [record] = records_of(list(collector(path).collect(None)))

    assert record.fields == {"body": "x", "rating": "1e400", "tags": "9" * 5000, "title": "NaN"}
    assert json.loads(record.payload)["rating"] == "1e400"


def test_half_a_character_does_not_keep_a_payload_from_being_stored(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", '{"body":"x \\ud83d","title":"é"}\n')

    [record] = records_of(list(collector(path).collect(None)))

    assert record.payload.encode().decode() == '{"body":"x \\ud83d","title":"\\u00e9"}'


def test_columns_of_one_name_are_kept_apart(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "Note,,Note,Note (2),body\na,b,c,d,e\n")

    [record] = records_of(list(collector(path).collect(None)))

    assert json.loads(record.payload) == {
        "Note": "a",
        "column 2": "b",
        "Note (2)": "c",
        "Note (2) (2)": "d",
        "body": "e",
    }


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str, tmp_path: Path) -> None:
    rows = [["author", "body"], ["Ann", "a, b; c | d"], ["Bob, Jr.; Dr.", "x"]]
    path = written(tmp_path / "a.txt", "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows))

    records = records_of(list(collector(path).collect(None)))

    assert [record.fields["author"] for record in records] == ["Ann", "Bob, Jr.; Dr."]


@pytest.mark.parametrize(("name", "rows"), [("utf8_bom.csv", 3), ("nested.json", 2), ("lines.jsonl", 3)])
def test_the_number_of_rows_is_estimated(name: str, rows: int) -> None:
    assert collector(SAMPLES / name).count() == rows


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.text() | st.integers() | st.none() | st.booleans()))
def test_flattening_a_flat_object_keeps_its_keys(value: dict[str, object]) -> None:
    assert list(flattened(value)) == list(value)


def test_a_thousand_real_reviews_are_read_and_can_be_gone_on_with(shared: Path) -> None:
    mapping = {"subject": "Clothing ID", "rating": "Rating", "title": "Title", "body": "Review Text"}
    path = shared / "data" / "clothing_reviews.csv"
    reader = FileCollector(path=path, mapping=mapping, constants={"subject_type": "Product"}, batch_size=300)

    batches = list(reader.collect(None))
    resumed = list(reader.collect(batches[1].cursor))

    assert [len(batch.records) for batch in batches] == [300, 300, 300, 100]
    assert len({record.external_id for record in records_of(batches)}) == 1000
    assert resumed == batches[2:]
    assert not any(batch.problems for batch in batches)


@pytest.mark.parametrize(
    "name", ["generic.json", "generic.jsonl", "generic.xlsx", "generic_semicolon_cp1252.csv", "generic_utf8bom.csv"]
)
def test_the_shared_samples_are_read(name: str, shared: Path) -> None:
    table = open_table(shared / "samples" / name)

    rows = list(table.rows())

    assert rows
    assert all(isinstance(row, Row) and any(row.cells.values()) for row in rows)
