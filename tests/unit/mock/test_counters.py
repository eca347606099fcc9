"""Claims about what counts the changes of an instance."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assay.mock.counters import begun, counted, counters
from fakes.asking_the_mock import law

NOW = datetime(2026, 3, 4, 5, 6, 7, 89_000, tzinfo=UTC)
FIELDS = counters(
    [law("monotone", fields={"n": {"by": 5}, "#/meta/at": {"strictly": True}}), law("unique-ids")]
)


def _document(**changes):
    return {"n": 1, "meta": {"at": "2026-03-04T05:06:07Z"}, "x": "a", **changes}


def test_a_change_of_the_rest_counts_once():
    """The number grows by the documented step, the moment becomes the present one."""
    after = counted(FIELDS, _document(), _document(x="b", n=77), NOW)
    assert after == _document(x="b", n=6, meta={"at": "2026-03-04T05:06:07.089Z"})


def test_no_change_counts_nothing():
    """Where the rest is equal, counters stay, whatever was written into them."""
    assert counted(FIELDS, _document(), _document(n=77), NOW) == _document()


@pytest.mark.parametrize("at", ["2026-03-04T05:06:07.089Z", "2026-03-04T07:06:07.089+02:00"])
def test_a_moment_goes_forward_even_within_one(at):
    """Two changes at one moment have two times, compared as moments whatever their offset."""
    after = counted(FIELDS, _document(meta={"at": at}), _document(x="b", meta={"at": at}), NOW)
    assert after["meta"]["at"] == "2026-03-04T05:06:07.090Z"


@pytest.mark.parametrize(
    "at", ["9999-12-31T23:59:59.999999Z", "yesterday", "2026-03-04T05:06:07", None, ["x"]]
)
def test_what_cannot_go_forward_stays(at):
    """The end of time, texts that are no moments, moments without an offset: they stay, and nothing breaks."""
    assert (
        counted(FIELDS, _document(meta={"at": at}), _document(x="b", meta={"at": at}), NOW)["meta"]["at"]
        == at
    )


def test_a_counter_that_is_not_there_is_not_made():
    """A document without the members keeps being without them."""
    assert counted(FIELDS, {"x": 1}, {"x": 2}, NOW) == {"x": 2}
    assert begun(FIELDS, {"x": 1}, NOW) == {"x": 1}
    assert begun(FIELDS, _document(), NOW)["meta"]["at"] == "2026-03-04T05:06:07.089Z"
