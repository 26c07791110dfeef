"""Importing: taking a history from elsewhere into a domain, so that it stands here too.

Three steps, each able to be killed at any moment and taken up again:

1. ``take_in`` reads a file. Ten thousand lines and the cursor that says they were read
   are one transaction, so the cursor never lies.
2. ``write`` sweeps acts the ledger does not tell of yet, a number of works at a time.
3. ``settle`` names founders and lets the engine live through the years.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Count, F, Max, Min, Q, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cop.bridges import areas, history
from cop.bridges.evidence import ActKind, lines_of
from cop.bridges.history import ToldAct
from cop.bridges.models import (
    History,
    Identity,
    Import,
    ImportedAct,
    RefusedLine,
)
from domain.bulk import insert_new
from domain.models import Area, Domain
from domain.refusal import Refusal, Refused
from members import participating, positioning, practice, reckoning
from members.models import Member, Membership, Participation
from members.position import amounts
from members.position.evidence import COMMONS, Kind
from members.position.founders import founders_of

#: Lines a transaction: at a crash so much is read again, and no more.
LINES_AT_ONCE: Final = 10_000
#: Works a transaction.
WORKS_AT_ONCE: Final = 2_000

#: Amounts that differ by less are the same but for rounding.
SAME: Final = 1e-9

#: Told how far a file is read, in bytes of it, or how many works are written.
Progress = Callable[[int], object]

_ACT_FIELDS: Final = (
    "domain",
    "of",
    "work",
    "kind",
    "actor",
    "subject",
    "at",
    "area",
    "size",
    "docs_only",
    "files",
    "title",
    "url",
    "centrality",
    "rounds",
    "accommodated",
    "written",
)


#: What is read of an act to write its lines, the member who did it first.
_TOLD: Final = (
    "actor__membership",
    "at",
    "actor__known_as",
    "kind",
    "subject__known_as",
    "work",
    "area",
    "title",
    "url",
    "centrality",
    "rounds",
    "accommodated",
)

#: What the ledger has room for; a key also for the number of a correction.
LONGEST_KEY: Final = 150
LONGEST_ITEM: Final = 80


@transaction.atomic
def open_domain(*, slug: str, at: datetime) -> Domain:
    """Make a domain for people whose history is known and whose concern is not.

    Nobody can make up what others care about: the texts say so, until an organizer
    writes what is true.
    """
    name = slug.replace("-", " ").capitalize()
    return Domain.objects.create(
        name=name,
        slug=slug,
        concern=_(
            "Nobody here has written yet what this community cares about. It was set "
            "up from its history; an organizer can say it in the settings."
        ),
        stakes=_("Not written yet: what goes wrong in the world if nobody cares."),
        served=_("Not written yet: who relies on what is done here."),
        founded_at=at,
    )


@transaction.atomic
def history_of(domain: Domain, *, counts_integrations: bool | None) -> History:
    """Return how the domain's history is read, decided once, by the first import."""
    kept, is_new = History.objects.get_or_create(
        domain=domain, defaults={"counts_integrations": bool(counts_integrations)}
    )
    asked = counts_integrations
    if is_new or asked is None or asked == kept.counts_integrations:
        return kept
    if domain.imports.exists():
        raise Refused(
            Refusal(
                "read_otherwise",
                _("This domain's first import did not count integrations.")
                if asked
                else _("This domain's first import counted integrations."),
                _("All imports into a domain must do alike."),
            )
        )
    kept.counts_integrations = asked
    kept.save(update_fields=["counts_integrations"])
    return kept


def take_in(
    *,
    domain: Domain,
    path: Path,
    source: str,
    at: datetime,
    progress: Progress = lambda _bytes: None,
    begun: Callable[[Import], object] = lambda _run: None,
) -> Import:
    """Read a file from where it was left; return what came of it, lines still unwritten."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    run, _is_new = Import.objects.get_or_create(
        domain=domain,
        digest=digest,
        finished_at=None,
        defaults={"source": source[:200], "started_at": at},
    )
    begun(run)
    known: dict[str, int] = {}
    with history.opened(path) as (stream, file):
        lines = history.read(stream, at=at, after=run.lines)
        while chunk := list(islice(lines, LINES_AT_ONCE)):
            _keep(run, chunk, known)
            progress(file.tell())
    return run


def refuse_second(domain: Domain) -> None:
    """Hold the domain's imports alone until the connection ends, however it ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_lock(hashtext('cop.bridges'), %s)", [domain.pk]
        )
        row = cursor.fetchone()
    if not (row and row[0]):
        raise Refused(
            Refusal(
                "import_runs",
                _("An import into this domain is running."),
                _("Wait until it is done; this one can then follow."),
            )
        )


