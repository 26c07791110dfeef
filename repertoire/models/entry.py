from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from domain.centrality import Zone
from domain.models import Area, Domain, Findable
from domain.promises import PROMISED_WITHIN, STALLED_AFTER
from domain.questions import Given
from members.models import Membership

if TYPE_CHECKING:
    from members.models import Member


#: So many of the most used are looked at to find those most used.
MOST_SAID = 30


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, member: "Member | Given | None") -> "EntryQuerySet":
        """Entries of domains the reader may read; a door starts from nothing else."""
        open_to_all = Q(domain__visibility__in=("public", "unlisted"))
        if not isinstance(member, Given) and not (member and member.is_authenticated):
            return self.filter(open_to_all)
        theirs = Membership.objects.present().filter(member=member).values("domain")
        return self.filter(open_to_all | Q(domain__in=theirs))

    def living(self) -> "EntryQuerySet":
        return self.filter(retired_at=None, current__isnull=False)

    def proposed(self) -> "EntryQuerySet":
        """Written by somebody who may not publish, and not taken in yet."""
        waiting = Revision.objects.proposed().filter(entry=OuterRef("pk"))
        return self.filter(Exists(waiting), current=None, retired_at=None)

    def named(self, words: str, *, language: str) -> "EntryQuerySet":
        """Entries of a community that a search for ``words`` finds, by name or text."""
        found = Findable.objects.matching(Findable.Kind.ENTRY, words, language=language)
        return self.filter(
            Q(pk__in=found.values("key"))
            | Q(title__icontains=words)
            | Q(aliases__icontains=words)
        )

    def with_uses(self, *, since: datetime | Given) -> "EntryQuerySet":
        """How many tasks and reviews used each entry since then."""
        # Each by itself: counted for the entries of a page alone, not for all in order.
        uses = (
            Entry.objects.filter(pk=OuterRef("pk"), citations__cited_at__gte=since)
            .order_by()
            .values("pk")
        )

        def number(of: str, **given: Any) -> Coalesce:
            counted = uses.annotate(number=Count(of, **given))
            return Coalesce(Subquery(counted.values("number")), 0)

        return self.annotate(
            tasks_using=number("citations__task", distinct=True),
            reviews_using=number("citations__review", distinct=True),
            on_purpose=number(
                "citations__explicit", filter=Q(citations__explicit=True)
            ),
        )

    def most_used(
        self, number: int, *, within: int | Given, since: datetime | Given
    ) -> "EntryQuerySet":
        """The entries of a community that were used most since then, in how many tasks.

        They are chosen among the thirty that are said most often, which costs a tenth
        of counting the tasks of each.
        """
        said_most = (
            self.filter(citations__domain=within, citations__cited_at__gte=since)
            .order_by()
            .values("pk")
            .annotate(times=Count("*"))
            .order_by("-times", "pk")
        )
        chosen = self.filter(pk__in=said_most.values("pk")[:MOST_SAID])
        return chosen.with_uses(since=since).order_by(
            F("tasks_using").desc(), F("reviews_using").desc(), "pk"
        )[:number]

    def unused_since(self, at: datetime) -> "EntryQuerySet":
        """Old enough to have been used since then, and not used by anything."""
        return self.filter(written_at__lt=at).exclude(citations__cited_at__gte=at)

    def by_title(self) -> "EntryQuerySet":
        return self.order_by("title", "pk")

    def lately_changed_first(self) -> "EntryQuerySet":
        return self.order_by("-changed_at", "-pk")


