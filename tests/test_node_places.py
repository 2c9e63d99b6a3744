"""From the path of a problem to its place in the text."""

from __future__ import annotations

import pytest

from schema_markup.validate import source_place

SOURCE = """{
  "@context": "https://schema.org",
  "@type": "Product", "a.b": [1, {"deep": "x"}],
  "review": [{"author": {"name": "{\\"[,"}}, {"author": 5}]
}"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("$", (1, 1)),
        ("$.@type", (3, 12)),
        ("$['a.b'][1].deep", (3, 43)),
        ("$.review[1].author", (4, 56)),
        ("$.review[7].author", (4, 13)),
        ("$.gone", (1, 1)),
        ("microdata[0] $.name", None),
        ("reviews.csv row 17", None),
    ],
)
def test_a_path_leads_to_a_line_and_a_column(path: str, place: tuple[int, int] | None) -> None:
    if place is None:
        assert source_place("<p itemscope>", path) is None
    else:
        assert source_place(SOURCE, path) == place


def test_a_path_in_a_page_leads_into_its_script() -> None:
    page = f'<script>var a</script>\n<script type="application/ld+json">{SOURCE}</script>'

    assert source_place(page, "script[0] $.@type") == (4, 12)
    assert source_place(page, "script[1] $.@type") is None


@pytest.mark.parametrize("text", ["", "{", '{"a"', '{"a":', "[", '{"a": "', "[[[[", '{"review": [}'])
def test_a_path_in_a_broken_text_leads_as_far_as_it_can(text: str) -> None:
    place = source_place(text, "$.review[0].a")

    assert place is not None
    assert min(place) >= 1
