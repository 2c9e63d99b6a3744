"""Signed tokens: what a link or a form carries, so that it comes from us and from when we say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from engine.domain import AskId, FlagId, FormId, ReviewId, SubjectId
from engine.errors import NotFoundError

SHEET_LIFE = timedelta(days=1)
"""How long somebody may take to fill in a form."""


class _Signer(TimestampSigner):
    """A signer that is told the time, as everything here is."""

    def __init__(self, *args: Any, clock: Callable[[], datetime], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clock = clock

    def get_timestamp(self) -> int:
        return int(self._clock().timestamp())


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetToken:
    """One form, shown once, about one subject."""

    form: FormId
    subject: SubjectId
    key: str
    """Made up for this sheet: what is sent twice with it is one review."""
    shown_at: datetime


class Tokens:
    """Writes and reads tokens under the secret of the instance; one kind is never taken for another."""

    def __init__(self, secret: str, clock: Callable[[], datetime]) -> None:
        self._secret = secret
        self._clock = clock

    def of_sheet(self, form: FormId, subject: SubjectId, key: str) -> str:
        return self._serializer("sheet").dumps([form, subject, key])

    def sheet(self, token: str) -> SheetToken | None:
        """None for what is not ours, was changed, or is older than ``SHEET_LIFE``."""
        try:
            (form, subject, key), shown_at = self._serializer("sheet").loads(
                token, max_age=int(SHEET_LIFE.total_seconds()), return_timestamp=True
            )
        except BadData:
            return None
        return SheetToken(form=FormId(form), subject=SubjectId(subject), key=key, shown_at=shown_at)

    def of_report(self, review: ReviewId) -> str:
        """For the form in which a review is reported."""
        return self._serializer("report").dumps(review)

    def report(self, token: str) -> tuple[ReviewId, datetime] | None:
        """Which review the form was about and when it was shown; None as for ``sheet``."""
        try:
            review, shown_at = self._serializer("report").loads(
                token, max_age=int(SHEET_LIFE.total_seconds()), return_timestamp=True
            )
        except BadData:
            return None
        return ReviewId(review), shown_at

    def of_flag(self, flag: FlagId) -> str:
        """The end of the link by which a reader follows his report; it never ends."""
        return self._serializer("flag").dumps(flag)

    def flag(self, token: str) -> FlagId:
        """Raises NotFoundError for what we did not write."""
        return FlagId(self._read("flag", token))

    def of_ask(self, ask: AskId) -> str:
        """The end of the link ``/r/<token>``; when it ends is kept with the ask."""
        return self._serializer("ask").dumps(ask)

    def ask(self, token: str) -> AskId:
        """Raises NotFoundError for what we did not write."""
        return AskId(self._read("ask", token))

    def of_author(self, review: ReviewId) -> str:
        """The end of the link ``/mine/<token>``; whoever has it is the author, and it never ends."""
        return self._serializer("author").dumps(review)

    def author(self, token: str) -> ReviewId:
        """Raises NotFoundError for what we did not write."""
        return ReviewId(self._read("author", token))

    def of_device(self, name: str) -> str:
        """What a browser keeps in which the owner of an account signed in; ``name`` stands for the account."""
        return self._serializer("device").dumps(name)

    def device(self, token: str) -> str | None:
        """None for what we did not write."""
        try:
            return str(self._serializer("device").loads(token))
        except BadData:
            return None

    def _read(self, kind: str, token: str) -> str:
        try:
            return str(self._serializer(kind).loads(token))
        except BadData as error:
            raise NotFoundError("this link is not whole") from error

    def _serializer(self, kind: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            self._secret,
            salt=f"plaudit {kind}",
            signer=_Signer,
            signer_kwargs={"clock": self._clock, "key_derivation": "hmac", "digest_method": sha256},
        )
