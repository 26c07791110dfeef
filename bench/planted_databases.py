"""Databases copied from one another, so that what lives share is lived once."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import sql

EMPTY: Final = "planted_empty"


def prepare(environment: Mapping[str, str]) -> None:
    """Make the empty, migrated database."""
    with psycopg.connect(_server(environment), autocommit=True) as connection:
        # Compiling a plan, or planning anew, takes longer than running it on tables as
        # small as these.
        connection.execute("ALTER SYSTEM SET jit = off")
        connection.execute("ALTER SYSTEM SET plan_cache_mode = force_generic_plan")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(_created(EMPTY, "template0"))
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0", "--skip-checks"],
        env={**os.environ, **environment},
        check=True,
    )


def environment_of(postgres: str, valkey: str) -> dict[str, str]:
    """What a process needs to know to find the empty database."""
    return {
        "DATABASE_URL": postgres.replace("/postgres?", f"/{EMPTY}?"),
        "REDIS_URL": valkey,
        "DJANGO_SETTINGS_MODULE": "cop.settings",
        "DEMO": "true",
        # Otherwise every statement is kept in words.
        "DEBUG": "false",
    }


@contextmanager
def copied(name: str, template: str) -> Iterator[None]:
    """Live in a copy of a database, and drop it afterwards."""
    from django.db import connection  # noqa: PLC0415 - the servers come first

    postgres = _server(os.environ)
    connection.close()
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(_created(name, template))
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        with psycopg.connect(postgres, autocommit=True) as server:
            server.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


def _server(environment: Mapping[str, str]) -> str:
    """The address of what creates and drops databases, and lies in none of them."""
    return environment["DATABASE_URL"].replace(f"/{EMPTY}?", "/postgres?")


def _created(name: str, template: str) -> sql.Composed:
    return sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(template)
    )
