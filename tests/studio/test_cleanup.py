"""What a run makes at a live target it brings to an end; what it cannot, it names."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jsonschema_rs
import pytest

from assay.app.cleanup import CleanupOptions, cleanup, find
from assay.app.errors import EnvironmentFailure, Exit, UsageError
from assay.app.profile import PROFILES
from assay.app.run import RunOptions, begin, run
from assay.app.run import write as reported
from assay.cli.shell import run as shell
from assay.drive.clock import SystemClock
from assay.explore.cleanup import Allowance, Cleaner, sweep
from assay.explore.lifecycle import Effort
from assay.files.ledger import Ledger
from assay.inputs.known_good import Supply
from assay.judge import Judge
from assay.model.case import Failure, FailureKind, Script, Subject, SubjectKind
from assay.model.ledger import Entry
from assay.plan.witness import Planner
from assay.report.cleanup import lines
from fakes.clock import FakeClock
from fakes.contracts import made
from fakes.send import FakeSend, reply
from studio.rig import CONTRACTS, Rig, api
from studio.server import TOKENS, Answer, Studio, serving

NEW, KNOWN = Subject(SubjectKind.NEW, "i1"), Subject(SubjectKind.KNOWN, "i1")
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text())
SMALL = replace(PROFILES["gate"], witness=8, valid=0, invalid=0, lifecycle=Effort(1, 4, 10, 10))


class Kept:
    """A ledger as a list: what was told, and what is known last."""

    def __init__(self) -> None:
        self.told: list[Entry] = []

    def __call__(self, entry: Entry) -> None:
        self.told.append(entry)

    @property
    def known(self) -> list[Entry]:
        """Each instance as last told, oldest first, and what is or may be there without an id."""
        named = {entry.key: entry for entry in self.told if entry.id}
        nameless: list[Entry] = []
        for entry in self.told:
            if not entry.id and not entry.ended:
                nameless.append(entry)
            elif not entry.id:
                nameless.remove(replace(entry, ended=False))
        return [*named.values(), *nameless]

    @property
    def open(self) -> list[Entry]:
        return [entry for entry in self.known if not entry.ended]


def scene(studio: Studio, *operations: str) -> tuple[Rig, Kept]:
    """A rig in which these operations were asked about one instance."""
    kept = Kept()
    rig = Rig(studio, ledger=kept)
    rig.play(
        Script("asked", tuple(rig.planner.usual(o, KNOWN if n else NEW) for n, o in enumerate(operations)))
    )
    return rig, kept


def swept(rig: Rig, kept: Kept, requests: int = 50, seconds: float = 60):
    """What a clean-up comes to, and the requests it made."""
    before = len(rig.send.requests)
    allowance = Allowance(rig.clock, requests, rig.clock.monotonic() + seconds)
    cleaner = Cleaner(api(), rig.judge, rig.planner, rig.send, allowance)
    found = sweep(kept.open, {"studio": cleaner}, kept)
    left = sorted((kind, why, len(entries)) for (_, kind, why), entries in found.left.items())
    return dict(found.ended), left, rig.send.lines[before:]


# -- the ledger ----------------------------------------------------------------------------------------------------


def test_everything_that_is_made_is_entered():
    """Prerequisites too, each with its states, and with the values that requests about it need again."""
    _, kept = scene(Studio(), "startPass")
    avatar, started = kept.known
    assert (avatar.lifecycle, avatar.states, avatar.supplied) == ("avatar", ("ready",), {})
    assert (started.lifecycle, started.states, started.supplied) == (
        "pass",
        ("running",),
        {"avatar-id": avatar.id},
    )


def test_what_the_run_ends_itself_is_marked():
    """A pass that was stopped needs nothing more."""
    _, kept = scene(Studio(), "startPass", "stopPass")
    assert [entry.lifecycle for entry in kept.open] == ["avatar"]


def test_it_is_entered_before_anything_else_can_fail():
    """The id is in the ledger although the log could not take the step."""
    kept = Kept()
    rig = Rig(Studio(), ledger=kept)
    seen: list[int] = []

    def full(_: object) -> None:
        seen.append(len([entry for entry in kept.open if entry.id]))
        raise OSError("disk full")

    rig.stage._settling._sink = full
    with pytest.raises(OSError, match="disk full"):
        rig.stage.play([rig.planner.usual("createAvatar", NEW)])
    assert seen == [1]
    assert [entry.lifecycle for entry in kept.open] == ["avatar"]


def test_what_has_no_id_is_entered_all_the_same():
    """A creation that succeeds without an id may have made something: it stays open, and is told as that."""

    class Nameless(Studio):
        def create_avatar(self, sent: object) -> Answer:
            status, _ = super().create_avatar(sent)
            return status, {"state": "draft"}

    rig, kept = scene(Nameless(), "createAvatar")
    assert all(entry.id == "" for entry in kept.told)
    _, left, asked = swept(rig, kept)
    assert left == [("avatar", "its id never came", len(rig.studio.avatars))]
    assert left[0][2] > 0
    assert asked == []


def test_an_interrupted_creation_is_not_forgotten():
    """Ctrl-C while a creation is answered: it may be there, and its id is lost; a read that is cut short is nothing."""
    kept = Kept()
    rig = Rig(Studio(), ledger=kept)
    honest = rig.send.server

    def cut(request):
        if request.method == "POST" and request.path == "/avatars" and len(rig.send.requests) > 1:
            raise KeyboardInterrupt
        return honest(request)

    rig.send.server = cut
    steps = [rig.planner.usual("createAvatar", NEW), rig.planner.usual("publishAvatar", KNOWN)]
    rig.stage.play(steps)
    with pytest.raises(KeyboardInterrupt):
        rig.stage.play(steps)
    assert [(entry.lifecycle, bool(entry.id)) for entry in kept.open] == [("avatar", True), ("avatar", False)]
    rig.send.server = lambda _: (_ for _ in ()).throw(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        rig.stage.play([rig.planner.usual("deleteAvatar", Subject(SubjectKind.NEVER_ISSUED, "n1"))])
    assert len(kept.open) == 2


def test_what_others_bring_about_leaves_it_open():
    """After a stranger's success the table says nothing of the instance: the clean-up looks after it."""
    rig, kept = scene(Studio(), "createAvatar")
    first = kept.open[0]
    history_case = replace(rig.planner.usual("deleteAvatar", KNOWN), principal="bob")
    rig.stage.play([rig.planner.usual("createAvatar", NEW), history_case])
    second = kept.known[-1]
    assert first.states == ("draft",)
    assert (second.states, second.ended) == ((), False)
    ended, left, _ = swept(rig, kept)
    assert (ended, left) == ({("studio", "avatar"): 2}, [])


