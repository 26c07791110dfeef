from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from domain.pages import render_page
from domain.refusal import Refused
from members.http import OwnHttpRequest, as_member
from members.models import Membership
from repertoire import coinages, legitimacy, ordinary, rendering, wording
from repertoire.models import Coinage, Entry, EntryLink, Likeness, NameUse

#: More would not be looked through at once; the rest comes up as these are settled.
SHOWN = 20


@require_safe
@as_member
def show(request: OwnHttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@as_member
def set_aside(request: OwnHttpRequest, pk: int) -> HttpResponse:
    coinage = _coinage(request, pk)
    return _settled(request, lambda **by: wording.set_aside(coinage=coinage, **by))


@require_POST
@as_member
def bring_back(request: OwnHttpRequest, pk: int) -> HttpResponse:
    coinage = _coinage(request, pk)
    return _settled(request, lambda **by: wording.bring_back(coinage=coinage, **by))


@require_POST
@as_member
def entitle(request: OwnHttpRequest, pk: int) -> HttpResponse:
    use = _name_use(request, pk)
    return _settled(request, lambda **by: wording.entitle(use=use, **by))


@require_POST
@as_member
def keep(request: OwnHttpRequest, pk: int) -> HttpResponse:
    use = _name_use(request, pk)
    return _settled(request, lambda **by: wording.keep(use=use, **by))


@require_POST
@as_member
def unite(request: OwnHttpRequest, pk: int) -> HttpResponse:
    likeness = _likeness(request, pk)
    pair = {str(e.pk): e for e in (likeness.first, likeness.second)}
    stays = pair.get(request.POST.get("stays", ""), likeness.first)
    return _settled(
        request, lambda **by: wording.unite(likeness=likeness, stays=stays, **by)
    )


@require_POST
@as_member
def tell_apart(request: OwnHttpRequest, pk: int) -> HttpResponse:
    likeness = _likeness(request, pk)
    return _settled(request, lambda **by: wording.tell_apart(likeness=likeness, **by))


def _settled(request: OwnHttpRequest, deed: Callable[..., object]) -> HttpResponse:
    try:
        deed(membership=request.membership, at=timezone.now())
    except Refused as refused:
        messages.warning(request, str(refused))
        return _page(request, status=409)
    if not request.htmx:
        return redirect("repertoire:words", request.domain.slug)
    return _page(request)


def _page(request: OwnHttpRequest, *, status: int = 200) -> HttpResponse:
    domain = request.domain
    wanted = EntryLink.objects.filter(source__domain=domain, source__retired_at=None)
    return render_page(
        request,
        "repertoire/words.html",
        {
            "settles": not legitimacy.refusal_to_tend(
                domain=domain, membership=request.membership
            ),
            **_coinages(request),
            "wanted": wanted.wanted_most(SHOWN),
            "named": _named(request),
            "alike": list(
                Likeness.objects.waiting()
                .filter(first__domain=domain)
                .select_related("first__domain", "second__domain")
                .nearest_first()[:SHOWN]
            ),
            "compares": ordinary.language_has_a_list(domain.language),
            "asked_for": {
                "people": coinages.FEWEST_PEOPLE,
                "texts": coinages.FEWEST_TEXTS,
                "ratio": round(coinages.LEAST_RATIO),
            },
        },
        pieces=("in_use",),
        status=status,
    )


def _coinages(request: OwnHttpRequest) -> dict[str, Any]:
    """What is proposed, without what has got an entry since last night."""
    domain = request.domain
    lexicon = rendering.lexicon_of(domain)
    rows = Coinage.objects.filter(domain=domain)
    found = [
        one
        for one in rows.waiting().likeliest_first()
        if not lexicon.named(one.words) and not lexicon.vocabulary.mentions(one.words)
    ]
    return {
        "coinages": found[:SHOWN],
        "heard_at": max((one.heard_at for one in found), default=None),
        "set_aside": list(
            rows.set_aside()
            .select_related("set_aside_by")
            .order_by("-set_aside_at", "-pk")[: 2 * SHOWN]
        ),
    }


def _named(request: OwnHttpRequest) -> list[dict[str, Any]]:
    """Entries that go by several names, those to be settled first."""
    rows: dict[Entry, list[NameUse]] = defaultdict(list)
    uses = (
        NameUse.objects.filter(
            entry__domain=request.domain, entry__retired_at=None, said__gt=1
        )
        .select_related("entry__domain")
        .most_said_first()
    )
    for use in uses:
        rows[use.entry].append(use)
    several = [(entry, names) for entry, names in rows.items() if len(names) > 1]
    speakers = Membership.objects.filter(domain=request.domain).in_bulk(
        {pk for _, names in several for use in names for pk in use.speakers}
    )
    found = [
        {
            "entry": entry,
            "names": [
                (use, [speakers[pk] for pk in use.speakers if pk in speakers])
                for use in names
            ],
            "overtaking": _overtaking(entry, names),
        }
        for entry, names in several
    ]
    found.sort(key=lambda one: one["overtaking"] is None)
    return found[:SHOWN]


def _overtaking(entry: Entry, names: list[NameUse]) -> NameUse | None:
    """The alias that more people say than the title, and say more often."""
    title = next((use for use in names if use.name == entry.title), None)
    first = names[0]
    if first.name not in entry.aliases or first.settled_at is not None:
        return None
    if first.people < coinages.FEWEST_PEOPLE:
        return None
    if title and (title.people >= first.people or title.said >= first.said):
        return None
    return first


def _coinage(request: OwnHttpRequest, pk: int) -> Coinage:
    return get_object_or_404(
        Coinage.objects.select_related("domain"), domain=request.domain, pk=pk
    )


def _name_use(request: OwnHttpRequest, pk: int) -> NameUse:
    uses = NameUse.objects.select_related("entry__domain", "entry__current")
    return get_object_or_404(uses, entry__domain=request.domain, pk=pk)


def _likeness(request: OwnHttpRequest, pk: int) -> Likeness:
    pairs = Likeness.objects.select_related(
        *("first__domain", "first__current", "second__domain", "second__current")
    )
    return get_object_or_404(pairs, first__domain=request.domain, pk=pk)
