"""A program on the way to a grant, over HTTP, and all that must not get it one."""

import base64
import hashlib
import json
import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.idp.oidc.models import Client as Program
from allauth.idp.oidc.models import Token as Grant
from django.core.cache import cache
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from cop.programs import entering, resources
from cop.programs.entering import Entrant
from domain.refusal import Refusal
from members import granting, sponsoring
from tests.makers import make_agent, make_member

pytestmark = pytest.mark.django_db

BACK = "http://127.0.0.1:33418/callback"
VERIFIER = "a-verifier-of-more-than-forty-three-letters-0123456789"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())
    .rstrip(b"=")
    .decode()
)


@pytest.fixture(autouse=True)
def _no_limits_left_over():
    cache.clear()


@pytest.fixture
def tomas(client):
    tomas = make_member(name="Tomas Vrba")
    client.force_login(tomas)
    return tomas


@pytest.fixture
def driftwood(tomas):
    return make_agent(handle="driftwood", name="Driftwood", sponsor=tomas)


def register(client, **given):
    said = {
        "client_name": "Sounding Line",
        "redirect_uris": [BACK],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_post",
        **given,
    }
    return client.post(
        "/oauth/register", json.dumps(said), content_type="application/json"
    )


@pytest.fixture
def program(client):
    return register(client).json()["client_id"]


def asking(program, **given):
    return {
        "response_type": "code",
        "client_id": program,
        "redirect_uri": BACK,
        "scope": "read work",
        "state": "st-1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "resource": resources.address("/mcp"),
        **given,
    }


def ask(client, program, **given):
    asked = {name: value for name, value in asking(program, **given).items() if value}
    return client.get("/oauth/authorize", asked)


def consent(client, program, agent, *, scopes=("read", "work"), **given):
    page = ask(client, program, **given)
    signed = re.search(r'name="request" value="([^"]+)"', page.content.decode())[1]
    return client.post(
        "/oauth/authorize",
        {
            "request": signed.replace("&quot;", '"'),
            "agent": agent.pk,
            "scopes": scopes,
            "action": "grant",
        },
    )


def told(response):
    """What a program is told where it has people sent back."""
    assert response.status_code == 302
    return {
        name: value[0]
        for name, value in parse_qs(urlsplit(response["Location"]).query).items()
    }


def exchange(client, program, code, **given):
    return client.post(
        "/oauth/token",
        {
            "grant_type": "authorization_code",
            "client_id": program,
            "code": code,
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
            **given,
        },
    )


def renew(client, program, token, **given):
    return client.post(
        "/oauth/token",
        {
            "grant_type": "refresh_token",
            "client_id": program,
            "refresh_token": token,
            **given,
        },
    )


def granted(client, program, agent, **given):
    code = told(consent(client, program, agent, **given))["code"]
    return exchange(client, program, code).json()


def enter(token, door="/mcp"):
    return entering.entrant(f"Bearer {token}", at=timezone.now(), door=door)


def test_a_program_reads_where_to_go_announces_itself_and_is_let_in(client, driftwood):
    door = client.get("/.well-known/oauth-protected-resource/mcp").json()
    server = client.get("/.well-known/oauth-authorization-server").json()
    answer = register(client)
    program = answer.json()["client_id"]

    page = ask(client, program)
    back = consent(client, program, driftwood)
    tokens = exchange(client, program, told(back)["code"]).json()

    assert door["resource"] == resources.address("/mcp")
    assert door["authorization_servers"] == [server["issuer"]]
    assert server["code_challenge_methods_supported"] == ["S256"]
    assert server["grant_types_supported"] == ["authorization_code", "refresh_token"]
    assert answer.status_code == 201
    assert answer.json()["token_endpoint_auth_method"] == "none"
    assert "client_secret" not in answer.json()
    assertContains(page, "Let “Sounding Line” act as an agent of yours?")
    assertContains(page, "Driftwood")
    assert back["Location"].startswith(BACK)
    assert told(back)["state"] == "st-1"
    who = enter(tokens["access_token"])
    assert isinstance(who, Entrant)
    assert (who.member, who.by) == (driftwood, "Sounding Line")
    assert who.scopes == {"read", "work"}


