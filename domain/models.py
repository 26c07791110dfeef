from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import (
    SearchConfig,
    SearchQuery,
    SearchVectorField,
)
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from domain.centrality import Zone
from domain.languages import CODES, Language
from domain.questions import Given


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

    class Agents(models.TextChoices):
        """How far in agents take work here, once they have come that far."""

        NONE = "none", _("There are none")
        OBSERVE = "observe", _("They observe, and propose to the repertoire")
        PERIPHERY = "periphery", _("At the edge only")
        INBOUND = "inbound", _("Up to the second zone")
        ACTIVE = "active", _("Up to the third zone")
        CORE = "core", _("In every zone they come to stand in")

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
    agents = models.CharField(
        max_length=9, choices=Agents, default=Agents.ACTIVE, db_default=Agents.ACTIVE
    )
    #: As many come in; each is read by somebody.
    most_agents = models.PositiveSmallIntegerField(default=20, db_default=20)
    #: One paragraph on how the community is, on the page that tells what it is.
    summary_is_public = models.BooleanField(default=False, db_default=False)
    #: By whose clock the report goes out on Monday mornings.
    time_zone = models.CharField(max_length=40, default="UTC", db_default="UTC")
    #: Moves whenever a term changes, so that every process rebuilds its vocabulary.
    vocabulary_version = models.PositiveIntegerField(default=1)
    #: What the community writes in: by its endings words are found in all their forms.
    language = models.CharField(
        max_length=10, choices=Language, default=Language.ENGLISH
    )

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
            # Anything else, and nothing could be written there any more.
            models.CheckConstraint(
                condition=models.Q(language__in=Language.values),
                name="domain_known_language",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("domain:home", args=[self.slug])

    @property
    def language_code(self) -> str:
        return CODES[Language(self.language)]

    def zone_name(self, zone: int) -> str:
        return self.zone_names[zone - 1]

    @property
    def agents_reach(self) -> int:
        """The most central work agents take here; 0 where they take none."""
        rule = Domain.Agents(self.agents)
        return Zone[rule.name] if rule.name in Zone.__members__ else 0


class Area(models.Model):
    """A part of the practice: the angle on the map, and what a reviewer knows."""

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="areas")
    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=60)
    place = models.PositiveSmallIntegerField(default=0)
    #: Whether agents take work of this kind at all.
    agents_welcome = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "slug"], name="area_slug_once_per_domain"
            )
        ]

    def __str__(self) -> str:
        return self.name


class FindableQuerySet(models.QuerySet["Findable"]):
    def matching(
        self, kind: str, words: str | Given, *, language: str | Given
    ) -> "FindableQuerySet":
        """Things of a kind that a community's own search boxes find."""
        query = SearchQuery(
            words, config=SearchConfig(language), search_type="websearch"
        )
        return self.filter(kind=kind, search=query)

    def in_another_language(self) -> "FindableQuerySet":
        """Those read in a language that is not, or no longer, their community's."""
        return self.exclude(language=models.F("domain__language"))


class Findable(models.Model):
    """What a search reads of one thing, in the language of its community.

    Each app says by triggers what can be found of its things, so that a row here is
    true however the thing was written: by a deed, by an import, by hand. What nobody
    is to find has no row.
    """

    class Kind(models.TextChoices):
        ENTRY = "entry", _("Repertoire")
        TASK = "task", _("Tasks")
        MEMBER = "member", _("People")
        NOTE = "note", _("Log")

    kind = models.CharField(max_length=6, choices=Kind)
    #: The thing itself; it lies in an app above this one.
    key = models.BigIntegerField()
    domain = models.ForeignKey(
        Domain, models.CASCADE, related_name="findables", db_index=False
    )
    area = models.ForeignKey(Area, models.SET_NULL, null=True, related_name="+")
    #: Whether members alone may find it in a community everybody can read.
    members_only = models.BooleanField()
    #: When it was last written, confirmed or done.
    at = models.DateTimeField()
    language = models.CharField(max_length=10, choices=Language)
    #: What an entry is called, in lower case: who types one of these wants that entry.
    names = ArrayField(models.TextField(), default=list)
    #: What it is called, as it is compared with what was mistyped.
    spelled = models.TextField(blank=True)
    search = SearchVectorField()

    objects = FindableQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="findable_once")
        ]
        indexes = [
            GinIndex(fields=["search"], name="findable_search"),
            GinIndex(
                fields=["names"],
                condition=models.Q(kind="entry"),
                name="findable_names",
            ),
            GinIndex(
                OpClass("spelled", name="gin_trgm_ops"),
                condition=~models.Q(spelled=""),
                name="findable_spelled",
            ),
            # A word that is everywhere is looked for from the latest on.
            models.Index(fields=["kind", "-at"], name="findable_latest"),
            models.Index(
                fields=["domain", "kind", "-at"],
                include=["language"],
                name="findable_latest_here",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
