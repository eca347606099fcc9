"""A small runner of Arazzo 1.0.1 descriptions, written by the standard and not by what we write.

It knows operations by id, parameters, JSON payloads, outputs, simple conditions with `==`, `!=` and `||`, and retries.
Anything else is an error: a test that meets it has learnt that others might not understand it either.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import requests

_EMBEDDED = re.compile(r"\{(\$[^{}]+)\}")
_PLACE = re.compile(r"\{\$sourceDescriptions\.[\w-]+\.url\}#/paths/([^/]+)/([a-z]+)")
_LITERALS = {"true": True, "false": False, "null": None}
NOTHING = object()


class Failed(Exception):
    """A step whose criteria are not all satisfied."""


class Runner:
    """Runs the workflows of one description at one base URL."""

    def __init__(
        self,
        description: Mapping[str, Any],
        openapi: Mapping[str, Any],
        url: str,
        session: requests.Session,
        **inputs: Any,
    ) -> None:
        self.description, self.url, self.given, self.session = description, url, inputs, session
        self.operations = {
            operation["operationId"]: (method, path)
            for path, item in openapi["paths"].items()
            for method, operation in item.items()
            if isinstance(operation, dict)
        }

    def failures(self) -> dict[str, str]:
        """Workflow -> why it failed, for those that did."""
        failed = {}
        for workflow in self.description["workflows"]:
            try:
                self.run(workflow)
            except Failed as failure:
                failed[workflow["workflowId"]] = str(failure)
        return failed

    def run(self, workflow: Mapping[str, Any]) -> None:
        """All steps of a workflow. Raises `Failed`."""
        schema = workflow.get("inputs", {})
        inputs = {
            name: self.given.get(name, one.get("default"))
            for name, one in schema.get("properties", {}).items()
        }
        assert all(inputs[name] is not None for name in schema.get("required", ()))
        steps: dict[str, dict[str, Any]] = {}
        for step in workflow["steps"]:
            tries = 1 + sum(
                action["retryLimit"] for action in step.get("onFailure", ()) if action["type"] == "retry"
            )
            for last in [False] * (tries - 1) + [True]:
                told = self._ask(step, {"inputs": inputs, "steps": steps})
                wrong = [
                    c["condition"] for c in step["successCriteria"] if not self._holds(c["condition"], told)
                ]
                if not wrong:
                    break
                time.sleep(step["onFailure"][0]["retryAfter"] if not last else 0)
                if last:
                    raise Failed(f"{step['stepId']}: {wrong[0]}, got {told['statusCode']}")
            outputs = {name: self._find(text, told) for name, text in step.get("outputs", {}).items()}
            if NOTHING in outputs.values():
                raise Failed(f"{step['stepId']}: an output is not there")
            steps[step["stepId"]] = {"outputs": outputs}

    def _ask(self, step: Mapping[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
        if "operationId" in step:
            method, path = self.operations[step["operationId"]]
        else:
            found = _PLACE.fullmatch(step["operationPath"])
            assert found is not None
            method, path = found[2], found[1].replace("~1", "/").replace("~0", "~")
        sent: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
        for parameter in step.get("parameters", ()):
            sent[parameter["in"]][parameter["name"]] = self._filled(parameter["value"], context)
        for name, value in sent["path"].items():
            path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
        headers = {name: str(value) for name, value in sent["header"].items()}
        data = None
        if "requestBody" in step:
            data = json.dumps(self._filled(step["requestBody"]["payload"], context)).encode()
            headers["Content-Type"] = step["requestBody"]["contentType"]
        answer = self.session.request(
            method,
            self.url + path,
            params=sent["query"],
            headers=headers,
            cookies=sent["cookie"],
            data=data,
            timeout=30,
        )
        try:
            body = answer.json()
        except ValueError:
            body = NOTHING
        return {**context, "statusCode": answer.status_code, "header": answer.headers, "body": body}

    def _filled(self, value: Any, context: Mapping[str, Any]) -> Any:
        if isinstance(value, dict):
            return {key: self._filled(member, context) for key, member in value.items()}
        if isinstance(value, list):
            return [self._filled(element, context) for element in value]
        if not isinstance(value, str):
            return value
        if re.fullmatch(r"\$(inputs|steps)\.\S+", value):
            return self._find(value, context)
        return _EMBEDDED.sub(lambda found: str(self._find(found[1], context)), value)

    def _find(self, text: str, context: Mapping[str, Any]) -> Any:
        if text == "$statusCode":
            return context["statusCode"]
        if text.startswith("$inputs."):
            return context["inputs"][text.removeprefix("$inputs.")]
        if found := re.fullmatch(r"\$steps\.([\w-]+)\.outputs\.([\w-]+)", text):
            return context["steps"][found[1]]["outputs"][found[2]]
        if text.startswith("$response.header."):
            return context["header"].get(text.removeprefix("$response.header."), NOTHING)
        if found := re.fullmatch(r"\$response\.body(?:#(/.*))?", text):
            return _point(context["body"], found[1] or "")
        raise AssertionError(f"{text} is no runtime expression")

    def _holds(self, condition: str, told: Mapping[str, Any]) -> bool:
        return any(self._compares(part.strip(), told) for part in condition.split("||"))

    def _compares(self, text: str, told: Mapping[str, Any]) -> bool:
        left, operator, right = re.fullmatch(r"(\S+) (==|!=) (.+)", text, re.DOTALL).groups()  # type: ignore[union-attr]
        one, other = self._value(left, told), self._value(right, told)
        if NOTHING in {id(one) == id(NOTHING) and NOTHING, id(other) == id(NOTHING) and NOTHING}:
            return False
        same = one == other and isinstance(one, bool) == isinstance(other, bool)
        return same if operator == "==" else not same

    def _value(self, text: str, told: Mapping[str, Any]) -> Any:
        if text.startswith("$"):
            return self._find(text, told)
        if text in _LITERALS:
            return _LITERALS[text]
        if text.startswith("'"):
            assert text.endswith("'")
            return text[1:-1].replace("''", "'")
        return json.loads(text)


def _point(value: Any, pointer: str) -> Any:
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        elif isinstance(value, dict) and name in value:
            value = value[name]
        else:
            return NOTHING
    return value
