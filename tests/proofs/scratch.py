"""Programs that only a proof needs, fetched by npm and pip into a scratch folder."""

from __future__ import annotations

import os
import shutil
import venv
from pathlib import Path

from tests.proofs.measuring import SkippedError, run


def npm_modules(folder: Path, *packages: str) -> Path:
    """The ``node_modules`` of a folder, with these packages. Raises SkippedError where npm is missing or cannot."""
    npm = shutil.which("npm")
    if npm is None:
        raise SkippedError(f"there is no npm in PATH, which brings {' '.join(packages)}")
    folder.mkdir(parents=True, exist_ok=True)
    command: list[str | Path] = [npm, "install", "--no-fund", "--no-audit", "--prefix", folder, *packages]
    ran = run(command, cwd=folder, env=os.environ)
    if ran.status:
        raise SkippedError(f"npm cannot fetch {' '.join(packages)}: {ran.err[-200:]}")
    return folder / "node_modules"


def python_with(folder: Path, *packages: str) -> Path:
    """A Python of its own that has these packages. Raises SkippedError where pip cannot get them."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    # The pip of some Pythons trips over two spellings of one extra, as readability asks of lxml.
    for wanted in (("--upgrade", "pip"), packages):
        command: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted]
        ran = run(command, cwd=folder, env=os.environ)
        if ran.status:
            raise SkippedError(f"pip cannot install {' '.join(wanted)}: {ran.err.strip()[-200:]}")
    return python
