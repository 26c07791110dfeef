from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from domain.models import Domain
from members.models import Membership
from repertoire.models.entry import Entry


class CoinageQuerySet(models.QuerySet["Coinage"]):
    def waiting(self) -> "CoinageQuerySet":
        return self.filter(set_aside_at=None)

    def set_aside(self) -> "CoinageQuerySet":
        return self.exclude(set_aside_at=None)

    def likeliest_first(self) -> "CoinageQuerySet":
        return self.order_by("-weight", "pk")


class Coinage(models.Model):
    """A word the community says often, ordinary text hardly ever, and no entry explains."""

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="coinages")
    #: What its forms have in common.
    key = models.CharField(max_length=160)
    #: As most people write it.
    words = models.CharField(max_length=120)
    said = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    texts = models.PositiveIntegerField()
    #: Uses per word of ordinary text, at most; unknown where there is none to compare.
    elsewhere = models.FloatField(null=True)
    weight = models.FloatField()
    #: Addresses, titles and sentences of a few texts that say it.
    places = models.JSONField(default=list)
    heard_at = models.DateTimeField()
    #: Somebody said that it is no word of theirs; remembered, so that nobody is asked
    #: again.
    set_aside_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+"
    )
    set_aside_at = models.DateTimeField(null=True)

    objects = CoinageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "key"], name="coinage_once_per_domain"
            )
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def in_words(self) -> int | None:
        """Ordinary text has it once in so many words, or more rarely."""
        return round(1 / self.elsewhere) if self.elsewhere else None


class NameUseQuerySet(models.QuerySet["NameUse"]):
    def most_said_first(self) -> "NameUseQuerySet":
        return self.order_by("-said", "name", "pk")


class NameUse(models.Model):
    """How often people call an entry by one of its names."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="names_used")
    name = models.CharField(max_length=120)
    said = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    texts = models.PositiveIntegerField()
    #: In the last 90 days, and in the 90 before.
    lately = models.PositiveIntegerField()
    before = models.PositiveIntegerField()
    #: Keys of the memberships that say it most.
    speakers = ArrayField(models.BigIntegerField(), default=list)
    counted_at = models.DateTimeField()
    #: The title stays, though more people say this.
    settled_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)

    objects = NameUseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "name"], name="name_use_once_per_entry"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.said}"


class LikenessQuerySet(models.QuerySet["Likeness"]):
    def waiting(self) -> "LikenessQuerySet":
        return self.filter(
            settled_at=None, first__retired_at=None, second__retired_at=None
        )

    def nearest_first(self) -> "LikenessQuerySet":
        return self.order_by((F("near") * F("company")).desc(), "pk")


class Likeness(models.Model):
    """Two entries that mean nearly the same and are used alike: one thing, perhaps."""

    first = models.ForeignKey(Entry, models.CASCADE, related_name="+")
    second = models.ForeignKey(Entry, models.CASCADE, related_name="+")
    near = models.FloatField()
    company = models.FloatField()
    shared = ArrayField(models.CharField(max_length=60), default=list)
    around = ArrayField(models.CharField(max_length=60), default=list)
    found_at = models.DateTimeField()
    #: They are two things, somebody said.
    settled_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)

    objects = LikenessQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "likenesses"
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"], name="likeness_once_per_pair"
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="likeness_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}"
