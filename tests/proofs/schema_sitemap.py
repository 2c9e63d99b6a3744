"""A shop of 500 pages on loopback, judged by its sitemap: pages a second, memory, an interrupted run and a killed one.

``python -m tests.proofs.schema_sitemap`` from the root of the tree; exit code 1 when a claim does not hold.
"""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import Heard, LoopbackServer, Reply, loopback

PAGES, MANY = 500, 4_000
PLAUDIT = Path(sys.executable).with_name("plaudit")
BROKEN_EVERY = 10
FILLER = "<p>" + "Lorem ipsum dolor sit amet, consetetur sadipscing elitr. " * 400 + "</p>"


def product_page(number: int) -> bytes:
    """A page of 25 KB whose markup is right, or has a decimal comma on every tenth."""
    mean = "4,2" if number % BROKEN_EVERY == 0 else "4.2"
    reviews = [
        {
            "@type": "Review",
            "author": {"@type": "Person", "name": f"Ada {each}"},
            "datePublished": f"2026-03-0{each}",
            "reviewBody": f"Closes softly, number {each}.",
            "reviewRating": {"@type": "Rating", "ratingValue": each},
        }
        for each in range(1, 6)
    ]
    markup = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": f"Kettle {number}",
        "image": "https://shop.example/kettle.jpg",
        "offers": {"@type": "Offer", "price": "39.90", "priceCurrency": "EUR"},
        "aggregateRating": {"@type": "AggregateRating", "ratingValue": mean, "reviewCount": 5},
        "review": reviews,
    }
    shown = "".join(f"<li>{each['reviewBody']} {each['author']}</li>" for each in reviews)
    script = f'<script type="application/ld+json">{json.dumps(markup)}</script>'
    return f"<!doctype html><title>Kettle {number}</title><p>4.2 of 5</p><ul>{shown}</ul>{FILLER}{script}".encode()


@dataclass(slots=True)
class Shop:
    """Answers an index, two packed sitemaps, and the pages that they name."""

    pages: int
    asked: list[str] = field(default_factory=list)

    def __call__(self, heard: Heard) -> Reply:
        self.asked.append(heard.path)
        host = f"http://{heard.headers['Host']}"
        if heard.path == "/sitemap.xml":
            names = "".join(f"<sitemap><loc>{host}/map{half}.xml.gz</loc></sitemap>" for half in (0, 1))
            return Reply(body=f"<sitemapindex>{names}</sitemapindex>".encode())
        if heard.path.startswith("/map"):
            half = int(heard.path[4])
            entries = "".join(f"<url><loc>{host}/p/{each}</loc></url>" for each in range(half, self.pages, 2))
            return Reply(body=gzip.compress(f"<urlset>{entries}</urlset>".encode()))
        if heard.path.startswith("/p/"):
            return Reply(body=product_page(int(heard.path[3:])), headers={"Content-Type": "text/html; charset=utf-8"})
        return Reply(status=404)

    @property
    def pages_asked(self) -> int:
        return sum(path.startswith("/p/") for path in self.asked)


@dataclass(slots=True)
class Run:
    """One run of the command, with the memory that it held while it ran."""

    process: subprocess.Popen[bytes]
    begun: float
    resident: list[int] = field(default_factory=list)
    """kB, ten times a second."""

    def watch(self) -> None:
        status = Path(f"/proc/{self.process.pid}/statm")
        while self.process.poll() is None:
            try:
                self.resident.append(int(status.read_text().split()[1]) * 4)
            except (OSError, IndexError):
                return
            time.sleep(0.1)

    def finish(self) -> tuple[int, float]:
        """Exit code and seconds."""
        watcher = threading.Thread(target=self.watch)
        watcher.start()
        code = self.process.wait()
        seconds = time.monotonic() - self.begun
        watcher.join()
        return code, seconds


