"""What the benchmark runs beside us: the least that any program would have to do for the same rows and pages.

``python -m tests.benchmarks.peers import FILE DATABASE`` or ``publish DATABASE COPIES``; a process of its own, so that
it is charged for what it uses and nothing else.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from jinja2 import Environment

AT_ONCE = 1000
TEMPLATE = """
<div class="reviews">
<h2>{{ name }}</h2>
<p>{{ mean }} of 5, {{ reviews | length }} reviews</p>
<ul>
{% for review in reviews %}
<li>
<p>{{ review.rating }} of 5</p>
{% if review.title %}<h3>{{ review.title }}</h3>{% endif %}
<div>{% for line in review.body.split("\n") %}<p>{{ line }}</p>{% endfor %}</div>
</li>
{% endfor %}
</ul>
</div>
"""


def main(what: str, *arguments: str) -> None:
    if what == "import":
        insert_rows(*arguments)
    else:
        publish_pages(arguments[0], int(arguments[1]))


def insert_rows(file: str, path: str) -> None:
    """Reads a CSV file and inserts its rows as they are: nothing cleaned, no language, nothing found twice."""
    database = _open(path)
    database.execute(
        "CREATE TABLE review (id TEXT PRIMARY KEY, subject TEXT, rating INTEGER, title TEXT, body TEXT, raw TEXT)"
    )
    database.execute("CREATE INDEX by_subject ON review (subject)")
    with open(file, newline="", encoding="utf-8") as opened:  # noqa: PTH123 - the plainest program there is
        rows = _rows(csv.DictReader(opened))
        while some := list(islice(rows, AT_ONCE)):
            database.execute("BEGIN IMMEDIATE")
            database.executemany("INSERT INTO review VALUES (?, ?, ?, ?, ?, ?)", some)
            database.execute("COMMIT")


def publish_pages(path: str, copies: int) -> None:
    """Renders one list for each subject, ``copies`` times, and keeps it with its hash and packed: nothing checked."""
    database = _open(path)
    database.row_factory = sqlite3.Row
    database.execute("CREATE TABLE page (subject TEXT, copy INTEGER, body BLOB, packed BLOB, etag TEXT)")
    template = Environment(autoescape=True).from_string(TEMPLATE)
    for (subject,) in database.execute("SELECT DISTINCT subject FROM review").fetchall():
        for copy in range(copies):
            database.execute("BEGIN IMMEDIATE")
            query = "SELECT rating, title, body FROM review WHERE subject = ? ORDER BY id LIMIT 10"
            reviews = database.execute(query, (subject,)).fetchall()
            mean = sum(review["rating"] for review in reviews) / len(reviews)
            body = template.render(name=subject, mean=round(mean, 1), reviews=reviews).encode()
            packed = gzip.compress(body, 6, mtime=0)
            page = (subject, copy, body, packed, hashlib.sha256(body).hexdigest())
            database.execute("INSERT INTO page VALUES (?, ?, ?, ?, ?)", page)
            database.execute("COMMIT")


def _rows(read: csv.DictReader[str]) -> Iterator[Sequence[Any]]:
    for row in read:
        raw = "\t".join(row.values())
        yield row["id"], row["Clothing ID"], int(row["Rating"]), row["Title"], row["Review Text"], raw


def _open(path: str) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    return database


if __name__ == "__main__":
    main(*sys.argv[1:])
