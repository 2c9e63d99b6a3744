"""One command, one table: import, publishing, validating, mining, widgets and serving, each beside a peer."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.proofs.bulk import ROWS, import_rows, write_rows
from tests.proofs.instances import Ground, Instance, ground
from tests.proofs.load import need_tools
from tests.proofs.measuring import Ledger, Ran, SkippedError, load_average, run, table
from tests.proofs.mining_speed import measured as mined
from tests.proofs.schema_speed import measured
from tests.proofs.serving import beside_nginx, compare, fill
from tests.proofs.widgets_ground import scene
from tests.proofs.widgets_peers import MANNERS, Cost
from tests.proofs.widgets_peers import measured as shown
from tests.tree import ROOT

HEADER = ("", "ours", "peer", "ratio", "peer is")
WIDGETS = {"g": "isso", "h": "swiper", "i": "giscus"}
PEERS = {
    "a": "csv and sqlite3 alone: nothing cleaned, no language, nothing found twice, no events",
    "b": "one Jinja list of the same reviews, gzip, INSERT: no markup, no mining, nothing checked",
    "c": "nginx with the same bytes in files",
    "d": "npm @adobe/structured-data-validator on the same files",
    "e": "scikit-learn: n-grams counted, with the first sentences that hold them: no nouns, no variants, no opinions",
    "f": "YAKE on each review, its keywords counted",
    **{mark: f"{MANNERS[peer]}; five reviews, a phone on a slow line" for mark, peer in WIDGETS.items()},
}
WIDGET_FIGURES: Mapping[str, Callable[[Cost], float]] = {
    "JS, B gzip": lambda cost: cost.script,
    "JS and CSS, B gzip": lambda cost: cost.script + cost.style,
    "requests": lambda cost: cost.requests,
    "CLS": lambda cost: cost.shift,
    "largest paint ms": lambda cost: cost.largest,
}
LOCALES = 5
MINED = (1_000, 100_000)

Row = Sequence[object]


def main() -> int:
    """Prints the table; what this machine cannot measure is left out with its reason."""
    print(f"load average {load_average()}", flush=True)
    rows: list[Row] = []
    try:
        with ground() as place:
            rows += _import_rows(place)
            instance = place.instance("shop")
            rows += _publish_rows(place, instance)
            rows += _validating_rows()
            rows += _mining_rows()
            need_tools()
            rows += _serving_rows(place, instance)
        rows += _widget_rows()
    except SkippedError as error:
        print(f"left out: {error}")
    print("\n".join(table(HEADER, rows)))
    print("\n".join(f"{mark}: {peer}" for mark, peer in PEERS.items()))
    print(f"load average {load_average()}")
    return 0


def _import_rows(place: Ground) -> Iterator[Row]:
    path = place.folder / "bulk.csv"
    write_rows(path, ROWS)
    peer = _peer(place, "import", path, place.folder / "peer.sqlite3")
    for name, options in (("language given", ("--set", "language=en")), ("language detected", ())):
        ours = import_rows(place.instance(name.replace(" ", "-")), path, *options)
        yield _row(f"import, {name}: rows per CPU s", ROWS / ours.cpu, ROWS / peer.cpu, "a")
        yield _row(f"import, {name}: rows per s", ROWS / ours.seconds, ROWS / peer.seconds, "a")
        yield _row(f"import, {name}: peak MB", ours.peak, peer.peak, "a")


def _publish_rows(place: Ground, instance: Instance) -> Iterator[Row]:
    path, kept = place.folder / "subjects.csv", place.folder / "published.sqlite3"
    ours = fill(instance, path)
    _peer(place, "import", path, kept)
    peer = _peer(place, "publish", kept, str(LOCALES))
    [[snippets]] = instance.rows("SELECT count(*) FROM snippet")
    [[pages]] = instance.rows("SELECT count(DISTINCT scope_id) FROM snippet")
    lists = pages * LOCALES
    yield _row(f"publish, {pages} subjects: snippets per CPU s", snippets / ours.cpu, lists / peer.cpu, "b")
    yield _row(f"publish, {pages} subjects: snippets per s", snippets / ours.seconds, lists / peer.seconds, "b")


def _validating_rows() -> Iterator[Row]:
    speeds = measured()
    if speeds.theirs is not None:
        yield _row("validate: documents per CPU s", speeds.ours, speeds.theirs, "d")


def _mining_rows() -> Iterator[Row]:
    speeds = {(each.miner, each.reviews): each for each in mined(Ledger(), MINED)}
    for peer, mark in (("ngrams", "e"), ("yake", "f")):
        for size in MINED:
            ours, theirs = speeds["plaudit", size], speeds.get((peer, size))
            if theirs is not None:
                what = f"mine {size:,} reviews"
                yield _row(f"{what}: reviews per CPU s", ours.per_cpu_second, theirs.per_cpu_second, mark)
                yield _row(f"{what}: peak MB", ours.ran.peak, theirs.ran.peak, mark)


def _widget_rows() -> Iterator[Row]:
    with scene() as here:
        alone, ours, *peers = shown(here, Ledger())
    marks = {peer: mark for mark, peer in WIDGETS.items()}
    yield _row("widget: largest paint ms (peer: the page alone)", ours.largest, alone.largest, "")
    for peer in peers:
        for what, figure in WIDGET_FIGURES.items():
            yield _row(
                f"widget: {what}", figure(ours), figure(peer), marks[peer.name], digits=4 if what == "CLS" else 0
            )


def _serving_rows(place: Ground, instance: Instance) -> Iterator[Row]:
    with beside_nginx(place, instance) as pair:
        found = compare(pair)
        kilobytes = pair.bytes_each / 1000
    yield _row(f"serve {kilobytes:.1f} KB: CPU us per request", found.plaudit.cpu, found.nginx.cpu, "c")
    yield _row(f"serve {kilobytes:.1f} KB: requests per s", found.plaudit.rate, found.nginx.rate, "c")
    yield _row(f"serve {kilobytes:.1f} KB: p99 ms", found.plaudit.p99, found.nginx.p99, "c")
    yield _row("serve 304: CPU us per request", found.plaudit_304.cpu, found.nginx_304.cpu, "c")


def _peer(place: Ground, *arguments: str | Path) -> Ran:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = run([sys.executable, "-m", "tests.benchmarks.peers", *arguments], cwd=place.folder, env=environment)
    if ran.status:
        raise RuntimeError(f"the peer ended with {ran.status}:\n{ran.err}")
    return ran


def _row(what: str, ours: float, peer: float, mark: str, digits: int = 1) -> Row:
    ratio = f"{ours / peer:.2f}" if peer else "-"
    return what, f"{ours:,.{digits}f}", f"{peer:,.{digits}f}", ratio, mark


if __name__ == "__main__":
    sys.exit(main())
