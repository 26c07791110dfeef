"""Posting: members' news to their webhooks, signed, again and again until it arrives.

What was told is its own outbox, as with mail: a message that nobody has noted yet is
noted for each hook, and then posted by whoever has taken the hook for that while. It is
posted twice only when a process dies between posting it and saying so; its number is
the same then.
"""

import json
import time
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from standardwebhooks.webhooks import Webhook

from cop.programs import reach
from cop.programs.models import Delivery, Hook, Trouble
from cop.programs.saying import notices
from members import notifying
from members.models import Notification

#: How long a hook rests after each failure in turn, and then after every other one.
RESTS: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
)
#: Of a hook that fails for so long nobody waits for anything; nor for older news.
FAILS_FOR: Final = timedelta(days=5)
KEPT_FOR: Final = timedelta(days=30)
MOST_AT_ONCE: Final = 20_000
#: Seconds one run of the job goes on for; what is left is the next one's.
STRETCH: Final = 30.0

#: Longer than a post takes; after that another may try, for whoever had it has died.
TAKEN_FOR: Final = timedelta(minutes=1)

_TAKEN: Final = range(200, 300)
#: The receiver wants nothing any more (RFC 9110, and the standard).
_GONE: Final = 410


def deliver(*, at: datetime) -> int:
    """Post what waits; return how many messages arrived."""
    _note(at=at)
    arrived, began = 0, time.monotonic()
    while (gone := time.monotonic() - began) < STRETCH:
        one = _take(at=at)
        if one is None:
            break
        arrived += _post(one, at=at, now=at + timedelta(seconds=gone))
    return arrived


def forget(*, at: datetime) -> int:
    """Let go of what was noted of messages a month ago."""
    old = Delivery.objects.filter(at__lt=at - KEPT_FOR).order_by("at")
    keys = list(old.values_list("pk", flat=True)[:MOST_AT_ONCE])
    return Delivery.objects.filter(pk__in=keys).delete()[0]


def message(one: Delivery) -> dict[str, Any]:
    """Return what is posted: the same words the API has for it."""
    if one.notification is None:
        return {
            "type": "test",
            "timestamp": one.at.isoformat(),
            "data": {"sentence": _("This is a test. Nothing has happened.")},
        }
    return {
        "type": f"notice.{one.notification.kind}",
        "timestamp": one.notification.created_at.isoformat(),
        "data": notices.notice(one.notification).model_dump(mode="json"),
    }


def what_came_of(one: Delivery) -> str:
    """Say how the last try ended; nothing of what was not tried yet or arrived."""
    if one.trouble == Trouble.ANSWERED:
        return _("It was answered with %(status)d.") % {"status": one.status}
    return str(Trouble(one.trouble).label) if one.trouble else ""


def _note(*, at: datetime) -> None:
    """Note for every hook what its member was told since it was made."""
    noted = Delivery.objects.filter(hook=OuterRef("hook"), notification=OuterRef("pk"))
    told = (
        Notification.objects.filter(
            Q(member__hooks__switched_off_at=None)
            & Q(created_at__gte=F("member__hooks__made_at")),
            member__hooks__isnull=False,
            created_at__gt=at - FAILS_FOR,
        )
        .annotate(hook=F("member__hooks"))
        .exclude(Exists(noted))
        .order_by("created_at", "pk")
        .values_list("hook", "pk")
    )
    Delivery.objects.bulk_create(
        (
            Delivery(hook_id=hook, notification_id=pk, at=at)
            for hook, pk in told[:MOST_AT_ONCE]
        ),
        ignore_conflicts=True,
    )


@transaction.atomic
def _take(*, at: datetime) -> Delivery | None:
    """Take the message whose turn it is, and its hook for as long as a post may take.

    What has been tried least comes first: one message nobody takes holds up none.
    """
    one = (
        Delivery.objects.filter(
            Q(hook__rests_until=None) | Q(hook__rests_until__lte=at),
            arrived_at=None,
            at__gt=at - FAILS_FOR,
            hook__switched_off_at=None,
            hook__member__is_active=True,
        )
        .exclude(hook__member__sponsor__is_active=False)
        .exclude(hook__member__agent__stopped_at__isnull=False)
        .select_related("hook__member__sponsor", "notification__domain")
        .select_related("notification__actor__domain", "notification__actor__member")
        # Two at once must not knock at one door.
        .select_for_update(skip_locked=True, of=("hook",), no_key=True)
        .order_by("tries", "pk")
        .first()
    )
    if one is not None:
        Hook.objects.filter(pk=one.hook_id).update(rests_until=at + TAKEN_FOR)
    return one


def _post(one: Delivery, *, at: datetime, now: datetime) -> bool:
    """Post a message and say what came of it; return whether it arrived.

    It is of ``now``, later than when the job began: receivers refuse what is old.
    """
    body = json.dumps(message(one), separators=(",", ":"))
    name = f"msg_{one.hook_id}_{one.notification_id or f'test_{one.pk}'}"
    try:
        one.status = reach.post(
            one.hook.url,
            body=body.encode(),
            headers={
                "content-type": "application/json",
                "user-agent": "communities-of-practice-webhooks",
                "webhook-id": name,
                "webhook-timestamp": str(int(now.timestamp())),
                "webhook-signature": Webhook(one.hook.secret).sign(name, now, body),
            },
        )
        one.trouble = "" if one.status in _TAKEN else Trouble.ANSWERED
    except reach.Unreached as unreached:
        one.status, one.trouble = None, unreached.trouble
    # By their keys: somebody may have removed the hook meanwhile.
    Delivery.objects.filter(pk=one.pk).update(
        status=one.status,
        trouble=one.trouble,
        tries=one.tries + 1,
        tried_at=now,
        arrived_at=None if one.trouble else now,
    )
    if one.trouble:
        _rest(one, at=at)
    else:
        Hook.objects.filter(pk=one.hook_id).update(
            failing_since=None, rests_until=None, failures=0
        )
    return not one.trouble


def _rest(one: Delivery, *, at: datetime) -> None:
    """Let a hook rest after a failure, or switch it off after days of them."""
    hook = one.hook
    since = hook.failing_since or at
    is_over = one.status == _GONE or at - since >= FAILS_FOR
    changed = Hook.objects.filter(pk=hook.pk).update(
        failing_since=since,
        failures=F("failures") + 1,
        rests_until=at + RESTS[min(hook.failures, len(RESTS) - 1)],
        switched_off_at=at if is_over else None,
    )
    if is_over and changed:
        notifying.notify(
            member=hook.member.sponsor or hook.member,
            kind=Notification.Kind.HOOK,
            key=f"hook:{hook.pk}:{at:%Y-%m-%d}",
            title=hook.url,
            sentence=_("A webhook was switched off: nothing arrives. %(why)s")
            % {"why": what_came_of(one)},
            path=reverse("members:hooks"),
            at=at,
        )
