"""The one writer of JSON-LD, read back by other programs' parsers."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import extruct
import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from engine.errors import BadValueError
from schema_markup.document import as_json

SHARED = Path(__file__).parents[1].parent / "shared"
HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "--></script>",
    "</ScRiPt >",
    "]]>",
    "&lt;/script&gt;",
    "\\u003c/script>",
    "\u2028alert(1)//\u2029",
    "\x00\x08\x7f\x85\x9f",
    "\ufeff\ufffe\uffff",
    '"},"aggregateRating":{"ratingValue":5}',
    "{{7*7}} ${7*7} {% raw %}",
    "Größe, 尺码, 👨‍👩‍👧",
]


def in_a_page(text: str) -> str:
    return f'<!doctype html><title>x</title><p>before</p><script type="application/ld+json">{text}</script><p>after</p>'


def scripts_of_html5lib(page: str) -> list[str]:
    return [str(each.text) for each in html5lib.parse(page, namespaceHTMLElements=False).iter("script")]


def scripts_of_lxml(page: str) -> list[str]:
    tree = etree.fromstring(page.encode(), etree.HTMLParser(encoding="utf-8"))
    return [str(each.text) for each in tree.iter("script")]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_comes_back_unchanged_from_a_script_element(text: str) -> None:
    document = {"@context": "https://schema.org", "@type": "Product", "name": text, text: "as a key"}

    page = in_a_page(as_json(document))

    for [script] in (scripts_of_html5lib(page), scripts_of_lxml(page)):
        assert json.loads(script) == document
    [found] = extruct.extract(page, syntaxes=["json-ld"])["json-ld"]
    assert found["name"] == text


def test_every_hostile_string_of_the_corpus_comes_back_unchanged() -> None:
    corpus = SHARED / "corpus" / "security"
    if not corpus.is_dir():
        pytest.skip("the shared corpus of hostile strings is not beside this checkout")
    strings = [
        line for file in sorted(corpus.glob("*.txt")) for line in file.read_text("utf-8", "replace").splitlines()
    ]
    for file in ("blns.json", "jsonld_and_url_breakouts.json", "unicode.json"):
        strings += [each for each in json.loads((corpus / file).read_text("utf-8")) if not _has_half(each)]

    page = in_a_page(as_json({"name": strings}))

    for [script] in (scripts_of_html5lib(page), scripts_of_lxml(page)):
        assert json.loads(script) == {"name": strings}
    assert len(strings) > 2000


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_unchanged(text: str) -> None:
    written = as_json({"name": text})

    assert json.loads(written) == {"name": text}
    assert not set(written) & set("<>&\u2028\u2029\x00\x7f")


def test_letters_stay_as_they_are_and_the_order_of_the_literal_is_kept() -> None:
    document = {"name": "Größe 尺码", "@type": "Product", "a": [1, {"z": True, "y": "x"}]}

    written = as_json(document)

    assert written == '{"name":"Größe 尺码","@type":"Product","a":[1,{"z":true,"y":"x"}]}'


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("4.3"), "4.3"),
        (Decimal("4.0"), "4"),
        (Decimal("4E+1"), "40"),
        (Decimal("-0.5"), "-0.5"),
        (Decimal("1234567.89"), "1234567.89"),
        (7, "7"),
    ],
)
def test_a_decimal_is_a_json_number_of_the_same_value(value: Decimal, written: str) -> None:
    assert as_json({"ratingValue": value}) == f'{{"ratingValue":{written}}}'


def test_what_is_not_known_is_left_out() -> None:
    document: dict[str, Any] = {"name": "K2", "url": None, "review": [], "offers": {}, "price": 0, "alternateName": ""}

    assert json.loads(as_json(document)) == {"name": "K2", "price": 0, "alternateName": ""}


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("half \ud83d", id="half a character"),
        pytest.param(float("nan"), id="not a number"),
        pytest.param(float("inf"), id="infinity"),
        pytest.param(Decimal("NaN"), id="decimal not a number"),
        pytest.param(Decimal("1E+400"), id="beyond readers"),
        pytest.param(Decimal("0.12345678901234567890"), id="would be rounded"),
    ],
)
def test_refuses_what_json_cannot_hold(value: object) -> None:
    with pytest.raises(BadValueError):
        as_json({"name": value})


def _has_half(text: str) -> bool:
    return any(0xD800 <= ord(each) <= 0xDFFF for each in text)
