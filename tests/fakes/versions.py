"""Versions of one small shop, to be compared: what is not said stays as it is."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date

import yaml

from assay.contractfile.parse import parse
from assay.model.breaking import Finding
from assay.model.contract import ContractSet, Json
from assay.rules.breaking import findings

TODAY = date(2026, 7, 1)
#: takes a key out
GONE = object()

API: Json = {
    "title": "Shop",
    "version": "1.0.0",
    "servers": [{"url": "https://shop.example"}],
    "security": [{"key": []}],
    "sources": {"doc": {"title": "The documentation"}},
    "components": {
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "login": {
                "type": "oauth2",
                "flows": {
                    "clientCredentials": {
                        "tokenUrl": "https://shop.example/token",
                        "scopes": {"read": "Read"},
                    }
                },
            },
        }
    },
}
MAKE: Json = {
    "operation": "makeOrder",
    "method": "post",
    "path": "/orders",
    "source": "doc",
    "tags": ["Orders"],
    "parameters": [{"name": "dry", "in": "query", "schema": {"type": "boolean"}}],
    "requestBody": {"required": True, "content": {"application/json": {"schema": True}}},
    "responses": {
        "201": {
            "description": "Made.",
            "headers": {"Location": {"required": True, "schema": {"type": "string"}}},
            "content": {"application/json": {"schema": True}},
        },
        "400": {"description": "No order."},
    },
}
READ: Json = {
    "operation": "readOrder",
    "method": "get",
    "path": "/orders/{id}",
    "source": "doc",
    "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
    "responses": {
        "200": {"description": "The order.", "content": {"application/json": {"schema": {"type": "object"}}}},
        "404": {"description": "No such order."},
    },
    "promises": [{"id": "has-id", "on": 200, "body": {"required": ["id"]}}],
}
CANCEL: Json = {
    "operation": "cancelOrder",
    "method": "post",
    "path": "/orders/{id}/cancel",
    "source": "doc",
    "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
    "responses": {
        "200": {"description": "Cancelled."},
        "202": {"description": "Will be cancelled."},
        "404": {"description": "No such order."},
        "409": {"description": "Too late."},
    },
}
ORDER: Json = {
    "lifecycle": "order",
    "source": "doc",
    "instance": {"created-by": "makeOrder", "id": "$response.body#/id", "carried-in": {"id": "path"}},
    "states": {"absent": {}, "open": {}, "cancelled": {"final": True}},
    "cells": {
        "makeOrder": {"absent": {"status": 201, "to": "open"}},
        "readOrder": {"absent": {"status": 404}, "open": {"status": 200}, "cancelled": {"status": 200}},
        "cancelOrder": {
            "absent": {"status": 404},
            "open": {"status": 200, "to": "cancelled"},
            "cancelled": {"status": 409},
        },
    },
    "fields": {"note": {"kind": "server", "at": {"makeOrder": "$response.body#/note"}}},
    "laws": ["unique-ids", {"isolation": {"operations": ["cancelOrder"]}}],
}
FILES: Mapping[str, Json] = {
    "shop/api.yaml": API,
    "shop/make.yaml": MAKE,
    "shop/read.yaml": READ,
    "shop/cancel.yaml": CANCEL,
    "shop/lifecycles/order.yaml": ORDER,
}


def shop(changed: Mapping[str, Json] | None = None, /, **pointers: Json) -> ContractSet:
    """The shop with other values: `{"make#/requestBody/required": False}`; a file alone stands for all of it."""
    files = copy.deepcopy(dict(FILES))
    for at, value in {**(changed or {}), **pointers}.items():
        name, _, pointer = at.partition("#")
        file = next((path for path in files if path.endswith(f"/{name}.yaml")), f"shop/{name}.yaml")
        if not pointer:
            if value is GONE:
                del files[file]
            else:
                files[file] = copy.deepcopy(value)
            continue
        _put(
            files[file],
            [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]],
            value,
        )
    parsed = parse(
        {path: yaml.safe_dump(value, allow_unicode=True) for path, value in files.items()}, root="."
    )
    assert parsed.contracts is not None, parsed.problems
    return parsed.contracts


def _put(node: Json, keys: list[str], value: Json) -> None:
    *way, last = keys
    for key in way:
        node = node[int(key)] if isinstance(node, list) else node.setdefault(key, {})
    if isinstance(node, list):
        if last == "-":
            node.append(copy.deepcopy(value))
        elif value is GONE:
            del node[int(last)]
        else:
            node[int(last)] = copy.deepcopy(value)
    elif value is GONE:
        del node[last]
    else:
        node[last] = copy.deepcopy(value)


REQUEST = "make#/requestBody/content/application~1json/schema"
RESPONSE = "make#/responses/201/content/application~1json/schema"
PARAMETER = "make#/parameters/0/schema"
HEADER = "make#/responses/201/headers/Location/schema"


def compared(old: Mapping[str, Json], new: Mapping[str, Json]) -> tuple[Finding, ...]:
    """The findings between two versions of the shop."""
    return findings(shop(old), shop(new), today=TODAY)


def rules_of(old: Mapping[str, Json], new: Mapping[str, Json]) -> set[str]:
    """The rules that find something, the one about versions aside: it follows from others."""
    return {finding.rule for finding in compared(old, new)} - {"version-not-raised"}
