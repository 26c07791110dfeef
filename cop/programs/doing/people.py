"""What concerns oneself: notices, drafts, and whom one walks with."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from cop.programs.entering import Entrant
from cop.programs.inside import Inside, NotThere
from cop.programs.saying import companions, notices
from cop.programs.saying.base import Done
from members import accompanying, drafting, notifying
from members.models import Companion, Draft


def read_notices(who: Entrant, given: notices.ReadNotices, *, at: datetime) -> Done:
    notifying.read(member=who.member, until=given.until, at=at)
    return Done()


def forget_draft(who: Entrant, pk: int, *, at: datetime) -> Done:
    del at  # every act is told the time; this one leaves no trace of it
    kept = Draft.objects.filter(member=who.member, pk=pk).first()
    if kept is None or notices.draft(kept) is None:
        raise NotThere
    drafting.let_go(member=who.member, key=kept.key)
    return Done()


def seek_companion(inside: Inside, *, at: datetime) -> companions.Companion:
    return companions.companion(accompanying.seek(newcomer=inside.own, at=at))


def accept_companion(inside: Inside, pk: int, *, at: datetime) -> companions.Companion:
    return _about(inside, pk, accompanying.accept, at=at)


def pass_companion(inside: Inside, pk: int, *, at: datetime) -> companions.Companion:
    return _about(inside, pk, accompanying.pass_on, at=at)


def part_companion(inside: Inside, pk: int, *, at: datetime) -> companions.Companion:
    return _about(inside, pk, accompanying.part, at=at)


def say_to_companion(
    inside: Inside, pk: int, given: companions.Word, *, at: datetime
) -> companions.Companion:
    def say(**about: Any) -> object:
        return accompanying.say(words=given.words, **about)

    return _about(inside, pk, say, at=at)


def _about(
    inside: Inside, pk: int, act: Callable[..., object], *, at: datetime
) -> companions.Companion:
    """Do it, and say what is between the two now; only they know of it."""
    own = inside.own
    bonds = Companion.objects.of(own).select_related("newcomer", "peer")
    bond = bonds.filter(pk=pk).first()
    if bond is None:
        raise NotThere
    act(companion=bond, membership=own, at=at)
    return companions.companion(bonds.get(pk=pk))
