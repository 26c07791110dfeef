from datetime import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from domain.centrality import Zone
from domain.models import Area, Domain
from domain.questions import Given, number_of, question
from members.models.member import Member

#: Whoever walks more newcomers in than this walks none of them well.
MOST_ROOM = 3


class MembershipQuerySet(models.QuerySet["Membership"]):
    def present(self) -> "MembershipQuerySet":
        return self.filter(left_at=None)

    def full(self) -> "MembershipQuerySet":
        return self.present().filter(zone__gte=Zone.ACTIVE)

    def core_of(self, domain_id: int) -> "MembershipQuerySet":
        return self.present().filter(domain=domain_id, zone=Zone.CORE)

    def organizers(self) -> "MembershipQuerySet":
        return self.present().filter(is_organizer=True)

    def with_account(self) -> "MembershipQuerySet":
        return self.filter(member__isnull=False)

    def of_people(self) -> "MembershipQuerySet":
        return self.filter(kind=Member.Kind.HUMAN)

    def askable(self, *, at: datetime) -> "MembershipQuerySet":
        """The people who are here: no agents, nobody away, nobody without an account."""
        return (
            self.present()
            .of_people()
            .filter(member__is_active=True, is_silent=False, joined_at__lte=at)
            .filter(Q(away_until=None) | Q(away_until__lt=at.date()))
        )

    def of_one_party_with(self, membership: "Membership") -> "MembershipQuerySet":
        """Those with one voice in the domain: whoever answers for agents, and these."""
        if membership.member is None:
            return self.filter(pk=membership.pk)
        answers = membership.member.sponsor_id or membership.member.pk
        party = Member.objects.filter(Q(pk=answers) | Q(sponsor=answers))
        return self.filter(domain=membership.domain_id, member__in=party)

    def moved_inward_since(self, since: datetime | Given) -> "MembershipQuerySet":
        """Those who have since entered the zone they stand in from further out."""
        stood_there = TrajectoryPoint.objects.in_force().filter(
            membership=OuterRef("pk"),
            at__lt=OuterRef("zone_since"),
            zone__gte=OuterRef("zone"),
        )
        return self.filter(zone_since__gte=since, zone__gt=Zone.PERIPHERY).filter(
            ~Exists(stood_there)
        )

    def showing_their_path_to(
        self, reader: "Membership | None"
    ) -> "MembershipQuerySet":
        """Those who let the reader, a visitor if None, see how they moved."""
        everyone, members = Membership.Sight.EVERYONE, Membership.Sight.MEMBERS
        if reader is None:
            return self.filter(trajectory_sight=everyone)
        if reader.sees_every_path:
            return self
        return self.filter(
            Q(trajectory_sight__in=(everyone, members)) | Q(pk=reader.pk)
        )

    def core_first(self) -> "MembershipQuerySet":
        return self.order_by("-zone", "-position", "pk")


