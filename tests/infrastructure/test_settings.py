"""What settings refuse, and that a site behind TLS has nothing to be warned of."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "0123456789-a-long-and-random-secret-of-some-sixty-characters",
    "ALLOWED_HOSTS": "community.example",
    "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
    "REDIS_URL": os.environ.get("REDIS_URL", ""),
}


def manage(*command, **env):
    path = {"PATH": os.defpath, "PYTHONWARNINGS": "error"}
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *command],
        env={**path, **env},
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("secret", ["", "change-me", "django-insecure-" + "x" * 50])
def test_a_site_does_not_start_with_a_secret_others_know(secret):
    refused = manage("check", **{**PRODUCTION, "SECRET_KEY": secret})

    assert refused.returncode != 0
    assert "SECRET_KEY must be set" in refused.stderr


def test_the_check_for_deployment_finds_nothing():
    checked = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert (checked.returncode, checked.stderr) == (0, "")
    assert "no issues" in checked.stdout


def test_compose_sets_only_what_settings_read():
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    read = set(
        re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "cop/settings.py").read_text())
    )
    by_uvicorn = {"FORWARDED_ALLOW_IPS", "WEB_CONCURRENCY"}
    ours = [name for name, service in compose["services"].items() if "build" in service]

    assert {"web", "worker", "beat", "migrate"} <= set(ours)
    for name in ours:
        assert set(compose["services"][name]["environment"]) <= read | by_uvicorn


def test_every_setting_is_documented():
    text = (ROOT / "cop/settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', text)) - {"WEB_PROCESS"}
    told = (ROOT / "docs/operating.md").read_text()

    assert [name for name in sorted(read) if f"`{name}`" not in told] == []
