"""Forms in the configuration: what each key may be, and what is said of a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.config import read_config
from engine.domain import Admission, FormId, Kind, SourceId, SubjectId
from engine.errors import ConfigError
from engine.form_settings import FORM

LOCALES = '[site]\nlocales = ["en", "nl"]\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(LOCALES + text, encoding="utf-8")
    return path


def test_a_form_that_says_nothing_takes_everything_from_everybody(tmp_path: Path) -> None:
    forms = read_config(written(tmp_path, "[forms.product]"), {}).forms

    form = forms[FormId("product")]
    assert (form.kind, form.ask, form.photos, form.embed_on) == (Kind.REVIEW, Admission.OPEN, 4, ())
    assert form.source_id == SourceId("form.product")
    assert form.takes(SubjectId("anything"))


def test_reads_every_key(tmp_path: Path) -> None:
    text = """
    [forms.clients]
    subjects = ["brew-app"]
    kind = "testimonial"
    locales = ["nl"]
    photos = 0
    ask = "required"
    embed_on = ["https://shop.example.com", "https://*.example.org:8443", "*"]
    least_seconds = 0
    per_hour = 5
    """

    form = read_config(written(tmp_path, text), {}).forms[FormId("clients")]

    assert (form.kind, form.ask, form.photos) == (Kind.TESTIMONIAL, Admission.REQUIRED, 0)
    assert (form.least_seconds, form.per_hour, form.locales) == (0, 5, ("nl",))
    assert form.embed_on == ("https://shop.example.com", "https://*.example.org:8443", "*")
    assert not form.takes(SubjectId("k2-kettle"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("forms = 3", "forms must be written as [forms.<id>] tables"),
        ("[forms.a]\nrating = 4", "[forms.a]: forms.rating is not a setting"),
        ("[forms.a]\nleast_rating = 4", "[forms.a]: forms.least_rating is not a setting; did you mean"),
        ('[forms.a]\nkind = "poll"', "[forms.a]: forms.kind 'poll' is none of review, testimonial"),
        ('[forms.a]\nask = "4 stars"', "[forms.a]: forms.ask '4 stars' is none of open, required"),
        ("[forms.a]\nphotos = 11", "[forms.a]: forms.photos must be a whole number from 0 to 10"),
        ('[forms.a]\nlocales = ["fr"]', "[forms.a]: forms.locales 'fr' is not in site.locales"),
        ('[forms.a]\nembed_on = ["shop.example.com"]', "is not an origin like https://shop.example.com"),
        ('[forms.a]\nembed_on = ["https://a.example; script-src *"]', "is not an origin"),
        ('[forms.a]\nembed_on = ["https://a.example/path"]', "is not an origin"),
        (f"[forms.{'a' * 60}]", "must have 59 characters at most"),
        ('[forms."a/b"]', "must be letters, digits"),
    ],
)
def test_a_mistake_is_told_with_its_form(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text if text.startswith("forms") else LOCALES + text, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        read_config(path, {})

    assert said in str(caught.value)


def test_no_key_can_ask_for_a_rating() -> None:
    words = {word for key in FORM for word in key.replace(".", "_").split("_")}

    assert words.isdisjoint({"rating", "score", "star", "stars", "sentiment"})
    assert all(setting.meaning for setting in FORM.values())
