"""What the doctor says of the doors that strangers write through: reports, forms, their links, and webhooks."""

from __future__ import annotations

import pytest

from tests.doors import SETTINGS, Company
from tests.factories import fill, make_subject
from tests.forms import with_forms

PROXY = '[serve]\ntrusted_proxies = ["127.0.0.1/32"]\n'
FORM = "[forms.shop]\n"
KETTLES = '[forms.shop]\nsubjects = ["kettle"]\n'
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SURVEY = '[sources.survey]\ncollector = "tally"\nform = "f1"\nsubject = "kettle"\n'


def examined(company: Company, settings: str, *, is_empty: bool = False) -> list[str]:
    company.configured(settings)
    if not is_empty:
        with company.instance() as instance:
            fill(instance.store, [], subjects=[make_subject()])
    return company.plaudit("doctor").stdout.splitlines()


def complaints(lines: list[str]) -> list[str]:
    return [each for each in lines if each.startswith("! ")]


def test_a_form_in_order_is_described_and_nothing_is_wrong(company: Company) -> None:
    lines = examined(company, SETTINGS + PROXY + KETTLES + '[forms.guests]\nask = "required"\n')

    assert "form         shop: 1 subjects, by everybody; waits for a decision" in lines
    assert "form         guests: every subject, by whoever was asked; waits for a decision" in lines
    assert complaints(lines) == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param(SETTINGS + PROXY + "[flags]\nper_hour = 3\n", "at most 3 in an hour from one address", id="known"),
        pytest.param(SETTINGS, "all visitors behind the proxy are one", id="behind a proxy"),
    ],
)
def test_the_door_for_reports_is_open_always(company: Company, settings: str, said: str) -> None:
    [line] = [each for each in examined(company, settings) if each.startswith("reports ")]

    assert line.startswith("reports      open to everybody")
    assert said in line
    assert ("proxy" in line) is ("proxy" in said)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param(
            SETTINGS + PROXY + '[forms.shop]\nsubjects = ["kettle", "kettel"]\n', "takes reviews of kettel", id="typo"
        ),
        pytest.param(SETTINGS + PROXY + FORM + "[[approve]]\n", "is published unread", id="a rule for everything"),
        pytest.param(
            SETTINGS + PROXY + FORM + '[[approve]]\nsources = ["form.shop"]\nshortest = 20\n',
            "is published unread",
            id="a rule for the form",
        ),
        pytest.param(SETTINGS + FORM, "serve.trusted_proxies is empty", id="no trusted proxy"),
        pytest.param(FORM, "which only this machine opens", id="an address of this machine"),
    ],
)
def test_what_somebody_has_to_mend(company: Company, settings: str, said: str) -> None:
    [complaint] = complaints(examined(company, settings))

    assert said in complaint


def test_a_form_without_any_subject_is_a_complaint(company: Company) -> None:
    [complaint] = complaints(examined(company, SETTINGS + PROXY + FORM, is_empty=True))

    assert "there is no subject here" in complaint


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param('[[approve]]\nsources = ["shop"]\n', id="another source"),
        pytest.param('[[approve]]\nverification = ["purchase"]\n', id="verified ones"),
    ],
)
def test_a_rule_that_asks_who_wrote_is_none(company: Company, rule: str) -> None:
    assert complaints(examined(company, SETTINGS + PROXY + FORM + rule)) == []


def test_a_secret_that_others_can_read_is_a_complaint(company: Company) -> None:
    with_forms(company, PROXY + FORM)
    (company.store / "secret").chmod(0o644)

    done = company.plaudit("doctor")

    assert done.exit_code == 1
    assert "can be read by others" in done.stdout


def test_says_of_each_webhook_whether_it_is_open(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUSH_SECRET", SECRET)
    push = '[sources.push]\ncollector = "webhook"\nwebhook_secret_env = "PUSH_SECRET"\n'
    shop = '[sources.shop]\ncollector = "judgeme"\nshop = "larkfield.example"\ntoken_env = "PUSH_SECRET"\n'

    lines = examined(company, SETTINGS + push + shop)

    assert "webhook      push: open at /v1/hooks/push" in lines
    assert "webhook      shop: closed: it has no secret" in lines
    assert complaints(lines) == []


def test_a_source_that_neither_asks_nor_listens_is_a_complaint(company: Company) -> None:
    [complaint] = complaints(examined(company, SETTINGS + SURVEY))

    assert complaint.startswith("! survey tells nothing")
