"""`app.tuning`: profiles of a project and of a target."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.app.errors import UsageError
from assay.app.profile import PROFILES
from assay.app.tuning import FIELDS, profile_for
from assay.files.profiles import KEYS

TARGET = '[targets.s]\nurl = "http://127.0.0.1:9"\n'


@pytest.fixture
def configured(tmp_path, monkeypatch):
    """Writes the configuration of a project, and goes there."""
    monkeypatch.chdir(tmp_path)
    return lambda text: Path("assay.toml").write_text(text, encoding="utf-8")


@pytest.mark.usefixtures("configured")
def test_without_configuration_profiles_are_as_they_are() -> None:
    assert profile_for("nightly") is PROFILES["nightly"]
    assert profile_for("") is PROFILES["gate"]
    assert profile_for("", "mock") is PROFILES["gate"]


def test_a_project_has_profiles_of_its_own(configured) -> None:
    """What is not said is as in the profile that it is based on, which may be another one of its own."""
    configured("""
[profiles.release]
based-on = "staging"
valid = 40
histories = 7
rate = "unlimited"
max-time = 90
flaky = "fail"

[profiles.quick]
based-on = "release"
description = "just a look"
max-in-flight = 2
""")
    release, staging = profile_for("release"), PROFILES["staging"]
    assert (release.valid, release.lifecycle.histories, release.rate, release.budget) == (40, 7, None, 90)
    assert (release.invalid, release.lifecycle.steps) == (staging.invalid, staging.lifecycle.steps)
    assert (release.flaky, release.description) == ("fail", "as staging, tuned")
    quick = profile_for("quick")
    assert (quick.name, quick.valid, quick.max_in_flight, quick.description) == (
        "quick",
        40,
        2,
        "just a look",
    )


def test_a_profile_of_ours_can_be_changed_and_the_new_ones_build_on_that(configured) -> None:
    configured("""
[profiles.gate]
tries = 9
[profiles.other]
valid = 1
""")
    assert (profile_for("gate").lifecycle.tries, profile_for("other").lifecycle.tries) == (9, 9)
    assert profile_for("gate").description == PROFILES["gate"].description
    assert profile_for("nightly") is PROFILES["nightly"]


def test_a_target_has_its_usual_profile_and_its_own_figures(configured) -> None:
    configured(f"""
{TARGET}
profile = "nightly"
[targets.s.profiles.nightly]
histories = 3
timeout = 40
[profiles.nightly]
histories = 5
steps = 4
""")
    there = profile_for("", "s")
    assert (there.name, there.lifecycle.histories, there.lifecycle.steps, there.timeout) == (
        "nightly",
        3,
        4,
        40,
    )
    assert profile_for("nightly").lifecycle.histories == 5, "elsewhere it is as the project says"
    assert profile_for("gate", "s") is PROFILES["gate"], "who names another gets it"


def test_what_tries_otherwise_is_another_plan(configured) -> None:
    """Shards that try differently hard must not be merged."""
    configured("[profiles.gate]\nvalid = 3\n")
    assert profile_for("gate").key != PROFILES["gate"].key == "gate"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("profiles = 3", "`profiles` is not a table"),
        ("[profiles]\nx = 3", "profile 'x': because it is not a table"),
        ('[profiles."a b"]\nvalid = 3', "no name for a profile"),
        ("[profiles.x]\nvalidd = 3", "`validd` is not a key of profiles. Did you mean 'valid'?"),
        ("[profiles.x]\nvalid = -1", "`valid` is not a whole number from 0 to 100000"),
        ("[profiles.x]\nvalid = true", "`valid` is not a whole number"),
        ("[profiles.x]\nfresh = 1.5", "`fresh` is not a number from 0 to 1"),
        ("[profiles.x]\nfresh = false", "`fresh` is not a number from 0 to 1"),
        ('[profiles.x]\nflaky = "maybe"', "`flaky` is not fail or pass"),
        ("[profiles.x]\nrate = 0", '`rate` is not a number above 0, or "unlimited"'),
        ("[profiles.x]\nmax-time = inf", "`max-time` is not a number of seconds above 0"),
        ("[profiles.x]\nbased-on = 3", "`based-on` is not the name of a profile"),
        ('[profiles.x]\nbased-on = "gaet"', "based on 'gaet', and there is none of that name. Did you mean 'gate'?"),
        ('[profiles.x]\nbased-on = "y"\n[profiles.y]\nbased-on = "x"', "based on itself, by way of y, x"),
        ('[profiles.x]\nbased-on = "x"', "based on itself, by way of x"),
        (TARGET + "profile = 3", "`profile` is no text"),
        (TARGET + '[targets.s.profiles.gate]\nbased-on = "x"', "`based-on` is not a key of profiles"),
        (TARGET + "[targets.s.profiles.gate]\nsteps = 0", "`steps` is not a whole number from 1"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(configured, text: str, said: str) -> None:
    configured(text)
    with pytest.raises(UsageError, match=r"^Cannot use ") as refused:
        profile_for("x", "s")
    assert said in str(refused.value)


def test_a_slip_in_a_name_is_told(configured) -> None:
    configured("[profiles.release]\nvalid = 3\n")
    with pytest.raises(UsageError, match=r"there is none\. Did you mean 'release'"):
        profile_for("relaese")
    with pytest.raises(UsageError, match=r"there is none\. Did you mean 'nightly'"):
        profile_for("nightyl")


def test_every_key_is_a_figure_of_profiles() -> None:
    gate = PROFILES["gate"]
    for key in KEYS:
        name = FIELDS.get(key, key)
        assert hasattr(gate, name) != hasattr(gate.lifecycle, name), key
