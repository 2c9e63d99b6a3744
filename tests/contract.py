"""Schemathesis, another program that reads our document, asks a real server what the document says can be asked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.tree import ROOT

VARIABLE = "PLAUDIT_KEYS"
"""Of the environment: the keys, parted by blanks, as ``tests.contract_keys`` takes them."""
KEYS = 20
"""So many that none asks more often than one key may in a minute."""

DOCUMENT = ROOT / "site" / "review_site" / "openapi.yaml"
# What a schema cannot say (a date in the future, a subject that is not there) is refused too: as 422, or 412 where a
# condition does not hold.
# Any review and topic would be a 404 nearly always, and any locale a 400.
# A cursor of another instance, which 410 answers, is none that a schema could tell.
ACCEPTED = ["2xx", "304", "307", "400", "401", "403", "404", "409", "410", "412", "422"]
SETTINGS = """\
[checks]
positive_data_acceptance.expected-statuses = {accepted}
negative_data_rejection.expected-statuses = ["4xx"]

[parameters]
locale = "en"
"path.review" = "{review}"
"path.topic" = "{topic}"
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a run."""

    status: int
    cases: int
    said: str
    """All that it printed."""

    @property
    def failures(self) -> list[str]:
        """Where each failure was, what it was, and how it can be asked again."""
        marks = ("___", "- ST", "Invalid component", "curl ")
        lines = (line.strip() for line in self.said.splitlines())
        return [line[:300] for line in lines if line.startswith(marks)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A server, keys that may do everything, and what is there, so that more than 404 can be answered."""

    url: str
    keys: Sequence[str]
    review: str
    topic: str


def judged(server: Asked, folder: Path, *, examples: int, seed: int = 1, limit: float = 600) -> Verdict:
    """Runs every check over every operation, with so many examples of each."""
    settings = folder / "schemathesis.toml"
    said = SETTINGS.format(accepted=ACCEPTED, review=server.review, topic=server.topic)
    settings.write_text(said, encoding="utf-8")
    command: list[str | Path] = [
        *(Path(sys.executable).with_name("schemathesis"), "--config-file", settings, "run", DOCUMENT),
        *("--url", f"{server.url}/v1"),
        *("--max-examples", str(examples), "--seed", str(seed), "--mode", "all", "--no-color"),
        *("--generation-database", "none", "--suppress-health-check", "all"),
    ]
    keys = {"PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.contract_keys", VARIABLE: " ".join(server.keys)}
    done = subprocess.run(
        command, cwd=folder, env=os.environ | keys, capture_output=True, text=True, timeout=limit, check=False
    )
    found = re.search(r"([0-9,]+) (?:test cases? )?generated", done.stdout)
    cases = int(found[1].replace(",", "")) if found else 0
    return Verdict(done.returncode, cases, done.stdout + done.stderr)
