"""Going on in the middle of a file: at the byte where the next row begins, whatever the encoding and the line ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from collectors.file import FileCollector, open_table
from collectors.tables import Row, TextLines, UnreadableRow

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"]
LINE_ENDS = ["\n", "\r\n", "\r"]
TEXTS = ["Gießt schön", 'Er sagte ""ja""', "zwei;Teile", "über{end}zwei Zeilen", "x" * 3_000, "", "é" * 900]


def encoded(text: str, encoding: str) -> bytes:
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    return mark + text.encode(encoding)


def csv_of(end: str) -> str:
    rows = [f'{number};"{text.format(end=end)}";5' for number, text in enumerate(TEXTS * 3)]
    return end.join(["external_id;body;rating", *rows, "7;too;many;cells", "", '8;"never closed;5', "9;x;4"]) + end


def lines_of(end: str) -> str:
    return end.join(
        json.dumps({"external_id": str(number), "body": text}, ensure_ascii=False) for number, text in enumerate(TEXTS)
    )


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("end", LINE_ENDS, ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_a_table_can_be_entered_after_any_row(suffix: str, end: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / f"reviews{suffix}"
    path.write_bytes(encoded(csv_of(end) if suffix == ".csv" else lines_of(end), encoding))
    table = open_table(path)
    rows = list(table.rows())

    for at, row in enumerate(rows):
        assert list(table.rows_after(row.number, row.end)) == rows[at + 1 :]

    assert len(rows) >= len(TEXTS)


@pytest.mark.parametrize("name", ["nested.json", "formulas.xlsx"])
def test_so_can_one_that_has_no_bytes_to_enter_at(name: str) -> None:
    table = open_table(Path(__file__).parent / "samples" / "file" / name)
    rows: list[Row | UnreadableRow] = list(table.rows())

    for at, row in enumerate(rows):
        assert list(table.rows_after(row.number, row.end)) == rows[at + 1 :]


def test_rows_with_ids_of_their_own_are_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text("external_id,body\n" + "".join(f"{each},It pours.\n" for each in range(5_000)), encoding="utf-8")
    *_, before_last, _ = FileCollector(path=path, mapping={}, constants={}).collect(None)
    done, number, end, counted, _mark = (before_last.cursor or "").split(":")

    with TextLines(path, "utf-8", int(end)) as lines:
        first = next(lines)

    assert (done, number, counted) == ("4000", "4001", "0")
    assert first == "4000,It pours.\n"


def test_copies_without_an_id_are_numbered_on_after_a_stop(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text("external_id,body\n" + ",It pours.\n7,It leaks.\n" * 1_500, encoding="utf-8")
    undisturbed = list(FileCollector(path=path, mapping={}, constants={}).collect(None))

    resumed = list(FileCollector(path=path, mapping={}, constants={}).collect(undisturbed[1].cursor))

    assert resumed == undisturbed[2:]
    ids = [each.external_id for batch in undisturbed for each in batch.records if each.external_id != "7"]
    assert [each.rpartition("-")[2] for each in ids] == [str(number) for number in range(1, 1_501)]
