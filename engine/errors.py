"""Every error of the engine, grouped by what the catcher does about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class PlauditError(Exception):
    """The root: whatever Plaudit raises on purpose."""


# Nothing was done: the caller mends the input and asks again.


class RefusedError(PlauditError):
    """What was asked for is not allowed or not understood; nothing was changed."""


class ConfigError(RefusedError):
    """The configuration holds mistakes.

    ``mistakes`` has one line each, beginning with its key path.
    """

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("the configuration cannot be used:\n" + "\n".join(f"  {each}" for each in self.mistakes))


class BadValueError(RefusedError):
    """A value from outside does not follow the grammar of its field."""


class ForbiddenMoveError(RefusedError):
    """A review cannot go from the state it is in to the one asked for."""


class ForbiddenRightError(RefusedError):
    """The rights profile of a source does not allow this."""


class NotFoundError(RefusedError):
    """There is nothing under that id."""


class UnknownCallerError(RefusedError):
    """Nobody says who asks, or it is not true: whoever does may ask again with a key or after signing in."""


class NotAllowedError(RefusedError):
    """Who asks is known, and may not do this."""


class MistakesError(RefusedError):
    """What was sent holds mistakes.

    ``problems`` has all of them, each with ``rule``, ``path``, ``message`` and ``fix``.
    """

    def __init__(self, message: str, problems: Sequence[Mapping[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__(message)


class InUseError(RefusedError):
    """Something else holds on to it at this moment: the caller lets go of that first, or waits."""


class OutdatedError(RefusedError):
    """It is not what the caller saw any more: he looks at it again and decides anew."""


class LostCursorError(RefusedError):
    """A cursor leads nowhere here: what it points at is kept no longer, or never happened in this instance."""


class PluginError(RefusedError):
    """A plug is missing, was declared twice or does not keep its contract."""


class UnreadableFileError(RefusedError):
    """A file cannot be read as what it claims to be."""


# Somebody else acted first: the caller lets go and carries on with the next thing.


class LeaseLostError(PlauditError):
    """The mark was leased by another worker, or bumped, while we built: what we built is out of date."""


# The outside world: the caller waits or stops.


class SourceError(PlauditError):
    """A source outside did not do what it should."""


class RetryLaterError(SourceError):
    """The source is busy or broken for now: the same call may go through later.

    ``retry_after`` is the seconds to wait that it asked for, ``status`` the HTTP status that it answered, if it did.
    """

    def __init__(self, message: str, *, retry_after: float | None = None, status: int | None = None) -> None:
        self.retry_after = retry_after
        self.status = status
        super().__init__(message)


class BudgetSpentError(RetryLaterError):
    """The calls that the operator gives a source are used up for now: nothing was asked."""


class SourceRefusedError(SourceError):
    """The source said no: asking again will not help; ``status`` is the HTTP status it said it with, if it did."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        self.status = status
        super().__init__(message)


class SignatureError(SourceRefusedError):
    """What claims to come from a source is not signed by it, not signed at all, or too old: nothing of it is read."""


class ForbiddenAddressError(SourceRefusedError):
    """The address is not one that Plaudit may connect to."""


# The instance: the operator has to act.


class StoreError(PlauditError):
    """The store cannot be opened or is of another version than this program."""


# The index of words: a projection that can be waited for, or built anew.


class IndexBusyError(PlauditError):
    """Another process is changing the index at this moment: the same call goes through a little later."""


class IndexUnusableError(PlauditError):
    """The index cannot be read: nothing is lost, whoever operates it has it built anew."""
