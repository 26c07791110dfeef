"""What came in over a bridge: who, what and when, as the source tells it.

The ledger is worked out from this, and can be compared with it. People are known here
by what the source calls them, and by nothing else.
"""

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cop.bridges.evidence import ActKind
from domain.centrality import Centrality
from domain.models import Domain
from members.models import Membership


def new_key() -> bytes:
    return secrets.token_bytes(32)


class History(models.Model):
    """How one domain's past elsewhere is read; the same for all that comes of it."""

    domain = models.OneToOneField(Domain, models.CASCADE, related_name="history")
    #: Makes pseudonyms that nobody can work out from a public history. Kept here, as
    #: a site's own secret may change and people would then come in a second time.
    pseudonym_key = models.BinaryField(default=new_key)
    #: Work nobody is known to have reviewed counts as recognised by who integrated it.
    counts_integrations = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "histories"

    def __str__(self) -> str:
        return f"The history of {self.domain}"


class Identity(models.Model):
    """Somebody as histories know them, and the membership that stands for them.

    The membership may be renamed, or claimed by the person behind it; another import
    still finds it by this.
    """

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="+")
    known_as = models.CharField(max_length=100)
    membership = models.ForeignKey(
        Membership, models.CASCADE, related_name="identities"
    )

    class Meta:
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "known_as"], name="identity_once_per_domain"
            )
        ]

    def __str__(self) -> str:
        return self.known_as


class Import(models.Model):
    """One reading of one file, and how far it has come."""

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="imports")
    #: What to call where it came from, such as a file's name.
    source = models.CharField(max_length=200)
    #: SHA-256 of the file: only the very same file is read on where it was left.
    digest = models.CharField(max_length=64)
    #: The cursor: lines read, written in the same transaction as what they told.
    lines = models.PositiveBigIntegerField(default=0)
    #: New acts by kind.
    taken_in = models.JSONField(default=dict)
    known = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)
    people_new = models.PositiveIntegerField(default=0)
    ledger_lines = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain", "digest"],
                condition=Q(finished_at=None),
                name="import_one_unfinished_per_file",
            )
        ]

    def __str__(self) -> str:
        return f"{self.source}, {self.started_at:%Y-%m-%d}"


class RefusedLine(models.Model):
    """A line of a file that could not be taken in, and why."""

    of = models.ForeignKey(Import, models.CASCADE, related_name="refused_lines")
    number = models.PositiveBigIntegerField()
    code = models.CharField(max_length=40)
    sentence = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["of", "number"], name="refused_line_told_once"
            )
        ]

    def __str__(self) -> str:
        return f"line {self.number}: {self.sentence}"


class ImportedAct(models.Model):
    """One act of a history, as it was told.

    An act comes in unwritten; that is the mark that the ledger does not tell of its
    work yet, or not all.
    """

    domain = models.ForeignKey(
        Domain, models.CASCADE, related_name="imported_acts", db_index=False
    )
    of = models.ForeignKey(Import, models.CASCADE, related_name="acts", db_index=False)
    work = models.CharField(max_length=100)
    kind = models.CharField(
        max_length=12, choices=[(kind.value, kind.value) for kind in ActKind]
    )
    actor = models.ForeignKey(
        Identity, models.CASCADE, related_name="+", db_index=False
    )
    subject = models.ForeignKey(
        Identity, models.CASCADE, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    area = models.CharField(max_length=200, blank=True)
    size = models.BigIntegerField(null=True)
    docs_only = models.BooleanField(default=False)
    files = models.BigIntegerField(null=True)
    title = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=200, blank=True)
    centrality = models.PositiveSmallIntegerField(choices=Centrality, null=True)
    rounds = models.PositiveSmallIntegerField(default=1)
    accommodated = models.BooleanField(default=False)
    written = models.BooleanField(default=False)

    class Meta:
        constraints = [
            # Also the index by which all acts about one work are found.
            models.UniqueConstraint(
                fields=["domain", "work", "kind", "actor", "subject", "at"],
                nulls_distinct=False,
                name="imported_act_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["domain", "work"],
                condition=Q(written=False),
                name="imported_act_unwritten",
            )
        ]

    def __str__(self) -> str:
        return _("%(kind)s of %(work)s") % {"kind": self.kind, "work": self.work}
