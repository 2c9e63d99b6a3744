"""Praise that came by e-mail: an mbox, a saved message (.eml), or a folder of both.

A letter is its writer's. It stays inside the company until he permitted publication, and a sentence in which he did is
kept as the evidence, for a person to judge: it covers what it speaks of, and no rule approves a letter.
"""

from __future__ import annotations

import mailbox
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from itertools import islice
from pathlib import Path
from typing import Any

from collectors.api import Position, Read, as_cursor, as_received, given, number_in, position_of, problem
from collectors.fields import identity, text
from collectors.hooked import ReadingKind
from collectors.letters import letter_in, subject_in, to_raw
from collectors.permission import QUOTING, permission_in
from collectors.platforms import SUBJECT_OPTIONS
from collectors.signals import reading
from engine.domain import Batch, Problem, Record
from engine.errors import BadValueError, SourceRefusedError
from engine.http import GuardedSession
from engine.plugins import Option, Sureness

NAME = "mail"
AT_ONCE = 200
LONGEST_SIGNATURE = 500
MBOX = frozenset({".mbox", ".mbx", ""})
SUFFIXES = frozenset({*MBOX, ".eml"})

OPTIONS: Mapping[str, Option] = {
    "path": Option(help="an mbox, a message (.eml), or a folder of both"),
    "own": Option(help="your own addresses or domains, with commas between them: not read", default=""),
    **SUBJECT_OPTIONS,
    "subject": Option(help="the id of what the letters are about: the company, a product"),
}


def read(raw: Mapping[str, Any], place: str) -> Iterator[Record]:
    """The record of a letter, of a message as ``letters.to_raw`` makes one; none where its author wrote no words."""
    name, address = parseaddr(text(raw, "from"))
    letter = letter_in(text(raw, "text"))
    number, permission = identity(raw, "id"), permission_in(letter.text)
    if not letter.text:
        return
    yield Record(
        fields=given(
            {
                "author": name,
                "title": subject_in(text(raw, "subject")),
                "body": letter.text,
                "written_at": text(raw, "date"),
                "consent": f"“{permission}” (message {number}, {text(raw, 'date')})" if permission else "",
            }
        ),
        external_id=number,
        place=place,
        payload=as_received(raw),
        contact=given({"email": address, "signature": letter.signature[:LONGEST_SIGNATURE]}) or None,
        consent_to=QUOTING,
        read_first=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mail:
    """The messages of some files, by the names of the files and their order in them."""

    path: Path
    own: Sequence[str]
    read: Read

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        position = position_of(cursor)
        files = self._files()
        names = [each.name for each in files]
        first = names.index(position["file"]) if position.get("file") in names else 0
        done = number_in(position, "done", 0) if position.get("file") in names else 0
        for number, file in enumerate(files[first:], start=first):
            last_of_all = number == len(files) - 1
            yield from self._batches(file, done, "" if last_of_all else files[number + 1].name)
            done = 0

    def _files(self) -> Sequence[Path]:
        if self.path.is_file():
            return [self.path]
        if not self.path.is_dir():
            raise SourceRefusedError(f"{self.path.name} is neither a file nor a folder that can be read")
        found = sorted(each for each in self.path.iterdir() if each.is_file() and each.suffix.lower() in SUFFIXES)
        found = [each for each in found if not each.name.startswith(".")]
        if not found:
            raise SourceRefusedError(f"{self.path.name} holds no mbox and no .eml")
        return found

    def _batches(self, file: Path, done: int, following: str) -> Iterator[Batch]:
        messages = enumerate(_messages(file), start=1)
        for _ in islice(messages, done):
            pass
        chunk = list(islice(messages, AT_ONCE))
        while True:
            done += len(chunk)
            coming = list(islice(messages, AT_ONCE))
            after: Position | None = {"file": file.name, "done": str(done)} if coming else None
            if after is None and following:
                after = {"file": following, "done": "0"}
            yield self._batch(file, chunk, None if after is None else as_cursor(after))
            if not coming:
                return
            chunk = coming

    def _batch(self, file: Path, messages: Sequence[tuple[int, bytes]], cursor: str | None) -> Batch:
        records: list[Record] = []
        problems: list[Problem] = []
        for number, source in messages:
            place = f"{file.name} message {number}"
            try:
                raw = to_raw(source, from_mbox=file.suffix.lower() in MBOX)
                if not self._is_ours(text(raw, "from")):
                    read = self.read(raw, place)
                    records += (read,) if isinstance(read, Record) else tuple(read)
            except BadValueError as error:
                problems.append(problem(place, str(error)))
        return Batch(records=tuple(records), cursor=cursor, problems=tuple(problems))

    def _is_ours(self, sender: str) -> bool:
        address = parseaddr(sender)[1].casefold()
        return any(address == each or address.endswith(f"@{each}") for each in self.own)


def _messages(file: Path) -> Iterator[bytes]:
    """The messages of a file as they were saved, one at a time; raises SourceRefusedError when it cannot be read."""
    try:
        if file.suffix.lower() not in MBOX:
            yield file.read_bytes()
            return
        box = mailbox.mbox(file, create=False)
        try:
            for key in box.iterkeys():
                yield box.get_bytes(key)
        finally:
            box.close()
    except (OSError, mailbox.Error) as error:
        raise SourceRefusedError(f"{file.name} cannot be read: {error}") from error


def _make(options: Mapping[str, str], _http: GuardedSession) -> _Mail:
    own = [each.strip().casefold().removeprefix("@") for each in options["own"].split(",")]
    return _Mail(path=Path(options["path"]), own=[each for each in own if each], read=reading(read)(options))


KIND = ReadingKind(
    name=NAME, rights="praise-mail", sureness=Sureness.DOCUMENTED, options=OPTIONS, make=_make, reading=reading(read)
)
