"""Who sends webhooks, as each signs them: the samples of their documents, dated as the moment asks."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.signatures import standard_headers

SAMPLES = Path(__file__).parent / "samples"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER_SECRET = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

Sign = Callable[[str, bytes, datetime], Mapping[str, str]]
"""The headers that a secret, a body and a moment make."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """One kind of source that tells by webhook."""

    sample: str
    options: Mapping[str, str]
    sign: Sign
    dated: Callable[[Any, datetime], None] = lambda _document, _moment: None
    """Writes into a document when it is sent."""
    secret: str = "webhook_secret"
    """The option that holds what is signed with."""
    more_secrets: tuple[str, ...] = ()
    """Options that must be given for other things than webhooks."""
    tells_when: bool = True
    """False: nothing that is signed says when; such a webhook is known by its receipt alone."""

    def body(self, moment: datetime) -> bytes:
        document = json.loads((SAMPLES / self.sample).read_text(encoding="utf-8"))
        self.dated(document, moment)
        return json.dumps(document).encode()

    def settings(self, source: str, kind: str, *, closed: bool = False) -> str:
        """The configuration of a source of this kind, its secret in ``HOOK_SECRET``; ``closed`` has none."""
        lines = [f"[sources.{source}]", f'collector = "{kind}"']
        lines += [f'{name} = "{value}"' for name, value in self.options.items()]
        named = [*self.more_secrets, *([] if closed else [self.secret])]
        return "\n".join([*lines, *(f'{name}_env = "HOOK_SECRET"' for name in named)]) + "\n"


def hmac_in(header: str, algorithm: str = "sha256", prefix: str = "", *, base64: bool = False) -> Sign:
    """A signature that is the HMAC of the body alone."""

    def sign(secret: str, body: bytes, _moment: datetime) -> Mapping[str, str]:
        digest = hmac.new(secret.encode(), body, getattr(hashlib, algorithm)).digest()
        return {header: prefix + (b64encode(digest).decode() if base64 else digest.hex())}

    return sign


def standard(secret: str, body: bytes, moment: datetime) -> Mapping[str, str]:
    return standard_headers(secret, f"msg-{hashlib.sha256(body).hexdigest()[:8]}", moment, body)


def _typeform(document: Any, moment: datetime) -> None:
    document["form_response"]["submitted_at"] = moment.isoformat()


def _tally(document: Any, moment: datetime) -> None:
    document["createdAt"] = moment.isoformat()


def _intercom(document: Any, moment: datetime) -> None:
    document["created_at"] = int(moment.timestamp())


def _delighted(document: Any, moment: datetime) -> None:
    document["event_data"]["created_at"] = int(moment.timestamp())


SENDERS: Mapping[str, Sender] = {
    "judgeme": Sender(
        sample="judgeme/webhook.json",
        options={"shop": "larkfield.myshopify.com"},
        sign=hmac_in("judgeme-hmac-sha256"),
        more_secrets=("token",),
        tells_when=False,
    ),
    "okendo": Sender(sample="okendo/webhook.json", options={"user": "u"}, sign=standard, more_secrets=("key",)),
    "typeform": Sender(
        sample="typeform/input.json",
        options={"subject": "kettle"},
        sign=hmac_in("typeform-signature", prefix="sha256=", base64=True),
        dated=_typeform,
    ),
    "tally": Sender(
        sample="tally/input.json",
        options={"subject": "kettle", "map_rating": "question_1", "map_body": "question_2"},
        sign=hmac_in("tally-signature", base64=True),
        dated=_tally,
    ),
    "intercom": Sender(
        sample="intercom/input.json",
        options={"subject": "support"},
        sign=hmac_in("x-hub-signature", "sha1", "sha1="),
        dated=_intercom,
        more_secrets=("token",),
    ),
    "delighted": Sender(
        sample="delighted/webhook.json",
        options={"subject": "support"},
        sign=hmac_in("x-delighted-webhook-signature", prefix="sha256="),
        dated=_delighted,
        secret="key",
    ),
    "webhook": Sender(sample="webhook/input.json", options={}, sign=standard),
}
