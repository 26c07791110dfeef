"""Writing: the repertoire as many hands wrote it, and what became of their proposals."""

from datetime import datetime
from functools import partial

from cop.demo.river_watch import words
from cop.demo.river_watch.living import HOUR, River
from cop.demo.river_watch.words import Answer
from domain.models import Domain
from members.models import Membership
from repertoire import legitimacy, proposing, revising, watching
from repertoire.models import Entry, Revision
from repertoire.revising import Saved
from repertoire.text import Text


def play(river: River) -> None:
    for page in words.PAGES:
        river.calendar.plan(river.ago(page.weeks_ago), partial(_write, river, page))
    for change in words.CHANGES:
        river.calendar.plan(
            river.ago(change.weeks_ago),
            partial(_change, river, change),
        )


def entry_called(river: River, title: str) -> Entry:
    return Entry.objects.select_related("current").get(domain=river.domain, title=title)


def as_it_is(river: River) -> Domain:
    """The community with the words it has by now."""
    return Domain.objects.get(pk=river.domain.pk)


def steward(
    river: River, name: str, *, besides: Membership | None = None
) -> Membership:
    """Who was meant, if they may keep the repertoire by then; else somebody who may."""
    meant = river.membership(name)
    if legitimacy.publishes(meant):
        return meant
    full = Membership.objects.full().of_people().filter(domain=river.domain)
    if besides is not None:
        full = full.exclude(pk=besides.pk)
    return full.select_related("domain", "member").order_by("-zone", "pk")[0]


def answer(river: River, revision: Revision, said: Answer, *, at: datetime) -> None:
    """Somebody full answers a proposal, or looks at a mend; the rest is live anyhow."""
    by = steward(river, said.by, besides=revision.author)
    then = at + said.hours * HOUR
    if revision.is_mend:
        watching.look(mend=revision, membership=by, at=then)
    elif revision.state != Revision.State.PROPOSED:
        return
    elif said.numbers == ():
        proposing.decline(proposal=revision, membership=by, words=said.words, at=then)
    else:
        proposing.take_in(
            proposal=revision,
            membership=by,
            words=said.words,
            numbers=said.numbers,
            reason=said.reason,
            at=then,
        )


def _write(river: River, page: words.Page, at: datetime) -> None:
    entry = revising.write(
        domain=as_it_is(river),
        membership=river.membership(page.by),
        kind=page.kind,
        text=Text(page.title, page.meaning, page.body),
        aliases=page.aliases,
        area=river.areas.get(page.area),
        at=at,
    )
    proposal = entry.revisions.proposed().first()
    if proposal:
        said = Answer("Amara Okoye", 20, "Just what was missing.")
        answer(river, proposal, said, at=at)


def _change(river: River, change: words.Change, at: datetime) -> None:
    entry = entry_called(river, change.title)
    opened = at - change.open_for_hours * HOUR
    living = entry.revisions.living().newest_first()
    base = next(version for version in living if version.live_at <= opened)
    body = base.body
    for old, new in change.swaps:
        body = body.replace(old, new)
    saved = revising.revise(
        entry=entry,
        membership=river.membership(change.by),
        base=base,
        text=Text(entry.title, entry.meaning, f"{body}\n\n{change.adds}".strip()),
        why=change.why,
        at=at,
    )
    if isinstance(saved, Saved) and change.answer:
        answer(river, saved.revision, change.answer, at=at)
