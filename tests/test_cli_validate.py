"""Tests of `plaudit validate`, `plaudit rules` and `plaudit monitor` as a user runs them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from engine.domain import Locale, Scope, Snippet, SnippetKey, SubjectId
from engine.store import Store
from review_site.cli import main
from schema_markup.rulebook import rules
from tests.factories import make_subject
from tests.servers import Heard, LoopbackServer, Reply, loopback
from tests.tree import ROOT

HTML = {"Content-Type": "text/html; charset=utf-8"}
GOOD: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "Product",
    "@id": "https://shop.example/kettle#product",
    "name": "Kettle",
    "image": "https://shop.example/kettle.jpg",
    "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4.5, "reviewCount": 2},
}
WARNED = {**GOOD, "url": "javascript:alert(1)"}
BAD = {**GOOD, "aggregateRating": {**GOOD["aggregateRating"], "ratingValue": "4,5"}}
HEAVY = ("alembic", "babel", "bs4", "flask", "granian", "jinja2", "requests", "rich", "sqlalchemy", "urllib3", "whoosh")


def plaudit(*words: str | Path, stdin: bytes | None = None) -> Result:
    """Runs the command; an exception that is not turned into a sentence fails the test."""
    return CliRunner().invoke(main, [str(each) for each in words], input=stdin, catch_exceptions=False)


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def as_page(document: dict[str, Any]) -> bytes:
    return f'<p>Kettle: 4.5<script type="application/ld+json">{json.dumps(document)}</script>'.encode()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a shop of three files and what is none of its pages."""
    monkeypatch.chdir(tmp_path)
    for name, content in {
        "shop/a.jsonld": json.dumps(GOOD).encode(),
        "shop/b.json": json.dumps(WARNED).encode(),
        "shop/deep/c.HTML": as_page(BAD),
        "shop/notes.txt": b"{",
        "shop/.git/d.json": b"{",
        "shop/node_modules/e.json": b"{",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration that opens loopback; its database does not exist."""
    path = tmp_path / "plaudit.toml"
    path.write_text('[http]\nallow = ["127.0.0.0/8"]\n[store]\nurl_env = "NO_SUCH_DATABASE"\n')
    return path


@pytest.fixture
def shop() -> Iterator[LoopbackServer]:
    """A site with a good page, a bad one, and a sitemap of both."""

    def answer(heard: Heard) -> Reply:
        host = f"http://{heard.headers['Host']}"
        replies = {
            "/good": Reply(body=as_page(GOOD), headers=HTML),
            "/bad": Reply(body=as_page(BAD), headers=HTML),
            "/bad.jsonld": Reply(body=json.dumps(BAD).encode(), headers={"Content-Type": "application/ld+json"}),
            "/sitemap.xml": Reply(
                body=f"<urlset><url><loc>{host}/good</loc></url><url><loc>{host}/bad</loc></url></urlset>".encode()
            ),
        }
        return replies.get(heard.path, Reply(status=404))

    with loopback(answer) as server:
        yield server


@pytest.mark.usefixtures("folder")
def test_a_folder_is_judged_with_all_below_it() -> None:
    result = plaudit("validate", "shop", "--format", "jsonl")

    assert [(each["file"], each["verdict"]) for each in lines(result)] == [
        ("shop/a.jsonld", "valid"),
        ("shop/b.json", "warning"),
        ("shop/deep/c.HTML", "error"),
    ]
    assert result.exit_code == 1


@pytest.mark.parametrize("name", ["shop/a.jsonld", "shop/b.json"])
@pytest.mark.usefixtures("folder")
def test_warnings_are_no_failure(name: str) -> None:
    assert plaudit("validate", name).exit_code == 0


@pytest.mark.usefixtures("folder")
def test_an_input_that_cannot_be_read_is_told_and_the_others_go_on() -> None:
    result = plaudit("validate", "gone.html", "shop/deep/c.HTML", "--format", "jsonl")

    assert [(each["file"], each["problems"][0]["rule"]) for each in lines(result)] == [
        ("gone.html", "input-unreadable"),
        ("shop/deep/c.HTML", "rating-value-grammar"),
    ]
    assert result.exit_code == 2


@pytest.mark.parametrize("content", [json.dumps(BAD).encode(), b"\xef\xbb\xbf \n" + as_page(BAD)], ids=["json", "html"])
def test_standard_input_is_judged_by_its_first_character(content: bytes) -> None:
    result = plaudit("validate", "-", "--format", "jsonl", stdin=content)

    [found] = lines(result)
    assert (found["file"], found["problems"][0]["rule"]) == ("stdin", "rating-value-grammar")
    assert result.exit_code == 1


def test_nothing_to_judge_is_a_mistake() -> None:
    result = plaudit("validate")

    assert result.exit_code == 2
    assert "name a file" in result.stderr


@pytest.mark.usefixtures("folder")
def test_several_processes_tell_the_same_in_the_same_order() -> None:
    for number in range(120):
        Path(f"shop/n{number:03}.jsonld").write_text(json.dumps(BAD if number % 7 else GOOD))

    one, two = (plaudit("validate", "shop", "--jobs", str(jobs)) for jobs in (1, 2))

    assert one.stdout == two.stdout
    assert one.exit_code == two.exit_code == 1


@pytest.mark.parametrize("form", ["text", "jsonl", "json", "sarif", "junit", "html"])
def test_every_format_goes_to_a_file(folder: Path, form: str) -> None:
    result = plaudit("validate", "shop", "--format", form, "--output", "report")

    assert result.stdout == ""
    assert "rating-value-grammar" in (folder / "report").read_text(encoding="utf-8")
    assert result.exit_code == 1


def test_a_baseline_fails_only_on_what_is_new(folder: Path) -> None:
    written = plaudit("validate", "shop", "--write-baseline", "known.json")
    known = plaudit("validate", "shop", "--baseline", "known.json", "--format", "jsonl")
    (folder / "shop" / "b.json").write_text(json.dumps({**WARNED, "name": ""}))
    new = plaudit("validate", "shop", "--baseline", "known.json", "--format", "jsonl")

    assert (written.exit_code, known.exit_code, new.exit_code) == (0, 0, 1)
    assert [each["problems"] for each in lines(known)] == [[], [], []]
    assert "product-name" in [problem["rule"] for each in lines(new) for problem in each["problems"]]


def test_a_baseline_that_is_none_is_refused(folder: Path) -> None:
    (folder / "known.json").write_text("[]")

    result = plaudit("validate", "shop", "--baseline", "known.json")

    assert result.exit_code == 2
    assert "known.json is no baseline" in result.stderr


def test_a_page_is_fetched_and_judged(config: Path, shop: LoopbackServer) -> None:
    urls = [f"{shop.url}/{name}" for name in ("good", "bad", "bad.jsonld", "gone")]

    result = plaudit("validate", *urls, "--format", "jsonl", "--config", config, "--delay", "0")

    assert [(each["file"], each["verdict"]) for each in lines(result)] == [
        (urls[0], "valid"),
        (urls[1], "error"),
        (urls[2], "error"),
        (urls[3], "error"),
    ]
    assert "answered 404" in lines(result)[3]["problems"][0]["message"]
    assert result.exit_code == 2


@pytest.mark.usefixtures("folder")
def test_an_address_inside_is_not_fetched_unless_the_configuration_opens_it(shop: LoopbackServer) -> None:
    result = plaudit("validate", f"{shop.url}/good")

    assert result.exit_code == 2
    assert "not an address on the public internet" in " ".join(result.stdout.split())
    assert shop.connections == 0


def test_a_sitemap_is_judged_page_by_page(config: Path, shop: LoopbackServer) -> None:
    result = plaudit("validate", "--sitemap", f"{shop.url}/sitemap.xml", "--config", config, "--delay", "0")

    assert f"{shop.url}/good: valid" in result.stdout
    assert f"{shop.url}/bad: error" in result.stdout
    assert result.exit_code == 1


def test_a_sitemap_that_cannot_be_read_is_told(config: Path, shop: LoopbackServer) -> None:
    result = plaudit("validate", "--sitemap", f"{shop.url}/good", "--config", config, "--format", "jsonl")

    assert [each["problems"][0]["rule"] for each in lines(result)] == ["input-unreadable"]
    assert result.exit_code == 2


def test_a_mistake_in_the_configuration_is_told_with_its_key(tmp_path: Path) -> None:
    config = tmp_path / "plaudit.toml"
    config.write_text('[http]\nallow = ["everything"]\n')

    result = plaudit("validate", "http://127.0.0.1:9/", "--config", config)

    assert result.exit_code == 2
    assert "http.allow 'everything' is not a network" in result.stderr


def test_an_interrupted_run_says_how_to_go_on(tmp_path: Path, config: Path) -> None:
    """Interrupted by a page of the crawl itself, as a person would by Ctrl-C."""
    state = tmp_path / "state.jsonl"
    command = [str(Path(sys.executable).with_name("plaudit")), "validate", "--config", str(config)]
    command += ["--resume", str(state), "--delay", "0", "--jobs", "1", "--format", "jsonl"]
    stop: list[Callable[[], None]] = []

    def answer(heard: Heard) -> Reply:
        if heard.path == "/3" and stop:
            stop.pop()()
        return Reply(body=as_page(GOOD), headers=HTML) if heard.path != "/robots.txt" else Reply(status=404)

    with loopback(answer) as server:
        urls = [f"{server.url}/{number}" for number in range(50)]
        with subprocess.Popen([*command, *urls], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            stop.append(lambda: os.kill(process.pid, signal.SIGINT))
            _, said = process.communicate()
        again = plaudit(*command[1:], *urls)

    assert process.returncode == 2
    assert f"--resume {state} to go on" in said
    assert [each["file"] for each in lines(again)] == urls
    assert len([heard for heard in server.heard if heard.path != "/robots.txt"]) < 60


@pytest.mark.usefixtures("folder")
def test_judging_files_imports_nothing_that_only_an_instance_needs() -> None:
    program = (
        "import sys; from review_site.cli import main\n"
        "try: main(['validate', 'shop'])\n"
        f"except SystemExit: print(*sorted(set(sys.modules) & set({HEAVY!r})), file=sys.stderr)"
    )
    path = os.pathsep.join([str(ROOT), str(ROOT / "site")])

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env={"PYTHONPATH": path}, check=True
    )

    assert done.stderr.strip() == ""
    assert "3 files" in done.stdout


def test_the_rules_are_listed() -> None:
    result = plaudit("rules", "--format", "json")

    assert {each["rule"] for each in json.loads(result.stdout)} == set(rules())


def test_the_page_of_the_rules_is_what_the_command_writes() -> None:
    written = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")

    assert written == plaudit("rules", "--format", "md").stdout, "run make docs"


@pytest.fixture
def instance(tmp_path: Path, config: Path) -> list[str | Path]:
    """The options of an instance that publishes markup about a kettle."""
    config.write_text('[site]\nlocales = ["en", "de"]\n[http]\nallow = ["127.0.0.0/8"]\n[monitor]\nevery_hours = 6\n')
    plaudit("monitor", "list", "--config", config, "--data", tmp_path / "store")
    store = Store.open(f"sqlite:///{tmp_path / 'store' / 'plaudit.sqlite3'}")
    key = SnippetKey(scope=Scope.SUBJECT, scope_id="kettle", name="jsonld", locale=Locale("en"))
    body = json.dumps(GOOD).encode()
    with store.writing() as transaction:
        transaction.subjects.save([make_subject(id=SubjectId("kettle"))])
        transaction.snippets.save(
            [Snippet(key=key, body=body, media_type="application/ld+json", etag="e", version=1, review_ids=())]
        )
    store.close()
    return ["--config", config, "--data", tmp_path / "store"]


def test_a_watched_page_is_looked_at_and_told(instance: list[str | Path], shop: LoopbackServer) -> None:
    for name in ("good", "bad"):
        plaudit("monitor", "add", f"{shop.url}/{name}", "--subject", "kettle", "--name", "jsonld", *instance)

    first = plaudit("monitor", "run", *instance)
    second = plaudit("monitor", "run", "--format", "jsonl", *instance)

    assert f"{shop.url}/good (kettle, en): as published" in first.stdout
    assert "aggregateRating. (new) [embed-altered]" in first.stdout
    assert first.stdout.endswith("2 pages, 1 with something wrong\n")
    told = {each["url"].removeprefix(shop.url): [found["rule"] for found in each["findings"]] for each in lines(second)}
    assert told == {"/good": [], "/bad": ["embed-altered"]}
    assert (first.exit_code, second.exit_code) == (1, 1)


def test_a_page_is_watched_until_it_is_removed(instance: list[str | Path], shop: LoopbackServer) -> None:
    added = plaudit("monitor", "add", f"{shop.url}/good", "--subject", "kettle", *instance)
    listed = plaudit("monitor", "list", *instance)
    removed = plaudit("monitor", "remove", f"{shop.url}/good", *instance)
    after = plaudit("monitor", "run", *instance)

    assert "for kettle in en, every 6 hours" in added.stdout
    assert "never looked at" in listed.stdout
    assert removed.exit_code == 0
    assert (after.stdout, after.exit_code) == ("0 pages, 0 with something wrong\n", 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "https://shop.example/", "--subject", "pan"], "no subject 'pan'"),
        (["add", "https://shop.example/", "--subject", "kettle", "--locale", "fr"], "'fr' is not published here"),
        (["add", "shop.example", "--subject", "kettle"], "not the address of a page"),
        (["remove", "https://shop.example/"], "is not monitored"),
    ],
)
def test_what_cannot_be_watched_is_refused(instance: list[str | Path], words: list[str], said: str) -> None:
    result = plaudit("monitor", *words, *instance)

    assert result.exit_code == 2
    assert said in result.stderr
