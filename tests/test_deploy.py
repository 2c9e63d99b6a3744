"""Tests of deploy/: what other programs say of the unit, the compose file and the settings, and what each relies on."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from engine.config import read_config
from review_site.cli import main
from tests.tree import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))


def settings_of(unit: Path) -> dict[str, list[str]]:
    """The values of each key of a unit, in all of its sections."""
    found: dict[str, list[str]] = {}
    for line in unit.read_text(encoding="utf-8").splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


def composed() -> Any:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def understood(command: list[str]) -> None:
    """Fails unless the command knows its verb and every option of it."""
    done = CliRunner().invoke(main, [command[0], "--help"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert [each for each in command if each.startswith("--") and each not in done.output] == []


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_is_accepted_by_systemd(unit: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze")
    # The programs that it starts and the user that it runs as are not on this machine.
    text = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit.read_text(encoding="utf-8"), flags=re.MULTILINE)
    copy = tmp_path / unit.name
    copy.write_text(text, encoding="utf-8")

    done = subprocess.run(["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True, check=False)

    said = [line for line in done.stderr.splitlines() if unit.name in line]
    assert said == []


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_starts_what_the_command_knows(unit: Path) -> None:
    [started] = settings_of(unit)["ExecStart"]

    program, *words = started.split()

    assert Path(program).name == "plaudit"
    understood([each for each in words if each == words[0] or each.startswith("--")])


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_has_a_user_of_its_own_who_writes_its_own_folders_alone(unit: Path) -> None:
    settings = settings_of(unit)

    assert settings["User"] == ["plaudit"]
    assert settings["ProtectSystem"] == ["strict"]
    assert settings["NoNewPrivileges"] == ["yes"]
    assert settings["CapabilityBoundingSet"] == [""]


def test_the_settings_of_the_containers_can_be_read() -> None:
    config = read_config(DEPLOY / "config.toml", {"PLAUDIT_DATABASE": "postgresql+psycopg://plaudit@postgres/plaudit"})

    assert config.store_url.startswith("postgresql+psycopg://")
    assert config.serve_trusted_proxies


@pytest.mark.parametrize("name", ["serve", "work"])
def test_a_container_starts_what_the_command_knows(name: str) -> None:
    container = composed()["services"][name]

    understood([each for each in container["command"] if each.isalpha() or each.startswith("--")])
    assert container["read_only"]
    assert "PLAUDIT_DATABASE" in container["environment"]


def test_only_this_machine_reaches_the_server_past_its_proxy() -> None:
    ports = [port for each in composed()["services"].values() for port in each.get("ports", [])]

    assert ports == ["127.0.0.1:8300:8300"]


def test_the_image_runs_as_nobody_special_and_says_when_it_is_ready() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    last_stage = lines.rpartition("\nFROM ")[2]

    assert re.search(r"^USER plaudit$", last_stage, re.MULTILINE)
    assert "/readyz" in last_stage
    assert "HEALTHCHECK" in last_stage


def test_the_image_is_built_from_what_the_package_is_made_of() -> None:
    copied = set(re.findall(r"^COPY (\S+) \1$", (DEPLOY / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE))

    assert copied == {"engine", "collectors", "schema_markup", "widgets", "site"}
