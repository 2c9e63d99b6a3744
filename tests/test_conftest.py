"""Tests of what the tests share: the browser and both databases are real ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy
from playwright.sync_api import Browser

from tests.conftest import ROOT
from tests.servers import Reply, loopback

PAGE = b"<!doctype html><title>Kettle</title><body style='background:#063'>It pours well."


def test_chromium_renders_a_page_from_loopback(chromium: Browser, tmp_path: Path) -> None:
    with loopback(lambda _heard: Reply(body=PAGE, headers={"Content-Type": "text/html"})) as server:
        page = chromium.new_page()
        page.goto(server.url)
        picture = page.screenshot(path=tmp_path / "page.png")
        title = page.title()
        page.close()

    assert title == "Kettle"
    assert picture.startswith(b"\x89PNG")


def test_a_database_is_empty_and_takes_writes(database_url: str) -> None:
    engine = sqlalchemy.create_engine(database_url)
    with engine.begin() as connection:
        found = sqlalchemy.inspect(connection).get_table_names()
        connection.execute(sqlalchemy.text("CREATE TABLE kettle (word VARCHAR(9))"))
        connection.execute(sqlalchemy.text("INSERT INTO kettle VALUES ('größe')"))
        word = connection.execute(sqlalchemy.text("SELECT word FROM kettle")).scalar_one()
    engine.dispose()

    assert found == []
    assert word == "größe"


@pytest.mark.parametrize(("required", "outcome"), [("", "1 skipped"), ("postgres, browser", "1 error")])
def test_a_machine_without_a_browser_skips_or_fails(tmp_path: Path, required: str, outcome: str) -> None:
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\n")
    (tmp_path / "test_it.py").write_text("def test_it(chromium): ...\n")
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "pytest",
        "-rs",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        tmp_path,
        "-c",
        "/dev/null",
        ".",
    ]

    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={"PATH": "", "PYTHONPATH": str(ROOT), "PLAUDIT_REQUIRE": required},
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome in done.stdout
    assert "there is no chromium in PATH" in done.stdout
