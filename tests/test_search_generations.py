"""What happens to an index on the disk: commits, rebuilding, other processes, sudden deaths and broken files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from engine.domain.search import Batch, Document
from engine.errors import IndexBusyError, IndexUnusableError, PluginError
from engine.search import generations
from engine.search.generations import Generations, refuse_forks
from engine.search.protocol import Index
from engine.search.tidying import LARGEST_JOINED, chosen
from engine.search.whoosh_index import WhooshIndex
from tests.indexed import ask, asked, found, make_document, make_index


def test_what_was_taken_in_is_found_by_whoever_reads_already(tmp_path: Path) -> None:
    index = make_index(tmp_path, make_document(1, "kettle"))
    reader = WhooshIndex(tmp_path)
    assert found(reader, "kettle") == {1}

    index.apply(Batch(changed=[make_document(2, "kettle"), make_document(3, "spout")]), 2)
    assert found(reader, "kettle") == {1, 2}

    index.apply(Batch(changed=[make_document(1, "teapot")], gone=[3]), 3)
    assert found(reader, "kettle") == {2}
    assert found(reader, "teapot") == {1}
    assert found(reader, "spout") == set()
    assert reader.health().cursor == 3


def test_taking_a_batch_in_twice_changes_nothing(tmp_path: Path) -> None:
    batch = Batch(changed=[make_document(1, "kettle"), make_document(2, "spout")], gone=[7])
    index = make_index(tmp_path)

    index.apply(batch, 5)
    once = ask(index, "kettle")
    index.apply(batch, 5)

    assert ask(index, "kettle") == once
    assert (index.health().documents, index.health().cursor) == (2, 5)


def test_the_same_is_found_after_many_small_changes_as_after_one(tmp_path: Path) -> None:
    documents = [
        make_document(number, f"kettle {number} word{number % 7} {'x ' * (number % 5)}") for number in range(60)
    ]
    slowly, rebuilt = make_index(tmp_path / "slowly"), WhooshIndex(tmp_path / "rebuilt")

    slowly.apply(Batch(changed=[make_document(each.number, "an older text") for each in documents[::2]]), 2)
    for at, each in enumerate(documents):
        slowly.apply(Batch(changed=[each], gone=[at - 30]), at)
    rebuilt.rebuild([[each for each in documents if each.number >= 30]], 59)

    for question in ("kettle", "word3", "older", '"kettle 44"', "kettle -word3"):
        assert ask(slowly, question) == ask(rebuilt, question)
    assert slowly.health().documents == rebuilt.health().documents == 30


@pytest.mark.parametrize(
    "ask_it",
    [
        pytest.param(lambda index: ask(index, "kettle"), id="search"),
        pytest.param(lambda index: index.meant(asked("kettle")), id="meant"),
        pytest.param(lambda index: index.suggest("k", language=None, limit=5), id="suggest"),
        pytest.param(lambda index: index.similar(1, within=None, limit=5), id="similar"),
    ],
)
def test_an_index_that_was_never_written_does_not_say_that_nothing_is_there(
    tmp_path: Path, ask_it: Callable[[WhooshIndex], object]
) -> None:
    index = WhooshIndex(tmp_path / "none")

    with pytest.raises(IndexUnusableError, match="not there yet"):
        ask_it(index)

    assert (index.health().is_usable, index.health().cursor) == (True, 0)


def test_rebuilding_puts_a_generation_in_place_as_a_whole(tmp_path: Path) -> None:
    index = make_index(tmp_path, make_document(1, "kettle"))
    reader = WhooshIndex(tmp_path)
    seen: list[set[int]] = []

    def documents() -> Iterator[Sequence[Document]]:
        yield [make_document(2, "kettle")]
        seen.append(found(reader, "kettle"))
        yield [make_document(3, "kettle")]

    index.rebuild(documents(), 9)

    assert seen == [{1}]
    assert found(reader, "kettle") == {2, 3}
    assert (reader.health().cursor, reader.health().generation) == (9, "000002")
    assert [each.name for each in tmp_path.iterdir() if each.is_dir()] == ["000002"]


def test_a_rebuilding_that_fails_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    index = make_index(tmp_path, make_document(1, "kettle"))

    def documents() -> Iterator[Sequence[Document]]:
        yield [make_document(2, "kettle")]
        raise OSError("the database is gone")

    with pytest.raises(OSError, match="database is gone"):
        index.rebuild(documents(), 9)
    index.apply(Batch(changed=[make_document(3, "kettle")]), 2)

    assert found(index, "kettle") == {1, 3}


def test_a_reader_goes_on_while_its_generation_is_removed(tmp_path: Path) -> None:
    make_index(tmp_path, make_document(1, "kettle"))
    reader = WhooshIndex(tmp_path)
    assert found(reader, "kettle") == {1}

    for number in range(2, 5):
        WhooshIndex(tmp_path).rebuild([[make_document(number, "kettle")]], number)
        assert found(reader, "kettle") == {number}


def test_two_who_change_it_do_not_meet(tmp_path: Path) -> None:
    index, other = make_index(tmp_path, make_document(1, "kettle")), WhooshIndex(tmp_path)
    refused: list[str] = []

    def documents() -> Iterator[Sequence[Document]]:
        with pytest.raises(IndexBusyError, match="another process") as told:
            other.apply(Batch(gone=[1]), 2)
        refused.append(str(told.value))
        yield [make_document(1, "kettle")]

    index.rebuild(documents(), 3)
    other.apply(Batch(gone=[1]), 4)

    assert len(refused) == 1
    assert found(index, "kettle") == set()


_WRITER = """
import sys
from pathlib import Path
from engine.domain.search import Batch
from engine.search.whoosh_index import WhooshIndex
from tests.indexed import make_document

