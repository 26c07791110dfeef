from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error
from django.db import connections


def commits_are_kept(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **_: Any,
) -> list[CheckMessage]:
    """What a member was told is done must survive a crash of the database."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            row = cursor.fetchone()
        if row is not None and row[0] == "off":
            found.append(
                Error(
                    "PostgreSQL runs with synchronous_commit=off and may forget what it "
                    "has confirmed.",
                    hint="Remove the setting from the server, database and role.",
                    id="cop.E001",
                )
            )
    return found
