"""An instance with a language model, as its operator sees it: mining, plaudit faq show and plaudit doctor."""

from __future__ import annotations

from typing import Any

from engine.domain import FaqEntry, SubjectId
from tests.doors import SETTINGS, Company, row
from tests.talking import Said, proposing, talking
from tests.test_language_model import BODIES

BETTER = "How do buyers rate the lid?"
DRAFTED = "What do customers think of the lid?"


def with_model(company: Company, url: str) -> Company:
    model = f'[http]\nallow = ["127.0.0.1/32"]\n[language_model]\nurl = "{url}/v1"\nmodel = "small"\n'
    return company.configured(SETTINGS + model)


def published(company: Company) -> FaqEntry:
    """The one draft after everything was imported, approved, mined and published."""
    company.publish(*(row(str(number), body=body) for number, body in enumerate(BODIES)))
    with company.instance() as instance, instance.store.reading() as transaction:
        [entry] = transaction.faq.of(SubjectId("kettle"))
    return entry


def better(draft: dict[str, Any]) -> Said:
    return proposing(BETTER, draft["drafted"])


def test_a_reworded_draft_says_so_to_who_looks_at_it(company: Company) -> None:
    with talking(better) as server:
        entry = published(with_model(company, server.url))

        shown, examined = company.plaudit("faq", "show", entry.id), company.plaudit("doctor")

    assert entry.question == BETTER
    assert "Worded by a language model; the counts and quotes are ours." in shown.output
    assert f"rewording    small at {server.url}/v1; calls on 2" in examined.output
    assert "Authorization" not in server.heard[0].headers


def test_a_refused_wording_says_why_and_the_draft_is_shown(company: Company) -> None:
    with talking(lambda draft: proposing("Is this the best lid?", draft["drafted"])) as server:
        entry = published(with_model(company, server.url))

        shown = company.plaudit("faq", "show", entry.id)

    assert entry.question == DRAFTED
    assert "A language model's wording was refused: its question says 'best'" in shown.output


def test_an_endpoint_that_is_gone_spoils_nothing_and_the_doctor_tells(company: Company) -> None:
    with talking(better) as server:
        url = server.url
    entry = published(with_model(company, url))

    shown, examined = company.plaudit("faq", "show", entry.id), company.plaudit("doctor")

    assert entry.question == DRAFTED
    assert "language model" not in shown.output
    assert "it last failed at" in examined.output


def test_an_instance_without_one_says_so(company: Company) -> None:
    company.publish(row("1"))

    assert "rewording    no language model is asked" in company.plaudit("doctor").output
