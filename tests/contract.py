"""Schemathesis, another program that reads our document, asks a real server what the document says can be asked."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.tree import ROOT

DOCUMENT = ROOT / "site" / "review_site" / "openapi.yaml"
# What a schema cannot say (a date in the future, a subject that is not there) is refused too: as 422, or 412 where a
# condition does not hold.
# Any review and topic would be a 404 nearly always, and any locale a 400.
SETTINGS = """\
[checks]
positive_data_acceptance.expected-statuses = ["2xx", "304", "307", "400", "401", "403", "404", "409", "412", "422"]
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
    """A server, a key that may do everything, and what is there, so that more than 404 can be answered."""

    url: str
    key: str
    review: str
    topic: str


def judged(server: Asked, folder: Path, *, examples: int, seed: int = 1, limit: float = 600) -> Verdict:
    """Runs every check over every operation, with so many examples of each."""
    settings = folder / "schemathesis.toml"
    settings.write_text(SETTINGS.format(review=server.review, topic=server.topic), encoding="utf-8")
    command: list[str | Path] = [
        *(Path(sys.executable).with_name("schemathesis"), "--config-file", settings, "run", DOCUMENT),
        *("--url", f"{server.url}/v1", "--header", f"Authorization: Bearer {server.key}"),
        *("--max-examples", str(examples), "--seed", str(seed), "--mode", "all", "--no-color"),
        *("--generation-database", "none", "--suppress-health-check", "all"),
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=limit, check=False)
    found = re.search(r"([0-9,]+) (?:test cases? )?generated", done.stdout)
    cases = int(found[1].replace(",", "")) if found else 0
    return Verdict(done.returncode, cases, done.stdout + done.stderr)
