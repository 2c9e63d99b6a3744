"""Syncs after an erasure: the source is still read whole, nothing comes back, and every door keeps it out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain import review_id
from engine.erasure import Eraser
from engine.store import Store
from tests.doors import Company
from tests.factories import make_intake, make_record
from tests.hook_senders import SECRET
from tests.planting import SEAL, told
from tests.played_source import SHOP, Clock, PlayedSource, make_job, pages_of, run


def pages_with(word: str) -> PlayedSource:
    """Four reviews; the source's own id of the first is somebody's name."""
    pages = pages_of(4)
    named = make_record(word, body="It pours well, says the first.")
    return PlayedSource(pages=[[named, *pages[0][1:]], *pages[1:]], reported=4)


def test_a_full_reading_is_still_proved_complete_and_names_nobody(store: Store) -> None:
    clock, source = Clock(), pages_with("zyxcanary")
    job = make_job(store, source, clock, intake=make_intake(seal=SEAL))
    run(job, clock, full=True)
    eraser = Eraser(store=store, seal=SEAL)
    eraser.erase(eraser.trace_reviews([review_id(SHOP, "zyxcanary")]), by="operator", now=clock())
    clock.at += timedelta(days=8)

    synced = run(job, clock, full=True)

    assert synced.reading.proof is not None
    assert synced.reading.proof.is_complete
    assert (synced.report.erased, synced.gone) == (1, 0)
    assert told(store) == {}
    with store.reading() as transaction:
        assert transaction.reviews.count() == 3


def test_an_erased_review_that_its_source_loses_is_counted_no_more(store: Store) -> None:
    clock, source = Clock(), pages_with("zyxcanary")
    job = make_job(store, source, clock, intake=make_intake(seal=SEAL))
    run(job, clock, full=True)
    eraser = Eraser(store=store, seal=SEAL)
    eraser.erase(eraser.trace_reviews([review_id(SHOP, "zyxcanary")]), by="operator", now=clock())
    source.pages, source.reported = [source.pages[0][1:], *source.pages[1:]], 3
    clock.at += timedelta(days=8)

    synced = run(job, clock, full=True)

    with store.reading() as transaction:
        assert transaction.readings.known(SHOP) == 3
    assert synced.reading.proof is not None
    assert synced.reading.proof.is_complete


def test_every_door_knows_what_was_erased(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUSH_SECRET", SECRET)
    settings = '[sources.push]\ncollector = "webhook"\nwebhook_secret_env = "PUSH_SECRET"\n'
    company.configured(company.config.read_text(encoding="utf-8") + settings)

    with company.instance() as instance:
        [source] = instance.config.sources.values()
        seals = [
            instance.sources.intake_of(source).seal,
            instance.desk.seal,
            instance.privacy.eraser.seal,
            instance.privacy.retention.seal,
        ]

    assert seals == [instance.privacy.seal] * 4
