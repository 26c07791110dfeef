"""What hangs on the lines of a log: pictures, and stretches others should watch."""

from django.db import models
from django.urls import reverse

from members.models import Membership
from tasks.models.task import LogEntry, Task


class Picture(models.Model):
    """A picture in the log: what was in front of whoever wrote the note."""

    log_entry = models.ForeignKey(LogEntry, models.CASCADE, related_name="pictures")
    file = models.FileField(upload_to="log/%Y/%m/")
    name = models.CharField(max_length=120)
    #: What it shows, for those who cannot see it.
    words = models.CharField(max_length=200)
    #: What it was found to be on taking it in, and is served as.
    media_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.words

    def get_absolute_url(self) -> str:
        task = self.log_entry.task
        return reverse("tasks:picture", args=[task.domain.slug, task.pk, self.pk])


class Stretch(models.Model):
    """A stretch of a log that a veteran holds to be worth watching."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="stretches")
    first = models.ForeignKey(LogEntry, models.CASCADE, related_name="begins")
    last = models.ForeignKey(LogEntry, models.CASCADE, related_name="+")
    marked_by = models.ForeignKey(Membership, models.PROTECT, related_name="stretches")
    #: What there is to see in it.
    why = models.CharField(max_length=200, blank=True)
    marked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first"], name="stretch_one_from_each_note")
        ]

    def __str__(self) -> str:
        return f"{self.task_id}, from {self.first_id} to {self.last_id}"
