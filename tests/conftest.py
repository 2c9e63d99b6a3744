"""What tests share: a real Chromium, a real PostgreSQL, a fresh database of either kind, and the shared corpora.

What a machine lacks is skipped with its reason, unless ``PLAUDIT_REQUIRE`` names it (``browser,postgres,shared``):
then the test fails.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy.engine import make_url

from tests.servers import MissingPostgresError, postgres_cluster

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def lacking(what: str, reason: str) -> None:
    """Skips the test, or fails it where ``PLAUDIT_REQUIRE`` promises that ``what`` is there."""
    required = os.environ.get("PLAUDIT_REQUIRE", "").split(",")
    if what in (each.strip() for each in required):
        pytest.fail(f"PLAUDIT_REQUIRE names {what}, but {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of a worker; each test opens a context of its own."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        lacking("browser", "there is no chromium in PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of the ``postgres`` database of a cluster that this worker of pytest started."""
    try:
        with postgres_cluster() as url:
            yield url
    except MissingPostgresError as error:
        lacking("postgres", str(error))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database: each test that asks for it runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'plaudit.sqlite'}"
    else:
        yield from _postgres_database(request.getfixturevalue("postgres_url"))


def _postgres_database(cluster_url: str) -> Iterator[str]:
    name = f"plaudit_{secrets.token_hex(8)}"
    cluster = sqlalchemy.create_engine(cluster_url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
    with cluster.connect() as connection:
        connection.execute(sqlalchemy.text(f"CREATE DATABASE {name}"))
    yield make_url(cluster_url).set(database=name).render_as_string(hide_password=False)
    with cluster.connect() as connection:
        connection.execute(sqlalchemy.text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of corpora and real reviews that lies beside the checkout on the team's machines."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        lacking("shared", f"there is no folder {folder.name} beside the checkout")
    return folder
