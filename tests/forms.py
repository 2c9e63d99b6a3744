"""A company with forms, and visitors who fill them in over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

from PIL import Image
from werkzeug.datastructures import MultiDict
from werkzeug.test import EnvironBuilder, TestResponse

from engine.domain import Review, SourceId, SubjectId
from tests.doors import BASE, SETTINGS, Company, Site, tree_of
from tests.factories import fill, make_subject

FORMS = """
[forms.shop]
least_seconds = 0

[forms.kettle]
subjects = ["kettle"]
locales = ["nl", "de"]
photos = 1
least_seconds = 0

[forms.clients]
kind = "testimonial"
least_seconds = 0

[forms.guests]
ask = "required"
least_seconds = 0

[forms.slow]
least_seconds = 60

[forms.rare]
least_seconds = 0
per_hour = 2

[forms.framed]
least_seconds = 0
embed_on = ["https://shop.example.com", "https://*.example.org"]
"""
KETTLE = "/f/shop?subject=kettle"
WORDS = {
    "rating": "4",
    "title": "Good kettle",
    "body": "It pours well and keeps the heat.",
    "author": "Owen B.",
    "email": "owen@example.com",
}
MIXER = make_subject(id=SubjectId("mixer"), name="M1 Mixer", url="https://larkfield.example/p/m1")


def with_forms(company: Company, forms: str = FORMS) -> Company:
    company.configured(SETTINGS + forms)
    with company.instance() as instance:
        fill(instance.store, [], subjects=[make_subject(), MIXER])
    return company


def field(html: str, name: str) -> str:
    """The value of a field of a page."""
    [found] = [each.get("value") for each in tree_of(html).iter("input") if each.get("name") == name]
    return found or ""


def send(site: Site, address: str, *, files: Sequence[bytes] = (), **changes: str | Sequence[str]) -> TestResponse:
    """Opens the form, fills it in and sends it."""
    page = site.get(address)
    assert page.status_code == 200, page.text
    return post(site, address, {"sheet": field(page.text, "sheet"), **WORDS, **changes}, files)


def post(site: Site, address: str, values: Mapping[str, Any], files: Sequence[bytes] = ()) -> TestResponse:
    sent: MultiDict[str, Any] = MultiDict()
    for name, value in values.items():
        for each in [value] if isinstance(value, str) else value:
            sent.add(name, each)
    for number, body in enumerate(files):
        sent.add("photos", (BytesIO(body), f"photo-{number}.jpg"))
    environ = EnvironBuilder(address.removeprefix(BASE), base_url=BASE, method="POST", data=sent).get_environ()
    # A body that is too large for memory is a file, and the client leaves it open.
    with closing(environ["wsgi.input"]):
        return site.client.open(environ)


def own_link(site: Site, sent: TestResponse) -> str:
    """The author's link, as the page after sending shows it."""
    assert sent.status_code == 303, sent.text
    thanks = site.get(sent.headers["Location"])
    [link] = [each.get("href") for each in tree_of(thanks.text).iter("a") if "/mine/" in (each.get("href") or "")]
    return str(link)


def reviews(company: Company, source: str = "form.shop") -> list[Review]:
    with company.instance() as instance, instance.store.reading() as transaction:
        found = [each.review for each in transaction.reviews.of_source(SourceId(source))]
        media = transaction.media.of([each.id for each in found])
    return [replace(each, media=media.get(each.id, ())) for each in found]


def query_of(address: str) -> Mapping[str, list[str]]:
    return parse_qs(urlsplit(address).query)


@dataclass(frozen=True)
class Photo:
    """A photo as a telephone makes it: with a place, a camera and a comment."""

    width: int = 640
    height: int = 480
    turned: bool = False

    def jpeg(self) -> bytes:
        image = Image.new("RGB", (self.width, self.height), (180, 60, 40))
        image.paste((20, 90, 180), (0, 0, self.width // 2, self.height // 2))
        exif = Image.Exif()
        exif[0x010F] = "Telltale Telephones"
        if self.turned:
            exif[0x0112] = 6
        place = exif.get_ifd(0x8825)
        place.update({1: "N", 2: (52.0, 5.0, 25.0), 3: "E", 4: (5.0, 7.0, 30.0)})
        out = BytesIO()
        image.save(out, "JPEG", exif=exif, comment=b"taken at home")
        return out.getvalue()


TELLTALE = (b"Exif", b"Telltale", b"taken at home", b"GPS")