def start(server: LoopbackServer, folder: Path, output: str, *options: str) -> Run:
    config = folder / "config.toml"
    config.write_text('[http]\nallow = ["127.0.0.0/8"]\n')
    command: list[str | Path] = [PLAUDIT, "validate", "--sitemap", f"{server.url}/sitemap.xml", "--format", "jsonl"]
    command += ["--config", config, "--output", folder / output, *options]
    return Run(subprocess.Popen(command, stderr=subprocess.DEVNULL), time.monotonic())


def lines(path: Path) -> list[str]:
    """The lines of a report; the order of a resumed run is that of two runs."""
    return sorted(path.read_text().splitlines())


@dataclass(slots=True)
class Proof:
    folder: Path
    broken: int = 0

    def claim(self, said: str, holds: bool) -> None:
        print(f"{'ok    ' if holds else 'BROKEN'} {said}", flush=True)
        self.broken += not holds

    def whole(self) -> None:
        """Speed with and without the pause between requests, and the report itself."""
        for options in (("--delay", "0"), ("--delay", "0", "--jobs", "1"), ()):
            with loopback(Shop(PAGES)) as server:
                code, seconds = start(server, self.folder, "whole.jsonl", *options).finish()
            said = " ".join(options) or "with the default pause of 0.1 s"
            found = [json.loads(line) for line in lines(self.folder / "whole.jsonl")]
            wrong = sum(each["verdict"] == "error" for each in found)
            right = (code, len(found), wrong) == (1, PAGES, PAGES // BROKEN_EVERY)
            self.claim(
                f"{PAGES} pages in {seconds:.1f} s, {PAGES / seconds:.0f} pages/s ({said}); {wrong} errors", right
            )

    def memory(self) -> None:
        """Eight times the pages take no more memory than the names of the pages do."""
        peaks = []
        for pages in (PAGES, MANY):
            with loopback(Shop(pages)) as server:
                run = start(server, self.folder, "memory.jsonl", "--delay", "0")
                code, seconds = run.finish()
            third = len(run.resident) // 3
            peaks.append(max(run.resident))
            grown = max(run.resident[-third:]) - max(run.resident[third : 2 * third])
            said = f"{pages} pages: peak {peaks[-1] / 1024:.0f} MB; last third {grown / 1024:+.1f} MB over the second"
            self.claim(f"{said}; {seconds:.0f} s, exit {code}", grown < 4096)
        self.claim(
            f"{MANY} pages hold {(peaks[1] - peaks[0]) / 1024:.1f} MB more than {PAGES}", peaks[1] < peaks[0] + 8192
        )

    def interrupted(self, how: signal.Signals) -> None:
        """Stopped in the middle and run again: the same report, and no page judged twice."""
        state = self.folder / f"{how.name}.state"
        options = ("--delay", "0", "--resume", str(state))
        shop = Shop(PAGES)
        with loopback(shop) as server:
            run = start(server, self.folder, "first.jsonl", *options)
            while not state.exists() or state.read_bytes().count(b"\n") < PAGES // 3:
                time.sleep(0.01)
            run.process.send_signal(how)
            code, _ = run.finish()
            done, asked = state.read_bytes().count(b"\n"), shop.pages_asked
            again, seconds = start(server, self.folder, "second.jsonl", *options).finish()
            start(server, self.folder, "unbroken.jsonl", "--delay", "0").finish()
        repeated = shop.pages_asked - 2 * PAGES
        self.claim(f"{how.name} after {done} pages kept ({asked} asked for): exit {code}", 0 < done < PAGES)
        self.claim(
            f"the second run: {seconds:.1f} s, {repeated} pages asked for again, all {PAGES} told as if unbroken",
            again == 1
            and repeated == asked - done
            and lines(self.folder / "second.jsonl") == lines(self.folder / "unbroken.jsonl"),
        )


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        proof = Proof(Path(folder))
        proof.whole()
        proof.memory()
        proof.interrupted(signal.SIGINT)
        proof.interrupted(signal.SIGKILL)
    return 1 if proof.broken else 0


if __name__ == "__main__":
    sys.exit(main())
