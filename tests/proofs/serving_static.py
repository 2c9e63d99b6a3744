"""Proof: sites that Eleventy and Hugo build follow what is decided in Plaudit: a webhook has them built anew."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.proofs.cms_story import FIRST, SUBJECT, Cms, Shop, line, shop, tell_story
from tests.proofs.instances import Ground, free_port, ground
from tests.proofs.measuring import Ledger, SkippedError, run, started, wait_until
from tests.proofs.scratch import npm_modules
from tests.tree import ROOT

EXAMPLES = ROOT / "examples"
# What a registry serves of the newest one may name packages that it does not have yet.
ELEVENTY = "@11ty/eleventy@3.1.2"
PATIENCE = 60.0
MOST_SECONDS = 20.0
LEFT_OUT = shutil.ignore_patterns("node_modules", "_site", "public", ".cache", "data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """A static site: what builds it, where its page is, and what it is told beside PLAUDIT_URL."""

    name: str
    folder: Path
    build: list[str]
    page: Path
    environment: Mapping[str, str]

    def html(self) -> str:
        """The page as any web server would give it out; empty before the first build."""
        return self.page.read_text(encoding="utf-8") if self.page.exists() else ""


def prove(ledger: Ledger) -> None:
    for name, prepare in {"Eleventy": eleventy, "Hugo": hugo}.items():
        try:
            with ground() as place, shop(place) as plaudit:
                _prove(ledger, plaudit, prepare(place, plaudit))
        except SkippedError as error:
            ledger.leave_out(name, error)


def eleventy(place: Ground, plaudit: Shop) -> Generated:
    folder = _copied(place, "eleventy")
    modules = npm_modules(folder, ELEVENTY)
    return Generated(
        name="Eleventy",
        folder=folder,
        build=[str(modules / ".bin" / "eleventy"), "--quiet"],
        page=folder / "_site" / SUBJECT / "index.html",
        environment={**os.environ, "PLAUDIT_URL": plaudit.url},
    )


def hugo(place: Ground, plaudit: Shop) -> Generated:
    if not shutil.which("hugo"):
        raise SkippedError("there is no hugo in PATH")
    folder = _copied(place, "hugo")
    return Generated(
        name="Hugo",
        folder=folder,
        build=["sh", "-c", f"{sys.executable} pull.py && hugo --quiet"],
        page=folder / "public" / SUBJECT / "index.html",
        environment={**os.environ, "PLAUDIT_URL": plaudit.url, "HUGO_PARAMS_PLAUDIT": plaudit.url},
    )


def _prove(ledger: Ledger, plaudit: Shop, site: Generated) -> None:
    with line() as wire:
        secret = plaudit.tell(wire.url)
        with _rebuilding(site, secret) as (url, once):
            told = Cms(
                name=site.name,
                hook=url,
                page=site.html,
                catch_up=once,
                most_seconds=MOST_SECONDS,
                reads_on=True,
                is_done=lambda: _is_built(site, plaudit),
            )
            tell_story(ledger, plaudit, wire, told, secret)
            _fails_whole(ledger, site)


def _is_built(site: Generated, plaudit: Shop) -> bool:
    """Whether nothing moved since the last build that has ended."""
    asked = {"since": (site.folder / ".plaudit-cursor").read_text()}
    return not requests.get(f"{plaudit.url}/v1/changes", params=asked, timeout=PATIENCE).json()["items"]


def _fails_whole(ledger: Ledger, site: Generated) -> None:
    """Without Plaudit no page is built from memory: the one that stands stays."""
    before = site.html()
    nowhere = {**site.environment, "PLAUDIT_URL": "http://127.0.0.1:9"}
    ran = run(list(site.build), cwd=site.folder, env=nowhere)
    ledger.claim(f"{site.name}: a build without Plaudit fails", holds=ran.status != 0, found=ran.status)
    ledger.claim(f"{site.name}: and leaves the site as it is", holds=site.html() == before)


@contextmanager
def _rebuilding(site: Generated, secret: str) -> Iterator[tuple[str, Callable[[], object]]]:
    """Where it hears webhooks, and what cron would run."""
    port = free_port()
    script = EXAMPLES / "rebuild_hook.py"
    environment = {**site.environment, "PLAUDIT_SECRETS": secret, "PYTHONDONTWRITEBYTECODE": "1"}
    command: list[str | Path] = [sys.executable, script, "--port", str(port), "--", *site.build]
    once: list[str | Path] = [sys.executable, script, "--once", "--", *site.build]
    log = site.folder / "rebuild.log"
    with started(command, cwd=site.folder, env=environment, log=log) as process:
        wait_until("the first build", lambda: process.poll() is not None or FIRST in site.html(), limit=PATIENCE)
        if process.poll() is not None:
            raise RuntimeError(f"the receiver ended:\n{log.read_text()[-2000:]}")
        url = f"http://127.0.0.1:{port}/"
        wait_until("the receiver", lambda: requests.post(url, timeout=PATIENCE).status_code == 403, limit=PATIENCE)
        yield url, lambda: run(once, cwd=site.folder, env=environment)


def _copied(place: Ground, name: str) -> Path:
    folder = place.folder / name
    shutil.copytree(EXAMPLES / name, folder, ignore=LEFT_OUT)
    return folder
