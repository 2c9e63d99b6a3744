"""How an instance is put together: its folder and secret, its owner names, and what changed settings leave to do."""

from __future__ import annotations

import os
import re
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from engine.config import read_config
from engine.domain import SubjectId
from engine.errors import ConfigError, StoreError
from engine.outbox import Work
from review_site.owners import is_gone, new_owner
from review_site.wiring import Instance, database_url, now, open_instance
from tests.doors import SETTINGS, Company
from tests.factories import fill, make_source, make_subject
from tests.serving import owner_that_is_gone

MODEL = '[language_model]\nurl = "https://models.example/v1"\nmodel = "small"\n'


def marked_after_opening(company: Company) -> list[str]:
    """The pages that opening the instance marks to be built anew."""
    with company.instance() as instance:
        instance.mark_what_settings_changed()
        return marked(instance)


def mined_after_opening(company: Company) -> list[str]:
    """The subjects that opening the instance marks to be mined anew."""
    with company.instance() as instance:
        instance.mark_what_settings_changed()
        with instance.store.writing() as transaction:
            leases = transaction.marks.lease([Work.MINE], "test", now=now(), until=now(), limit=100)
            assert all(transaction.marks.finish(each) for each in leases)
    return [each.key for each in leases]


def marked(instance: Instance) -> list[str]:
    with instance.store.writing() as transaction:
        leases = transaction.marks.lease([Work.PUBLISH], "test", now=now(), until=now(), limit=100)
        assert all(transaction.marks.finish(each) for each in leases)
    return [each.key for each in leases]


def test_the_first_start_makes_folder_secret_and_tables(company: Company) -> None:
    with company.instance() as instance, instance.store.reading() as transaction:
        assert transaction.subjects.count() == 0

    secret = company.store / "secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert len(secret.read_text(encoding="utf-8").strip()) >= 40
    assert [each.name for each in company.store.iterdir() if each.name.startswith(".secret")] == []


def test_a_later_start_keeps_the_secret(company: Company) -> None:
    with company.instance():
        secret = (company.store / "secret").read_text(encoding="utf-8")

    with company.instance():
        assert (company.store / "secret").read_text(encoding="utf-8") == secret


def test_two_instances_have_two_secrets(tmp_path: Path) -> None:
    companies = [Company(tmp_path / name).configured() for name in ("one", "two")]

    for each in companies:
        with each.instance():
            pass

    assert len({(each.store / "secret").read_text(encoding="utf-8") for each in companies}) == 2


@pytest.mark.parametrize("written", ["", "\n", "changeme", "x" * 31])
def test_what_is_no_secret_opens_nothing(unopened: Company, written: str) -> None:
    unopened.store.mkdir(parents=True)
    (unopened.store / "secret").write_text(written, encoding="utf-8")

    with pytest.raises(StoreError, match="is no secret") as caught, unopened.instance():
        pass

    assert not written.strip() or written not in str(caught.value)


def test_a_folder_that_cannot_be_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(StoreError, match="cannot be used"):
        open_instance(None, tmp_path / "file", {})


def test_a_database_that_is_none_is_refused(unopened: Company) -> None:
    unopened.store.mkdir()
    (unopened.store / "plaudit.sqlite3").write_text("no database at all, but long enough to be one", encoding="utf-8")

    with pytest.raises(StoreError), unopened.instance():
        pass


def test_every_mistake_of_the_configuration_is_told_at_once(unopened: Company) -> None:
    unopened.configured('[site]\nlocales = []\nnaem = "x"\n[serve]\nport = 70000\n')

    with pytest.raises(ConfigError) as caught, unopened.instance():
        pass

    assert len(caught.value.mistakes) == 3
    assert "did you mean site.name" in str(caught.value)
    assert not unopened.store.exists()


def test_the_database_is_the_one_that_the_environment_names(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[store]\nurl_env = "THE_DATABASE"\n', encoding="utf-8")

    named = read_config(config, {"THE_DATABASE": "postgresql+psycopg://db/plaudit"}, tmp_path)

    assert database_url(named) == "postgresql+psycopg://db/plaudit"
    assert database_url(read_config(None, {}, tmp_path)) == f"sqlite:///{tmp_path / 'plaudit.sqlite3'}"


def test_pages_are_marked_when_they_were_built_with_other_settings(company: Company) -> None:
    with company.instance() as instance:
        fill(instance.store, [], sources=[make_source()], subjects=[make_subject(id=SubjectId("kettle"))])

    first, second = marked_after_opening(company), marked_after_opening(company)
    company.configured(SETTINGS.replace("Larkfield", "Larkfield & Sons"))
    third = marked_after_opening(company)

    assert (first, second, third) == (["subject/kettle"], [], ["subject/kettle"])


def test_no_language_model_is_asked_unless_the_configuration_names_one(company: Company) -> None:
    with company.instance() as instance:
        assert instance.rewriter is None
        assert instance.miner.rewording is None

    company.configured(SETTINGS + MODEL)

    with company.instance() as instance:
        assert instance.rewriter is not None
        assert instance.rewriter.model.url == "https://models.example/v1"
        assert instance.miner.rewording is instance.rewriter


def test_everything_is_mined_anew_when_another_language_model_is_named(company: Company) -> None:
    with company.instance() as instance:
        fill(instance.store, [], sources=[make_source()], subjects=[make_subject(id=SubjectId("kettle"))])

    marks = [mined_after_opening(company)]
    for settings in (SETTINGS + MODEL, SETTINGS + MODEL, SETTINGS + MODEL.replace("small", "large"), SETTINGS):
        company.configured(settings)
        marks.append(mined_after_opening(company))

    assert marks == [[], ["kettle"], [], ["kettle"], ["kettle"]]


def test_no_two_owners_are_called_alike() -> None:
    assert len({new_owner() for _ in range(100)}) == 100
    assert re.fullmatch(rf"{re.escape(socket.gethostname()[:40])}/{os.getpid()}/[0-9a-f]{{8}}", new_owner())


def test_knows_which_processes_of_this_machine_are_gone() -> None:
    assert is_gone(owner_that_is_gone())
    assert not is_gone(new_owner())
    assert not is_gone(f"{socket.gethostname()[:40]}/1/abc")


def test_a_process_that_ended_and_that_nobody_took_note_of_is_gone() -> None:
    with subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE) as ended:
        # Its end of the pipe closes when it ends.
        assert ended.stdout is not None
        ended.stdout.read()
        os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)

        assert is_gone(f"{socket.gethostname()[:40]}/{ended.pid}/abc")


@pytest.mark.parametrize("owner", ["elsewhere/999999999/abc", "", "/", "nonsense", "{host}/x/abc", "{host}/-1/abc"])
def test_leaves_alone_whom_it_cannot_know(owner: str) -> None:
    assert not is_gone(owner.format(host=socket.gethostname()[:40]))


def test_time_has_a_zone() -> None:
    assert str(now().tzinfo) == "UTC"