# -- ending ----------------------------------------------------------------------------------------------------------


def test_the_newest_ends_first():
    """A pass is stopped, by the URL of its avatar, before that avatar is deleted."""
    rig, kept = scene(Studio(), "startPass")
    avatar, name = *rig.studio.avatars, *rig.studio.passes
    ended, left, asked = swept(rig, kept)
    assert asked == [f"POST /avatars/{avatar}/passes/{name}/stop", f"DELETE /avatars/{avatar}"]
    assert (ended, left) == ({("studio", "pass"): 1, ("studio", "avatar"): 1}, [])
    assert (rig.studio.running, rig.studio.avatars, kept.open) == ([], {}, [])


def test_nothing_is_judged():
    """A clean-up that meets faults makes no violation, and no step of a log."""

    class Broken(Studio):
        def stop(self, avatar: str, name: str) -> Answer:
            return 500, {"error": "oh"}

    rig, kept = scene(Broken(), "startPass")
    steps = len(rig.sink.events)
    swept(rig, kept)
    assert len(rig.sink.events) == steps


def test_what_cannot_be_ended_is_left_with_its_reason():
    """A stop that answers 500 is tried, and told; the avatar below ends all the same."""

    class Broken(Studio):
        def stop(self, avatar: str, name: str) -> Answer:
            return 500, {"error": "oh"}

    rig, kept = scene(Broken(), "startPass")
    ended, left, _ = swept(rig, kept)
    assert ended == {("studio", "avatar"): 1}
    assert left == [("pass", "stopPass answered 500", 1)]
    assert [entry.lifecycle for entry in kept.open] == ["pass"]