class Membership(models.Model):
    """A member's place in one domain; carries the position.

    Somebody known only from an imported history has a membership and no account:
    it can be claimed later, through an organizer. The name and handle people here
    know them by are therefore kept on the membership itself.
    """

    class Heading(models.TextChoices):
        EDGE = "edge", _("At the edge")
        IN = "in", _("Heading in")
        SETTLED = "settled", _("Holding steady")
        BRIDGING = "bridging", _("Bridging")
        OUT = "out", _("Heading out")

    class Sight(models.TextChoices):
        EVERYONE = "everyone", _("Everyone")
        MEMBERS = "members", _("Members of this community")
        CORE = "core", _("Core members and organizers")

    class Hours(models.TextChoices):
        MINUTES = "minutes", _("A few minutes now and then")
        HOUR = "hour", _("About an hour a week")
        HALF_DAY = "half_day", _("Half a day a week")
        MORE = "more", _("More than that")

    class Capacity(models.TextChoices):
        NONE = "none", _("None for now")
        HALF = "half", _("Half")
        USUAL = "usual", _("Usual")
        DOUBLE = "double", _("Double")

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="memberships")
    member = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="memberships"
    )
    kind = models.CharField(
        max_length=5, choices=Member.Kind, default=Member.Kind.HUMAN
    )
    handle = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    is_organizer = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    away_until = models.DateField(null=True, blank=True)
    #: An agent that may not act now; why, its pauses say.
    paused_at = models.DateTimeField(null=True, blank=True)

    areas = models.ManyToManyField(Area, blank=True, related_name="memberships")
    hours = models.CharField(max_length=8, choices=Hours, blank=True)
    capacity = models.CharField(max_length=6, choices=Capacity, default=Capacity.USUAL)
    review_minutes = models.PositiveSmallIntegerField(default=10)
    #: How many newcomers the member would walk in at once; nobody is asked beyond it.
    room = models.PositiveSmallIntegerField(default=1, db_default=1)
    trajectory_sight = models.CharField(
        max_length=8, choices=Sight, default=Sight.MEMBERS
    )
    #: An organizer is mailed how the community is, each Monday.
    wants_report = models.BooleanField(default=False, db_default=False)

    # What follows is worked out from the ledger by the positioning deeds, and by
    # nothing else.
    position = models.FloatField(default=0.0)
    momentum = models.FloatField(default=0.0)
    recognisers = models.PositiveSmallIntegerField(default=0)
    zone = models.PositiveSmallIntegerField(choices=Zone, default=Zone.PERIPHERY)
    zone_since = models.DateTimeField()
    heading = models.CharField(max_length=8, choices=Heading, default=Heading.EDGE)
    main_area = models.ForeignKey(
        Area, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    #: Weekly runs in a row below the cut; leaving a zone takes four.
    runs_below = models.PositiveSmallIntegerField(default=0)
    #: Runs in a row in which the last 90 days were much quieter than the year.
    runs_quiet = models.PositiveSmallIntegerField(default=0)
    is_provisional = models.BooleanField(default=False)
    founder_until = models.DateTimeField(null=True, blank=True)
    is_silent = models.BooleanField(default=False)
    threshold_at = models.DateTimeField(null=True, blank=True)
    last_recognised_at = models.DateTimeField(null=True, blank=True)
    positioned_at = models.DateTimeField(null=True, blank=True)
    map_x = models.FloatField(null=True, blank=True)
    map_y = models.FloatField(null=True, blank=True)
    map_angle = models.FloatField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "member"],
                condition=Q(member__isnull=False),
                name="membership_once_per_domain",
            ),
            models.UniqueConstraint(
                fields=["domain", "handle"], name="membership_handle_once_per_domain"
            ),
            models.CheckConstraint(
                condition=Q(zone__in=Zone.values), name="membership_known_zone"
            ),
            models.CheckConstraint(
                condition=Q(room__lte=MOST_ROOM), name="membership_room_for_a_few"
            ),
            models.CheckConstraint(
                condition=Q(position__gte=0), name="membership_position_from_the_edge"
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("joined_at")),
                name="membership_leaves_after_joining",
            ),
            models.CheckConstraint(
                condition=Q(paused_at=None) | Q(kind=Member.Kind.AGENT),
                name="membership_only_agents_pause",
            ),
        ]
        indexes = [
            models.Index(
                fields=["domain", "-zone", "-position"], name="membership_core_first"
            ),
            # Few are gone, or new to standing for the community; each act asks for them.
            models.Index(
                fields=["domain", "left_at"],
                condition=Q(left_at__isnull=False),
                name="membership_gone",
            ),
            models.Index(
                fields=["domain", "founder_until"],
                condition=Q(founder_until__isnull=False),
                name="membership_founding",
            ),
            # Counts by zone, on every map and the front page, read no more than this.
            models.Index(
                fields=["domain", "zone", "-zone_since"],
                condition=Q(left_at=None),
                name="membership_present",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("members:profile", args=[self.domain.slug, self.handle])

    @property
    def is_agent(self) -> bool:
        return self.kind == Member.Kind.AGENT

    @property
    def is_full(self) -> bool:
        return self.zone >= Zone.ACTIVE

    @property
    def is_present(self) -> bool:
        return self.left_at is None

    @property
    def cohort(self) -> str:
        """The month they came in, as its page's address has it."""
        return f"{timezone.localtime(self.joined_at):%Y-%m}"

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]

    def is_in_same_hands_as(self, other: "Membership") -> bool:
        """Whether one of two members answers for the other, or one person for both."""
        first, second = self.member, other.member
        if first is None or second is None:
            return False
        return (first.sponsor_id or first.pk) == (second.sponsor_id or second.pk)

    @property
    def sees_every_path(self) -> bool:
        """Core members and organizers see how everybody here moved."""
        return self.is_organizer or self.zone >= Zone.CORE

    def shows_path_to(self, reader: "Membership | None") -> bool:
        """Whether the reader, a visitor if None, may see how this member moved."""
        if self.trajectory_sight == self.Sight.EVERYONE:
            return True
        if reader is None or reader.domain_id != self.domain_id:
            return False
        return (
            self.trajectory_sight == self.Sight.MEMBERS
            or reader.sees_every_path
            or reader.pk == self.pk
        )

    @cached_property
    def core_size(self) -> int:
        """How many core members the domain has, asked for once a request."""
        return _core_size.first(domain=self.domain_id) or 0

    def reaches(self, centrality: int) -> bool:
        """Whether work of this centrality lies in the member's zone or further out."""
        return self.zone >= centrality

    def is_away(self, *, at: datetime) -> bool:
        return self.is_silent or (
            self.away_until is not None and self.away_until >= at.date()
        )


@question
def _core_size() -> models.QuerySet[Membership, int]:
    return number_of(
        Membership.objects.present().filter(domain=Given("domain"), zone=Zone.CORE)
    )


class Absence(models.Model):
    """A time between leaving a community and coming back to it.

    Who is gone now is told by ``Membership.left_at``; kept here is what that forgets
    when somebody returns, so that the past can be worked out again as it was.
    """

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="absences")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "began_at"], name="absence_begins_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__gt=F("began_at")),
                name="absence_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership} from {self.began_at} to {self.ended_at}"


class Stake(models.Model):
    """A member's own sentence on why they care, asked on joining and each quarter."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="stakes")
    sentence = models.TextField(max_length=500)
    said_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sentence


class TrajectoryPointQuerySet(models.QuerySet["TrajectoryPoint"]):
    def in_force(self) -> "TrajectoryPointQuerySet":
        """Those of the reckonings in force; others are kept beside them."""
        return self.filter(reckoning__state="current")


class TrajectoryPoint(models.Model):
    """Where a member stood at a time; the line of them is the trajectory."""

    # Written by the hundred thousand when a past is lived through again: a key of its
    # own, an index for each foreign key and a look at what they point to would take
    # longer than working the points out.
    pk = models.CompositePrimaryKey("membership", "reckoning", "at")
    membership = models.ForeignKey(
        Membership,
        models.CASCADE,
        related_name="trajectory",
        db_constraint=False,
        db_index=False,
    )
    reckoning = models.ForeignKey(
        "members.Reckoning",
        models.CASCADE,
        related_name="points",
        db_constraint=False,
        db_index=False,
    )
    at = models.DateTimeField()
    position = models.FloatField()
    momentum = models.FloatField()
    zone = models.PositiveSmallIntegerField(choices=Zone)

    objects = TrajectoryPointQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.membership_id} at {self.position:.2f} on {self.at:%Y-%m-%d}"
