"""How hard a run tries. One profile, one value; nothing else in the code asks for a profile's name."""

from __future__ import annotations

from dataclasses import dataclass

from assay.explore.lifecycle import Effort

#: generated ids to try where nothing but the id can vary
GENERATED_IDS = 6


@dataclass(frozen=True, slots=True)
class Profile:
    """The effort of a run and its manners."""

    name: str
    #: requests the directed explorer may make for one operation, lead-ups included
    witness: int
    #: generated valid and invalid requests for one operation
    valid: int
    invalid: int
    lifecycle: Effort
    #: requests a second; None: as fast as the target answers
    rate: float | None
    #: seconds for one request
    timeout: float
    description: str


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("gate", 60, 15, 15, Effort(20, 10, 300, 250), None, 5.0, "seconds: before a release"),
        Profile(
            "staging",
            60,
            15,
            15,
            Effort(10, 6, 150, 120),
            10.0,
            15.0,
            "minutes, ten requests a second at most",
        ),
        Profile(
            "nightly",
            200,
            250,
            250,
            Effort(120, 16, 1500, 1000, failures=20),
            None,
            15.0,
            "deep: every night",
        ),
    )
}