def test_an_answer_that_is_not_documented_is_no_end():
    """A 202 where the table says 200 leaves open whether it ended: it counts as left."""

    class Vague(Studio):
        def stop(self, avatar: str, name: str) -> Answer:
            return 202, {"state": "who knows"}

    rig, kept = scene(Vague(), "startPass")
    _, left, _ = swept(rig, kept)
    assert left == [("pass", "stopPass answered 202", 1)]


def test_what_is_gone_is_gone():
    """404 to a request that would end it says that there is nothing to end (RFC 9110 §15.5.5)."""
    rig, kept = scene(Studio(), "createAvatar")
    rig.studio.avatars.clear()
    ended, left, asked = swept(rig, kept)
    assert (ended, left, len(asked)) == ({("studio", "avatar"): 1}, [], 1)


def test_what_the_model_lost_is_ended_too():
    """An instance in an unknown state is asked to end; whichever answer fits says where it is."""
    rig, kept = scene(Studio(), "startPass", "stopPass")
    kept(replace(next(e for e in kept.known if e.lifecycle == "pass"), states=(), ended=False))
    ended, left, _ = swept(rig, kept)
    assert (ended[("studio", "pass")], left) == (1, [])


def test_silence_about_what_has_ended_is_no_matter():
    """The table need not say what a second deletion gets: the first one's answer is enough."""
    studio = made(
        "operation: add\nmethod: post\npath: /t\nresponses: {'201': {description: made}}",
        "operation: drop\nmethod: delete\npath: /t/{id}\n"
        "parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n"
        "responses: {'204': {description: gone}}",
        "lifecycle: thing\n"
        "instance: {created-by: add, id: $response.body#/id, carried-in: {id: path}}\n"
        "states: {absent: {}, there: {}, dropped: {final: true}}\n"
        "cells:\n  add: {absent: {status: 201, to: there}}\n"
        "  drop: {absent: silent, there: {status: 204, to: dropped}, dropped: silent}\n",
    )
    planner, clock = Planner(studio, Supply({})), FakeClock()
    for status, ended in ((204, True), (409, False)):
        send = FakeSend(lambda _, status=status: reply(status, media_type=None), clock)
        cleaner = Cleaner(studio, Judge(studio, Supply({})), planner, send, Allowance(clock, 9, 60.0))
        after, _ = cleaner.end(Entry("made", "thing", "x1"))
        assert after.ended is ended


def test_a_lifecycle_without_an_end_says_so():
    """Nothing deletes a note: nobody is asked, and the report says why it stays."""
    rig, kept = scene(Studio(), "addNote")
    ended, left, asked = swept(rig, kept)
    assert left == [("note", "nothing documented ends it", 1)]
    assert ended == {("studio", "pass"): 1, ("studio", "avatar"): 1}
    assert not [line for line in asked if "notes" in line]


def test_a_stubborn_target_is_not_asked_about_everything():
    """After three instances of one kind that stay for the same reason the others are left alone."""

    class Broken(Studio):
        def delete_avatar(self, avatar: str) -> Answer:
            return 500, {"error": "oh"}

    kept = Kept()
    rig = Rig(Broken(), ledger=kept)
    for _ in range(10):
        rig.play(Script("asked", (rig.planner.usual("createAvatar", NEW),)))
    _, left, asked = swept(rig, kept)
    assert left == [("avatar", "deleteAvatar answered 500", 10)]
    assert len(asked) <= 3 * 2


