"""Proof: what isso, giscus and swiper weigh, ask for and move on the same page and line, as ratios to ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path

import requests

from tests.proofs.instances import free_port
from tests.proofs.measuring import Ledger, SkippedError, load_average, run, started, table, wait_until
from tests.proofs.product_page import product_page
from tests.proofs.scratch import npm_modules, python_with
from tests.proofs.widgets_company import FIVE, TYPICAL
from tests.proofs.widgets_ground import Scene, scene
from tests.proofs.widgets_loads import PHONE, asked_by, loads, middle, slow_pages, worst

LOADS = 10
BUILDER = "esbuild@0.28.2"
OURS = "plaudit, snippet and script"
MANNERS = {
    "isso": "pip isso, its own server on loopback, five comments",
    "swiper": "npm swiper, its bundle, five reviews in the page",
    "giscus": "npm giscus, bundled with lit, as far as it comes without giscus.app: its frame stays empty",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one widget adds to a page of the shop."""

    name: str
    requests: int
    script: int
    style: int
    other: int
    """Bytes after gzip."""
    shift: float
    largest: float
    """Milliseconds, the median."""
    in_page: int
    """Reviews whose words stand in the page as it is sent."""


def prove(ledger: Ledger) -> None:
    with scene() as here:
        costs = list(measured(here, ledger))
    alone, ours, *peers = costs
    header = ("phone, slow line", "requests", "JS B", "CSS B", "other B", "CLS", "largest ms", "in the page")
    for line in table(header, [_figures(each) for each in costs]):
        ledger.say(line)
    for line in table(("times ours", "requests", "JS", "JS and CSS"), [_ratios(each, ours) for each in peers]):
        ledger.say(line)
    ledger.say(f"{alone.name}: {alone.largest:.0f} ms; load average {load_average()}")
    ledger.claim("ours moves nothing", holds=ours.shift == 0, found=f"{ours.shift:.4f}")
    ledger.claim("all five reviews are in the page", holds=ours.in_page == len(TYPICAL), found=ours.in_page)
    lighter = all(ours.script + ours.style < each.script + each.style for each in peers)
    ledger.claim("ours is lighter than each of them", holds=lighter, found=[each.name for each in peers])


def measured(here: Scene, ledger: Ledger, count: int = LOADS) -> Iterator[Cost]:
    """The page alone, with ours, and with each peer that can be had here."""
    yield _cost(here, "the page alone", "", "", count)
    yield _cost(here, OURS, *here.embedded("list", "script", FIVE), count)
    for name, embedded in PEERS.items():
        try:
            with embedded(here) as (widget, head):
                yield _cost(here, name, widget, head, count)
        except SkippedError as error:
            ledger.leave_out(name, error)


def _cost(here: Scene, name: str, widget: str, head: str, count: int) -> Cost:
    page = product_page(widget, head)
    address = here.shows(page, "/product")
    asked = asked_by(here.browser, address)
    with slow_pages(here.browser, PHONE) as pages:
        found = loads(pages, address, count)
    return Cost(
        name=name,
        requests=len(asked.addresses),
        script=asked.script,
        style=asked.style,
        other=asked.other,
        shift=worst(found),
        largest=middle(found),
        in_page=sum(escape(body) in page for *_, body in TYPICAL),
    )


@contextmanager
def _isso(here: Scene) -> Iterator[tuple[str, str]]:
    """Raises SkippedError where pip cannot get it."""
    python, port = python_with(here.folder / "isso", "isso"), free_port()
    settings = here.folder / "isso.cfg"
    settings.write_text(
        f"[general]\ndbpath = {here.folder / 'isso.db'}\nhost = {here.shop}/\n"
        f"[server]\nlisten = http://127.0.0.1:{port}/\n[guard]\nenabled = false\n"
    )
    command: Sequence[str | Path] = [python.with_name("isso"), "-c", settings, "run"]
    server = f"http://127.0.0.1:{port}"
    with started(command, cwd=here.folder, env={}, log=here.folder / "isso.log"):
        wait_until("isso", lambda: _answers(f"{server}/js/embed.min.js"), limit=30, every=0.2)
        for author, _, title, body in TYPICAL:
            comment = {"text": body, "author": author, "title": title}
            said = {"Origin": here.shop}
            requests.post(f"{server}/new?uri=%2Fproduct", json=comment, headers=said, timeout=20).raise_for_status()
        script = f'<script data-isso="{server}/" src="{server}/js/embed.min.js" async></script>'
        yield '<section id="isso-thread"></section>', script


@contextmanager
def _swiper(here: Scene) -> Iterator[tuple[str, str]]:
    """Raises SkippedError where npm cannot get it."""
    files = npm_modules(here.folder / "npm", "swiper") / "swiper"
    for name in ("swiper-bundle.min.js", "swiper-bundle.min.css"):
        here.files[f"/{name}"] = (files / name).read_bytes()
    here.files["/turn.js"] = b'new Swiper(".swiper", { navigation: true, pagination: true });'
    slides = "".join(
        f'<div class="swiper-slide"><h3>{escape(title)}</h3><p>{stars} of 5, {author}</p><p>{escape(body)}</p></div>'
        for author, stars, title, body in TYPICAL
    )
    head = '<link rel="stylesheet" href="/swiper-bundle.min.css"><script src="/swiper-bundle.min.js" defer></script>'
    head += '<script src="/turn.js" defer></script>'
    yield f'<div class="swiper"><div class="swiper-wrapper">{slides}</div></div>', head


@contextmanager
def _giscus(here: Scene) -> Iterator[tuple[str, str]]:
    """Raises SkippedError where npm cannot get it."""
    modules = npm_modules(here.folder / "npm", "giscus", BUILDER)
    source, built = modules / "giscus" / "dist" / "giscus.mjs", here.folder / "giscus.js"
    command: list[str | Path] = [
        modules / ".bin" / "esbuild",
        source,
        "--bundle",
        "--minify",
        "--format=esm",
        f"--outfile={built}",
    ]
    ran = run(command, cwd=modules, env={"PATH": "/usr/bin:/bin"})
    if ran.status:
        raise SkippedError(f"esbuild cannot bundle giscus: {ran.err[-200:]}")
    here.files["/giscus.js"] = built.read_bytes()
    widget = (
        '<giscus-widget repo="a/b" repoid="c" category="d" categoryid="e" mapping="url" theme="light"></giscus-widget>'
    )
    yield widget, '<script type="module" src="/giscus.js"></script>'


PEERS: Mapping[str, Callable[[Scene], AbstractContextManager[tuple[str, str]]]] = {
    "isso": _isso,
    "swiper": _swiper,
    "giscus": _giscus,
}


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=5).ok
    except requests.ConnectionError:
        return False


def _figures(each: Cost) -> Sequence[object]:
    shift, largest = f"{each.shift:.4f}", f"{each.largest:.0f}"
    return each.name, each.requests, each.script, each.style, each.other, shift, largest, each.in_page


def _ratios(each: Cost, ours: Cost) -> Sequence[object]:
    both = (each.script + each.style) / (ours.script + ours.style)
    ratios = (each.requests / ours.requests, each.script / ours.script, both)
    return each.name, *(f"{ratio:.1f}" for ratio in ratios)
