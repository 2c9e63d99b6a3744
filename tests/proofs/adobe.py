"""The peer of our validator: npm's ``@adobe/structured-data-validator``, run by Node on a folder of documents."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.proofs.measuring import SHARED

PACKAGES = ("@adobe/structured-data-validator@1.7.1", "@marbec/web-auto-extractor@2.2.1")
VOCABULARY = SHARED / "data" / "schemaorg-30.0.jsonld"
PROGRAM = """
import { readFileSync, readdirSync } from 'node:fs';
import Validator from '@adobe/structured-data-validator';
import extractor from '@marbec/web-auto-extractor';
const [folder, vocabulary] = process.argv.slice(2);
const terms = JSON.parse(readFileSync(vocabulary, 'utf8'));
console.warn = () => {};
const before = process.cpuUsage();
for (const name of readdirSync(folder).sort()) {
  let html = readFileSync(`${folder}/${name}`, 'utf8');
  if (name.endsWith('.jsonld')) html = `<script type="application/ld+json">${html}</script>`;
  const found = new extractor({ addLocation: true, embedSource: ['rdfa', 'microdata'] }).parse(html);
  const issues = await new Validator(terms).validate(found);
  const items = Object.values(found.jsonld ?? {}).flat().length;
  console.log(JSON.stringify({ name, items, issues: issues.map(({ issueMessage, severity, rootType, path }) =>
    ({ message: issueMessage, severity, rootType, path: JSON.stringify(path) })) }));
}
const used = process.cpuUsage(before);
console.log(JSON.stringify({ cpu: (used.user + used.system) / 1e6 }));
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    verdicts: Sequence[Mapping[str, Any]]
    """One for each file: its name, the items found in it, and the issues."""
    cpu: float
    """CPU seconds of reading and judging; the start of Node and reading the vocabulary are left out."""


def is_there() -> bool:
    return VOCABULARY.exists() and shutil.which("npm") is not None


def install(folder: Path) -> Path:
    """Installs the peer into a folder of its own, and returns that."""
    folder.mkdir()
    (folder / "package.json").write_text('{"type": "module", "private": true}')
    (folder / "judge.js").write_text(PROGRAM)
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", *PACKAGES], cwd=folder, check=True)
    return folder


def judged(installed: Path, documents: Path) -> Judged:
    """What the peer says of every document of a folder."""
    command = ["node", "judge.js", str(documents), str(VOCABULARY)]
    ran = subprocess.run(command, cwd=installed, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(f"node ended with {ran.returncode}: {ran.stderr[-2000:]}")
    *verdicts, spent = (json.loads(line) for line in ran.stdout.splitlines())
    return Judged(verdicts=verdicts, cpu=spent["cpu"])