def test_a_stubborn_state_does_not_keep_the_others():
    """Passes that cannot be stopped are left after three of them; one that is over already ends all the same."""

    class Broken(Studio):
        def stop(self, avatar: str, name: str) -> Answer:
            return 500, {"error": "oh"}

    kept = Kept()
    rig = Rig(Studio(), ledger=kept)
    rig.play(Script("asked", (rig.planner.usual("startPass", NEW), rig.planner.usual("stopPass", KNOWN))))
    over = next(entry for entry in kept.known if entry.lifecycle == "pass")
    kept(replace(over, states=("running", "stopped"), ended=False))  # as when the answer was lost
    for _ in range(5):
        rig.play(Script("asked", (rig.planner.usual("startPass", NEW),)))
    broken = Broken()
    broken.avatars, broken.passes = rig.studio.avatars, rig.studio.passes
    honest, rig.studio = rig.studio, broken
    _, left, asked = swept(rig, kept)
    assert sum(count for kind, _, count in left if kind == "pass") >= 5
    assert sum("stop" in line for line in asked) >= 4
    assert f"POST /avatars/{honest.passes[over.id][0]}/passes/{over.id}/stop" in asked


def test_answers_that_led_nowhere_are_told():
    """Where each answer leaves another doubt, the reason names them all, and not the doubt alone."""
    things = made(
        "operation: add\nmethod: post\npath: /t\nresponses: {'201': {description: made}}",
        "operation: stop\nmethod: post\npath: /t/{id}/stop\n"
        "parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n"
        "responses: {'200': {description: over}, '409': {description: not now}}",
        "operation: drop\nmethod: delete\npath: /t/{id}\n"
        "parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n"
        "responses: {'204': {description: gone}, '409': {description: not now}}",
        "lifecycle: thing\n"
        "instance: {created-by: add, id: $response.body#/id, carried-in: {id: path}}\n"
        "states: {absent: {}, on: {}, off: {}, dropped: {final: true}}\n"
        "cells:\n  add: {absent: {status: 201, to: on}}\n"
        "  stop: {absent: silent, on: {status: 200, to: off}, off: {status: 409}, dropped: silent}\n"
        "  drop: {absent: silent, on: {status: 409}, off: {status: 204, to: dropped}, dropped: silent}\n",
    )
    planner, clock = Planner(things, Supply({})), FakeClock()
    lost = Failure(FailureKind.TIMEOUT, "no answer", alive=True)
    send = FakeSend(lambda r: lost if r.path.endswith("/stop") else reply(409, media_type=None), clock)
    cleaner = Cleaner(things, Judge(things, Supply({})), planner, send, Allowance(clock, 9, 60.0))
    _, stays = cleaner.end(Entry("made", "thing", "x1", ("on",)))
    assert stays is not None
    assert "stop was not answered" in stays.why


def test_it_is_bounded():
    """In requests and in time; what did not fit is left, and told as that."""
    kept = Kept()
    rig = Rig(Studio(), ledger=kept)
    for _ in range(5):
        rig.play(Script("asked", (rig.planner.usual("createAvatar", NEW),)))
    assert swept(rig, kept, requests=2)[1] == [("avatar", "the 2 requests of the clean-up were spent", 3)]
    assert swept(rig, kept, seconds=0)[1] == [("avatar", "the time of the clean-up was over", 3)]
    assert swept(rig, kept)[1] == []


def test_an_interruption_ends_it_and_lists_the_rest():
    """Ctrl-C during the clean-up: what was ended is marked, the rest is named."""
    kept = Kept()
    rig = Rig(Studio(), ledger=kept)
    for _ in range(3):
        rig.play(Script("asked", (rig.planner.usual("createAvatar", NEW),)))
    honest, count = rig.send.server, []

    def impatient(request):
        count.append(request)
        if len(count) == 2:
            raise KeyboardInterrupt
        return honest(request)

    rig.send.server = impatient
    ended, left, _ = swept(rig, kept)
    assert (ended, left) == ({("studio", "avatar"): 1}, [("avatar", "the clean-up was interrupted", 2)])
    assert len(kept.open) == 2


def test_its_maker_ends_it():
    """What bob made is ended with bob's credentials."""
    kept = Kept()
    rig = Rig(Studio(), ledger=kept)
    rig.stage.play([replace(rig.planner.usual("createAvatar", NEW), principal="bob")])
    swept(rig, kept)
    assert rig.studio.asked[-1][0] == "DELETE"
    assert rig.studio.asked[-1][2] == TOKENS[1]


