"""A program as tests call it: a token, and the community it works in."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from members import issuing
from members.models import Scope

_token = count(1)


def token_for(member, scopes=tuple(Scope.values), **given):
    """A token as its member, or whoever answers for them, has it made."""
    at = timezone.now() - timedelta(minutes=1)
    by = member.sponsor or member
    return issuing.issue(
        member=member,
        by=by,
        name=f"Test {next(_token)}",
        scopes=list(scopes),
        at=at,
        **given,
    )[1]


@dataclass
class Program:
    """Calls the API as one member."""

    membership: object
    scopes: tuple = tuple(Scope.values)
    client: Client = field(default_factory=Client)

    def __post_init__(self):
        self.token = token_for(self.membership.member, self.scopes)
        self.base = f"/api/v1/communities/{self.membership.domain.slug}"

    def call(self, method, path, given=None, **headers):
        address = path if path.startswith("/") else f"{self.base}/{path}"
        body = (
            {"data": json.dumps(given), "content_type": "application/json"}
            if given is not None
            else {}
        )
        return self.client.generic(
            method,
            address,
            **body,
            headers={"Authorization": f"Bearer {self.token}", **headers},
        )

    def get(self, path, **headers):
        return self.call("GET", path, **headers)

    def post(self, path, given=None, **headers):
        return self.call("POST", path, given, **headers)

    def put(self, path, given=None, **headers):
        return self.call("PUT", path, given, **headers)

    def delete(self, path, **headers):
        return self.call("DELETE", path, **headers)


def forget_pace():
    """Let a new minute begin for everybody."""
    caches["quick"].clear()
