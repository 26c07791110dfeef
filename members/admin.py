"""Operators look things up here. What has rules is changed through its page.

The ledger, positions and what organizers did are never edited: they are what the rest is
worked out from, or what somebody answers for.
"""

from django.contrib import admin
from django.http import HttpRequest

from domain.admin import ReadOnlyAdmin
from members.models import (
    Absence,
    Agent,
    Companion,
    Dispute,
    Invitation,
    JoinRequest,
    KnownCircle,
    Member,
    Membership,
    Notification,
    OrganizerAct,
    Participation,
    Pause,
    Reckoning,
    RulesVersion,
    Ruling,
    Stake,
    Token,
    Voiding,
)


@admin.register(Member)
class MemberAdmin(admin.ModelAdmin[Member]):
    """Operators pause accounts and appoint operators; members do the rest themselves."""

    list_display = ("name", "handle", "kind", "email", "is_active", "is_staff")
    list_filter = ("kind", "is_active", "is_staff")
    search_fields = ("name", "handle", "email")
    fields = (
        "name",
        "handle",
        "kind",
        "sponsor",
        "email",
        "created_at",
        "last_login",
        "is_active",
        "is_staff",
        "is_superuser",
    )
    readonly_fields = (
        "name",
        "handle",
        "kind",
        "sponsor",
        "email",
        "created_at",
        "last_login",
    )
    ordering = ("-created_at", "pk")
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Member | None = None
    ) -> bool:
        # Closing an account is a deed of its own: it keeps the work.
        return False


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin[Membership]):
    list_display = ("name", "handle", "domain", "zone", "heading", "joined_at")
    list_filter = ("domain", "zone", "heading", "kind", "is_organizer")
    list_select_related = ("domain",)
    search_fields = ("name", "handle")
    ordering = ("domain", "-zone", "-position", "pk")


@admin.register(Absence)
class AbsenceAdmin(ReadOnlyAdmin[Absence]):
    list_display = ("membership", "began_at", "ended_at")
    list_select_related = ("membership",)
    search_fields = ("membership__name", "membership__handle")
    ordering = ("-began_at", "-pk")


@admin.register(Companion)
class CompanionAdmin(ReadOnlyAdmin[Companion]):
    list_display = (
        "newcomer",
        "peer",
        "bond",
        "offered_at",
        "begun_at",
        "ended_at",
        "ending",
    )
    list_filter = ("bond", "ending", "newcomer__domain")
    list_select_related = ("newcomer", "peer")
    search_fields = ("newcomer__name", "peer__name")
    ordering = ("-offered_at", "-pk")


@admin.register(Participation)
class ParticipationAdmin(ReadOnlyAdmin[Participation]):
    list_display = (
        "occurred_at",
        "domain",
        "kind",
        "channel",
        "giver",
        "receiver",
        "amount",
        "item",
        "counted",
    )
    list_filter = ("domain", "kind", "channel", "counted")
    list_select_related = ("domain", "giver", "receiver")
    search_fields = ("key", "item", "title")
    ordering = ("-occurred_at", "-pk")


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin[Dispute]):
    list_display = ("raised_at", "line", "membership", "is_kept", "answered_by")
    list_filter = ("is_kept",)
    list_select_related = ("line", "membership", "answered_by")
    ordering = ("-raised_at", "-pk")


@admin.register(Voiding)
class VoidingAdmin(ReadOnlyAdmin[Voiding]):
    list_display = ("at", "line", "organizer", "reason")
    list_select_related = ("line", "organizer")
    ordering = ("-at", "-pk")


@admin.register(Ruling)
class RulingAdmin(ReadOnlyAdmin[Ruling]):
    list_display = ("membership", "at_least", "at_most", "begins_at", "ends_at")
    list_select_related = ("membership",)
    ordering = ("-begins_at", "-pk")


@admin.register(Reckoning)
class ReckoningAdmin(ReadOnlyAdmin[Reckoning]):
    list_display = (
        "domain",
        "state",
        "rules",
        "week_at",
        "weeks_done",
        "weeks",
        "attempts",
        "lease_until",
        "positioned_at",
        "full_members",
        "is_provisional",
        "is_held",
    )
    list_filter = ("state",)
    list_select_related = ("domain", "rules__domain")
    ordering = ("domain", "state")


@admin.register(KnownCircle)
class KnownCircleAdmin(ReadOnlyAdmin[KnownCircle]):
    list_display = ("domain", "members", "reason", "organizer", "known_at", "ended_at")
    list_select_related = ("domain", "organizer")
    ordering = ("-known_at", "-pk")


@admin.register(RulesVersion)
class RulesVersionAdmin(ReadOnlyAdmin[RulesVersion]):
    list_display = ("domain", "number", "changed", "reason", "set_at")
    list_select_related = ("domain",)
    ordering = ("domain", "-number")


@admin.register(Stake)
class StakeAdmin(ReadOnlyAdmin[Stake]):
    list_display = ("membership", "sentence", "said_at")
    list_select_related = ("membership",)
    ordering = ("-said_at", "-pk")


@admin.register(JoinRequest)
class JoinRequestAdmin(ReadOnlyAdmin[JoinRequest]):
    list_display = ("domain", "member", "asked_at", "answered_at", "accepted")
    list_filter = ("domain", "accepted")
    list_select_related = ("domain", "member")
    ordering = ("-asked_at", "-pk")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin[Invitation]):
    list_display = ("domain", "invited_by", "claims", "created_at", "used_at")
    list_filter = ("domain",)
    list_select_related = ("domain", "invited_by", "claims")
    exclude = ("token_hash",)
    ordering = ("-created_at", "-pk")


@admin.register(OrganizerAct)
class OrganizerActAdmin(ReadOnlyAdmin[OrganizerAct]):
    list_display = ("at", "domain", "organizer", "what", "about", "reason")
    list_filter = ("domain",)
    list_select_related = ("domain", "organizer", "about")
    ordering = ("-at", "-pk")


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin[Notification]):
    """Tells an operator what mail waits, and what could not be sent."""

    list_display = (
        "created_at",
        "member",
        "kind",
        "title",
        "read_at",
        "mailed_at",
        "mail_tries",
    )
    list_filter = ("kind", "mail_tries")
    list_select_related = ("member",)
    ordering = ("-created_at", "-pk")


@admin.register(Agent)
class AgentAdmin(ReadOnlyAdmin[Agent]):
    list_display = ("member", "purpose", "runs_on", "registered_at", "stopped_at")
    list_select_related = ("member",)
    search_fields = ("member__name", "member__handle", "purpose", "runs_on")
    ordering = ("-registered_at", "pk")


@admin.register(Pause)
class PauseAdmin(ReadOnlyAdmin[Pause]):
    list_display = ("membership", "cause", "words", "began_at", "ended_at")
    list_filter = ("cause", "membership__domain")
    list_select_related = ("membership",)
    search_fields = ("membership__name", "membership__handle")
    ordering = ("-began_at", "-pk")


@admin.register(Token)
class TokenAdmin(ReadOnlyAdmin[Token]):
    """Which tokens there are. What opens them is kept nowhere."""

    list_display = (
        "name",
        "prefix",
        "member",
        "domain",
        "scopes",
        "expires_at",
        "last_used_at",
        "revoked_at",
    )
    list_select_related = ("member", "domain")
    search_fields = ("name", "prefix", "member__name", "member__handle")
    exclude = ("token_hash",)
    ordering = ("-created_at", "-pk")
