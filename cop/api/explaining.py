"""Explaining: the schema, laid out for people to read."""

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from cop.api.problems import KINDS

#: Deeper than this an example says nothing more.
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    #: As "text", "number" or a type of ours.
    kind: str
    is_needed: bool
    words: str


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    method: str
    path: str
    summary: str
    words: str
    scope: str
    parameters: list[Field]
    #: What is sent: its type, its fields and an example.
    takes: str
    fields: list[Field]
    example: str
    answers: str
    answer: str
    statuses: list[int]


def of(schema: dict[str, Any]) -> dict[str, Any]:
    """Return what the page shows of a schema."""
    types = schema["components"]["schemas"]
    groups: dict[str, list[Operation]] = defaultdict(list)
    for path, operations in schema["paths"].items():
        for method, said in operations.items():
            operation = _operation(path, method, said, types)
            groups[said["tags"][0]].append(operation)
    return {
        "groups": list(groups.items()),
        "kinds": [(status, anchor, title) for status, (anchor, title) in KINDS.items()],
    }


def _operation(
    path: str, method: str, said: dict[str, Any], types: dict[str, Any]
) -> Operation:
    taken = next(iter(said.get("requestBody", {}).get("content", {}).items()), None)
    given = taken[1]["schema"] if taken else {}
    whole = _resolved(given, types)
    status, answered = next(
        (int(code), one) for code, one in said["responses"].items() if code[0] == "2"
    )
    contents: dict[str, dict[str, Any]] = answered.get("content", {})
    content: dict[str, Any] = next(
        (one.get("schema", {}) for one in contents.values()), {}
    )
    return Operation(
        name=said["operationId"],
        method=method.upper(),
        path=path,
        summary=said["summary"],
        words=" ".join(said.get("description", "").split()),
        scope=said["x-scope"],
        parameters=[
            Field(
                one["name"],
                _kind(one["schema"]),
                one["required"],
                one.get("description", one["schema"].get("description", "")),
            )
            for one in said["parameters"]
        ],
        takes=taken[0] if taken else "",
        fields=_fields(whole),
        example=_json(_example(given, types)) if given else "",
        answers=f"{status}",
        answer=_json(_example(content, types)) if content else "",
        statuses=[int(code) for code in said["responses"] if code[0] in "34"],
    )


def _fields(whole: dict[str, Any]) -> list[Field]:
    needed = whole.get("required", [])
    return [
        Field(name, _kind(one), name in needed, one.get("description", ""))
        for name, one in whole.get("properties", {}).items()
    ]


def _resolved(one: dict[str, Any], types: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in one:
        one = types[one["$ref"].rpartition("/")[2]]
    return one


def _kind(one: dict[str, Any]) -> str:
    if "$ref" in one:
        return str(one["$ref"].rpartition("/")[2])
    if "anyOf" in one:
        return " or ".join(_kind(each) for each in one["anyOf"])
    if "enum" in one:
        return ", ".join(str(each) for each in one["enum"])
    if one.get("type") == "array":
        return f"list of {_kind(one.get('items', {}))}"
    words = {"string": "text", "integer": "number", "boolean": "true or false"}
    kind = str(one.get("format") or one.get("type") or "anything")
    return words.get(kind, kind)


def _example(one: dict[str, Any], types: dict[str, Any], depth: int = 0) -> Any:
    if examples := one.get("examples"):
        return examples[0]
    one = _resolved(one, types)
    if depth > DEEPEST:
        return None
    for name in ("const", "default"):
        if name in one:
            return one[name]
    if "enum" in one:
        return one["enum"][0]
    if "anyOf" in one:
        return _example(one["anyOf"][0], types, depth)
    return _of_type(one, types, depth)


def _of_type(one: dict[str, Any], types: dict[str, Any], depth: int) -> Any:
    kind = one.get("type")
    if kind == "object" and "properties" in one:
        return {
            name: _example(each, types, depth + 1)
            for name, each in one["properties"].items()
        }
    if kind == "array":
        return [_example(one.get("items", {}), types, depth + 1)]
    if one.get("format") == "date-time":
        return "2026-11-16T12:00:00Z"
    return {"integer": 1, "number": 1.0, "boolean": True, "string": "…"}.get(
        str(kind), {}
    )


def _json(example: Any) -> str:
    return json.dumps(example, indent=2, ensure_ascii=False)
