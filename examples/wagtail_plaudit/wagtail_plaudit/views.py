"""Where Plaudit tells what moved, by webhooks as Standard Webhooks signs them."""

from __future__ import annotations

import json
import logging
import time

import requests
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from wagtail_plaudit.conf import plaudit
from wagtail_plaudit.news import FOLDERS, catch_up, tell
from wagtail_plaudit.plaudit_client import ForgedError, Key, check_webhook
from wagtail_plaudit.pulling import CURSOR, kept

log = logging.getLogger(__name__)


# Its signature is what says that nobody forged it; Plaudit has no cookie of this site.
@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """204 for what is signed, also where it is old or about something else; 403 for what is not."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        check_webhook(plaudit().secrets, headers, request.body, time.time())
    except ForgedError:
        return HttpResponse(status=403)
    news = _snippet(request.body)
    if news and tell(*news):
        _read_on()
    return HttpResponse(status=204)


def _snippet(body: bytes) -> tuple[Key, int] | None:
    """The snippet that a webhook tells of, and its version; None where it tells of something else."""
    told = json.loads(body)
    said = told["data"]
    if told["type"] not in ("snippet.updated", "snippet.removed"):
        return None
    scope = next(each for each in FOLDERS if each in said)
    return (scope, said[scope], said["snippet"], said["locale"]), said["version"]


def _read_on() -> None:
    """Whoever is told something may have missed what was told before. The first time is left to the command."""
    if kept().get(CURSOR) is None:
        return
    try:
        catch_up()
    except requests.RequestException:
        log.warning("Plaudit told something and does not answer; plaudit_catch_up will ask again")
