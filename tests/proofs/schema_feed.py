"""Proof: the Product Ratings feed of the sample company is what its schema asks, and what cannot be fed is told."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from lxml import etree

from tests.proofs.clothing import COLUMNS, SHOP, clothing_file
from tests.proofs.instances import Instance, ground
from tests.proofs.measuring import Ledger

XSD = Path(__file__).resolve().parents[1] / "samples" / "feeds" / "product_ratings_2.4.xsd"


def prove(ledger: Ledger) -> None:
    with ground() as place:
        demo = place.instance("demo")
        demo.plaudit("demo")
        feed = _fed(demo, place.folder / "demo.xml", ledger)
        schema = etree.XMLSchema(etree.parse(str(XSD)))
        fed = len(feed.findall(".//review"))
        ledger.claim("the sample company's feed keeps the schema", holds=schema.validate(feed), found=f"{fed} reviews")
        stars = Counter(str(each.text) for each in feed.iterfind(".//overall"))
        ledger.claim("low stars are in it", holds=stars["1"] > 0 and stars["2"] > 0, found=dict(sorted(stars.items())))
        shop = place.instance("clothing")
        shop.plaudit("import", clothing_file(), *SHOP, *COLUMNS)
        shop.plaudit("approve", "--source", "shop", "--all")
        left = _fed(shop, place.folder / "clothing.xml", ledger)
        ledger.claim("what cannot be fed is not fed", holds=not left.findall(".//review"))


def _fed(instance: Instance, path: Path, ledger: Ledger) -> etree._ElementTree:
    skipped = path.with_suffix(".skipped")
    ran = instance.plaudit("feed", "product-ratings", "--output", path, "--skipped", skipped)
    for line in (ran.out + ran.err).strip().splitlines():
        ledger.say(line)
    return etree.parse(str(path))
