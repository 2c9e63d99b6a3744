"""`plaudit subjects`: a shop's catalogue comes in, as its feed has it, and shows in the markup."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.domain import SubjectId
from tests.doors import Company, documents, row

FEED = {
    "id": "kettle",
    "title": "K2 Gooseneck Kettle",
    "link": "https://larkfield.example/p/k2",
    "image_link": "https://larkfield.example/k2.jpg",
    "price": "119.00 EUR",
    "availability": "in_stock",
    "brand": "Larkfield",
    "gtin": "9520004120012",
}


def import_catalogue(company: Company, *rows: dict[str, str], options: tuple[str, ...] = ()) -> tuple[int, str]:
    done = company.plaudit("subjects", "import", company.reviews(rows, "catalogue.csv"), *options)
    return done.exit_code, done.output


def test_a_product_feed_is_understood_as_it_is_and_stands_in_the_markup(company: Company) -> None:
    company.publish(row("1"))

    status, said = import_catalogue(company, FEED)
    published = company.plaudit("publish")
    with company.serving() as site:
        [document, *_] = documents(site.get("/reviews/kettle").text)

    assert (status, said) == (0, "0 subjects new, 1 changed, 0 unchanged, 0 refused\n")
    assert published.exit_code == 0, published.output
    product = next(each for each in document.get("@graph", [document]) if each["@type"] == "Product")
    assert product["image"] == "https://larkfield.example/k2.jpg"
    assert product["offers"]["price"] == 119
    assert product["offers"]["priceCurrency"] == "EUR"
    assert product["offers"]["availability"] == "https://schema.org/InStock"


def test_the_same_catalogue_again_changes_nothing(company: Company) -> None:
    import_catalogue(company, FEED)
    company.plaudit("publish")

    status, said = import_catalogue(company, FEED)
    published = company.plaudit("publish")

    assert (status, said) == (0, "0 subjects new, 0 changed, 1 unchanged, 0 refused\n")
    assert published.output.startswith("0 pages")


def test_an_empty_cell_keeps_what_is_known(company: Company) -> None:
    import_catalogue(company, FEED)

    import_catalogue(company, {"id": "kettle", "title": "", "price": "99.00"})

    with company.instance() as instance, instance.store.reading() as transaction:
        kettle = transaction.subjects.find(SubjectId("kettle"))
    assert kettle.name == "K2 Gooseneck Kettle"
    assert kettle.offer is not None
    assert (str(kettle.offer.price), kettle.offer.price_currency) == ("99.00", "EUR")


@pytest.mark.parametrize(
    ("cells", "complaint"),
    [
        ({"id": ""}, "row 2, id: is missing"),
        ({"type": "Prodct"}, "'Prodct' is not a class of schema.org"),
        ({"price": "119,00 EUR"}, "write it like 12.50 or 12.50 EUR"),
        ({"price": "119.00"}, "--set price_currency=EUR"),
        ({"price": "119.00 ABC"}, "'ABC' is no currency"),
        ({"gtin": "9520004120013"}, "is no GTIN"),
        ({"availability": "soon"}, "write one of BackOrder"),
        ({"image_link": "javascript:alert(1)"}, "is no web address"),
        ({"street_address": "Main St 1"}, "postal_code: is missing"),
        ({"latitude": "52.1"}, "go together"),
        ({"latitude": "95.1", "longitude": "1"}, "is no place on earth"),
        ({"controlled_by": "them"}, "is neither us nor other"),
        ({"title": "\u200b"}, "holds no visible text"),
    ],
)
def test_a_row_with_a_mistake_is_refused_whole_and_said_with_the_way_out(
    company: Company, cells: dict[str, str], complaint: str
) -> None:
    status, said = import_catalogue(company, FEED | cells, {**dict.fromkeys(FEED | cells, ""), "id": "grinder"})

    with company.instance() as instance, instance.store.reading() as transaction:
        known = transaction.subjects.ids()
    assert status == 1
    assert complaint in said
    assert known == ["grinder"]


def test_a_mapping_names_the_column_of_a_field_and_a_wrong_one_is_refused(company: Company) -> None:
    named = import_catalogue(company, {"Artikel": "kettle", "Preis": "12.50"}, options=CHOSEN)
    wrong = import_catalogue(company, {"id": "kettle"}, options=("--map", "nmae=id"))
    missing = import_catalogue(company, {"id": "kettle"}, options=("--map", "name=Titel"))

    assert named == (0, "1 subjects new, 0 changed, 0 unchanged, 0 refused\n")
    assert wrong[0] == 2
    assert "there is no field nmae" in wrong[1]
    assert "there is no column Titel; the columns are id" in missing[1]


CHOSEN = ("--map", "id=Artikel", "--map", "price=Preis", "--set", "price_currency=EUR", "--set", "name:de=Kessel")


def test_the_list_of_subjects_can_be_read_by_a_program(company: Company, tmp_path: Path) -> None:
    import_catalogue(company, FEED, FEED | {"id": "grinder", "gtin": "9520004120029"})

    listed = company.plaudit("subjects", "list", "--format", "jsonl")
    shown = company.plaudit("subjects", "list")

    assert [json.loads(line)["id"] for line in listed.output.splitlines()] == ["grinder", "kettle"]
    assert "kettle | Product | K2 Gooseneck Kettle | 119.00 EUR | https://larkfield.example/p/k2" in shown.output