def test_every_endpoint_that_is_told_of_is_there(client):
    server = client.get("/.well-known/oauth-authorization-server")
    data = server.json()

    assert server["Access-Control-Allow-Origin"] == "*"
    for name in ("authorization", "token", "registration", "revocation"):
        path = urlsplit(data[f"{name}_endpoint"]).path
        assert client.post(path).status_code in (302, 400, 401)
    for door in resources.DOORS:
        address = f"/.well-known/oauth-protected-resource{door}"
        assert client.get(address).json()["resource"] == resources.address(door)
        assert urlsplit(resources.metadata_address(door)).path == address


def test_nothing_of_the_rest_is_open(client):
    for path in (
        "/.well-known/openid-configuration",
        "/.well-known/jwks.json",
        "/identity/o/authorize",
        "/identity/o/device",
        "/identity/o/logout",
    ):
        assert client.get(path).status_code == 404


def test_the_page_may_send_its_form_on_to_the_program_and_nowhere_else(
    client, driftwood, program
):
    policy = ask(client, program)["Content-Security-Policy"]

    assert "form-action 'self' http://127.0.0.1:33418;" in policy + ";"


def test_a_visitor_signs_in_first(client, program):
    response = ask(client, program, prompt="none")

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=/oauth/authorize")


def test_scopes_are_cut_to_what_was_granted(client, driftwood, program):
    tokens = granted(client, program, driftwood, scopes=("read",))

    assert tokens["scope"] == "read"
    assert enter(tokens["access_token"]).scopes == {"read"}


def test_nothing_is_granted_without_a_scope(client, driftwood, program):
    page = consent(client, program, driftwood, scopes=())

    assertContains(page, "Leave it something to do", status_code=422)


def test_more_than_was_asked_for_is_not_granted(client, driftwood, program):
    page = consent(client, program, driftwood, scopes=("read", "review"))

    assert page.status_code == 422


@pytest.mark.parametrize("scope", ["administer", "openid", "read openid"])
def test_scopes_nobody_knows_are_not_asked_for(client, driftwood, program, scope):
    assert told(ask(client, program, scope=scope))["error"] == "invalid_scope"


def test_saying_no_sends_the_program_away(client, driftwood, program):
    page = ask(client, program)
    signed = re.search(r'name="request" value="([^"]+)"', page.content.decode())[1]

    response = client.post("/oauth/authorize", {"request": signed, "action": "cancel"})

    assert told(response) == {"error": "access_denied", "state": "st-1"}


def test_without_agents_there_is_nobody_to_act_as(client, tomas, program):
    page = ask(client, program)

    assertContains(page, "You answer for no agent yet.")
    assertContains(consent(client, program, tomas), "problem", status_code=422)


def test_nobody_lets_a_program_act_as_somebody_elses_agent_or_as_a_person(
    client, tomas, driftwood, program
):
    for other in (make_agent(), tomas, make_member()):
        page = consent(client, program, other)
        assert page.status_code == 422
    assert not Grant.objects.exists()


def test_a_stopped_agent_is_no_choice(client, tomas, program):
    stopped = make_agent(sponsor=tomas, name="Silt", stopped_at=timezone.now())

    assertNotContains(ask(client, program), "Silt")
    assert consent(client, program, stopped).status_code == 422


def test_what_was_signed_cannot_be_changed(client, driftwood, program):
    for request in ("WyJyZWFkIl0:forged", ""):
        response = client.post(
            "/oauth/authorize",
            {
                "request": request,
                "agent": driftwood.pk,
                "scopes": ["read"],
                "action": "grant",
            },
        )
        assert response.status_code in (302, 403)
        assert "code=" not in response.get("Location", "")


@pytest.mark.parametrize(
    "given",
    [
        {"code_challenge": ""},
        {"code_challenge": "", "code_challenge_method": ""},
        {"code_challenge_method": ""},
        {"code_challenge_method": "plain", "code_challenge": VERIFIER},
    ],
)
def test_without_pkce_there_is_no_code(client, driftwood, program, given):
    assert told(ask(client, program, **given))["error"] == "invalid_request"