def draw_areas(*, domain: Domain) -> list[Area]:
    """Make the areas that the acts taken in need and the domain has not."""
    present = set(domain.areas.values_list("slug", flat=True))
    acts = (
        ImportedAct.objects.filter(domain=domain)
        .values_list("area")
        .annotate(count=Count("pk"))
    )
    made = areas.chosen(dict(acts), present=present)
    return Area.objects.bulk_create(
        [
            Area(domain=domain, name=name, slug=areas.slug(name), place=place)
            for place, name in enumerate(made, start=len(present))
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def backdate(*, domain: Domain) -> None:
    """Let people have come when they first did something, and the domain with them."""
    firsts: dict[int, datetime] = {}
    for side in ("actor__membership", "subject__membership"):
        acts = ImportedAct.objects.filter(domain=domain, **{f"{side}__isnull": False})
        for membership_id, first in acts.values_list(side).annotate(first=Min("at")):
            known = firsts.get(membership_id, first)
            firsts[membership_id] = min(known, first)
    earlier = [
        membership
        for membership in domain.memberships.select_for_update(no_key=True)
        .filter(identities__isnull=False)
        .only("joined_at", "zone_since")
        .order_by("pk")
        if firsts.get(membership.pk, membership.joined_at) < membership.joined_at
    ]
    for membership in earlier:
        membership.joined_at = firsts[membership.pk]
    Membership.objects.bulk_update(earlier, ["joined_at"], batch_size=1_000)
    if firsts:
        first = min(firsts.values())
        Domain.objects.filter(pk=domain.pk, founded_at__gt=first).update(
            founded_at=first
        )


def write(
    *, run: Import, at: datetime, progress: Progress = lambda _works: None
) -> Import:
    """Write into the ledger what the acts taken in tell and it does not say yet.

    What an earlier import left unwritten when it was killed is written too.
    """
    domain = run.domain
    how = history_of(domain, counts_integrations=None)
    area_ids = _area_ids(domain)
    while True:
        unwritten = ImportedAct.objects.filter(domain=domain, written=False)
        works = list(
            unwritten.order_by("work")
            .values_list("work", flat=True)
            .distinct()[:WORKS_AT_ONCE]
        )
        if not works:
            break
        with transaction.atomic():
            acts = ImportedAct.objects.filter(domain=domain, work__in=works)
            wanted = _lines_about(acts, how=how, area_ids=area_ids)
            lines = _corrected(domain, wanted)
            new = participating.record_many(domain=domain, lines=lines, at=at)
            unwritten.filter(work__in=works).update(written=True)
            Import.objects.filter(pk=run.pk).update(
                ledger_lines=F("ledger_lines") + new
            )
        progress(len(works))
    Import.objects.filter(pk=run.pk).update(finished_at=at)
    run.refresh_from_db()
    return run


@transaction.atomic
def date_recognition(*, domain: Domain) -> None:
    """Say of imported people when their work was first and last recognised.

    The first clean recognition by somebody is their threshold: nobody who has worked
    here for years is to be greeted as a newcomer at their next one.
    """
    recognised = Participation.objects.filter(
        domain=domain,
        kind=Participation.Kind.RECOGNISED,
        giver__isnull=False,
        receiver__identities__isnull=False,
    )
    clean = Q(rounds=1, accommodated=False)
    dates = {
        pk: (first, last)
        for pk, first, last in recognised.values_list("receiver").annotate(
            first=Min("occurred_at", filter=clean), last=Max("occurred_at")
        )
    }
    people = list(
        domain.memberships.select_for_update(no_key=True)
        .filter(pk__in=dates)
        .only("threshold_at", "last_recognised_at")
        .order_by("pk")
    )
    for membership in people:
        first, last = dates[membership.pk]
        known = [moment for moment in (membership.threshold_at, first) if moment]
        membership.threshold_at = min(known, default=None)
        membership.last_recognised_at = max(last, membership.last_recognised_at or last)
    Membership.objects.bulk_update(
        people, ["threshold_at", "last_recognised_at"], batch_size=1_000
    )


def settle(
    *, domain: Domain, at: datetime, progress: reckoning.Progress = lambda *_: None
) -> None:
    """Let the engine live through the history, from its first week until now.

    Where nobody named founders they are told from the history, or nobody could ever
    have been recognised by a full member.
    """
    if not domain.memberships.filter(founder_until__isnull=False).exists():
        lines = practice.lines_of(practice.evidence_in(domain))
        for term in founders_of(lines):
            domain.memberships.filter(pk=int(str(term.member))).update(
                founder_until=practice.moment(term.ends)
            )
    date_recognition(domain=domain)
    positioning.replay(domain=domain, at=at, progress=progress)


@transaction.atomic
def _keep(
    run: Import,
    chunk: list[tuple[int, ToldAct | Refusal | None]],
    known: dict[str, int],
) -> None:
    """Keep what some lines tell, and in the same transaction that they were read."""
    acts = [told for _number, told in chunk if isinstance(told, ToldAct)]
    people_new = _meet(run.domain, acts, known)
    kinds = insert_new(
        ImportedAct,
        _ACT_FIELDS,
        (_row(run, act, known) for act in acts),
        counted_by="kind",
    )
    refused = [
        RefusedLine(of=run, number=number, code=told.code, sentence=told.sentence)
        for number, told in chunk
        if isinstance(told, Refusal)
    ]
    RefusedLine.objects.bulk_create(refused, batch_size=1_000, ignore_conflicts=True)
    run.lines = chunk[-1][0]
    run.taken_in = dict(Counter(run.taken_in) + kinds)
    run.known += len(acts) - kinds.total()
    run.refused += len(refused)
    run.people_new += people_new
    run.save(update_fields=["lines", "taken_in", "known", "refused", "people_new"])


def _row(run: Import, act: ToldAct, known: Mapping[str, int]) -> tuple[object, ...]:
    return (
        run.domain_id,
        run.pk,
        act.work,
        act.kind.value,
        known[act.actor],
        None if act.subject is None else known[act.subject],
        act.t,
        act.area or "",
        act.size,
        act.docs_only,
        act.files,
        act.title,
        act.url,
        act.centrality,
        act.rounds,
        act.accommodated,
        False,
    )


def _meet(domain: Domain, acts: Iterable[ToldAct], known: dict[str, int]) -> int:
    """Give everybody the acts tell of an identity and a membership; count the new."""
    firsts: dict[str, datetime] = {}
    names: dict[str, str] = {}
    for act in acts:
        for who in (act.actor, act.subject):
            if who is not None:
                firsts[who] = min(act.t, firsts.get(who, act.t))
        if act.name:
            names[act.actor] = act.name
    _name(domain, names)
    unknown = {who: first for who, first in firsts.items() if who not in known}
    if not unknown:
        return 0
    known |= dict(
        Identity.objects.filter(domain=domain, known_as__in=unknown).values_list(
            "known_as", "pk"
        )
    )
    new = [who for who in unknown if who not in known]
    if new:
        # Handles are given out under the domain's lock, here as in joining.
        Domain.objects.select_for_update(no_key=True).get(pk=domain.pk)
        called = [names.get(who, who)[: history.LONGEST_NAME] for who in new]
        memberships = Membership.objects.bulk_create(
            [
                Membership(
                    domain=domain,
                    kind=Member.Kind.HUMAN,
                    handle=handle,
                    name=name,
                    joined_at=unknown[who],
                    zone_since=unknown[who],
                )
                for who, name, handle in zip(
                    new, called, free_handles(domain, called), strict=True
                )
            ],
            batch_size=1_000,
        )
        identities = Identity.objects.bulk_create(
            [
                Identity(domain=domain, known_as=who, membership=membership)
                for who, membership in zip(new, memberships, strict=True)
            ],
            batch_size=1_000,
        )
        known |= {identity.known_as: identity.pk for identity in identities}
    return len(new)


def _name(domain: Domain, names: Mapping[str, str]) -> None:
    """Give their name to people whom an earlier file knew without one.

    Whoever has an account, or has gone, is called what they chose.
    """
    nameless = Membership.objects.filter(
        domain=domain,
        member=None,
        left_at=None,
        identities__known_as__in=list(names),
        name=F("identities__known_as"),
    ).distinct()
    renamed = list(nameless.only("name"))
    for membership in renamed:
        membership.name = names[membership.name]
    Membership.objects.bulk_update(renamed, ["name"], batch_size=1_000)


def free_handles(domain: Domain, names: Iterable[str]) -> list[str]:
    stems = [
        slugify(name).replace("_", "-")[:30].strip("-") or "person" for name in names
    ]
    taken = set(domain.memberships.values_list("handle", flat=True))
    numbers: Counter[str] = Counter()
    handles = []
    for stem in stems:
        handle = stem
        while handle in taken:
            numbers[stem] += 1
            handle = f"{stem}-{numbers[stem] + 1}"
        taken.add(handle)
        handles.append(handle)
    return handles


def _area_ids(domain: Domain) -> dict[str, int | None]:
    """Return the area each folder of the history belongs to."""
    by_slug = dict(domain.areas.values_list("slug", "pk"))
    other = by_slug.get(areas.slug(areas.other()))
    folders = ImportedAct.objects.filter(domain=domain).values_list("area", flat=True)
    return {
        folder: by_slug.get(areas.slug(areas.readable(folder)), other)
        for folder in folders.order_by().distinct()
    }


def _lines_about(
    kept: QuerySet[ImportedAct], *, how: History, area_ids: Mapping[str, int | None]
) -> Iterator[Participation]:
    """Yield the lines the ledger should hold about works, given all acts about them."""
    acts = []
    members: dict[str, int] = {}
    contributions: dict[str, ToldAct] = {}
    # Rows, not models: there are three times as many of those as of lines.
    for membership_id, *told in kept.order_by("at", "pk").values_list(*_TOLD):
        act = _told(*told)
        acts.append(act)
        members[act.actor] = membership_id
        if act.kind is ActKind.CONTRIBUTION:
            contributions[f"{act.work}:{act.actor}"] = act

    for line in lines_of(acts, integrations=how.counts_integrations):
        act = contributions[str(line.item)]
        is_recognition = line.kind is Kind.RECOGNISED
        yield Participation(
            key=_shortened(f"work:{line.key}", LONGEST_KEY),
            kind=Participation.Kind(line.kind),
            channel=Participation.Channel(line.channel),
            giver_id=None if line.giver == COMMONS else members[str(line.giver)],
            receiver_id=members[str(line.receiver)],
            amount=line.amount * (_worth(act) if is_recognition else 1.0),
            occurred_at=datetime.fromtimestamp(round(line.at * 86_400), tz=UTC),
            **_facts(act, area_ids),
        )


def _told(
    at: datetime, actor: str, kind: str, subject: str | None, work: str, *more: Any
) -> ToldAct:
    area, title, url, centrality, rounds, accommodated = more
    return ToldAct(
        t=at,
        actor=actor,
        kind=ActKind(kind),
        subject=subject,
        work=work,
        area=area,
        title=title,
        url=url,
        centrality=centrality,
        rounds=rounds,
        accommodated=accommodated,
    )


def _facts(act: ToldAct, area_ids: Mapping[str, int | None]) -> dict[str, Any]:
    """Return what a line says of the work it is about."""
    return {
        "item": _shortened(f"work:{act.work}:{act.actor}", LONGEST_ITEM),
        "title": act.title,
        "path": act.url,
        "centrality": act.centrality,
        "area_id": area_ids[act.area or ""],
        "rounds": act.rounds,
        "accommodated": act.accommodated,
    }


def _worth(act: ToldAct) -> float:
    """Return what a work's circumstances make of the plain work it counts as."""
    plain = amounts.work(centrality=1)
    return (
        amounts.work(
            centrality=act.centrality or 1,
            remediations=act.rounds - 1,
            accommodated=act.accommodated,
        )
        / plain
    )


def _corrected(
    domain: Domain, wanted: Iterable[Participation]
) -> Iterator[Participation]:
    """Yield the lines that make the ledger say what is wanted.

    Lines are never changed. Where a later file tells of one more recogniser of a work,
    each gave a smaller share of it than the ledger says: a further line takes the rest
    back. So files may overlap, and come in any order, and the sums are the same.
    """
    by_key = {line.key: line for line in wanted}
    items = {line.item for line in by_key.values()}
    there: dict[str, list[Participation]] = defaultdict(list)
    for line in Participation.objects.filter(
        domain=domain, item__in=items, key__startswith="work:"
    ).order_by("pk"):
        there[_base(line.key, there)].append(line)

    for key, line in by_key.items():
        if key not in there:
            yield line
    for key, lines in there.items():
        stands = sum(line.amount for line in lines)
        should = by_key[key].amount if key in by_key else 0.0
        if abs(should - stands) < SAME:
            continue
        first = lines[0]
        yield Participation(
            key=f"{key}~{len(lines)}",
            kind=first.kind if should > stands else Participation.Kind.COUNTERED,
            channel=first.channel,
            giver_id=first.giver_id,
            receiver_id=first.receiver_id,
            amount=should - stands,
            item=first.item,
            title=first.title,
            path=first.path,
            centrality=first.centrality,
            area_id=first.area_id,
            rounds=first.rounds,
            accommodated=first.accommodated,
            occurred_at=first.occurred_at,
        )


def _base(key: str, there: Mapping[str, object]) -> str:
    """Return the key of the line that a key corrects, or the key itself."""
    correction = re.fullmatch(r"(.*)~\d+", key)
    return correction[1] if correction and correction[1] in there else key


def _shortened(text: str, longest: int) -> str:
    """Return a text that fits and is still like no other."""
    if len(text) <= longest:
        return text
    mark = hashlib.sha256(text.encode()).hexdigest()[:24]
    return f"{text[: longest - len(mark) - 1]}#{mark}"
