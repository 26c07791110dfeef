"""Regulating: giving one domain's positions rules of their own.

Rules are numbered and never changed: each new version lives through the past beside the
one in force and takes its place at once. What it would do is read before it is set.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from domain.models import Domain
from domain.refusal import Refusal, Refused
from members import ledger, positioning
from members.models import Membership, Reckoning, RulesVersion
from members.position.rules import DEFAULT, Cut
from members.practice import changed_rules
from members.reckoning import Course, Progress

#: What acts are worth is written into the ledger when they happen, and stays. How the
#: map is drawn is the same everywhere.
_WRITTEN_ALREADY: Final = frozenset(
    {
        "centrality",
        "remediation",
        "accommodated",
        "review",
        "decisive_reviews",
        "later_review",
        "reviews_a_day",
        "guidance",
        "companion",
        "entry",
        "usage",
        "tending",
        "ready_within",
        "map_centre",
    }
)

#: Sums double with every half-life since the first line; shorter ones than a fortnight
#: would outgrow a floating-point number within forty years.
_SHORTEST_HALF_LIFE: Final = 14.0


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody whom other rules would put into another zone."""

    membership: Membership
    before: int
    after: int


def changeable() -> dict[str, Any]:
    """Return the settings a domain may have its own of, with their defaults."""
    return {
        field.name: getattr(DEFAULT, field.name)
        for field in fields(DEFAULT)
        if field.name not in _WRITTEN_ALREADY
    }


def preview(
    *,
    domain: Domain,
    changed: Mapping[str, Any],
    at: datetime,
    progress: Progress = lambda _done, _of: None,
) -> list[Move]:
    """Return whose zone other rules would change, having lived through the past.

    Nothing is written.
    """
    _refuse(changed)
    imagined = Reckoning(
        domain=domain,
        rules=RulesVersion(domain=domain, changed=dict(changed)),
        begun_at=at,
    )
    course = Course.of(imagined, ledger.read(domain, at=at))
    course.live(until=at, progress=progress)
    run = course.now(at=at)
    moves = []
    for membership in domain.memberships.present().core_first():
        zone = int(run.standing(membership.pk).zone)
        if zone != membership.zone:
            moves.append(Move(membership, before=membership.zone, after=zone))
    return moves


def set_rules(
    *,
    domain: Domain,
    changed: Mapping[str, Any],
    reason: str,
    at: datetime,
    progress: Progress = lambda _done, _of: None,
) -> RulesVersion:
    """Give a domain's positions rules of their own, and work out its past by them.

    ``changed`` are all settings that differ from the defaults, not only new ones.
    """
    _refuse(changed)
    if not reason.strip():
        raise Refused(Refusal("no_reason", _("Say why: everybody here can read it.")))
    with transaction.atomic():
        Domain.objects.select_for_update(no_key=True).get(pk=domain.pk)
        last = domain.rules_versions.aggregate(last=Max("number"))["last"] or 0
        version = RulesVersion.objects.create(
            domain=domain,
            number=last + 1,
            changed=dict(changed),
            reason=reason.strip(),
            set_at=at,
        )
    positioning.replay(domain=domain, at=at, rules=version, progress=progress)
    return version


def _refuse(changed: Mapping[str, Any]) -> None:
    """Refuse what are no rules, in a sentence that says what would be."""
    known = changeable()
    for name, value in changed.items():
        refusal = _refusal_to_set(name, value, known)
        if refusal:
            raise Refused(refusal)
    rules = changed_rules(changed)
    cuts = (rules.inbound, rules.active, rules.core)
    if any(cut.leave >= cut.enter for cut in cuts):
        sentence = _("Each zone must be left below where it is entered.")
        raise Refused(Refusal("cuts_without_gap", sentence))
    if not cuts[0].enter < cuts[1].enter < cuts[2].enter:
        sentence = _("Each zone must be entered further in than the one before.")
        raise Refused(Refusal("cuts_out_of_order", sentence))


def _refusal_to_set(name: str, value: Any, known: Mapping[str, Any]) -> Refusal | None:
    if name not in known:
        return Refusal(
            "unknown_setting",
            _("There is no setting “%(name)s”.") % {"name": name},
            _("Settings: %(names)s.") % {"names": ", ".join(known)},
        )
    default = known[name]
    if isinstance(default, Cut):
        is_right = (
            isinstance(value, list | tuple)
            and len(value) == len(fields(Cut))
            and all(_is_number(one) for one in value)
        )
        return (
            None if is_right else _not_right(name, _("two numbers, to enter and leave"))
        )
    if isinstance(default, int) and not _is_number(value, whole=True):
        return _not_right(name, _("a whole number above nothing"))
    if not _is_number(value):
        return _not_right(name, _("a number above nothing"))
    if name.endswith("half_life") and value < _SHORTEST_HALF_LIFE:
        return _not_right(name, _("fourteen days or more"))
    return None


def _not_right(name: str, wanted: str) -> Refusal:
    words = {"name": name, "wanted": wanted}
    return Refusal("bad_setting", _("“%(name)s” must be %(wanted)s.") % words)


def _is_number(value: Any, *, whole: bool = False) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 < value < float("inf") and (not whole or value == int(value))
