"""Explaining: what organizers make of a diagnosis, beside what the figures say."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cop.health.models import Diagnosis
from domain.refusal import Refusal, Refused
from members.models import Membership

#: Longest an explanation may be.
LONGEST: int = 2_000


@transaction.atomic
def explain(
    *, diagnosis: Diagnosis, membership: Membership, words: str, at: datetime
) -> Diagnosis:
    """Keep what an organizer says of an open diagnosis; the last word stands."""
    diagnosis = Diagnosis.objects.select_for_update(no_key=True).get(pk=diagnosis.pk)
    if diagnosis.closed_on is not None:
        raise Refused(
            Refusal(
                "closed",
                _("This was found gone on %(day)s.") % {"day": diagnosis.closed_on},
            )
        )
    diagnosis.words = words.strip()[:LONGEST]
    diagnosis.said_by, diagnosis.said_at = membership, at
    diagnosis.save(update_fields=["words", "said_by", "said_at"])
    return diagnosis
