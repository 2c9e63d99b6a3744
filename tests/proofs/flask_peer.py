"""The plain Flask route that the ladder measures beside us: bytes by primary key, as anybody would write it first."""

from __future__ import annotations

import os
import sqlite3

from flask import Flask, Response, abort

QUERY = "SELECT body, media_type, etag FROM snippet WHERE scope = ? AND scope_id = ? AND name = ? AND locale = 'en'"

app = Flask(__name__)


@app.get("/v1/subjects/<subject>/snippets/<name>")
def snippet(subject: str, name: str) -> Response:
    with sqlite3.connect(f"file:{os.environ['PROOF_SQLITE']}?mode=ro", uri=True) as connection:
        row = connection.execute(QUERY, ("subject", subject, name)).fetchone()
    connection.close()
    if row is None:
        abort(404)
    response = Response(row[0], content_type=row[1])
    response.set_etag(row[2])
    return response
