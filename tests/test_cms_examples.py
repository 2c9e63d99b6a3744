"""What examples/ has for static sites and automations, run as their users do: by Node, and as a command from cron."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.signatures import new_secret, standard_headers
from tests.servers import Heard, LoopbackServer, Reply, loopback
from tests.tree import ROOT

EXAMPLES = ROOT / "examples"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
NEWS = json.dumps({"type": "review.approved", "data": {"id": "1", "subject": "kettle", "review": "r1"}})

with_node = pytest.mark.skipif(shutil.which("node") is None, reason="there is no node in PATH")


def by_node(module: str, call: str, *given: object, cwd: Path) -> Any:
    """What a call of a module's function gives; the values are its arguments."""
    program = f"""
    import * as it from {json.dumps(str(EXAMPLES / module))};
    const given = JSON.parse(process.argv[1]);
    console.log(JSON.stringify(await it.{call}(...given)));
    """
    command = ["node", "--input-type=module", "--eval", program, json.dumps(given)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class Shelf:
    """Plaudit's batch of snippets and its changes, of a few lines."""

    def __init__(self) -> None:
        self.bodies = {"list": "It pours well.", "badge": "4.0"}
        self.asked: list[dict[str, str]] = []
        self.changes: list[dict[str, str]] = []
        self.cursor = "1-a"

    def answer(self, heard: Heard) -> Reply:
        if heard.path.startswith("/v1/changes"):
            return _json({"items": self.changes, "next": self.cursor, "more": False})
        self.asked = json.loads(heard.body)["items"]
        return _json({"items": [self._said(each["name"], each["etag"]) for each in self.asked]})

    def _said(self, name: str, known: str) -> dict[str, object]:
        body = self.bodies.get(name)
        etag = f"e-{body}"
        if body is None:
            return {"status": 404}
        return {"status": 304} if known == etag else {"status": 200, "body": body, "etag": etag, "version": 1}


def _json(said: object) -> Reply:
    return Reply(200, json.dumps(said).encode(), {"Content-Type": "application/json"})


def keys(*names: str) -> list[dict[str, str]]:
    return [{"scope": "subject", "id": "kettle", "name": name, "locale": "en"} for name in names]


@with_node
def test_a_build_is_sent_only_what_moved_since_the_one_before(tmp_path: Path) -> None:
    shelf, wanted = Shelf(), keys("list", "badge", "faq")
    with loopback(shelf.answer) as server:
        first = by_node("eleventy/plaudit.js", "snippets", server.url, wanted, ".cache/kept.json", cwd=tmp_path)
        shelf.bodies["badge"] = "4.5"
        second = by_node("eleventy/plaudit.js", "snippets", server.url, wanted, ".cache/kept.json", cwd=tmp_path)

    assert first == ["It pours well.", "4.0", ""]
    assert second == ["It pours well.", "4.5", ""]
    assert [each["etag"] for each in shelf.asked] == ["e-It pours well.", "e-4.0", ""]


@with_node
def test_what_was_taken_back_is_in_no_file_of_the_build(tmp_path: Path) -> None:
    shelf = Shelf()
    with loopback(shelf.answer) as server:
        by_node("eleventy/plaudit.js", "snippets", server.url, keys("list"), ".cache/kept.json", cwd=tmp_path)
        del shelf.bodies["list"]
        found = by_node("eleventy/plaudit.js", "snippets", server.url, keys("list"), ".cache/kept.json", cwd=tmp_path)

    assert found == [""]
    assert "It pours well." not in (tmp_path / ".cache" / "kept.json").read_text()


@with_node
def test_a_flow_believes_what_is_signed_now_with_one_of_its_secrets(tmp_path: Path) -> None:
    other = new_secret(b"another secret of ours !")
    signed = dict(standard_headers(SECRET, "m1", NOW, NEWS.encode()))
    both = dict(standard_headers(other, "m1", NOW, NEWS.encode(), SECRET))

    assert believed([SECRET], signed, NEWS, tmp_path)
    assert believed([other, SECRET], signed, NEWS, tmp_path)
    assert believed([SECRET], both, NEWS, tmp_path)


@with_node
@pytest.mark.parametrize(
    ("secrets", "changes", "body"),
    [
        pytest.param([SECRET], {"webhook-signature": ""}, NEWS, id="not signed"),
        pytest.param([SECRET], {"webhook-id": "m2"}, NEWS, id="another id"),
        pytest.param([SECRET], {}, NEWS + " ", id="another body"),
        pytest.param([], {}, NEWS, id="no secret"),
        pytest.param(["", "whsec_"], {}, NEWS, id="empty secrets"),
        pytest.param([new_secret(b"somebody else's secret !")], {}, NEWS, id="another secret"),
    ],
)
def test_a_flow_believes_nothing_else(
    secrets: Sequence[str], changes: dict[str, str], body: str, tmp_path: Path
) -> None:
    signed = dict(standard_headers(SECRET, "m1", NOW, NEWS.encode()))

    assert not believed(secrets, signed | changes, body, tmp_path)


@with_node
@pytest.mark.parametrize("away", [timedelta(seconds=-301), timedelta(seconds=301)])
def test_a_flow_believes_nothing_that_is_not_of_now(away: timedelta, tmp_path: Path) -> None:
    signed = dict(standard_headers(SECRET, "m1", NOW + away, NEWS.encode()))

    assert not believed([SECRET], signed, NEWS, tmp_path)


def believed(secrets: Sequence[str], headers: dict[str, str], body: str, cwd: Path) -> bool:
    return bool(by_node("catch_hook.mjs", "isFromPlaudit", secrets, headers, body, NOW.timestamp(), cwd=cwd))


@with_node
def test_a_flow_gets_what_it_is_about_and_nothing_else(tmp_path: Path) -> None:
    asked = [
        {"types": ["review.approved"]},
        {"types": ["review.approved"], "subjects": ["kettle"]},
        {"types": ["review.approved"], "subjects": ["grinder"]},
        {"types": ["review.withdrawn"]},
    ]

    found = [by_node("catch_hook.mjs", "wanted", {"webhook-id": "m1"}, NEWS, each, cwd=tmp_path) for each in asked]

    passed = {"key": "m1", "type": "review.approved", "subject": "kettle", "review": "r1"}
    assert found == [passed, passed, None, None]


def build_once(server: LoopbackServer, folder: Path, *command: str) -> int:
    """The exit code of what cron runs; each build adds a line to ``built``."""
    program = [sys.executable, str(EXAMPLES / "rebuild_hook.py"), "--once", "--", *command]
    environment = {**os.environ, "PLAUDIT_URL": server.url}
    return subprocess.run(program, cwd=folder, env=environment, capture_output=True, check=False).returncode


BUILD = ("sh", "-c", "echo built >> built")


def test_a_site_is_built_when_a_snippet_moved_and_only_then(tmp_path: Path) -> None:
    shelf, counts = Shelf(), []
    with loopback(shelf.answer) as server:
        for changes in ([], [], [{"kind": "review.approved"}], [{"kind": "snippet.updated"}]):
            shelf.changes = changes
            assert build_once(server, tmp_path, *BUILD) == 0
            counts.append((tmp_path / "built").read_text().count("built"))

    assert counts == [1, 1, 1, 2]


def test_a_build_that_failed_is_made_again(tmp_path: Path) -> None:
    shelf = Shelf()
    with loopback(shelf.answer) as server:
        build_once(server, tmp_path, *BUILD)
        shelf.changes, shelf.cursor = [{"kind": "snippet.updated"}], "2-b"
        failed = build_once(server, tmp_path, "false")
        build_once(server, tmp_path, *BUILD)

        assert failed != 0
        assert [each.path for each in server.heard] == ["/v1/changes", *["/v1/changes?since=1-a"] * 2]
    assert (tmp_path / "built").read_text().count("built") == 2


def test_hugo_gets_a_file_of_what_there_is(tmp_path: Path) -> None:
    for each in ("pull.py", "plaudit_client.py"):
        shutil.copy(EXAMPLES / "hugo" / each, tmp_path)
    shelf = Shelf()
    pulling = [sys.executable, "pull.py", "kettle"]
    with loopback(shelf.answer) as server:
        environment = {**os.environ, "PLAUDIT_URL": server.url}
        subprocess.run(pulling, cwd=tmp_path, env=environment, check=True)
        del shelf.bodies["list"]
        subprocess.run(pulling, cwd=tmp_path, env=environment, check=True)

    assert json.loads((tmp_path / "data" / "plaudit.json").read_text()) == {"kettle/badge/en": "4.0"}
    assert {each["name"]: each["etag"] for each in shelf.asked} == {"badge": "e-4.0", "list": "e-It pours well."}
    assert "It pours well." not in (tmp_path / ".cache" / "plaudit.json").read_text()
