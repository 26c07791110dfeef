"""Where an entry grew, told by files from elsewhere."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Membership
from repertoire.models.entry import Revision


class Doing(models.TextChoices):
    """What somebody was at when they said the words that were kept."""

    WORKING = "working", _("working on %(task)s")
    REVIEWING = "reviewing", _("reviewing work on %(task)s")
    HANDING_IN = "handing_in", _("handing in %(task)s")


class ToldOrigin(models.Model):
    """A version that was brought in grew, where it was written, out of this.

    Its task is not here, so that nothing can be looked up: what the file said is kept.
    """

    revision = models.OneToOneField(
        Revision, models.CASCADE, related_name="told_origin", primary_key=True
    )
    author = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    doing = models.CharField(max_length=10, choices=Doing)
    task = models.CharField(max_length=200)
    #: Where it was said, as an address within the site it was said on.
    path = models.CharField(max_length=200, blank=True)
    words = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.revision_id} out of {self.task}"
