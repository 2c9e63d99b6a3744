"""What may be done with the reviews of a source, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.domain import Rights
from engine.i18n import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class RightLine:
    """One right, and whether there is it."""

    words: str
    answer: str
    is_given: bool


def right_lines(shell: Texts, rights: Rights) -> Sequence[RightLine]:
    return list(_lines(shell, rights))


def _lines(shell: Texts, rights: Rights) -> Iterator[RightLine]:
    shown = shell("right-asked") if rights.may_show and rights.asks_consent else ""
    yield _line(shell, "right-show", rights.may_show, shown)
    yield _line(shell, "right-excerpt", rights.may_excerpt != "no", shell(f"excerpt-{rights.may_excerpt}"))
    for name, is_given in (
        ("right-mark-up", rights.may_mark_up),
        ("right-count", rights.may_aggregate),
        ("right-feed", rights.may_feed),
        ("right-edit", rights.may_edit),
    ):
        yield _line(shell, name, is_given)
    yield _line(shell, "right-mine", rights.may_mine != "never", shell(f"mining-{rights.may_mine}"))
    if rights.max_age is not None:
        yield _line(shell, "right-age", True, shell.plural("right-days", max(1, rights.max_age.days)))
    if rights.attribution is not None:
        yield _line(shell, "right-named", True, rights.attribution.name)
    yield _line(shell, "right-gone", True, shell(f"gone-{rights.on_source_delete}"))


def _line(shell: Texts, key: str, is_given: bool, answer: str = "") -> RightLine:
    return RightLine(words=shell(key), answer=answer or shell("yes" if is_given else "no"), is_given=is_given)