@pytest.mark.parametrize("kind", ["token", "id_token", "code token", "none"])
def test_there_are_no_implicit_grants(client, driftwood, program, kind):
    response = ask(client, program, response_type=kind)

    assert "error=" in response["Location"]
    assert "token=" not in response["Location"]


@pytest.mark.parametrize(
    "given",
    [
        {"redirect_uri": "https://elsewhere.example/callback"},
        {"redirect_uri": BACK + "/../evil"},
        {"redirect_uri": ""},
        {"client_id": "nobody"},
        {"resource": "https://elsewhere.example/mcp"},
        {"resource": "/mcp"},
    ],
)
def test_what_cannot_be_trusted_is_told_here_and_sends_nobody_on(
    client, driftwood, program, given
):
    response = ask(client, program, **given)

    assertContains(response, "This cannot be granted", status_code=400)


@pytest.mark.parametrize(
    "given",
    [
        {"code_verifier": VERIFIER + "x"},
        {"code_verifier": ""},
        {"redirect_uri": "http://127.0.0.1:33418/other"},
        {"client_id": "nobody"},
        {"code": "guessed"},
        {"resource": "https://elsewhere.example/mcp"},
        {"resource": "not-an-address"},
        {"resource": resources.address("/api/v1")},
        {"grant_type": "password"},
        {"grant_type": "client_credentials"},
    ],
)
def test_a_code_alone_is_worth_nothing(client, driftwood, program, given):
    code = told(consent(client, program, driftwood))["code"]

    response = exchange(client, program, **{"code": code, **given})

    assert response.status_code in (400, 401)
    assert not Grant.objects.exists()
    # What was refused used nothing up.
    assert exchange(client, program, code).status_code == 200


def test_a_code_is_good_for_once(client, driftwood, program):
    code = told(consent(client, program, driftwood))["code"]

    exchange(client, program, code)

    assert exchange(client, program, code).json()["error"] == "invalid_grant"


def test_a_code_is_its_programs_alone(client, driftwood, program):
    other = register(client, client_name="Other").json()["client_id"]
    code = told(consent(client, program, driftwood))["code"]

    assert exchange(client, other, code).json()["error"] == "invalid_grant"


def test_a_program_renews_by_itself_and_each_token_for_it_is_good_once(
    client, driftwood, program
):
    first = granted(client, program, driftwood)

    second = renew(client, program, first["refresh_token"]).json()

    assert isinstance(enter(second["access_token"]), Entrant)
    again = renew(client, program, first["refresh_token"])
    assert again.json()["error"] == "invalid_grant"
    wider = renew(client, program, second["refresh_token"], scope="read work review")
    assert wider.json()["error"] == "invalid_scope"
    elsewhere = renew(
        client, program, second["refresh_token"], resource=resources.address("/api/v1")
    )
    assert elsewhere.json()["error"] == "invalid_target"
    assert renew(client, program, second["refresh_token"]).status_code == 200


def test_a_grant_opens_the_door_it_was_made_for(client, driftwood, program):
    token = granted(client, program, driftwood)["access_token"]

    assert isinstance(enter(token, "/mcp"), Entrant)
    assert isinstance(enter(token, "/api/v1"), Refusal)
    Grant.objects.update(data={"resources": ["https://elsewhere.example/mcp"]})
    assert isinstance(enter(token, "/mcp"), Refusal)
    assert isinstance(enter(token, ""), Refusal)


def test_who_names_no_resource_is_granted_one(client, driftwood, program):
    token = granted(client, program, driftwood, resource="")["access_token"]

    assert isinstance(enter(token, "/mcp"), Entrant)
    assert isinstance(enter(token, "/api/v1"), Refusal)


def test_no_grant_acts_as_a_person(client, driftwood, program, tomas):
    token = granted(client, program, driftwood)["access_token"]

    Grant.objects.update(user=tomas)

    assert isinstance(enter(token), Refusal)


