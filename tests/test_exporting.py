"""A folder that is exported into: whole at every moment, and nothing in it that was not meant to be."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import brotli
import pytest

from engine.errors import RefusedError
from engine.exchanging import exchanged, in_two_steps
from engine.exporting import MANIFEST, Counts, File, exporting

LONG = "It pours well and keeps the heat. " * 20
HELD = """
import sys
from pathlib import Path
from engine.exporting import File, exporting
with exporting(Path(sys.argv[1])) as made:
    made.write("pages", "2", iter([File(path="a/index.html", body=b"half", media_type="text/html")]))
    print("holding", flush=True)
    sys.stdin.read()
"""


def export(folder: Path, files: Mapping[str, str], state: str = "1", media_type: str = "text/html") -> Counts:
    """Writes one unit with these texts, or keeps it where its state is what it was."""
    with exporting(folder) as made:
        if not made.keep("pages", state):
            some = (File(path=path, body=text.encode(), media_type=media_type) for path, text in files.items())
            made.write("pages", state, some)
        made.finish("1.0")
    return made.counts


def export_units(folder: Path, **bodies: bytes) -> None:
    """Writes units that all want to be one file."""
    with exporting(folder) as made:
        for name, body in bodies.items():
            made.write(name, "1", iter([File(path="a.html", body=body, media_type="text/html")]))
        made.finish("1.0")


def held(folder: Path) -> dict[str, str]:
    """The text of each file, without the manifest and what is packed."""
    paths = (each for each in folder.rglob("*") if each.is_file() and each.suffix not in (".br", ".gz"))
    return {str(each.relative_to(folder)): each.read_text() for each in paths if each.name != MANIFEST}


def test_what_is_written_is_there_with_its_packed_forms_and_its_hash(tmp_path: Path) -> None:
    folder = tmp_path / "site"

    counts = export(folder, {"a/index.html": LONG, "short.html": "short"})

    assert held(folder) == {"a/index.html": LONG, "short.html": "short"}
    assert brotli.decompress((folder / "a/index.html.br").read_bytes()).decode() == LONG
    assert gzip.decompress((folder / "a/index.html.gz").read_bytes()).decode() == LONG
    assert not (folder / "short.html.br").exists()
    told = json.loads((folder / MANIFEST).read_text())
    assert told["version"] == "1.0"
    assert told["files"]["a/index.html"] == {
        "sha256": sha256(LONG.encode()).hexdigest(),
        "media_type": "text/html",
        "bytes": len(LONG),
    }
    assert counts == Counts(written=2)


def test_a_picture_is_not_packed_again(tmp_path: Path) -> None:
    export(tmp_path / "site", {"a.jpg": LONG}, media_type="image/jpeg")

    assert not (tmp_path / "site/a.jpg.br").exists()


def test_a_file_that_is_what_it_was_is_not_written_again(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    export(folder, {"a.html": LONG, "b.html": LONG})
    before = {name: (folder / name).stat().st_ino for name in ("a.html", "a.html.br", "b.html")}

    counts = export(folder, {"a.html": LONG, "b.html": "other"}, state="2")

    assert (folder / "a.html").stat().st_ino == before["a.html"]
    assert (folder / "a.html.br").stat().st_ino == before["a.html.br"]
    assert (folder / "b.html").stat().st_ino != before["b.html"]
    assert not (folder / "b.html.br").exists()
    assert counts == Counts(written=1, kept=1)


def test_a_unit_in_the_state_that_it_was_is_not_even_built(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    export(folder, {"a.html": LONG})

    counts = export(folder, {"a.html": "never asked for"})

    assert held(folder) == {"a.html": LONG}
    assert counts == Counts(kept=1)


def test_a_unit_of_which_somebody_took_a_file_is_built_again(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    export(folder, {"a.html": LONG})
    (folder / "a.html").unlink()

    export(folder, {"a.html": LONG})

    assert held(folder) == {"a.html": LONG}


def test_what_is_no_longer_made_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    export(folder, {"a.html": LONG, "b/c.html": LONG})

    counts = export(folder, {"a.html": LONG}, state="2")

    assert sorted(str(each.relative_to(folder)) for each in folder.rglob("*")) == [
        "a.html",
        "a.html.br",
        "a.html.gz",
        MANIFEST,
    ]
    assert counts.removed == 1


def test_a_folder_that_holds_anything_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")

    with pytest.raises(RefusedError, match="no export wrote"):
        export(tmp_path, {"a.html": LONG})

    assert held(tmp_path) == {"thesis.txt": "mine"}


@pytest.mark.parametrize("manifest", ["", "[]", "{}", '{"made_by": "me"}'])
def test_a_manifest_of_somebody_else_is_not_ours(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / MANIFEST).write_text(manifest)

    with pytest.raises(RefusedError, match="no export wrote"):
        export(tmp_path / "site", {"a.html": LONG})


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("mine")

    with pytest.raises(RefusedError, match="no export wrote"):
        export(tmp_path / "site", {"a.html": LONG})


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()

    export(tmp_path / "site", {"a.html": LONG})

    assert held(tmp_path / "site") == {"a.html": LONG}


def test_a_link_to_a_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "site").symlink_to(tmp_path / "kept")

    export(tmp_path / "site", {"a.html": LONG})

    assert (tmp_path / "site").is_symlink()
    assert held(tmp_path / "kept") == {"a.html": LONG}


@pytest.mark.parametrize("path", ["../a.html", "/a.html", "a/../../b.html", ""])
def test_no_file_is_written_outside_of_the_folder(tmp_path: Path, path: str) -> None:
    with pytest.raises(RefusedError, match="no path within"):
        export(tmp_path / "site", {path: LONG})

    assert [each.name for each in tmp_path.iterdir()] == [".site.plaudit-lock"]


def test_two_pages_may_share_a_file_that_is_the_same(tmp_path: Path) -> None:
    export_units(tmp_path / "site", one=b"same", two=b"same")

    assert held(tmp_path / "site") == {"a.html": "same"}


def test_two_pages_that_say_different_things_cannot_be_one_file(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match=r"the file a\.html"):
        export_units(tmp_path / "site", one=b"one", two=b"two")


def test_a_disk_that_takes_two_files_for_one_is_refused(tmp_path: Path) -> None:
    def files() -> Iterator[File]:
        (tmp_path / ".site.plaudit-new" / "a.html").touch()
        yield File(path="a.html", body=b"one", media_type="text/html")

    with pytest.raises(RefusedError, match="File exists"), exporting(tmp_path / "site") as made:
        made.write("one", "1", files())

    assert not (tmp_path / "site").exists()


def test_files_that_differ_in_capitals_alone_are_named(tmp_path: Path) -> None:
    counts = export(tmp_path / "site", {"reviews/k2.html": "one", "reviews/K2.html": "two", "reviews/k3.html": "one"})

    assert counts.alike == [("reviews/K2.html", "reviews/k2.html")]


def test_whatever_goes_wrong_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    export_units(tmp_path / "site", one=b"before")

    with pytest.raises(RefusedError):
        export_units(tmp_path / "site", one=b"one", two=b"two")

    assert held(tmp_path / "site") == {"a.html": "before"}
    assert sorted(each.name for each in tmp_path.iterdir()) == [".site.plaudit-lock", "site"]


def test_an_export_that_was_not_finished_is_none(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="not finished"), exporting(tmp_path / "site"):
        pass

    assert not (tmp_path / "site").exists()


def test_an_export_that_was_killed_leaves_the_old_one_and_the_next_clears_away(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    export(folder, {"a.html": LONG})

    with _holding(folder) as process:
        during = held(folder)
        process.send_signal(signal.SIGKILL)
        process.wait(20)
    left = sorted(each.name for each in tmp_path.iterdir())
    after = held(folder)
    export(folder, {"b.html": LONG}, state="2")

    assert during == after == {"a.html": LONG}
    assert left == [".site.plaudit-lock", ".site.plaudit-new", "site"]
    assert held(folder) == {"b.html": LONG}
    assert sorted(each.name for each in tmp_path.iterdir()) == [".site.plaudit-lock", "site"]


def test_an_export_that_was_killed_between_two_steps_is_put_back_by_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    export(folder, {"a.html": LONG})
    folder.rename(tmp_path / ".site.plaudit-old")
    (tmp_path / ".site.plaudit-new").mkdir()

    counts = export(folder, {"a.html": "never asked for"})

    assert held(folder) == {"a.html": LONG}
    assert counts == Counts(kept=1)
    assert sorted(each.name for each in tmp_path.iterdir()) == [".site.plaudit-lock", "site"]


@pytest.mark.parametrize("name", ["site.old", "site.new", ".site.lock"])
def test_what_somebody_keeps_beside_the_folder_is_left_alone(tmp_path: Path, name: str) -> None:
    kept = tmp_path / name / "kept.html"
    kept.parent.mkdir()
    kept.write_text("mine")

    for state in ("1", "2"):
        export(tmp_path / "site", {"a.html": state}, state)

    assert kept.read_text() == "mine"


def test_two_exports_into_one_folder_do_not_run_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "site"

    with _holding(folder) as process:
        with pytest.raises(RefusedError, match="another export"):
            export(folder, {"a.html": LONG})
        process.kill()


def test_folders_change_places_in_one_step_where_the_system_can(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    (one / "a").touch()

    done = exchanged(one, other)

    assert done is (sys.platform == "linux")
    assert (other / "a").exists() is done


def test_folders_change_places_in_two_steps_elsewhere(tmp_path: Path) -> None:
    new, target, aside = tmp_path / "new", tmp_path / "target", tmp_path / "aside"
    new.mkdir()
    target.mkdir()
    (new / "a").touch()

    in_two_steps(new, target, aside)

    assert (target / "a").exists()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["aside", "target"]


def _holding(folder: Path) -> subprocess.Popen[bytes]:
    """A process that has written half of an export and waits."""
    command = [sys.executable, "-c", HELD, str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"holding\n"
    return process