class Entry(models.Model):
    """A piece of the shared repertoire: a word, a tool, an approach or a story."""

    class Kind(models.TextChoices):
        TERM = "term", _("Vocabulary")
        TOOL = "tool", _("Tool")
        APPROACH = "approach", _("Approach")
        STORY = "story", _("Story")

    #: How a kind is spelled in addresses.
    SHELVES = {
        "vocabulary": Kind.TERM,
        "tools": Kind.TOOL,
        "approaches": Kind.APPROACH,
        "stories": Kind.STORY,
    }

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=8, choices=Kind)
    title = models.CharField(max_length=120)
    slug = models.SlugField(max_length=120)
    #: Other words for it, and slugs it went by before: all of them lead here.
    aliases = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    former_slugs = ArrayField(
        models.SlugField(max_length=120), default=list, blank=True
    )
    area = models.ForeignKey(
        Area, models.SET_NULL, null=True, blank=True, related_name="entries"
    )
    #: One sentence: what the hover card says.
    meaning = models.CharField(max_length=300, blank=True)
    current = models.ForeignKey(
        "Revision", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    written_by = models.ForeignKey(
        Membership, models.PROTECT, related_name="entries_written"
    )
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    retired_at = models.DateTimeField(null=True, blank=True)
    #: Out of use because this one says it better: whoever asks for it is sent on.
    overtaken_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="overtook"
    )
    #: The last day on which somebody of its area read it.
    read_on = models.DateField(null=True, blank=True)
    #: Of a story, since when others retell it.
    canonical_at = models.DateTimeField(null=True, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "kind", "slug"], name="entry_slug_once_per_shelf"
            ),
            models.CheckConstraint(
                condition=Q(changed_at__gte=F("written_at")),
                name="entry_changes_after_writing",
            ),
        ]
        indexes = [
            models.Index(fields=["domain", "-changed_at"], name="entry_lately_changed"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse(
            "repertoire:entry", args=[self.domain.slug, self.shelf, self.slug]
        )

    @property
    def shelf(self) -> str:
        return next(name for name, kind in self.SHELVES.items() if kind == self.kind)


def came_at() -> Case:
    """When a version became the living text: written, or taken in by somebody."""
    return Case(
        When(settled_by__isnull=False, then=Coalesce("settled_at", "written_at")),
        default="written_at",
        output_field=models.DateTimeField(),
    )


class RevisionQuerySet(models.QuerySet["Revision"]):
    def living(self) -> "RevisionQuerySet":
        return self.filter(state=Revision.State.LIVE)

    def proposed(self) -> "RevisionQuerySet":
        return self.filter(state=Revision.State.PROPOSED)

    def waiting(self) -> "RevisionQuerySet":
        """Proposals somebody can still answer."""
        return self.proposed().filter(entry__retired_at=None)

    def late(self, *, at: datetime) -> "RevisionQuerySet":
        """Waiting longer than promised, and its author not told so yet."""
        return self.waiting().filter(
            slipped_at=None, written_at__lt=at - PROMISED_WITHIN
        )

    def stalled(self, *, at: datetime) -> "RevisionQuerySet":
        """Waiting so long that organizers should know, and they do not yet."""
        return self.waiting().filter(stalled_at=None, written_at__lt=at - STALLED_AFTER)

    def unwatched(self) -> "RevisionQuerySet":
        """Mends by newcomers that nobody full has looked at yet."""
        return self.living().filter(is_mend=True, looked_at=None)

    def by_newcomers(self) -> "RevisionQuerySet":
        return self.filter(author_zone__lt=Zone.ACTIVE)

    def newest_first(self) -> "RevisionQuerySet":
        return self.order_by("-number", "-pk")

    def latest_first(self) -> "RevisionQuerySet":
        """Of several entries: their numbers say nothing of which came first."""
        return self.order_by("-written_at", "-pk")


class Revision(models.Model):
    """One version of an entry: who wrote it, from which version, and why."""

    class State(models.TextChoices):
        LIVE = "live", _("Live")
        PROPOSED = "proposed", _("Proposed")
        DECLINED = "declined", _("Not taken in")

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="revisions")
    #: Live versions are numbered from 1; a proposal gets its number when taken in.
    number = models.PositiveIntegerField(null=True, blank=True)
    base = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    author = models.ForeignKey(Membership, models.PROTECT, related_name="revisions")
    #: The zone the author stood in when writing: who shapes the repertoire is a sign.
    author_zone = models.PositiveSmallIntegerField(choices=Zone)
    title = models.CharField(max_length=120)
    meaning = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    why = models.CharField(max_length=300, blank=True)
    #: The work that caused it, as an address within the site.
    because_path = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.LIVE)
    is_mend = models.BooleanField(default=False)
    settled_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_words = models.CharField(max_length=300, blank=True)
    #: What was left out when this proposal was taken in, given back to its author.
    rest_of = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="rests"
    )
    #: While it was proposed: since when more were asked, and organizers told.
    slipped_at = models.DateTimeField(null=True, blank=True)
    stalled_at = models.DateTimeField(null=True, blank=True)
    #: A mend is looked at by somebody full, who may have undone it in another version.
    looked_by = models.ForeignKey(
        Membership, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    looked_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField()

    objects = RevisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "number"], name="revision_number_once_per_entry"
            ),
            models.CheckConstraint(
                condition=~Q(state="live") | Q(number__isnull=False),
                name="revision_live_is_numbered",
            ),
        ]
        indexes = [
            models.Index(
                fields=["written_at"],
                condition=Q(state="proposed"),
                name="revision_waiting",
            ),
            models.Index(
                fields=["written_at"],
                condition=Q(is_mend=True, looked_at=None),
                name="revision_unwatched",
            ),
            models.Index(
                fields=["written_at"],
                condition=Q(state="live", author_zone__lt=Zone.ACTIVE),
                name="revision_by_newcomers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    @property
    def live_at(self) -> datetime:
        """When it became the living text: written, or taken in by somebody."""
        taken_in_at = self.settled_at if self.settled_by_id else None
        return taken_in_at or self.written_at


class EntryLinkQuerySet(models.QuerySet["EntryLink"]):
    def wanted_most(self, limit: int) -> list[tuple[str, int]]:
        """Names that no entry has, each with how many entries link to it."""
        wishes = (
            self.filter(target=None)
            .values(folded=Lower("wanted"))
            .annotate(words=Min("wanted"), wishes=Count("source", distinct=True))
            .order_by("-wishes", "folded")
        )
        return [(wish["words"], wish["wishes"]) for wish in wishes[:limit]]


class EntryLink(models.Model):
    """One entry mentions another: links, and entries that are wanted but not written."""

    source = models.ForeignKey(Entry, models.CASCADE, related_name="links_out")
    target = models.ForeignKey(
        Entry, models.CASCADE, null=True, related_name="links_in"
    )
    wanted = models.CharField(max_length=120, blank=True)
    #: Linked on purpose, as against a known term met in passing.
    explicit = models.BooleanField(default=True)

    objects = EntryLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(target__isnull=False, wanted="")
                | Q(target=None) & ~Q(wanted=""),
                name="entry_link_leads_or_wants",
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_id} -> {self.target_id or self.wanted}"
