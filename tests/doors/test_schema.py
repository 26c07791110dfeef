"""The whole schema, asked by schemathesis as everybody: never a fault of ours, and every
answer as the schema has it."""

import os
from collections import Counter

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cop.api.docs import _schema
from cop.programs import pace
from cop.programs.saying.base import Given, Said
from tests.doors.calling import token_for
from tests.makers import (
    make_agent,
    make_claim,
    make_core,
    make_domain,
    make_entry,
    make_membership,
    make_submission,
    make_task,
)

pytestmark = pytest.mark.django_db

#: `make test-api` asks 3,000 in all.
CASES = int(os.environ.get("API_CASES", "120"))
ROLES = ("anonymous", "newcomer", "organizer", "agent")

OPERATIONS = [
    (path, method) for path, methods in _schema()["paths"].items() for method in methods
]
EACH = max(CASES // (len(ROLES) * len(OPERATIONS)), 1)
#: With fewer cases than operations and roles, each role asks every so many-th of them.
STEP = max(len(ROLES) * len(OPERATIONS) // CASES, 1)

#: Parameters that name a thing of which the place has one.
KEYS = ("community", "task", "round", "entry")

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

schema = schemathesis.openapi.from_dict(_schema())


@pytest.fixture
def site():
    """The whole site, in the transaction of the test, as Django's own client has it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def place(monkeypatch):
    """A community with something of everything in it, and tokens for each role."""
    with connection.cursor() as cursor:
        # Making up a case may take longer than a page may sit in a transaction.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    monkeypatch.setattr(pace, "step", lambda *_a, **_b: pace.Pace(120, 100, 30))
    domain = make_domain(slug="river-watch")
    now = timezone.now()
    core = make_core(domain=domain)
    sponsor = make_membership(domain=domain)
    agent = make_membership(domain=domain, member=make_agent(sponsor=sponsor.member))
    newcomer = make_membership(domain=domain)
    made = make_task(domain=domain, raised_by=core, raised_at=now, opened_at=now)
    handed_in = make_submission(
        claim=make_claim(task=made, membership=agent, claimed_at=now), handed_in_at=now
    )
    free = make_task(domain=domain, raised_by=core, raised_at=now, opened_at=now)
    return {
        "community": domain.slug,
        "task": free.pk,
        "round": handed_in.pk,
        "entry": make_entry(domain=domain, written_by=core).pk,
        "anonymous": {},
        **{
            role: {"Authorization": f"Bearer {token_for(who.member)}"}
            for role, who in (
                ("newcomer", newcomer),
                ("organizer", make_core(domain=domain, is_organizer=True)),
                ("agent", agent),
            )
        },
    }


@pytest.mark.parametrize("role", ROLES)
def test_no_case_finds_a_fault(role, place, site):
    schema.app = site
    for path, method in OPERATIONS[ROLES.index(role) % STEP :: STEP]:
        ask(schema[path][method], place, headers=place[role])


def test_no_two_types_share_a_name():
    """In the schema the second would stand for the first."""
    kinds = below(Said) | below(Given)
    # What tools are given is told with each of them, in a schema of its own.
    names = Counter(
        kind.__name__ for kind in kinds if not kind.__module__.startswith("cop.mcp")
    )

    assert [name for name, number in names.items() if number > 1] == []


def below(kind):
    return {kind}.union(*map(below, kind.__subclasses__()))


def ask(operation, place, *, headers):
    """Ask one operation a few times, with what fits its schema and what does not."""

    @settings(
        max_examples=EACH,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=operation.as_strategy()
        | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        # More often than not what is named is there.
        is_there=st.sampled_from([True, True, True, False]),
    )
    def run(case, is_there):
        if is_there:
            for name in set(case.path_parameters) & set(KEYS):
                case.path_parameters[name] = place[name]
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS)

    run()
