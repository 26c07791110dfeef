"""Notifying: telling members something they can act on."""

from collections.abc import Iterable
from datetime import datetime

from domain.models import Domain
from members.models import Member, Membership, Notification


def notify(
    *,
    member: Member | None,
    kind: Notification.Kind,
    key: str,
    title: str,
    sentence: str,
    path: str,
    at: datetime,
    domain: Domain | None = None,
    actor: Membership | None = None,
    quote: str = "",
) -> Notification | None:
    """Tell ``member`` once for each ``key``; a job mails it if they want mail.

    Somebody known only from an imported history has no account to be told at, and
    agents are told through their own door.
    """
    if member is None:
        return None
    told, _ = Notification.objects.get_or_create(
        member=member,
        key=key,
        defaults={
            "kind": kind,
            "domain": domain,
            "actor": actor,
            "title": title[:200],
            "quote": quote,
            "sentence": sentence,
            "path": path,
            "created_at": at,
        },
    )
    return told


def notify_all(
    *,
    members: Iterable[Member | None],
    kind: Notification.Kind,
    key: str,
    title: str,
    sentence: str,
    path: str,
    at: datetime,
    domain: Domain | None = None,
    actor: Membership | None = None,
    quote: str = "",
) -> None:
    """Tell many the same, each of them once, in one statement."""
    Notification.objects.bulk_create(
        (
            Notification(
                member=member,
                kind=kind,
                key=key,
                domain=domain,
                actor=actor,
                title=title[:200],
                quote=quote,
                sentence=sentence,
                path=path,
                created_at=at,
            )
            for member in members
            if member is not None
        ),
        ignore_conflicts=True,
    )


def read(
    *,
    member: Member,
    at: datetime,
    about: str | None = None,
    until: int | None = None,
) -> int:
    """Mark as read what was told about one address, or all up to what was shown."""
    told = Notification.objects.unread().filter(member=member)
    if about is not None:
        told = told.filter(path=about)
    if until is not None:
        told = told.filter(pk__lte=until)
    return told.update(read_at=at)


def unread(*, member: Member, about: str, since: datetime) -> int:
    """Take back what was marked as read about one address since a moment."""
    return Notification.objects.filter(
        member=member, path=about, read_at__gte=since
    ).update(read_at=None)
