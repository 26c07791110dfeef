"""Where a reader may look: the same communities their pages are open in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from domain.models import Domain
from domain.questions import is_any_of, question
from members.models import Membership


@dataclass(frozen=True, slots=True)
class Scope:
    """Communities by key: all that are searched, and those the reader belongs to."""

    domains: tuple[int, ...]
    own: tuple[int, ...]
    languages: tuple[str, ...]


def scope_of(memberships: Sequence[Membership], within: Domain | None) -> Scope:
    """Return what is open to somebody, in one community they may read or everywhere.

    What is not listed is found only from within: by whoever has its address.
    """
    own = tuple(membership.domain_id for membership in memberships)
    if within is not None:
        return Scope((within.pk,), own, (within.language,))
    found = _listed_or_own.ask(own=list(own))
    return Scope(
        tuple(key for key, _ in found), own, tuple(sorted({lang for _, lang in found}))
    )


@question
def _listed_or_own() -> QuerySet[Domain, Any]:
    return (
        Domain.objects.filter(
            Q(visibility=Domain.Visibility.PUBLIC) | Q(is_any_of("pk", "own"))
        )
        .order_by("pk")
        .values_list("pk", "language")
    )


def readable(memberships: Sequence[Membership]) -> QuerySet[Domain]:
    """The communities somebody may search within."""
    own = [membership.domain_id for membership in memberships]
    return Domain.objects.filter(
        ~Q(visibility=Domain.Visibility.MEMBERS) | Q(pk__in=own)
    )
