"""Files and rows that cannot be read are told with the reason, and hostile ones are stopped in time."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from collectors.file import FileCollector, open_table
from collectors.tables import MOST_CELL, Row
from engine.errors import UnreadableFileError

SPREADSHEET = Path(__file__).parent / "samples" / "file" / "formulas.xlsx"
BILLION_LAUGHS = (
    b"<!DOCTYPE worksheet ["
    + b'<!ENTITY a "%s">' % (b"x" * 1000)
    + b"".join(b'<!ENTITY %c "%s">' % (name, b"&%c;" % (name - 1) * 100) for name in b"bcde")
    + b"]>"
)
LONG = "x" * (MOST_CELL + 1)
BAD_ROWS = [
    ("ragged.csv", "body,author\nGood,Ann,\nBad,Bob,x\nFine", 3, "has 3 cells, but there are 2 columns"),
    ("quoted.csv", 'body,author\n"a"b,Ann\nGood,Bob\nFine', 2, "is no CSV: ',' expected after '\"'"),
    ("unclosed.csv", 'body\nGood\nFine\n"never closed\n\n', 4, "is no CSV: unexpected end of data"),
    ("long.csv", f"body\nGood\n{LONG}\nFine\n", 3, "is no CSV: field larger than field limit (1048576)"),
    (
        "cut.jsonl",
        '{"body":"Good"}\n{"body":\n{"body":"Fine"}',
        2,
        "is no JSON: Expecting value: line 2 column 1 (char 9)",
    ),
    ("list.jsonl", '{"body":"Good"}\n[1]\n{"body":"Fine"}', 2, "is a list, not an object"),
    ("number.json", '[{"body":"Good"}, 5, {"body":"Fine"}]', 2, "is a number or a truth value, not an object"),
    ("null.json", '[{"body":"Good"}, null, {"body":"Fine"}]', 2, "is null, not an object"),
    (
        "deep.json",
        f'[{{"body":"Good"}},{{"x":{"[" * 30}{"]" * 30}}},{{"body":"Fine"}}]',
        2,
        "is nested more than 20 deep",
    ),
    ("deeper.jsonl", f'{{"body":"Good"}}\n{"[" * 90_000}\n{{"body":"Fine"}}', 2, "is no JSON: maximum recursion depth"),
    (
        "long.json",
        f'[{{"body":"Good"}},{{"body":"{LONG}"}},{{"body":"Fine"}}]',
        2,
        "has 1,048,577 characters in 'body'",
    ),
]


@pytest.mark.parametrize(("name", "text", "row", "message"), [pytest.param(*case, id=case[0]) for case in BAD_ROWS])
def test_a_row_that_cannot_be_read_is_told_and_the_rest_goes_on(
    name: str, text: str, row: int, message: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(text)

    [batch] = FileCollector(path=path, mapping={}, constants={}).collect(None)

    [problem] = batch.problems
    assert (problem.rule, problem.path) == ("file-row", f"{name} row {row}")
    assert problem.message.startswith(message)
    assert problem.fix
    assert [record.fields["body"] for record in batch.records] == ["Good", "Fine"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("missing.csv", None, "cannot be read: No such file"),
        ("empty.csv", b"", "there is no header row"),
        ("blank.csv", b"\n , \n", "there is no header row"),
        ("picture.csv", b"\x89PNG\r\n\0\0", "not a text file"),
        ("neither.csv", b"body\n\x81\xff\n", "save it as UTF-8"),
        ("odd.tsv", b"\xff\xfeb", "not valid utf-16"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", "save it as .xlsx"),
        ("no.xlsx", b"PK\x03\x04 and nothing", "no XLSX"),
        ("two.json", b'{"a":[{"x":1}],"b":{"c":[{"x":1}]}}', "it holds a, b.c"),
        ("none.json", b'{"a":1}', "it holds none"),
        ("text.json", b'"body"', "it holds none"),
        ("lines.json", b'{"body":"a"}\n{"body":"b"}', "call it .jsonl"),
        ("broken.json", b"[{", "no JSON"),
        ("deep.json", b"[" * 100_000, "no JSON that can be read"),
        ("empty.jsonl", b"\n\n", "no line that holds a JSON object"),
        ("wider.csv", b"x," * 2000, "2001 columns"),
        ("endless.csv", b"body\n" + b"x" * 9 * MOST_CELL, "has a line of more than"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value[-6:] else "",
)
def test_a_file_that_is_no_table_is_refused_with_the_reason(
    name: str, content: bytes | None, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(UnreadableFileError, match=reason):
        FileCollector(path=path, mapping={}, constants={}).collect(None)


def test_a_spreadsheet_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(301):
            part.write(b" " * 1_000_000)

    with pytest.raises(UnreadableFileError, match="unpacks to 301,000,000 bytes"):
        open_table(path)


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        pytest.param("xl/worksheets/sheet2.xml", b"<worksheet", BILLION_LAUGHS + b"<worksheet x='&e;'", id="entities"),
        pytest.param("xl/worksheets/sheet2.xml", b'<row r="4"', b'<row r="999999999"', id="a row far below"),
        pytest.param("xl/worksheets/sheet2.xml", b"<sheetData>", b"<sheetData><row", id="broken XML"),
        pytest.param("xl/workbook.xml", b"<sheets>", b"<sheet>", id="broken workbook"),
    ],
)
def test_a_hostile_spreadsheet_is_refused(part: str, old: bytes, new: bytes, tmp_path: Path) -> None:
    path = tmp_path / "hostile.xlsx"
    with zipfile.ZipFile(SPREADSHEET) as sample, zipfile.ZipFile(path, "w") as hostile:
        for name in sample.namelist():
            content = sample.read(name)
            if name == part:
                assert old in content
                content = content.replace(old, new, 1)
            hostile.writestr(name, content)

    with pytest.raises(UnreadableFileError, match=r"hostile\.xlsx"):
        list(open_table(path).rows())


def test_a_cell_far_to_the_right_does_not_make_rows_wide(tmp_path: Path) -> None:
    path = tmp_path / "wide.xlsx"
    with zipfile.ZipFile(SPREADSHEET) as sample, zipfile.ZipFile(path, "w") as wide:
        for name in sample.namelist():
            content = sample.read(name)
            if name == "xl/worksheets/sheet2.xml":
                content = content.replace(b"</row></sheetData>", b'<c r="ZZZ4"><v>1</v></c></row></sheetData>')
            wide.writestr(name, content)

    rows = list(open_table(path).rows())

    assert [len(row.cells) for row in rows if isinstance(row, Row)] == [5, 5]