def test_what_a_request_needs_and_nobody_has():
    """An entry that does not know its avatar cannot be asked about: it is told so, and nothing is made up."""
    rig, kept = scene(Studio(), "startPass")
    kept(replace(kept.known[-1], supplied={}))
    _, left, asked = swept(rig, kept)
    assert left == [("pass", "stopPass could not be sent: it needs a avatar-id, and none is at hand", 1)]
    assert not [line for line in asked if "stop" in line]


# -- whole runs ------------------------------------------------------------------------------------------------------


@pytest.fixture
def small(monkeypatch):
    """The gate profile, made so small that a run takes a moment."""
    monkeypatch.setitem(PROFILES, "gate", SMALL)


def options(url: str, reports: Path) -> RunOptions:
    return RunOptions(CONTRACTS, target=url, auth_env="STUDIO", seed=1, reports=str(reports))


def test_a_run_leaves_nothing(tmp_path, monkeypatch, small):
    """Against a live target: all passes stopped, all avatars gone; counted apart, and the report fits its schema."""
    monkeypatch.setenv("STUDIO", TOKENS[0])
    studio = Studio()
    with serving(studio) as url:
        result = run(options(url, tmp_path))
    assert studio.passes
    assert (studio.running, studio.avatars) == ([], {})
    cleaned = result.report.cleaned
    assert cleaned is not None
    assert lines(cleaned) == (f"{len(studio.notes)} × note (id {_ids(result)}): nothing documented ends it",)
    assert dict(result.report.requests)["clean-up"] == cleaned.requests > 0
    document = json.loads((tmp_path / "latest" / "report.json").read_text())
    jsonschema_rs.validate(SCHEMA, document)
    assert document["clean_up"]["left"][0]["why"] == "nothing documented ends it"
    assert "Left behind" in (tmp_path / "latest" / "report.html").read_text()


def _ids(result) -> str:
    left = result.report.cleaned.left[0]
    return ", ".join([*left.ids[:3], *(["…"] if left.count > 3 else [])])


def test_the_mock_is_left_alone(tmp_path, small):
    """Nothing is said of a target that vanishes: no ledger, no clean-up, null in the report."""
    result = run(RunOptions(CONTRACTS, seed=1, reports=str(tmp_path)))
    assert result.report.cleaned is None
    assert "clean-up" not in dict(result.report.requests)
    assert list(tmp_path.glob("*/instances*")) == []
    assert json.loads((tmp_path / "latest" / "report.json").read_text())["clean_up"] is None


def test_ctrl_c_cleans_up(tmp_path, monkeypatch, small):
    """An interrupted run ends what it made before it writes its report; the exit code stays 5."""
    monkeypatch.setenv("STUDIO", TOKENS[0])

    class Interrupting(Studio):
        def stop(self, avatar: str, name: str) -> Answer:
            if not stopped:
                stopped.append(name)
                os.kill(os.getpid(), signal.SIGINT)
            return super().stop(avatar, name)

    stopped: list[str] = []
    studio = Interrupting()
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with serving(studio) as url:
            result = run(options(url, tmp_path))
    finally:
        signal.signal(signal.SIGINT, before)
    assert stopped
    assert result.exit == Exit.INCOMPLETE
    assert (studio.running, studio.avatars) == ([], {})


