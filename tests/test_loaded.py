"""Tests of what is left alone by the garbage collector."""

from __future__ import annotations

import gc
import weakref

from review_site.loaded import leave_loaded_alone


class Loaded:
    """Something that refers to itself."""

    def __init__(self) -> None:
        self.itself = self


def test_what_is_loaded_is_not_looked_at_again_and_what_is_left_over_is_gone() -> None:
    kept, left_over = Loaded(), Loaded()
    remembered = weakref.ref(left_over)
    del left_over

    leave_loaded_alone()

    try:
        assert remembered() is None
        assert gc.get_freeze_count() > 0
        assert all(each is not kept for each in gc.get_objects())
    finally:
        gc.unfreeze()
