"""Resources: what a grant opens, as OAuth names it: doors of this site and no others.

A grant says for which resource it was made (RFC 8707); a door takes none that was made
for another, so that what a program shows elsewhere opens nothing here, and the other
way round.
"""

from collections.abc import Collection
from typing import Final

from django.conf import settings

MCP: Final = "/mcp"
API: Final = "/api/v1"
#: The site itself stands for both.
DOORS: Final = ("", MCP, API)


def address(door: str) -> str:
    """Return a door's name as a resource."""
    return f"{settings.SITE_URL}{door}"


def are_ours(named: Collection[str]) -> bool:
    """Whether all of these are doors of this site."""
    known = {address(door) for door in DOORS}
    return all(one.rstrip("/") in known for one in named)


def opens(named: Collection[str], door: str) -> bool:
    """Whether a grant made for these opens a door; any of ours, if none is said."""
    fitting = {address(one) for one in (("", door) if door else DOORS)}
    return any(one.rstrip("/") in fitting for one in named)


def metadata_address(door: str) -> str:
    """Return where it is told who grants what for a door (RFC 9728)."""
    return address(f"/.well-known/oauth-protected-resource{door}")


def challenge(door: str) -> str:
    """Return what a door answers in ``WWW-Authenticate`` to whoever shows no token."""
    return f'Bearer resource_metadata="{metadata_address(door)}"'
