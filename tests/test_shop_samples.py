"""Each shop source's sample document, collected over loopback, says what a person read in it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.http import GuardedSession
from engine.testing.collectors import LOOPBACK
from tests.shop_sources import SAMPLES, SHOPS, plug, sampled
from tests.source_server import serving
from tests.told import told


@pytest.mark.parametrize("kind", SHOPS)
def test_the_sample_of_a_shop_source_says_what_a_person_read_in_it(kind: str) -> None:
    shop, source_kind = SHOPS[kind], plug(kind)
    with serving(sampled(kind)) as source, GuardedSession(LOOPBACK) as http:
        found = told(source_kind, source_kind.collector(shop.given(source.url), http).collect(None))

    assert found == expected(kind)


def expected(kind: str) -> Any:
    return json.loads((SAMPLES / kind / "expected.json").read_text())
