"""Tests of the kept rating summaries: what is tallied write by write is what counting the reviews gives."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.domain import RightsClass, State, SubjectId
from engine.rights import DISPLAY_ONLY, OWN
from engine.store import FiledReview, Store, Tally
from tests.factories import file, fill, make_review, make_source, make_subject


def filed_reviews() -> st.SearchStrategy[list[FiledReview]]:
    one = st.builds(
        lambda stars, text, state, source: file(
            make_review(stars, body=text, title=None, state=state, source_id=source),
            OWN if source == "shop" else DISPLAY_ONLY,
        ),
        st.sampled_from([None, 1, 2.5, 4, 5]),
        st.sampled_from(["", "words"]),
        st.sampled_from([State.APPROVED, State.APPROVED, State.PENDING]),
        st.sampled_from(["shop", "club"]),
    )
    return st.lists(one, max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(added=filed_reviews(), taken=st.integers(0, 12))
def test_what_is_tallied_is_what_is_counted(tmp_path: Path, added: Sequence[FiledReview], taken: int) -> None:
    (tmp_path / "tally.sqlite").unlink(missing_ok=True)
    store = Store.open(f"sqlite:///{tmp_path / 'tally.sqlite'}")
    tally = Tally()
    for each in added:
        tally.add(each)
    for each in added[:taken]:
        tally.take_away(each)
    fill(store, [], sources=[make_source(), make_source("club", DISPLAY_ONLY)], subjects=[make_subject()])

    with store.writing() as transaction:
        transaction.reviews.insert(added[taken:])
        transaction.summaries.apply(tally)
        kept, counted = transaction.summaries.all(), transaction.summaries.counted()
        transaction.summaries.rebuild()
        rebuilt = transaction.summaries.all()
    store.close()

    assert kept == counted == rebuilt


def test_summaries_are_told_apart_by_source_and_class(store: Store) -> None:
    fill(store, [make_review(5), make_review(1, source_id="club")], sources=[make_source("club", DISPLAY_ONLY)])

    with store.reading() as transaction:
        found = transaction.summaries.of(SubjectId("kettle"))

    assert [(each.source_id, each.rights_class, each.reviews, each.summary.hundredths) for each in found] == [
        ("club", RightsClass.DISPLAY_ONLY, 1, 100),
        ("shop", RightsClass.OWN, 1, 500),
    ]
