"""How hard a run tries. One profile, one value; nothing else in the code asks for a profile's name."""

from __future__ import annotations

from dataclasses import dataclass

from assay.explore.effort import Effort

#: generated ids to try where nothing but the id can vary
GENERATED_IDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The effort of a run and its manners."""

    name: str
    #: requests the directed explorer may make for one operation, lead-ups included
    witness: int
    #: generated valid and invalid requests for one operation, of the corpus
    valid: int
    invalid: int
    #: for each of these, so many that no run has made before
    fresh: float
    lifecycle: Effort
    #: what a violation that does not always come back does to the exit code: `fail` or `pass`
    flaky: str
    #: requests a second; None: as fast as the target answers
    rate: float | None
    #: requests under way at a time
    max_in_flight: int
    #: seconds for one request
    timeout: float
    #: seconds for the whole run; what is not tried by then is reported as not tried
    budget: float
    description: str

    @property
    def key(self) -> str:
        """Tells it from every other: its name, and how hard it tries where it is not one of ours."""
        return self.name if self == PROFILES.get(self.name) else repr(self)


PROFILES = {
    profile.name: profile
    for profile in (
        Profile(
            name="gate",
            witness=60,
            valid=15,
            invalid=15,
            fresh=0.0,  # a gate asks the same of every commit
            lifecycle=Effort(
                histories=20, steps=10, shrinking=120, directed=250, laws=1000, rounds=2, tries=3
            ),
            flaky="fail",
            rate=None,
            max_in_flight=32,
            timeout=5.0,
            budget=300.0,
            description="seconds: before a release",
        ),
        Profile(
            name="staging",
            witness=60,
            valid=15,
            invalid=15,
            fresh=0.2,
            lifecycle=Effort(histories=10, steps=6, shrinking=60, directed=120, laws=400, rounds=1, tries=5),
            flaky="pass",  # others use it at the same time
            rate=10.0,
            max_in_flight=4,
            timeout=15.0,
            budget=3600.0,
            description="minutes, ten requests a second at most",
        ),
        Profile(
            name="nightly",
            witness=200,
            valid=250,
            invalid=250,
            fresh=0.5,
            lifecycle=Effort(
                histories=120, steps=16, shrinking=600, directed=1000, laws=4000, rounds=20, tries=10
            ),
            flaky="fail",
            rate=None,
            max_in_flight=32,
            timeout=15.0,
            budget=14400.0,
            description="deep: every night",
        ),
    )
}
