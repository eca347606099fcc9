"""The list of lint rules, and the door."""

from __future__ import annotations

import importlib
import json
import pkgutil
import random
import re
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from assay.contractfile.parse import parse
from assay.contractfile.read import read
from assay.model.problem import Problem, Severity
from assay.rules import lint as room
from assay.rules.lint import ADVICE, CLAUSE_RULES, RULES, examine, lint
from cases.reading import HERE, good_files

LISTED = (*RULES, *CLAUSE_RULES)
#: cannot be shown by a file: every cause there is today has a rule of its own
UNSHOWN = {"duplicate-clause"}


def weighty(problems: Iterable[Problem]) -> list[str]:
    """The rules of the problems that are more than advice: the contracts that cases start from have some of that."""
    return [problem.rule for problem in problems if problem.severity is not Severity.ADVICE]


def test_every_rule_is_listed() -> None:
    """A module of the room that has a `RULE` is in the list: a rule cannot be forgotten."""
    found = set()
    for module in pkgutil.iter_modules(room.__path__):
        rule = getattr(importlib.import_module(f"{room.__name__}.{module.name}"), "RULE", None)
        if rule is not None:
            assert rule == module.name.replace("_", "-")
            found.add(rule)
    assert found == {rule.RULE for rule in LISTED}


def test_ids_are_unique_and_kebab_case() -> None:
    """A rule's id is one of a kind, and spelled as ids are."""
    ids = [rule.RULE for rule in LISTED]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", rule) for rule in ids)


def test_every_rule_says_what_it_is_for() -> None:
    """Module and check of each rule have their sentence."""
    for rule in LISTED:
        assert rule.__doc__, rule.RULE
        assert rule.check.__doc__, rule.RULE


def test_every_rule_is_shown_by_a_case() -> None:
    """Each rule is tripped by a case file that carries its id in what it expects."""
    told = "".join(path.read_text("utf-8") for path in HERE.glob("*.txt"))
    shown = {rule.RULE for rule in LISTED if re.search(rf"(error|warning|advice) {rule.RULE}\b", told)}
    assert shown == {rule.RULE for rule in LISTED} - UNSHOWN


def test_lint_takes_contracts_that_parsed() -> None:
    """Lint of good contracts finds nothing; the day decides about waivers."""
    waiver = "waivers: [{clause: shop/closeBasket/answers, reason: r, owner: o, until: 2026-01-01}]\n"
    contracts = parse({**good_files(), "shop/waivers.yaml": waiver}).contracts
    assert contracts is not None
    assert weighty(lint(contracts)) == []
    assert weighty(lint(contracts, today=date(2026, 1, 1))) == []
    assert weighty(lint(contracts, today=date(2026, 1, 2))) == ["expired-waiver"]


def test_examine_withholds_contracts_with_errors() -> None:
    """An error that only lint can see keeps contracts back as one of parsing does; a warning does not."""
    bad = good_files()["shop/lifecycles/basket.yaml"].replace("    closed: silent\n", "")
    assert parse({**good_files(), "shop/lifecycles/basket.yaml": bad}).contracts is not None
    assert examine({**good_files(), "shop/lifecycles/basket.yaml": bad}).contracts is None
    lonely = examine({**good_files(), "bank/api.yaml": "title: Bank\nversion: '1'\n"})
    assert weighty(lonely.problems) == ["api-without-operations"]
    assert lonely.contracts is not None


def test_a_thousand_files_are_linted_quickly() -> None:
    """No rule does quadratic work over the operations of an api."""
    files = good_files()
    for i in range(1000):
        text = good_files()["shop/close-basket.yaml"].replace("closeBasket", f"close{i}")
        files[f"shop/close-{i}.yaml"] = text.replace("/close", f"/close{i}")
    started = time.perf_counter()
    parsed = examine(files)
    # under a second alone; the rest is for busy machines
    assert time.perf_counter() - started < 12
    assert weighty(parsed.problems) == []


VALUES = (
    None, True, 0, -1, 1.5, "", "x", "$request", "{$", "a/b", [], {}, [[]], [{}], {"$ref": 1}, "silent", 200,
    {"$ref": "#/components/schemas/Basket"}, {"$ref": "#/components/responses/NotFound"}, {"x": {"y": 1}},
)  # fmt: skip


def test_no_file_makes_us_fall() -> None:
    """Whatever one value of a file is replaced by, problems come with places and words, no exception."""
    choose = random.Random(7)
    paths = sorted(good_files())
    for _ in range(150):
        files = good_files()
        path = choose.choice(paths)
        value = json.loads(json.dumps(read(path, files[path]).value))  # type: ignore[union-attr]
        holder = value
        while True:
            key = choose.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
            if not holder[key] or not isinstance(holder[key], dict | list) or choose.random() < 0.3:
                break
            holder = holder[key]
        holder[key] = choose.choice(VALUES)
        files[path] = json.dumps(value)
        for problem in examine(files).problems:
            assert problem.place.file in files
            assert problem.message


def test_what_is_called_advice_cannot_find_an_error() -> None:
    """A rule whose problems are all made by `warning` is advice, and no other: a run that skips it misses no error."""
    for rule in LISTED:
        source = Path(
            importlib.import_module(f"{room.__name__}.{rule.RULE.replace('-', '_')}").__file__ or ""
        )
        only_warns = not re.search(r"\bProblem\(", source.read_text(encoding="utf-8"))
        assert (rule in ADVICE) == only_warns, rule.RULE


def test_without_advice_all_errors_are_found() -> None:
    """What stops a run is found whether or not anybody asked for advice."""
    files = {
        "shop/api.yaml": "title: Shop\nservers: []\n",
        "shop/get.yaml": "operation: get\nmethod: get\npath: /a/{b}\n",
    }
    errors = [p for p in examine(files).problems if p.severity is Severity.ERROR]
    assert errors
    assert [p for p in examine(files, advice=False).problems if p.severity is Severity.ERROR] == errors