def test_stopping_an_agent_ends_what_it_was_granted(client, tomas, driftwood, program):
    tokens = granted(client, program, driftwood)
    code = told(consent(client, program, driftwood))["code"]

    sponsoring.stop(agent=driftwood, sponsor=tomas, at=timezone.now())

    assert isinstance(enter(tokens["access_token"]), Refusal)
    assert renew(client, program, tokens["refresh_token"]).status_code == 400
    assert exchange(client, program, code).json()["error"] == "invalid_grant"


def test_a_suspended_sponsors_agents_come_in_no_more(client, tomas, driftwood, program):
    token = granted(client, program, driftwood)["access_token"]
    code = told(consent(client, program, driftwood))["code"]

    tomas.is_active = False
    tomas.save()

    assert isinstance(enter(token), Refusal)
    assert exchange(client, program, code).json()["error"] == "invalid_grant"


def test_a_program_gives_a_token_back(client, driftwood, program):
    tokens = granted(client, program, driftwood)

    for name in ("access_token", "refresh_token"):
        client.post("/oauth/revoke", {"token": tokens[name], "client_id": program})

    assert not Grant.objects.exists()


def test_a_sponsor_sees_which_programs_act_as_an_agent_and_takes_it_back(
    client, driftwood, program
):
    token = granted(client, program, driftwood)["access_token"]

    page = client.get("/me/agents/driftwood/")
    client.post(f"/me/agents/driftwood/grants/{program}/revoke/")

    assertContains(page, "Sounding Line")
    assertContains(page, "read, work")
    assert isinstance(enter(token), Refusal)
    assertNotContains(client.get("/me/agents/driftwood/"), "Programs you let in")


@pytest.mark.parametrize(
    "given",
    [
        {"redirect_uris": ["http://elsewhere.example/callback"]},
        {"redirect_uris": ["javascript:alert(1)"]},
        {"redirect_uris": ["https://a.example/\njavascript:alert(1)"]},
        {"redirect_uris": ["https://a.example/#here"]},
        {"redirect_uris": ["https://who:me@a.example/"]},
        {"redirect_uris": ["https://*.a.example/"]},
        {"redirect_uris": ["https://a.example/\x00"]},
        {"redirect_uris": ["https://[a.example/"]},
        {"redirect_uris": []},
        {"redirect_uris": [1]},
        {"redirect_uris": [BACK] * 11},
        {"grant_types": ["client_credentials"]},
        {"grant_types": ["urn:ietf:params:oauth:grant-type:device_code"]},
        {"response_types": ["token"]},
        {"client_name": "x" * 101},
        {"client_name": "a\x00b"},
        {"client_name": "<b>"},
    ],
)
def test_programs_that_announce_themselves_wrongly_are_not_taken_in(client, given):
    answer = register(client, **given)

    assert answer.status_code == 400
    assert answer.json()["error"].startswith("invalid_")
    assert not Program.objects.exists()


def test_of_what_a_program_says_only_what_is_needed_is_kept(client):
    register(client, client_name="", logo_uri="https://a.example/l.png", junk="x" * 999)

    kept = Program.objects.get()
    assert kept.name == "127.0.0.1"
    assert "junk" not in json.dumps(kept.data)
    assert (kept.type, kept.get_scopes()) == (
        Program.Type.PUBLIC,
        ["read", "work", "review", "repertoire"],
    )


def test_nobody_announces_programs_without_end(client):
    answers = [register(client).status_code for _ in range(6)]

    assert answers == [201] * 5 + [429]


def test_programs_nobody_lets_in_are_forgotten(client, driftwood, program):
    unused = register(client).json()["client_id"]
    granted(client, program, driftwood)
    Program.objects.update(created_at=timezone.now() - timedelta(days=31))

    granting.clear(at=timezone.now())

    assert [one.pk for one in Program.objects.all()] == [program]
    assert unused != program
    granting.clear(at=timezone.now() + timedelta(days=91))
    assert not Grant.objects.exists()
    assert not Program.objects.exists()
