from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from domain.centrality import Zone


def zone_names() -> list[str]:
    return [str(zone.label) for zone in Zone]


def zone_promises() -> list[str]:
    """What each zone may do, in words: the visible path of a new domain."""
    return [
        "Take small, needed work that is easy to put right. Watch anything being done.",
        "Take work others build on, and give a first look at what newcomers hand in.",
        "Make the judgement calls. Review newcomers' work and publish to the repertoire.",
        "Answer for what carries the community's name, and for how others get here.",
    ]


def four_of_them(values: list[str]) -> None:
    if len(values) != len(Zone):
        raise ValidationError(_("There are four zones; give each one a text."))


class DomainQuerySet(models.QuerySet["Domain"]):
    def listed(self) -> "DomainQuerySet":
        return self.exclude(visibility=Domain.Visibility.UNLISTED)

    def by_name(self) -> "DomainQuerySet":
        return self.order_by("name", "pk")


class Domain(models.Model):
    """The concern a community shares, and what would go wrong if nobody cared."""

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Anyone can read it")
        MEMBERS = "members", _("Only members can read it")
        UNLISTED = "unlisted", _("Anyone with the address can read it")

    class Joining(models.TextChoices):
        OPEN = "open", _("Anyone can join")
        REQUEST = "request", _("People ask, an organizer answers")
        INVITATION = "invitation", _("By invitation only")

    name = models.CharField(max_length=80)
    slug = models.SlugField(
        max_length=50,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$")],
    )
    concern = models.TextField(help_text=_("What we care about"))
    stakes = models.TextField(
        help_text=_("What goes wrong in the world if nobody does")
    )
    served = models.TextField(help_text=_("Who is served"))
    visibility = models.CharField(
        max_length=12, choices=Visibility, default=Visibility.PUBLIC
    )
    joining = models.CharField(max_length=12, choices=Joining, default=Joining.OPEN)
    zone_names = ArrayField(
        models.CharField(max_length=30), default=zone_names, validators=[four_of_them]
    )
    zone_promises = ArrayField(
        models.TextField(), default=zone_promises, validators=[four_of_them]
    )
    #: A week lets people with an hour on Sundays hold real work.
    claim_window = models.DurationField(default=timedelta(days=7))
    #: Long enough to read with care, short enough that nobody else waits for it.
    review_window = models.DurationField(default=timedelta(hours=1))
    #: A visitor's seat is kept through sign-up, not for longer.
    hold_window = models.DurationField(default=timedelta(minutes=15))
    founded_at = models.DateTimeField()
    health_is_public = models.BooleanField(default=False)
    #: Moves whenever a term changes, so that every process rebuilds its vocabulary.
    vocabulary_version = models.PositiveIntegerField(default=1)

    objects = DomainQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(zone_names__len=len(Zone)),
                name="domain_names_four_zones",
            ),
            models.CheckConstraint(
                condition=models.Q(zone_promises__len=len(Zone)),
                name="domain_promises_four_zones",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("domain:home", args=[self.slug])

    def zone_name(self, zone: int) -> str:
        return self.zone_names[zone - 1]


class Area(models.Model):
    """A part of the practice: the angle on the map, and what a reviewer knows."""

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="areas")
    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=60)
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "slug"], name="area_slug_once_per_domain"
            )
        ]

    def __str__(self) -> str:
        return self.name
