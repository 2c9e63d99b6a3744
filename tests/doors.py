"""Both doors as tests open them: the command, run in this process, and HTTP, asked without a socket."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import html5lib
import sqlalchemy
from click.testing import CliRunner, Result
from werkzeug.test import Client, TestResponse

from engine.store.snippet_reader import snippet_reader
from review_site.cli import main
from review_site.commands.common import opened
from review_site.wiring import Instance, database_url
from review_site.wsgi import application

BASE = "https://reviews.larkfield.example"
SETTINGS = f'[site]\nname = "Larkfield"\nbase_url = "{BASE}"\n'


def plaudit(*words: str | Path, stdin: str | None = None) -> Result:
    """Runs the command; an exception that is not turned into a sentence fails the test."""
    asked = [str(each) for each in words]
    return CliRunner().invoke(main, asked, input=stdin, catch_exceptions=False, prog_name="plaudit")


@dataclass(frozen=True, slots=True)
class Site:
    """What an instance serves."""

    client: Client

    def get(self, address: str, **headers: str) -> TestResponse:
        """The answer to a GET of a path, or of an absolute address of this site; ``_`` stands for ``-`` in headers."""
        return self.ask("GET", address, headers)

    def ask(self, method: str, address: str, headers: Mapping[str, str] | None = None) -> TestResponse:
        path = address.removeprefix(BASE) or "/"
        named = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        return self.client.open(path, method=method, headers=named, base_url=BASE)


@dataclass(frozen=True, slots=True)
class Company:
    """One instance: a configuration and a data folder, reached through both doors."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def store(self) -> Path:
        return self.folder / "store"

    def configured(self, settings: str = SETTINGS) -> Company:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.config.write_text(settings, encoding="utf-8")
        return self

    def plaudit(self, *words: str | Path) -> Result:
        return plaudit(*words, "--config", self.config, "--data", self.store)

    def reviews(self, rows: Sequence[Mapping[str, str]], name: str = "reviews.csv") -> Path:
        """A file with these rows; the columns are those of the first one."""
        columns = list(rows[0])
        lines = [columns, *([row.get(column, "") for column in columns] for row in rows)]
        path = self.folder / name
        quoted = (",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
        path.write_text("\n".join(quoted) + "\n", encoding="utf-8")
        return path

    def publish(self, *rows: Mapping[str, str]) -> None:
        """Imports the rows as the source ``shop``, approves them and publishes."""
        for words in (
            ("import", self.reviews(rows), "--source", "shop", "--rights", "own"),
            ("approve", "--source", "shop", "--all"),
            ("publish",),
        ):
            done = self.plaudit(*words)
            assert done.exit_code == 0, done.output

    @contextmanager
    def instance(self) -> Iterator[Instance]:
        with opened(self.config, self.store) as instance:
            yield instance

    @contextmanager
    def serving(self) -> Iterator[Site]:
        """The site that ``plaudit serve`` would serve."""
        with self.instance() as instance:
            reader = snippet_reader(instance.store.url)
            try:
                yield Site(Client(application(instance, reader)))
            finally:
                reader.close()


def row(external_id: str, **fields: str) -> dict[str, str]:
    """One row of a shop's file, to be changed field by field."""
    said = {
        "subject": "kettle",
        "subject_name": "K2 Kettle",
        "rating": "4",
        "title": "Good kettle",
        "body": "It pours well and keeps the heat.",
        "author": "Owen B.",
        "language": "en",
        "written_at": "2026-09-30",
    }
    return {"external_id": external_id} | said | fields


def execute(company: Company, statement: str) -> None:
    """Changes the database behind the program's back."""
    with company.instance() as instance:
        engine = sqlalchemy.create_engine(database_url(instance.config), poolclass=sqlalchemy.NullPool)
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text(statement))


def tree_of(html: str) -> Any:
    return html5lib.parse(html, namespaceHTMLElements=False)


def addresses(html: str) -> list[str]:
    """Every address that a page of ours leads to or loads, on this site, once."""
    found = dict.fromkeys(each.get("href") for each in tree_of(html).iter() if each.get("href"))
    return [each for each in found if urlsplit(each).netloc in ("", urlsplit(BASE).netloc) and not each.startswith("#")]


def text_of(html: str) -> str:
    """What a reader sees of a page's main part."""
    return " ".join("".join(tree_of(html).find(".//main").itertext()).split())


def documents(html: str) -> list[Any]:
    """The JSON-LD of a page."""
    return [json.loads(each.text) for each in tree_of(html).iter("script")]
