"""Checking: whether what a program holds is still what there is, under the locks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import BaseModel

from cop.programs.inside import Inside, NotThere
from domain.refusal import Refusal, Refused
from members import drafting
from tasks import legitimacy, locks
from tasks.models import Claim


class Stale(Exception):
    """What was to be changed is not any more what the program has read."""


class Unread(Exception):
    """A change of something its program does not say it has read."""


def tag_of(said: BaseModel) -> str:
    """Tell two states of a thing apart, as ``ETag`` does: strongly."""
    return f'"{sha256(said.model_dump_json().encode()).hexdigest()[:32]}"'


def insist_on(match: str, say: Callable[[], BaseModel]) -> None:
    """Raise unless ``match`` names what there is now; ask under the thing's lock."""
    if not match:
        raise Unread
    named = {one.strip() for one in match.split(",")}
    if "*" not in named and tag_of(say()) not in named:
        raise Stale


def held(inside: Inside, task_id: int, generation: int) -> Claim:
    """Return the member's claim of this generation under its locks, or ``Refused``.

    The caller is in a transaction, and does what it does under the same locks.
    """
    own = inside.own
    if not inside.domain.tasks.filter(pk=task_id).exists():
        raise NotThere
    _own, task = locks.member_and_task(own, task_id)
    claim = (
        task.claims.filter(membership=own)
        .select_related("membership__member")
        .order_by("-generation")
        .first()
    )
    if claim is None:
        raise Refused(legitimacy.no_claim())
    claim.task = task
    if claim.ended_at is not None or claim.generation != generation:
        raise Refused(legitimacy.lease_lapsed())
    return claim


@contextmanager
def kept_as_draft(
    inside: Inside, key: str, fields: dict[str, object], *, at: datetime
) -> Iterator[None]:
    """What is refused is kept as a draft, where its member reads it back."""
    try:
        with transaction.atomic():
            yield
    except Refused:
        drafting.keep(member=inside.member, key=key, fields=fields, at=at)
        raise


def no_such_area(slug: str) -> Refusal:
    return Refusal(
        "no_such_area",
        _("There is no area “%(slug)s” here.") % {"slug": slug},
        _("Choose one of the community’s areas."),
    )


def insist_on_address(link: str) -> None:
    """Raise ``Refused`` unless it is a whole address of the web."""
    try:
        URLValidator(schemes=["http", "https"])(link)
    except ValidationError:
        raise Refused(
            Refusal(
                "not_an_address",
                _("%(link)s is not a whole address. It starts with https://.")
                % {"link": link[:80]},
            )
        ) from None
