"""The repertoire: writing, changing, tending, and answering what is proposed."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from cop.programs import checking
from cop.programs.inside import Inside, NotThere
from cop.programs.looking import entries as looking
from cop.programs.saying import entries
from domain.models import Area
from domain.refusal import Refusal, Refused
from repertoire import confirming, contradicting, proposing, revising, watching
from repertoire.models import Contradiction, Entry, Revision
from repertoire.revising import Clash
from repertoire.text import Text


class Clashed(Refused):
    """Somebody changed the same lines meanwhile: both texts go to whoever is late."""

    def __init__(self, clash: Clash) -> None:
        super().__init__(
            Refusal(
                "clash",
                _("Somebody changed the same lines while you were writing."),
                _("Read theirs, put the two together, and start from their version."),
            )
        )
        self.theirs = clash.theirs
        self.merged = clash.merged.text


def write_entry(
    inside: Inside, given: entries.NewEntry, *, at: datetime
) -> entries.Entry:
    made = revising.write(
        domain=inside.domain,
        membership=inside.own,
        kind=Entry.SHELVES[given.shelf],
        text=Text(given.title, given.meaning, given.body),
        aliases=[" ".join(name.split()) for name in given.aliases if name.strip()],
        area=_area(inside, given.area),
        because_path=_because(inside, given.task),
        at=at,
    )
    return looking.one(inside, made.pk)


@transaction.atomic
def edit_entry(
    inside: Inside, pk: int, given: entries.EditEntry, *, match: str, at: datetime
) -> entries.Saved:
    """Change an entry. What was saved since ``base`` is merged with it; without a base
    the change is of what ``match`` names, and of nothing else."""
    own = inside.own
    entry = looking.the_entry(inside, pk)
    revising.locked(entry)
    entry = looking.the_entry(inside, pk)
    if match or given.base is None:
        checking.insist_on(match, lambda: looking.say(entry))
    base = entry.current if given.base is None else _version(entry, given.base)
    if base is None:
        raise Refused(
            Refusal(
                "not_taken_in",
                _("There is no living text to change yet."),
                _("Its author may withdraw the proposal and write it anew."),
            )
        )
    aliases = given.aliases
    outcome = revising.revise(
        entry=entry,
        membership=own,
        base=base,
        text=Text(given.title, given.meaning, given.body),
        aliases=None
        if aliases is None
        else [" ".join(name.split()) for name in aliases if name.strip()],
        aliases_from=None,
        why=given.why,
        because_path=_because(inside, given.task),
        at=at,
    )
    return _saved(inside, pk, outcome)


def confirm_entry(inside: Inside, pk: int, *, at: datetime) -> entries.Entry:
    own = inside.own
    confirming.confirm(entry=looking.the_entry(inside, pk), membership=own, at=at)
    return looking.one(inside, pk)


def retire_entry(inside: Inside, pk: int, *, at: datetime) -> entries.Entry:
    own = inside.own
    confirming.retire(entry=looking.the_entry(inside, pk), membership=own, at=at)
    return looking.one(inside, pk)


def bring_entry_back(inside: Inside, pk: int, *, at: datetime) -> entries.Entry:
    own = inside.own
    confirming.bring_back(entry=looking.the_entry(inside, pk), membership=own, at=at)
    return looking.one(inside, pk)


def overtake_entry(
    inside: Inside, pk: int, given: entries.Overtake, *, at: datetime
) -> entries.Entry:
    own = inside.own
    confirming.overtake(
        entry=looking.the_entry(inside, pk),
        by=looking.the_entry(inside, given.by),
        membership=own,
        at=at,
    )
    return looking.one(inside, pk)


def contradict_entry(
    inside: Inside, pk: int, given: entries.Doubt, *, at: datetime
) -> entries.DoubtSaid:
    own = inside.own
    said = contradicting.contradict(
        entry=looking.the_entry(inside, pk),
        membership=own,
        words=given.words,
        because_path=_because(inside, given.task),
        at=at,
    )
    return entries.doubt(said)


def answer_doubt_mended(inside: Inside, pk: int, *, at: datetime) -> entries.DoubtSaid:
    own = inside.own
    said = contradicting.mended(contradiction=_doubt(inside, pk), membership=own, at=at)
    return entries.doubt(said)


def answer_doubt_holds(
    inside: Inside, pk: int, given: entries.Words, *, at: datetime
) -> entries.DoubtSaid:
    own = inside.own
    said = contradicting.uphold(
        contradiction=_doubt(inside, pk), membership=own, words=given.words, at=at
    )
    return entries.doubt(said)


def look_at_mend(inside: Inside, pk: int, *, at: datetime) -> entries.Version:
    own = inside.own
    looked = watching.look(mend=_mend(inside, pk), membership=own, at=at)
    return entries.version(looked)


def undo_mend(
    inside: Inside, pk: int, given: entries.Decline, *, at: datetime
) -> entries.Version:
    own = inside.own
    undone = watching.undo(
        mend=_mend(inside, pk), membership=own, words=given.reason, at=at
    )
    return entries.version(undone)


def take_in_proposal(
    inside: Inside, pk: int, given: entries.TakeIn, *, at: datetime
) -> entries.Saved:
    own = inside.own
    proposal = looking.the_proposal(inside, pk)
    outcome = proposing.take_in(
        proposal=proposal,
        membership=own,
        words=given.words,
        reason=given.reason,
        numbers=None if given.portions is None else set(given.portions),
        at=at,
    )
    return _saved(inside, proposal.entry_id, outcome)


def decline_proposal(
    inside: Inside, pk: int, given: entries.Decline, *, at: datetime
) -> entries.Proposal:
    own = inside.own
    proposing.decline(
        proposal=looking.the_proposal(inside, pk),
        membership=own,
        words=given.reason,
        at=at,
    )
    return looking.one_proposal(inside, pk)


def withdraw_proposal(inside: Inside, pk: int, *, at: datetime) -> entries.Proposal:
    own = inside.own
    proposing.withdraw(proposal=looking.the_proposal(inside, pk), membership=own, at=at)
    return looking.one_proposal(inside, pk)


def _saved(inside: Inside, pk: int, outcome: revising.Saved | Clash) -> entries.Saved:
    if isinstance(outcome, Clash):
        raise Clashed(outcome)
    entry = looking.the_entry(inside, pk)
    return entries.Saved(
        entry=entries.in_short(entry),
        version=entries.version(outcome.revision),
        is_new=outcome.is_new,
        merged_with=outcome.merged_with.pk if outcome.merged_with else None,
    )


def _version(entry: Entry, pk: int) -> Revision:
    found = entry.revisions.living().filter(pk=pk).first()
    if found is None:
        raise NotThere
    return found


def _doubt(inside: Inside, pk: int) -> Contradiction:
    found = (
        Contradiction.objects.filter(pk=pk, entry__domain=inside.domain)
        .select_related("said_by", "entry")
        .first()
    )
    if found is None:
        raise NotThere
    found.entry = looking.the_entry(inside, found.entry_id)
    return found


def _mend(inside: Inside, pk: int) -> Revision:
    found = (
        Revision.objects.living()
        .filter(pk=pk, entry__domain=inside.domain)
        .select_related("author", "settled_by")
        .first()
    )
    if found is None:
        raise NotThere
    found.entry = looking.the_entry(inside, found.entry_id)
    return found


def _area(inside: Inside, slug: str | None) -> Area | None:
    if not slug:
        return None
    found = inside.domain.areas.filter(slug=slug).first()
    if found is None:
        raise Refused(checking.no_such_area(slug))
    return found


def _because(inside: Inside, task: int | None) -> str:
    """The work that prompted it, as an address within the site."""
    if task is None:
        return ""
    if not inside.domain.tasks.filter(pk=task).exists():
        raise Refused(
            Refusal("no_such_task", _("There is no task with this number here."))
        )
    return reverse("tasks:task", args=[inside.domain.slug, task])
