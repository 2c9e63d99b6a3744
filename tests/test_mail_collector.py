"""Tests of the collector of mail: what of a message its author wrote, what is kept apart, what permits publication."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors import mail
from collectors.letters import letter_in, subject_in, to_raw
from engine.domain import Batch, Record
from engine.errors import BadValueError, SourceRefusedError
from engine.http import GuardedSession
from engine.testing import check_collector
from tests.signal_sources import COMPANY

HTML = b"""From: =?iso-8859-1?q?Jos=E9_Garc=EDa?= <jose@example.com>
Subject: =?utf-8?q?RV=3A_Gracias?=
Date: Fri, 16 Oct 2026 09:00:00 +0200
Message-ID: <m2@example.com>
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

<p>La tetera es <b>perfecta</b>. Pod=E9is citarme.</p><script>alert(1)</script>
<div class=3D"gmail_quote">El 15 oct 2026 Larkfield escribi=F3: <blockquote>=BFPodemos citarle?</blockquote></div>
"""


def test_a_message_of_markup_alone_is_read_as_text_without_what_it_answers() -> None:
    [record] = mail.read(to_raw(HTML, from_mbox=False), "here")

    assert record.fields == {
        "author": "José García",
        "title": "Gracias",
        "body": "La tetera es perfecta. Podéis citarme.",
        "written_at": "Fri, 16 Oct 2026 09:00:00 +0200",
        "consent": "“Podéis citarme.” (message m2@example.com, Fri, 16 Oct 2026 09:00:00 +0200)",
    }
    assert record.contact == {"email": "jose@example.com"}


@pytest.mark.parametrize(
    ("text", "own", "signature"),
    [
        ("Lovely kettle.\n-- \nNadia, +44 20 7946 0000", "Lovely kettle.", "Nadia, +44 20 7946 0000"),
        ("Lovely kettle.\n--\nNadia", "Lovely kettle.", "Nadia"),
        ("On Tue, Larkfield wrote:\n> Do you like it?\n\nYes, a lot.", "Yes, a lot.", ""),
        ("Heel blij!\n\nOp di 13 okt. 2026 om 10:00 schreef Larkfield <care@x.example>:\n> Blij?", "Heel blij!", ""),
        ("Sehr gut.\n\nAm 13.10.2026 um 10:00 schrieb Larkfield:\n\n> Gut?", "Sehr gut.", ""),
        ("Très bien.\n\nLe 13 oct. 2026, Larkfield a écrit :\n> Bien ?", "Très bien.", ""),
        ("Muy bien.\n\nEl 13 oct 2026, Larkfield escribió:\n> ¿Bien?", "Muy bien.", ""),
        ("Great.\n-----Original Message-----\nFrom: Larkfield\nDo you like it?", "Great.", ""),
        ("Prima.\n----- Oorspronkelijk bericht -----\nVan: Larkfield", "Prima.", ""),
        ("It was John who wrote:\nbuy this kettle.", "It was John who wrote:\nbuy this kettle.", ""),
    ],
)
def test_only_what_the_author_wrote_is_kept_as_the_text(text: str, own: str, signature: str) -> None:
    letter = letter_in(text)

    assert (letter.text, letter.signature) == (own, signature)


@pytest.mark.parametrize(
    "subject",
    ["Re: Thank you", "AW: Thank you", "Antw: RE: Thank you", "RE[2]: Thank you", "TR : Thank you", "Thank you"],
)
def test_the_marks_of_an_answer_are_no_part_of_its_subject(subject: str) -> None:
    assert subject_in(subject) == "Thank you"


def test_a_word_that_begins_like_a_mark_stays() -> None:
    assert subject_in("Review: lovely") == "Review: lovely"


def test_a_folder_is_read_file_by_file_and_can_be_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(message("a1", "First."))
    (tmp_path / "b.mbox").write_bytes(b"".join(in_mbox(message(f"b{each}", f"Number {each}.")) for each in range(450)))
    (tmp_path / "c.eml").write_bytes(message("c1", "Last."))
    (tmp_path / "notes.txt").write_text("not a message")

    batches = collect(tmp_path)

    assert [len(each.records) for each in batches] == [1, 200, 200, 50, 1]
    assert [each.external_id for each in records(batches)] == ["a1", *(f"b{each}" for each in range(450)), "c1"]
    with GuardedSession() as http:
        check_collector(lambda: mail.KIND.collector({"path": str(tmp_path), **COMPANY}, http))


def test_an_escaped_from_is_unescaped_in_a_mailbox_only() -> None:
    source = message("m1", "Thanks.\n>From all of us.")

    [boxed] = mail.read(to_raw(source, from_mbox=True), "here")
    [saved] = mail.read(to_raw(source, from_mbox=False), "here")

    assert (boxed.fields["body"], saved.fields["body"]) == ("Thanks.\nFrom all of us.", "Thanks.")


def test_what_we_sent_ourselves_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(message("a1", "May we publish it?", sender="care@larkfield.example"))
    (tmp_path / "b.eml").write_bytes(message("b1", "You may quote me.", sender="nadia@not-larkfield.example"))

    found = records(collect(tmp_path, own="larkfield.example, boss@home.example"))

    assert [each.external_id for each in found] == ["b1"]


def test_a_message_without_an_id_is_known_by_what_it_says() -> None:
    source = message("", "Lovely.")

    first, again = to_raw(source, from_mbox=False)["id"], to_raw(source, from_mbox=False)["id"]

    assert first == again != to_raw(message("", "Nice."), from_mbox=False)["id"]


@pytest.mark.parametrize("text", ["", "-- \nNadia", "> quoted"])
def test_a_message_without_words_of_its_author_is_none(text: str) -> None:
    assert list(mail.read(to_raw(message("m1", text), from_mbox=False), "here")) == []


@pytest.mark.parametrize(
    "source",
    [
        b"From: a@b.example\nMessage-ID: <m1@x>\nContent-Type: text/plain; charset=klingon\n\nLovely.",
        b"From: a@b.example\nMessage-ID: <m1@x>\nContent-Type: text/plain; charset=utf-8\n\nLovely \xff.",
        b"From: a@b.example\nMessage-ID: <m1@x>\nContent-Transfer-Encoding: base64\n\nnot base64 at all \x00",
        b"From: =?utf-8?q?=ZZ?= <a@b.example>\nMessage-ID: <m1@x>\nDate: yesterday\n\nLovely.",
        b"Message-ID: <m1@x>\nContent-Type: multipart/mixed; boundary=\n\nLovely.",
        b"",
        b"\x00\x01\x02",
    ],
)
def test_a_message_that_nobody_meant_does_no_harm(source: bytes) -> None:
    list(mail.read(to_raw(source, from_mbox=False), "here"))


def test_a_message_that_is_too_long_is_told_of_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(b"x" * 30_000_001)
    (tmp_path / "b.eml").write_bytes(message("b1", "Lovely."))

    batches = collect(tmp_path)

    assert [each.path for batch in batches for each in batch.problems] == ["a.eml message 1"]
    assert [each.external_id for each in records(batches)] == ["b1"]


@pytest.mark.parametrize("name", ["missing", "."])
def test_a_path_with_nothing_to_read_is_told_of(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceRefusedError, match=r"neither a file nor a folder|holds no mbox"):
        collect(tmp_path / name)


def test_a_bad_value_names_what_is_wrong_with_it() -> None:
    with pytest.raises(BadValueError, match="30,000,001 bytes"):
        to_raw(b"x" * 30_000_001, from_mbox=False)


def message(number: str, text: str, *, sender: str = "Nadia Rahman <nadia@example.com>") -> bytes:
    known_by = f"Message-ID: <{number}>\n" if number else ""
    return f"From: {sender}\nDate: Wed, 14 Oct 2026 10:00:00 +0000\n{known_by}\n{text}\n".encode()


def in_mbox(source: bytes) -> bytes:
    return b"From nadia@example.com Wed Oct 14 10:00:00 2026\n" + source + b"\n"


def collect(path: Path, **options: str) -> list[Batch]:
    with GuardedSession() as http:
        return list(mail.KIND.collector({"path": str(path), **COMPANY, **options}, http).collect(None))


def records(batches: list[Batch]) -> list[Record]:
    return [each for batch in batches for each in batch.records]
