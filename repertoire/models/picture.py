from django.db import models
from django.urls import reverse

from domain.models import Domain
from members.models import Membership


class Picture(models.Model):
    """A picture that texts of the community show; who may read them may see it."""

    domain = models.ForeignKey(Domain, models.CASCADE, related_name="pictures")
    file = models.FileField(upload_to="repertoire/%Y/%m/")
    name = models.CharField(max_length=120)
    #: What it shows, for those who cannot see it.
    words = models.CharField(max_length=200)
    #: What it was found to be on taking it in, and is served as.
    media_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    #: SHA-256 of the file as it is kept, in hexadecimal.
    digest = models.CharField(max_length=64)
    added_by = models.ForeignKey(Membership, models.PROTECT, related_name="pictures")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("domain", "digest", name="picture_kept_once")
        ]

    def __str__(self) -> str:
        return self.words

    def get_absolute_url(self) -> str:
        return reverse("repertoire:picture", args=[self.domain.slug, self.pk])
