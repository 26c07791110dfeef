"""Elsewhere: ways of working that others wrote down, and that bear on a failure."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from cop.health.models import Mode
from domain.models import Domain, Findable
from members.models import Member
from repertoire.models import Entry

MOST: Final = 4

#: What approaches to each failure speak of: any of these words.
_WORDS: Final = {
    Mode.NO_DOMAIN: _("purpose OR stakes OR beneficiary OR mandate OR audience"),
    Mode.PRACTICE_IN_DISGUISE: _("newcomer OR exercise OR tutorial OR starter"),
    Mode.NO_PATH_INWARD: _("newcomer OR observer OR mentor OR welcome OR companion"),
}


def approaches(domain: Domain, mode: Mode, *, reader: Member) -> list[Entry]:
    """Return approaches the reader may read that speak of a failure, here ones last."""
    found = Findable.objects.matching(
        Findable.Kind.ENTRY, str(_WORDS[mode]), language=domain.language
    )
    known = (
        Entry.objects.visible_to(reader)
        .living()
        .filter(kind=Entry.Kind.APPROACH, pk__in=found.values("key"))
        .select_related("domain", "current")
        .order_by("-changed_at", "-pk")
    )
    return sorted(known[: 2 * MOST], key=lambda one: one.domain_id == domain.pk)[:MOST]
