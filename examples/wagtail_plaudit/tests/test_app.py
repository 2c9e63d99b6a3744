"""What the app promises: asked seldom, never behind what was told, closed to whatever is not signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from contextlib import ExitStack
from typing import Any

from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings
from django.utils.translation import override
from wagtail.embeds.embeds import get_embed
from wagtail.embeds.exceptions import EmbedException
from wagtail.embeds.models import Embed
from wagtail_plaudit.blocks import DIV, FRAME, PAGE, ReviewsBlock
from wagtail_plaudit.checks import check_settings
from wagtail_plaudit.conf import plaudit
from wagtail_plaudit.news import catch_up, snippets_moved, tell
from wagtail_plaudit.plaudit_client import Kept
from wagtail_plaudit.pulling import snippet

from tests.plaudit_stub import KEY, PATH, PlayedPlaudit, playing

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105 - the one of the specification's examples
WEBHOOK = "/plaudit/webhook/"


class WithPlaudit(TestCase):
    """Each test has a Plaudit and an empty cache of its own."""

    plaudit: PlayedPlaudit

    def setUp(self) -> None:
        stack = ExitStack()
        self.addCleanup(stack.close)
        self.plaudit = stack.enter_context(playing())
        self.settle(stack)
        cache.clear()

    def settle(self, stack: ExitStack, **said: Any) -> None:
        whole = {"URL": self.plaudit.url, "SECRETS": [SECRET], "FRESH_FOR": 600, **said}
        stack.enter_context(override_settings(PLAUDIT=whole))

    def given(self, **said: Any) -> ExitStack:
        """Other settings until the block is left."""
        stack = ExitStack()
        self.settle(stack, **said)
        return stack

    def change(self, kind: str, version: int) -> dict[str, Any]:
        scope, which, name, locale = KEY
        return {"kind": kind, "scope": scope, "id": which, "name": name, "locale": locale, "version": version}


class Pulling(WithPlaudit):
    def test_a_fresh_snippet_is_not_asked_about(self) -> None:
        first, again = snippet(KEY), snippet(KEY)

        self.assertEqual([first, again], ["It pours well."] * 2)
        self.assertEqual(self.plaudit.asked, [(PATH, None)])

    def test_one_that_is_no_longer_fresh_is_asked_about_with_its_etag(self) -> None:
        with self.given(FRESH_FOR=0):
            first, again = snippet(KEY), snippet(KEY)

        self.assertEqual([first, again], ["It pours well."] * 2)
        self.assertEqual(self.plaudit.asked, [(PATH, None), (PATH, '"e3"')])

    def test_what_was_told_is_fetched_at_the_next_look(self) -> None:
        snippet(KEY)
        self.plaudit.becomes("It drips.")

        was_news = tell(KEY, 4)

        self.assertEqual([was_news, snippet(KEY)], [True, "It drips."])

    def test_an_older_version_moves_nothing(self) -> None:
        snippet(KEY)
        self.plaudit.becomes("It drips.")

        was_news = tell(KEY, 3)

        self.assertEqual([was_news, snippet(KEY)], [False, "It pours well."])

    def test_a_page_that_was_being_built_meanwhile_cannot_bring_the_old_words_back(self) -> None:
        snippet(KEY)
        before = {name: value for name, value in self._cached() if isinstance(value, Kept)}
        self.plaudit.becomes("It drips.")
        tell(KEY, 4)

        cache.set_many(before)

        self.assertEqual(snippet(KEY), "It drips.")

    def test_what_it_has_is_shown_where_nobody_answers(self) -> None:
        with self.given(FRESH_FOR=0):
            snippet(KEY)
            self.plaudit.status = 503

            self.assertEqual(snippet(KEY), "It pours well.")

    def test_what_is_known_to_be_old_is_not_even_shown_then(self) -> None:
        snippet(KEY)
        self.plaudit.status = 503

        tell(KEY, 4)

        self.assertEqual(snippet(KEY), "")

    def test_where_there_is_nothing_it_is_not_asked_for_by_each_page(self) -> None:
        self.plaudit.words = ""

        found = [snippet(KEY), snippet(KEY)]

        self.assertEqual((found, len(self.plaudit.asked)), (["", ""], 1))

    def test_nothing_becomes_something_as_soon_as_that_is_told(self) -> None:
        self.plaudit.words = ""
        snippet(KEY)
        self.plaudit.becomes("It pours well.")

        tell(KEY, 4)

        self.assertEqual(snippet(KEY), "It pours well.")

    def test_nobody_waits_for_what_did_not_answer_a_moment_ago(self) -> None:
        with self.given(URL="http://127.0.0.1:9"):
            nothing = snippet(KEY)
        with self.given():
            still = snippet((*KEY[:3], "nl"))

        self.assertEqual((nothing, still, self.plaudit.asked), ("", "", []))

    def _cached(self) -> list[tuple[str, Any]]:
        from wagtail_plaudit.pulling import _names  # noqa: PLC0415 - where a page under way would write

        return [(name, cache.get(name)) for name in _names(KEY)]


class Languages(WithPlaudit):
    def test_a_page_gets_the_published_language_nearest_to_its_own(self) -> None:
        found = []
        with self.given(LOCALES=["en", "nl", "pt-BR"]):
            for language in ("nl-be", "pt-br", "fr", "en-gb"):
                with override(language):
                    found.append(plaudit().locale)

        self.assertEqual(found, ["nl", "pt-BR", "en", "en"])


class CatchingUp(WithPlaudit):
    def test_a_lost_webhook_is_caught_up_with(self) -> None:
        catch_up()
        snippet(KEY)
        self.plaudit.becomes("It drips.")
        self.plaudit.changes = [self.change("snippet.updated", 4)]

        call_command("plaudit_catch_up", verbosity=0)

        self.assertEqual(snippet(KEY), "It drips.")

    def test_the_first_time_forgets_whatever_was_kept(self) -> None:
        snippet(KEY)
        self.plaudit.words = ""

        catch_up()

        self.assertEqual(snippet(KEY), "")

    def test_it_says_so_when_nobody_answers(self) -> None:
        self.plaudit.status = 503

        with self.assertRaises(CommandError):
            call_command("plaudit_catch_up", verbosity=0)

    def test_whoever_listens_is_told_which_snippets_moved(self) -> None:
        heard: list[Any] = []

        def listen(**said: Any) -> None:
            heard.append(said["keys"])

        snippets_moved.connect(listen)
        self.addCleanup(snippets_moved.disconnect, listen)
        catch_up()
        tell(KEY, 9)

        self.assertEqual(heard, [None, [KEY]])


class Embedding(WithPlaudit):
    def test_the_address_of_a_public_page_becomes_its_reviews(self) -> None:
        found = get_embed(f"{self.plaudit.url}/reviews/kettle?locale=en")

        self.assertEqual((found.html, found.type), ("It pours well.", "rich"))
        self.assertIsNotNone(found.cache_until)

    def test_it_is_fetched_anew_when_its_snippet_moved(self) -> None:
        address = f"{self.plaudit.url}/reviews/kettle?locale=en"
        get_embed(address)
        get_embed(f"{self.plaudit.url}/reviews/kettle2")
        self.plaudit.becomes("It drips.")

        tell(KEY, 4)

        self.assertEqual(get_embed(address).html, "It drips.")
        self.assertEqual(get_embed(f"{self.plaudit.url}/reviews/kettle2").html, "It pours well.")

    def test_all_are_fetched_anew_where_nobody_knows_what_moved(self) -> None:
        address = f"{self.plaudit.url}/reviews/kettle"
        get_embed(address)
        self.plaudit.becomes("It drips.")

        catch_up()

        self.assertEqual(get_embed(address).html, "It drips.")

    def test_what_has_expired_is_not_shown_when_nobody_answers(self) -> None:
        address = f"{self.plaudit.url}/reviews/kettle"
        get_embed(address)
        Embed.objects.update(cache_until="2026-01-01T00:00:00Z")
        self.plaudit.status = 503

        with self.assertRaises(EmbedException):
            get_embed(address)

    def test_each_way_into_a_page_is_escaped(self) -> None:
        hostile = {"scope": "subject", "which": '"><script>', "name": "list", "theme": "card"}

        shown = [_rendered({**hostile, "way": way}) for way in (PAGE, DIV, FRAME)]

        self.assertNotIn("<script>", "".join(shown))
        self.assertIn('data-plaudit="subjects/%22%3E%3Cscript%3E/list"', shown[1])


class Webhook(WithPlaudit):
    def test_what_is_signed_moves_the_page(self) -> None:
        snippet(KEY)
        self.plaudit.becomes("It drips.")

        answer = self._send(4)

        self.assertEqual((answer.status_code, snippet(KEY)), (204, "It drips."))

    def test_what_is_not_signed_is_refused_and_moves_nothing(self) -> None:
        snippet(KEY)
        self.plaudit.becomes("It drips.")

        forged = [
            self._send(4, secret="whsec_" + base64.b64encode(b"somebody else's secret!!").decode()),
            self._send(4, at=time.time() - 301),
            self.client.post(WEBHOOK, b"{}", content_type="application/json"),
        ]

        self.assertEqual([each.status_code for each in forged], [403, 403, 403])
        self.assertEqual(snippet(KEY), "It pours well.")

    def test_without_a_secret_it_is_closed(self) -> None:
        with self.given(SECRETS=[]):
            answer = self._send(4, secret="")

        self.assertEqual(answer.status_code, 403)

    def test_a_webhook_brings_along_what_was_lost_before(self) -> None:
        catch_up()
        snippet(KEY)
        self.plaudit.becomes("It drips.")
        self.plaudit.changes = [self.change("snippet.updated", 4)]

        self._send(2, name="badge")

        self.assertEqual(snippet(KEY), "It drips.")

    def test_it_is_taken_also_when_nobody_answers_then(self) -> None:
        catch_up()
        self.plaudit.status = 503

        self.assertEqual(self._send(4).status_code, 204)

    def test_what_is_about_something_else_is_taken(self) -> None:
        answers = [self._send(4, kind=kind).status_code for kind in ("review.approved", "ping")]

        self.assertEqual(answers, [204, 204])

    def _send(
        self,
        version: int,
        *,
        name: str = "list",
        kind: str = "snippet.updated",
        secret: str = SECRET,
        at: float | None = None,
    ) -> Any:
        told: dict[str, Any] = {"subject": "kettle", "snippet": name, "locale": "en", "version": version}
        told = told if kind.startswith("snippet.") else {"subscription": "sub_1"}
        body = json.dumps({"type": kind, "data": told}).encode()
        seconds = str(int(at or time.time()))
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = hmac.new(key, f"m1.{seconds}.".encode() + body, hashlib.sha256).digest()
        headers = {
            "webhook-id": "m1",
            "webhook-timestamp": seconds,
            "webhook-signature": "v1," + base64.b64encode(signed).decode(),
        }
        return self.client.post(WEBHOOK, body, content_type="application/json", headers=headers)


class Checks(WithPlaudit):
    def test_the_settings_are_judged(self) -> None:
        found = []
        wrong: list[dict[str, Any]] = [{"URL": "reviews.example"}, {"URI": "x"}, {"SECRETS": []}, {}]
        for said in wrong:
            with self.given(**said):
                found.append([each.id for each in check_settings()])

        self.assertEqual(found, [["plaudit.E002"], ["plaudit.E001"], ["plaudit.W001"], []])


def _rendered(value: dict[str, str]) -> str:
    block = ReviewsBlock()
    return str(block.render(block.to_python(value)))