def test_cleanup_after_kill_9(tmp_path, monkeypatch, capsys):
    """A killed run leaves its ledger; `assay cleanup` ends what stands in it, and finds nothing the second time."""
    monkeypatch.setenv("STUDIO", TOKENS[0])
    monkeypatch.chdir(tmp_path)

    class Deadly(Studio):
        def add_note(self, name: str, sent: object) -> Answer:
            if child:
                os.kill(child.pop().pid, signal.SIGKILL)
            return super().add_note(name, sent)

    child: list[subprocess.Popen[bytes]] = []
    studio = Deadly()
    with serving(studio) as url:
        # one at a time: of several creations under way, nobody would know the ids
        named = f'[targets.studio]\nurl = "{url}"\nauth-env = "STUDIO"\nmax-in-flight = 1\n'
        (tmp_path / "assay.toml").write_text(named)
        arguments = ["run", CONTRACTS, "--target", "studio", "--seed", "1", "-q"]
        process = subprocess.Popen(
            [sys.executable, "-m", "assay", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        child.append(process)
        process.wait(120)
        assert process.returncode == -signal.SIGKILL
        assert studio.running
        assert studio.avatars
        studio.notes.clear()  # what has no end would stay for ever

        # the note that was being made has no name that anybody knows: that is told, and not passed over
        assert shell(["cleanup", "--auth-env", "STUDIO"]) == Exit.INCOMPLETE
        assert (studio.running, studio.avatars) == ([], {})
        told = capsys.readouterr().out
        assert "ended with" in told
        assert "its id never came" in told
        asked = len(studio.asked)
        assert shell(["cleanup", "--auth-env", "STUDIO"]) == Exit.INCOMPLETE
        assert len(studio.asked) == asked, "nobody can ask about it"
        capsys.readouterr()
        assert shell(["cleanup", "--auth-env", "STUDIO", "--forget"]) == Exit.CONFORMS
        assert "1 instance struck out" in capsys.readouterr().out
        assert shell(["cleanup", "--auth-env", "STUDIO"]) == Exit.CONFORMS
        assert "Nothing to clean up" in capsys.readouterr().out


def crashed(studio: Studio, url: str, reports: Path) -> Path:
    """The folder of a run that died with one pass running."""
    opened = begin(options(url, reports))
    campaign = opened.campaign
    planner = campaign.planner(api())
    campaign.stage(api()).play(planner.complete(Script("s", (planner.usual("startPass", NEW),))).steps)
    opened.abandon()
    assert studio.running
    return opened.folder.path


def test_cleanup_is_told_to_come_again(tmp_path, monkeypatch, capsys):
    """What the target does not let end keeps exit code 5 and its place in the ledger; later it goes."""
    monkeypatch.setenv("STUDIO", TOKENS[0])

    class Moody(Studio):
        def stop(self, avatar: str, name: str) -> Answer:
            return super().stop(avatar, name) if well else (503, {"error": "not now"})

    well: list[bool] = []
    studio = Moody()
    with serving(studio) as url:
        folder = crashed(studio, url, tmp_path)
        words = ["cleanup", str(folder), "--auth-env", "STUDIO"]
        assert shell(words) == Exit.INCOMPLETE
        told = capsys.readouterr().out
        assert "Left behind (1)" in told
        assert "stopPass answered 503" in told
        well.append(True)
        assert shell(words) == Exit.CONFORMS
    assert studio.running == []


def test_cleanup_of_a_target_that_is_away(tmp_path, monkeypatch, capsys):
    """Exit code 4, and nothing is marked: it can be tried again."""
    monkeypatch.setenv("STUDIO", TOKENS[0])
    studio = Studio()
    with serving(studio) as url:
        folder = crashed(studio, url, tmp_path)
    assert shell(["cleanup", str(folder), "--auth-env", "STUDIO"]) == Exit.ENVIRONMENT
    assert "does not answer" in capsys.readouterr().err
    ledger = Ledger.read(folder / "instances.ndjson")
    assert len(ledger.open) == 2
    ledger.close()


def test_cleanup_goes_only_where_the_run_was(tmp_path, monkeypatch):
    """A name that means another URL by now is not trusted; the user may say that it is the same."""
    monkeypatch.setenv("STUDIO", TOKENS[0])
    monkeypatch.chdir(tmp_path)
    studio = Studio()
    with serving(studio) as url:
        _configured(url)
        crashed(studio, "studio", tmp_path / "reports")
        _configured("http://127.0.0.1:9")
        wanted = CleanupOptions(auth_env="STUDIO")
        with pytest.raises(UsageError, match="Say with --target"):
            _done(wanted)
        assert _done(replace(wanted, target=url)).exit == Exit.CONFORMS
    assert studio.running == []


def _configured(url: str) -> None:
    Path("assay.toml").write_text(f'[targets.studio]\nurl = "{url}"\nauth-env = "STUDIO"\n')


def _done(wanted: CleanupOptions):
    job = find(wanted)
    try:
        return cleanup(job, wanted, environ=os.environ, today=SystemClock().now().date())
    finally:
        job.close()


def test_cleanup_of_nothing(tmp_path):
    """No run, or one that made nothing: nothing to do. A folder that is not there is a slip of the pen."""
    assert find(CleanupOptions(reports=str(tmp_path))).open == ()
    assert find(CleanupOptions(reports=str(tmp_path / "none"))).open == ()
    (tmp_path / "run").mkdir()
    assert find(CleanupOptions("run", str(tmp_path))).open == ()
    with pytest.raises(UsageError, match="Name the folder of a run"):
        find(CleanupOptions("2026-01-01", str(tmp_path)))


def test_what_nobody_can_ask_about_stands_in_nobodys_way(tmp_path, monkeypatch):
    """`latest` goes on to an older run that can be helped; what has no id stays left, and is counted once."""
    monkeypatch.setenv("STUDIO", TOKENS[0])
    studio = Studio()
    wanted = CleanupOptions(reports=str(tmp_path), auth_env="STUDIO")
    with serving(studio) as url:
        older = crashed(studio, url, tmp_path)
        nameless = begin(options(url, tmp_path))
        ledger, lost = nameless.campaign.ledger, Entry("studio", "avatar", "")
        assert ledger is not None
        ledger.keep(lost, lost)
        nameless.abandon()
        first = _done(wanted)
        assert (first.folder, first.exit) == (str(older), Exit.CONFORMS)
        for _ in range(2):
            again = _done(wanted)
            assert (again.folder, again.exit) == (str(nameless.folder.path), Exit.INCOMPLETE)
            assert again.told is not None
            assert [(left.count, left.why) for left in again.told.left] == [(1, "its id never came")]


def test_a_run_that_goes_on_is_not_disturbed(tmp_path, monkeypatch):
    """Its ledger is in use, so nobody ends what it is testing."""
    monkeypatch.setenv("STUDIO", TOKENS[0])
    with serving(Studio()) as url:
        opened = begin(options(url, tmp_path))
        opened.campaign.stage(api()).play([opened.campaign.planner(api()).usual("createAvatar", NEW)])
        try:
            for wanted in ("latest", str(opened.folder.path)):
                with pytest.raises(UsageError, match="still going on"):
                    find(CleanupOptions(wanted, str(tmp_path)))
        finally:
            opened.close()
    assert reported(opened.folder).cleaned is not None


def test_no_secret_reaches_the_ledger(tmp_path, monkeypatch):
    """A server that issues the caller's token as an id: the file does not have it, the run still ends it."""
    monkeypatch.setenv("STUDIO", TOKENS[0])

    class Leaky(Studio):
        def create_avatar(self, sent: object) -> Answer:
            status, value = super().create_avatar(sent)
            if isinstance(value, dict) and "id" in value:
                self.avatars[TOKENS[0]] = self.avatars.pop(value["id"])
                value["id"] = TOKENS[0]
            return status, value

    studio = Leaky()
    with serving(studio) as url:
        opened = begin(options(url, tmp_path))
        opened.campaign.stage(api()).play([opened.campaign.planner(api()).usual("createAvatar", NEW)])
        text = (opened.folder.path / "instances.ndjson").read_text()
        assert TOKENS[0] not in text
        assert '"hidden":true' in text
        opened.close()
    assert studio.avatars == {}


def test_an_unreachable_target_is_the_environments_fault(tmp_path, monkeypatch):
    """`cleanup` raises it as such, with what is still open."""
    monkeypatch.setenv("STUDIO", TOKENS[0])
    with serving(studio := Studio()) as url:
        folder = crashed(studio, url, tmp_path)
    with pytest.raises(EnvironmentFailure, match="2 instances are still open"):
        _done(CleanupOptions(str(folder), auth_env="STUDIO"))
