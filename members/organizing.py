"""Organizing: what organizers set, and whom they give duties to. All of it is logged."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from domain.models import Area, Domain
from domain.refusal import Refusal, Refused
from members import leaving, legitimacy, pausing
from members.models import Member, Membership, OrganizerAct, Pause


@transaction.atomic
def describe(
    *,
    organizer: Membership,
    name: str,
    concern: str,
    stakes: str,
    served: str,
    visibility: str,
    joining: str,
    language: str,
    at: datetime,
) -> Domain:
    """Say what the community cares about, in which language, and who may read and join.

    What was written is searched in another language once a job has read it again.
    """
    domain = _organized_by(organizer)
    if language != domain.language:
        # Words have other endings now: every process builds its vocabulary anew.
        domain.language = language
        domain.vocabulary_version += 1
    domain.name, domain.concern = name, concern
    domain.stakes, domain.served = stakes, served
    domain.visibility, domain.joining = visibility, joining
    domain.save(
        update_fields=[
            "name",
            "concern",
            "stakes",
            "served",
            "visibility",
            "joining",
            "language",
            "vocabulary_version",
        ]
    )
    _log(organizer, _("Changed what the community says of itself"), at=at)
    return domain


@transaction.atomic
def name_zones(
    *,
    organizer: Membership,
    names: Sequence[str],
    promises: Sequence[str],
    at: datetime,
) -> Domain:
    """Give the four zones the community's own names, and say what each may do."""
    domain = _organized_by(organizer)
    domain.zone_names, domain.zone_promises = list(names), list(promises)
    domain.save(update_fields=["zone_names", "zone_promises"])
    _log(organizer, _("Changed the zones"), at=at)
    return domain


@transaction.atomic
def set_windows(
    *,
    organizer: Membership,
    claim_window: timedelta,
    review_window: timedelta,
    hold_window: timedelta,
    at: datetime,
) -> Domain:
    """Say how long a seat, a review and a visitor's seat are kept from now on."""
    domain = _organized_by(organizer)
    domain.claim_window = claim_window
    domain.review_window = review_window
    domain.hold_window = hold_window
    domain.save(update_fields=["claim_window", "review_window", "hold_window"])
    _log(organizer, _("Changed how long seats are kept"), at=at)
    return domain


@transaction.atomic
def share(
    *, organizer: Membership, summary_is_public: bool, time_zone: str, at: datetime
) -> Domain:
    """Say whether everybody reads how the community is, and by whose clock it is mailed."""
    domain = _organized_by(organizer)
    was_public, domain.summary_is_public = domain.summary_is_public, summary_is_public
    domain.time_zone = time_zone
    domain.save(update_fields=["summary_is_public", "time_zone"])
    if was_public != summary_is_public:
        _log(
            organizer,
            _("Shared how the community is with everybody")
            if summary_is_public
            else _("No longer shares how the community is"),
            at=at,
        )
    return domain


@transaction.atomic
def rule_on_agents(
    *,
    organizer: Membership,
    agents: str,
    most_agents: int,
    areas: Collection[Area],
    at: datetime,
) -> Domain:
    """Say how far in agents take work here, in which areas, and how many come in.

    Where there are to be none, those who are here are paused: each can be let go on. In
    everything else what they hold is theirs to finish.
    """
    domain = _organized_by(organizer)
    was = domain.agents
    domain.agents, domain.most_agents = agents, most_agents
    domain.save(update_fields=["agents", "most_agents"])
    welcome = [area.pk for area in areas]
    domain.areas.filter(pk__in=welcome).update(agents_welcome=True)
    domain.areas.exclude(pk__in=welcome).update(agents_welcome=False)
    rule = Domain.Agents(agents)
    words = _("Changed the rule for agents: %(rule)s") % {"rule": rule.label}
    _log(organizer, words, at=at)
    if rule == Domain.Agents.NONE and was != rule:
        here = domain.memberships.present().filter(kind=Member.Kind.AGENT)
        for membership in here.order_by("pk"):
            pausing.begin(
                membership=membership,
                cause=Pause.Cause.ORGANIZER,
                words=_("There are to be no agents here any more."),
                at=at,
            )
    return domain


