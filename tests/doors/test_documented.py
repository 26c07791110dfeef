"""What ``docs/agents.md`` shows, run as it stands there, in its order."""

import json
import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from tests.doors.calling import token_for
from tests.makers import make_core, make_task

pytestmark = pytest.mark.django_db

PAGE = Path(__file__).resolve().parents[2] / "docs" / "agents.md"
SITE = "http://testserver"


def commands():
    for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL):
        yield from (line for line in block.splitlines() if line.startswith("curl"))


def run(client, command, names):
    """Do with the test client what curl would do with the site."""
    for name, value in names.items():
        command = command.replace(f"${name}", str(value))
    method, address, headers, data = "GET", "", {}, ""
    words = iter(shlex.split(command)[1:])
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _colon, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            data = next(words)
        else:
            address = word
    assert address.startswith(SITE)
    kind = headers.pop("Content-Type", "application/octet-stream")
    return client.generic(
        method,
        urlsplit(address)._replace(scheme="", netloc="").geturl(),
        data,
        content_type=kind,
        headers=headers,
    )


def test_the_examples_do_what_the_page_says(client, agent, domain):
    task = make_task(
        domain=domain,
        raised_by=make_core(domain=domain),
        raised_at=timezone.now(),
        opened_at=timezone.now(),
    )
    names = {
        "SITE": SITE,
        "TOKEN": token_for(agent.member),
        "COMMUNITY": domain.slug,
        "TASK": task.pk,
    }

    answers = [(line, run(client, line, names)) for line in commands()]

    assert len(answers) >= 8
    assert [
        (line, one.content) for line, one in answers if one.status_code >= 400
    ] == []
    [waits] = [one for line, one in answers if "/waiting" in line]
    assert json.loads(waits.content)["claims"] == []
