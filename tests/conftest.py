"""What tests share: a real Chromium, a real PostgreSQL, a fresh database of either kind, and the shared corpora.

What a machine lacks is skipped with its reason, unless ``PLAUDIT_REQUIRE`` names it (``browser,npm,postgres,shared``):
then the test fails.
"""

from __future__ import annotations

import fcntl
import gc
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy.engine import make_url

from engine.store import Store
from engine.store.migrate import upgrade
from review_site.wiring import Instance
from tests.doors import Company, Site
from tests.proofs.axe import axe_script
from tests.proofs.measuring import SkippedError
from tests.servers import MissingPostgresError, postgres_cluster
from tests.signing import Visitor, signed_in

ROOT = Path(__file__).resolve().parent.parent
ROUND = 20_000
"""New objects between two rounds of the garbage collector."""
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


def pytest_collection_finish() -> None:
    """Takes thousands of tests, which live until the end, out of the rounds of the garbage collector."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(ROUND)


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
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The source of axe-core."""
    try:
        return axe_script(tmp_path_factory.mktemp("axe"))
    except SkippedError as error:
        lacking("npm", str(error))
        raise


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


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with empty tables, to be copied: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "plaudit.sqlite"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def empty_postgres(postgres_url: str) -> Iterator[str]:
    """The name of a database with empty tables, to be copied."""
    for url in _postgres_database(postgres_url):
        upgrade(url)
        yield make_url(url).database or ""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store with empty tables: each test that asks for it runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        path = shutil.copy(request.getfixturevalue("empty_sqlite"), tmp_path / "plaudit.sqlite")
        opened = Store(f"sqlite:///{path}")
        yield opened
        opened.close()
        return
    cluster_url, template = request.getfixturevalue("postgres_url"), request.getfixturevalue("empty_postgres")
    for url in _postgres_database(cluster_url, template):
        opened = Store(url)
        yield opened
        opened.close()


def _postgres_database(cluster_url: str, template: str = "template1") -> Iterator[str]:
    name = f"plaudit_{secrets.token_hex(8)}"
    cluster = sqlalchemy.create_engine(cluster_url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
    with cluster.connect() as connection:
        connection.execute(sqlalchemy.text(f"CREATE DATABASE {name} TEMPLATE {template}"))
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


@pytest.fixture(scope="session")
def sample_company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The sample company as ``plaudit demo`` leaves it; to be read, never to be changed."""
    own = Company(tmp_path_factory.mktemp("sample")).configured()
    shutil.copytree(_told_sample(tmp_path_factory.getbasetemp()).store, own.store)
    return own


def _told_sample(folder: Path) -> Company:
    """The one that all workers of a run copy; the first of them tells it, while the others wait."""
    run = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    company, told = Company(run / "sample-company"), run / "sample-told"
    with (run / "sample-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            done = company.configured().plaudit("demo")
            assert done.exit_code == 0, done.output
            told.touch()
    return company


@pytest.fixture(scope="session")
def sample_site(sample_company: Company) -> Iterator[Site]:
    """What the sample company serves."""
    with sample_company.serving() as site:
        yield site


@pytest.fixture
def sample_copy(unopened: Company, sample_company: Company) -> Company:
    """The sample company, to be changed."""
    shutil.copytree(sample_company.store, unopened.store)
    return unopened


@pytest.fixture
def unopened(tmp_path: Path) -> Company:
    """An instance that nobody has opened yet: its configuration alone."""
    return Company(tmp_path / "company").configured()


@pytest.fixture
def company(unopened: Company, empty_sqlite: Path) -> Company:
    """An instance that holds nothing yet but its tables."""
    unopened.store.mkdir(mode=0o700)
    shutil.copy(empty_sqlite, unopened.store / "plaudit.sqlite3")
    return unopened


@pytest.fixture
def visitor(instance: Instance) -> Visitor:
    """Whoever administers the instance that a module of tests defines, signed in to its console."""
    return signed_in(instance)
