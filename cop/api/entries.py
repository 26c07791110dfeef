from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from cop.api.operations import Turn, does, inside, match, reads
from cop.programs.doing import entries as doing
from cop.programs.looking import entries as looking
from cop.programs.saying.base import Key, Pages, Said, Slug
from cop.programs.saying.entries import (
    AskedEntries,
    Decline,
    Doubt,
    DoubtSaid,
    EditEntry,
    Entry,
    EntryInShort,
    NewEntry,
    Overtake,
    Proposal,
    Saved,
    TakeIn,
    Use,
    Version,
    Words,
)

router = Router(tags=["Repertoire"])

_ALL = "/communities/{community}/entries"
_ONE = f"{_ALL}/{{int:entry}}"
_PROPOSALS = "/communities/{community}/proposals"
_PROPOSAL = f"{_PROPOSALS}/{{int:proposal}}"
_DOUBT = "/communities/{community}/doubts/{int:doubt}"
_MEND = "/communities/{community}/mends/{int:version}"


class Wanted(Said):
    items: list[str]


@reads(router, _ALL, Pages[EntryInShort], name="list_entries")
def list_entries(
    request: HttpRequest,
    community: Slug,
    asked: Query[AskedEntries],
    turn: Query[Turn],
) -> Pages[EntryInShort]:
    """By name; lately changed first where only those are asked for."""
    return looking.index(
        inside(request, community), asked, at=timezone.now(), **turn.model_dump()
    )


@reads(router, "/communities/{community}/wanted", Wanted, name="list_wanted")
def list_wanted(request: HttpRequest, community: Slug) -> Wanted:
    """The most wanted first."""
    return Wanted(items=looking.wanted(inside(request, community)))


@does(router, "POST", _ALL, Entry, name="write_entry", status=201)
def write_entry(request: HttpRequest, community: Slug, given: NewEntry) -> Entry:
    """Live at once from whoever may publish; proposed by everybody else."""
    return doing.write_entry(inside(request, community), given, at=timezone.now())


@reads(router, _ONE, Entry, name="read_entry")
def read_entry(request: HttpRequest, community: Slug, entry: Key) -> Entry:
    """The living text, who confirmed it when, doubts about it, and what is proposed."""
    return looking.one(inside(request, community), entry)


@does(router, "PUT", _ONE, Saved, name="edit_entry", is_edit=True)
def edit_entry(
    request: HttpRequest, community: Slug, entry: Key, given: EditEntry
) -> Saved:
    """With `base`, what was saved since is merged; where the same lines were changed it
    is refused with `clash` and both texts. Without it, `If-Match` is needed."""
    return doing.edit_entry(
        inside(request, community),
        entry,
        given,
        match=match(request),
        at=timezone.now(),
    )


@reads(router, f"{_ONE}/versions", Pages[Version], name="list_versions")
def list_versions(
    request: HttpRequest, community: Slug, entry: Key, turn: Query[Turn]
) -> Pages[Version]:
    return looking.history(inside(request, community), entry, **turn.model_dump())


@reads(router, f"{_ONE}/uses", Pages[Use], name="list_uses")
def list_uses(
    request: HttpRequest, community: Slug, entry: Key, turn: Query[Turn]
) -> Pages[Use]:
    return looking.used(inside(request, community), entry, **turn.model_dump())


@does(router, "POST", f"{_ONE}/confirm", Entry, name="confirm_entry")
def confirm_entry(request: HttpRequest, community: Slug, entry: Key) -> Entry:
    return doing.confirm_entry(inside(request, community), entry, at=timezone.now())


@does(router, "POST", f"{_ONE}/retire", Entry, name="retire_entry")
def retire_entry(request: HttpRequest, community: Slug, entry: Key) -> Entry:
    return doing.retire_entry(inside(request, community), entry, at=timezone.now())


@does(router, "POST", f"{_ONE}/bring-back", Entry, name="bring_entry_back")
def bring_entry_back(request: HttpRequest, community: Slug, entry: Key) -> Entry:
    return doing.bring_entry_back(inside(request, community), entry, at=timezone.now())


@does(router, "POST", f"{_ONE}/overtaken", Entry, name="overtake_entry")
def overtake_entry(
    request: HttpRequest, community: Slug, entry: Key, given: Overtake
) -> Entry:
    return doing.overtake_entry(
        inside(request, community), entry, given, at=timezone.now()
    )


@does(
    router,
    "POST",
    f"{_ONE}/doubts",
    DoubtSaid,
    name="contradict_entry",
    status=201,
)
def contradict_entry(
    request: HttpRequest, community: Slug, entry: Key, given: Doubt
) -> DoubtSaid:
    """It stands on the entry until that is mended, or somebody says why it holds."""
    return doing.contradict_entry(
        inside(request, community), entry, given, at=timezone.now()
    )


@does(router, "POST", f"{_DOUBT}/mended", DoubtSaid, name="answer_doubt_mended")
def answer_doubt_mended(request: HttpRequest, community: Slug, doubt: Key) -> DoubtSaid:
    return doing.answer_doubt_mended(
        inside(request, community), doubt, at=timezone.now()
    )


@does(router, "POST", f"{_DOUBT}/holds", DoubtSaid, name="answer_doubt_holds")
def answer_doubt_holds(
    request: HttpRequest, community: Slug, doubt: Key, given: Words
) -> DoubtSaid:
    return doing.answer_doubt_holds(
        inside(request, community), doubt, given, at=timezone.now()
    )


@does(router, "POST", f"{_MEND}/looked", Version, name="look_at_mend")
def look_at_mend(request: HttpRequest, community: Slug, version: Key) -> Version:
    return doing.look_at_mend(inside(request, community), version, at=timezone.now())


@does(router, "POST", f"{_MEND}/undo", Version, name="undo_mend")
def undo_mend(
    request: HttpRequest, community: Slug, version: Key, given: Decline
) -> Version:
    return doing.undo_mend(
        inside(request, community), version, given, at=timezone.now()
    )


@reads(router, _PROPOSALS, Pages[Proposal], name="list_proposals")
def list_proposals(
    request: HttpRequest, community: Slug, turn: Query[Turn]
) -> Pages[Proposal]:
    """The longest waiting first."""
    return looking.proposals(inside(request, community), **turn.model_dump())


@reads(router, _PROPOSAL, Proposal, name="look_at_proposal")
def look_at_proposal(request: HttpRequest, community: Slug, proposal: Key) -> Proposal:
    return looking.one_proposal(inside(request, community), proposal)


@does(router, "POST", f"{_PROPOSAL}/take-in", Saved, name="take_in_proposal")
def take_in_proposal(
    request: HttpRequest, community: Slug, proposal: Key, given: TakeIn
) -> Saved:
    """With a word of thanks; or some portions of it, with the reason for the rest."""
    return doing.take_in_proposal(
        inside(request, community), proposal, given, at=timezone.now()
    )


@does(router, "POST", f"{_PROPOSAL}/decline", Proposal, name="decline_proposal")
def decline_proposal(
    request: HttpRequest, community: Slug, proposal: Key, given: Decline
) -> Proposal:
    return doing.decline_proposal(
        inside(request, community), proposal, given, at=timezone.now()
    )


@does(router, "POST", f"{_PROPOSAL}/withdraw", Proposal, name="withdraw_proposal")
def withdraw_proposal(request: HttpRequest, community: Slug, proposal: Key) -> Proposal:
    return doing.withdraw_proposal(
        inside(request, community), proposal, at=timezone.now()
    )