index = WhooshIndex(Path(sys.argv[1]))
cursor = index.health().cursor
while True:
    cursor += 1
    changed = [make_document(each, f"all at{cursor}") for each in range(20)]
    index.apply(Batch(changed=changed), cursor)
    print(cursor, flush=True)
"""


def test_a_sudden_death_leaves_one_commit_or_the_other(tmp_path: Path) -> None:
    make_index(tmp_path, *(make_document(each, "all at1") for each in range(20)))

    for lines in range(1, 6):
        told = _killed_after(tmp_path, lines)

        index = WhooshIndex(tmp_path)
        health = index.health()
        assert health.is_usable
        assert health.cursor >= told
        assert found(index, f"at{health.cursor}") == found(index, "all") == set(range(20))
    index.apply(Batch(gone=list(range(20))), 999)
    assert index.health().documents == 0


def _killed_after(folder: Path, lines: int) -> int:
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout
    told = [int(writer.stdout.readline()) for _ in range(lines)]
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    return told[-1]


@pytest.mark.parametrize("ending", [".trm", ".pst", ".toc", "_stored.col", "number.col", "length.col", "sentences.col"])
@pytest.mark.parametrize("left", [0, 0.5])
def test_a_broken_file_is_told_and_rebuilding_mends_it(tmp_path: Path, ending: str, left: float) -> None:
    make_index(tmp_path, *(make_document(each, f"kettle number {each}") for each in range(50)))
    [path] = [each for each in (tmp_path / "000001").iterdir() if each.name.endswith(ending)]
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * left)])
    index = WhooshIndex(tmp_path)

    health = index.health()

    assert not health.is_usable
    assert "build it anew" in health.problems[0]
    if ending != "_stored.col":
        with pytest.raises(IndexUnusableError):
            found(index, "kettle")
    index.rebuild([[make_document(1, "kettle")]], 1)
    assert found(index, "kettle") == {1}
    assert index.health().is_usable


def test_a_generation_that_is_not_there_is_told(tmp_path: Path) -> None:
    (tmp_path / "present").write_text("000007", encoding="utf-8")

    health = WhooshIndex(tmp_path).health()

    assert not health.is_usable
    assert health.generation == "000007"


@pytest.mark.parametrize(
    ("counts", "joined"),
    [
        ([100_000, 50, 50, 50], set()),
        ([100_000, *[50] * 8], set(range(1, 9))),
        ([1, 1, 2, 1, 1, 3, 1, 1], set(range(8))),
        ([*[LARGEST_JOINED] * 20], set()),
        ([*[600] * 9], set()),
    ],
)
def test_small_segments_are_joined_and_large_ones_never(counts: list[int], joined: set[int]) -> None:
    assert chosen(counts) == joined


def test_a_fork_that_shares_the_folder_of_whoosh_is_refused(tmp_path: Path) -> None:
    refuse_forks()
    record = tmp_path / "whoosh_reloaded-2.7.5.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: whoosh-reloaded\nVersion: 2.7.5\n")

    sys.path.append(str(tmp_path))
    try:
        with pytest.raises(PluginError, match="whoosh-reloaded is installed into the folder of whoosh"):
            WhooshIndex(tmp_path / "search")
    finally:
        sys.path.remove(str(tmp_path))


def test_the_name_of_the_present_generation_is_on_the_disk_before_old_ones_are_removed(tmp_path: Path) -> None:
    folder = Generations(tmp_path)
    for name in ("000001", "000002"):
        folder.begun()
        folder.put_in_place(name)

    assert folder.present() == "000002"
    assert not (tmp_path / "000001").exists()
    assert generations.PINNED == "2.7.4"


def test_whoosh_is_imported_without_its_warnings(tmp_path: Path) -> None:
    escapes = [
        option
        for kind in ("SyntaxWarning", "DeprecationWarning")
        for option in ("-W", f"error:invalid escape sequence:{kind}")
    ]
    command = [sys.executable, *escapes, "-c", "import engine.search.whoosh_parts"]

    told = subprocess.run(
        command, env=os.environ | {"PYTHONPYCACHEPREFIX": str(tmp_path)}, capture_output=True, text=True, check=False
    )

    assert (told.returncode, told.stderr) == (0, "")


def test_threads_that_search_meanwhile_see_one_commit_or_the_other(tmp_path: Path) -> None:
    index: Index = make_index(tmp_path, *(make_document(each, "all at1") for each in range(20)))
    done = Event()

    def seen() -> set[tuple[int, int]]:
        found_by_me = set()
        while not done.is_set():
            everything = ask(index, "all")
            found_by_me.add((len(everything.numbers), len(set(everything.numbers))))
        return found_by_me

    with ThreadPoolExecutor(3) as readers:
        results = [readers.submit(seen) for _ in range(3)]
        for cursor in range(2, 14):
            index.apply(Batch(changed=[make_document(each, f"all at{cursor}") for each in range(20)]), cursor)
        done.set()

    assert {each for result in results for each in result.result()} == {(20, 20)}
