"""The one table of acts, held against every door: nobody may through one door what they
may not through another, and nothing is done that does not stand in it."""

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from cop.api.docs import _schema
from cop.celery import app
from cop.programs.acts import ACTS, BY_NAME, JOBS, PAGES_ONLY, READS, Role
from domain.refusal import Refused
from members.models import Scope
from tests.doors import scenes
from tests.doors.calling import Program

pytestmark = pytest.mark.django_db

STAGED = [act for act in ACTS if act.name in scenes.SCENES]


@pytest.fixture
def codes(monkeypatch):
    """The codes of everything that was refused, in order."""
    raised = []
    begin = Refused.__init__

    def note(self, refusal):
        raised.append(refusal.code)
        begin(self, refusal)

    monkeypatch.setattr(Refused, "__init__", note)
    return raised


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("act", STAGED, ids=lambda act: act.name)
def test_the_api_answers_each_role_as_the_table_says(act, role):
    scene = scenes.of(act, role)
    program = Program(scene.own, client=scene.client)

    response = program.call(
        scene.method, scene.path_at(program), scene.given, **scene.headers(program)
    )

    expected = act.refusal_of(role)
    code = response.json().get("code", "") if response.status_code >= 400 else ""
    assert code == expected, response.content


@pytest.mark.parametrize("role", [role for role in Role if role != Role.VISITOR])
@pytest.mark.parametrize(
    "act",
    [act for act in STAGED if act.page and act.name in scenes.FORMS],
    ids=lambda act: act.name,
)
def test_the_page_answers_each_role_as_the_table_says(act, role, codes, client):
    scene = scenes.of(act, role)
    client.force_login(scene.own.member)

    response = client.post(*scenes.form_of(act, scene))

    assert response.status_code < 500
    # A page that shows why not without asking its deed says the same refusal.
    expected = act.refusal_of(role)
    said = codes[-1] if codes else scenes.shown_refusal(response)
    assert said == expected


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_no_act_is_opened_by_a_token_for_reading(act):
    scene = scenes.of(act, Role.CORE) if act.name in scenes.SCENES else None
    if scene is None:
        pytest.skip("its scene is set in its own test")
    program = Program(scene.own, scopes=(Scope.READ,), client=scene.client)

    response = program.call(scene.method, scene.path_at(program), scene.given)

    assert response.json()["code"] == "scope"


def test_every_operation_stands_in_the_table():
    operations = {
        operation["operationId"]
        for path in _schema()["paths"].values()
        for operation in path.values()
    }

    assert operations == {*BY_NAME, *READS}


def test_no_operation_is_an_act_and_a_reading():
    assert {*BY_NAME}.isdisjoint(READS)


def posts(resolver=None, space=""):
    """The names of all pages that take a POST."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = ":".join(filter(None, [space, pattern.namespace or ""]))
            if pattern.app_name in {"admin", "api"}:
                continue
            yield from posts(pattern, inner)
        elif isinstance(pattern, URLPattern) and takes_posts(pattern.callback):
            yield f"{space}:{pattern.name}" if space else pattern.name


def takes_posts(view):
    """Whether a view of ours lets a POST through to what it does."""
    while view is not None:
        if getattr(view, "__closure__", None):
            for cell in view.__closure__:
                methods = cell.cell_contents if _is_methods(cell) else None
                if methods is not None:
                    return "POST" in methods
        view = getattr(view, "__wrapped__", None)
    return False


def _is_methods(cell):
    try:
        held = cell.cell_contents
    except ValueError:
        return False
    return isinstance(held, list | tuple) and {"GET", "POST"} & {*map(str, held)}


def test_every_page_that_takes_a_post_stands_in_the_table():
    ours = {name for name in posts() if ":" in name}
    told = {act.page for act in ACTS if act.page} | {*PAGES_ONLY}

    assert (sorted(ours - told), sorted(told - ours)) == ([], [])


def test_nothing_stands_in_it_twice():
    assert {act.page for act in ACTS}.isdisjoint(PAGES_ONLY)
    assert len(BY_NAME) == len(ACTS)


def test_every_job_stands_in_the_table():
    app.loader.import_default_modules()
    ours = {name for name in app.tasks if not name.startswith("celery.")}

    assert (sorted(ours - {*JOBS}), sorted({*JOBS} - ours)) == ([], [])
    assert {one["task"] for one in settings.CELERY_BEAT_SCHEDULE.values()} <= {*JOBS}


def test_every_reason_is_one():
    assert [name for name, why in {**PAGES_ONLY, **JOBS}.items() if len(why) < 10] == []
