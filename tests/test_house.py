"""The rules of the house that no linter knows."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
APPS = ["domain", "members", "repertoire", "tasks", "cop"]
SOURCES = sorted(
    path
    for app in APPS
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
)
DEEDS = [
    path
    for path in SOURCES
    if (path.stem.endswith("ing") or "deeds" in path.parts)
    and not {"models", "views"} & set(path.parts)
]
DOORS = [
    path
    for path in SOURCES
    if path.stem in {"jobs", "admin"} or {"views", "api", "mcp"} & set(path.parts)
]
WRITES = {"save", "create", "update", "delete", "bulk_create", "get_or_create"}
TRACKED = subprocess.run(
    ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
).stdout.split("\0")[:-1]


def named(path):
    return str(path.relative_to(ROOT))


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", DEEDS, ids=named)
def test_a_deed_knows_no_door_and_no_clock(path):
    foreign = (
        "celery",
        "django.http",
        "django.shortcuts",
        "django.utils.timezone",
        "django_htmx",
    )
    assert [name for name in imports(path) if name.startswith(foreign)] == []


@pytest.mark.parametrize("path", DOORS, ids=named)
def test_a_door_writes_nothing_itself(path):
    calls = [
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    assert WRITES.isdisjoint(calls)


@pytest.mark.parametrize("path", DOORS, ids=named)
def test_a_door_sees_of_the_repertoire_only_what_its_member_may(path):
    assert re.findall(r"\bEntry\.objects\.(?!visible_to)\w+", path.read_text()) == []


def test_every_page_module_has_its_template():
    missing = [
        named(path)
        for path in SOURCES
        if path.parent.name == "views"
        # Some answer with a file, or go back to the page they were asked from.
        and "render_page" in path.read_text()
        and not (
            ROOT / "templates" / path.parent.parent.name / f"{path.stem}.html"
        ).exists()
    ]
    assert missing == []


def test_no_page_carries_style_or_script_that_the_policy_would_refuse():
    inline = re.compile(
        r"""\sstyle=["']|\son[a-z]+=["']|<style|<script(?![^>]*\ssrc=)(?![^>]*json)"""
    )
    found = [
        named(path)
        for path in (ROOT / "templates").rglob("*.html")
        # Mails carry their styles with them: no policy and no stylesheet goes along.
        if "email" not in path.parts and inline.search(path.read_text())
    ]
    assert found == []


@pytest.mark.skipif(not TRACKED, reason="This is not a git checkout.")
def test_no_file_names_a_registry_or_a_place_on_somebodys_machine():
    # Put together here, or this file would be found.
    telling = re.compile(
        "|".join(
            [
                "index" + r"-url\s+http",
                "extra" + "-index",
                "pypi" + r"\.org",
                "/simple/" + "[a-z]",
                "/home/" + "[a-z]",
                "/ro" + "ot/",
                "/Use" + "rs/",
                "/wo" + "rk/",
            ]
        )
    )
    found = []
    for name in TRACKED:
        path = ROOT / name
        if path.suffix in {".woff2", ".png", ".gz"} or not path.is_file():
            continue
        if telling.search(path.read_text(errors="replace")):
            found.append(name)
    assert found == []