@transaction.atomic
def add_area(*, organizer: Membership, name: str, at: datetime) -> Area:
    """Draw one more part of the practice."""
    domain = _organized_by(organizer)
    slug = slugify(name)[:60]
    if not slug or domain.areas.filter(slug=slug).exists():
        raise Refused(
            Refusal("area_there", _("There is an area of that name already."))
        )
    area = Area.objects.create(
        domain=domain, name=name, slug=slug, place=domain.areas.count()
    )
    _log(organizer, _("Added the area %(name)s") % {"name": name}, at=at)
    return area


@transaction.atomic
def rename_area(*, organizer: Membership, area: Area, name: str, at: datetime) -> Area:
    """Call a part of the practice by another name; addresses keep the old one."""
    _organized_by(organizer, of=area)
    before, area.name = area.name, name
    area.save(update_fields=["name"])
    _log(
        organizer,
        _("Renamed the area %(before)s to %(name)s") % {"before": before, "name": name},
        at=at,
    )
    return area


@transaction.atomic
def remove_area(*, organizer: Membership, area: Area, at: datetime) -> None:
    """Take away a part of the practice in which there has been no work."""
    _organized_by(organizer, of=area)
    name = area.name
    try:
        with transaction.atomic():
            area.delete()
    except ProtectedError as in_use:
        raise Refused(
            Refusal(
                "area_in_use",
                _("There are tasks in %(name)s.") % {"name": name},
                _("Rename it instead, or move its tasks to another area."),
            )
        ) from in_use
    _log(organizer, _("Removed the area %(name)s") % {"name": name}, at=at)


@transaction.atomic
def appoint(
    *, organizer: Membership, membership: Membership, at: datetime, reason: str = ""
) -> Membership:
    """Give somebody an organizer's duties."""
    _organized_by(organizer, of=membership)
    refusal = legitimacy.refusal_to_appoint(membership=membership)
    if refusal:
        raise Refused(refusal)
    if not membership.is_organizer:
        membership.is_organizer = True
        membership.save(update_fields=["is_organizer"])
        _log(organizer, _("Made an organizer"), about=membership, reason=reason, at=at)
    return membership


@transaction.atomic
def dismiss(
    *, organizer: Membership, membership: Membership, at: datetime, reason: str = ""
) -> Membership:
    """Take an organizer's duties from somebody, oneself included."""
    _organized_by(organizer, of=membership)
    refusal = legitimacy.refusal_to_leave(membership=membership)
    if refusal:
        raise Refused(refusal)
    if membership.is_organizer:
        membership.is_organizer = False
        membership.save(update_fields=["is_organizer"])
        _log(
            organizer,
            _("No longer an organizer"),
            about=membership,
            reason=reason,
            at=at,
        )
    return membership


@transaction.atomic
def remove(
    *, organizer: Membership, membership: Membership, reason: str, at: datetime
) -> Membership:
    """Put somebody out of the community, for a reason that is kept."""
    _organized_by(organizer, of=membership)
    gone = leaving.leave(membership=membership, at=at)
    _log(organizer, _("Put out of the community"), about=gone, reason=reason, at=at)
    return gone


def _organized_by(
    organizer: Membership, *, of: Area | Membership | None = None
) -> Domain:
    """The organizer's domain, locked: one organizer's change at a time."""
    domain = Domain.objects.select_for_update(no_key=True).get(pk=organizer.domain_id)
    refusal = legitimacy.refusal_to_organize(domain=domain, membership=organizer)
    if refusal is None and of is not None and of.domain_id != domain.pk:
        refusal = Refusal("elsewhere", _("That belongs to another community."))
    if refusal:
        raise Refused(refusal)
    return domain


def _log(
    organizer: Membership,
    what: str,
    *,
    at: datetime,
    about: Membership | None = None,
    reason: str = "",
) -> None:
    OrganizerAct.objects.create(
        domain_id=organizer.domain_id,
        organizer=organizer,
        about=about,
        what=what[:200],
        reason=reason,
        at=at,
    )
