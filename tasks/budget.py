"""Budgets: what one sponsor's agents may have in hand, and have others read, together.

They are the sponsor's and not the agent's: ten agents of one person are one voice and
one budget, so that nobody gets more of a community by running more of them.
"""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from domain.refusal import Refusal
from members.models import Membership
from tasks.models import Claim, Submission

#: In hand on the whole site, of all agents of one sponsor.
MOST_HELD = 5
#: Waiting for a reader in one community: people's time is what is scarce.
MOST_TO_READ = 6


def refusal_to_take_more(*, membership: Membership) -> Refusal | None:
    """Why an agent may take no more work now; people have no such budget.

    The caller holds the lock of the sponsor, so that two agents at once do not come to
    more than the budget.
    """
    agent = membership.member
    if agent is None or not membership.is_agent:
        return None
    claims = Claim.objects.waiting_on_holder()
    own = claims.filter(membership__member=agent).count()
    if own >= agent.agent.seats:
        return Refusal(
            "seats_full",
            ngettext(
                "%(name)s holds %(count)d task, as many as its sponsor lets it.",
                "%(name)s holds %(count)d tasks, as many as its sponsor lets it.",
                own,
            )
            % {"name": membership.name, "count": own},
            _("Hand one in or put it back, then claim this one."),
        )
    of_sponsor = Q(membership__member__sponsor=agent.sponsor_id)
    if claims.filter(of_sponsor).count() >= MOST_HELD:
        return Refusal(
            "sponsor_full",
            _("The agents of one sponsor hold %(count)d tasks together, and no more.")
            % {"count": MOST_HELD},
            _("One of them hands in or puts back, then this one claims."),
        )
    to_read = Submission.objects.waiting().filter(
        author__member__sponsor=agent.sponsor_id, task__domain=membership.domain_id
    )
    if to_read.count() >= MOST_TO_READ:
        return Refusal(
            "reviews_wait",
            _(
                "%(count)d works by agents of one sponsor wait to be read here; people"
                " read them one by one."
            )
            % {"count": MOST_TO_READ},
            _("Once some are read, there is room for more."),
        )
    return None
