"""A community with one of everything, so that every page has something to show."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from cop.health import measuring, moving
from domain.centrality import Centrality, Consequence, Reliance, Zone
from domain.models import Domain
from members import asking, joining, mapping, notifying
from members.models import Companion, Membership, Notification
from repertoire import (
    confirming,
    contradicting,
    proposing,
    revising,
    stories,
)
from repertoire.models import Entry, Revision
from repertoire.stories import Story
from repertoire.text import Text
from tasks import (
    gathering,
    growing,
    highlighting,
    narrating,
    observing,
    piecing,
    questioning,
    sending,
    sources,
)
from tasks.models import (
    Gathering,
    LogEntry,
    Part,
    Point,
    Rereading,
    Review,
    Submission,
    Task,
    Verdict,
)
from tests.makers import (
    make_agent,
    make_claim,
    make_coinage,
    make_core,
    make_domain,
    make_entry,
    make_full,
    make_likeness,
    make_member,
    make_membership,
    make_name_use,
    make_review,
    make_submission,
    make_task,
    make_verdict,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

#: A word too long for any phone, as real ones are.
LONG = "Gewaesserguetemessstellenverzeichnisaktualisierungsbeauftragte"


@dataclass(frozen=True)
class Scene:
    domain: Domain
    newcomer: Membership
    veteran: Membership
    organizer: Membership
    held: Task
    free: Task
    draft: Task
    jigsaw: Task
    coming: Gathering
    gone_by: Gathering
    returned: Submission
    settled: Submission
    waiting: Submission
    reading: Review
    blind: Rereading
    entry: Entry
    proposal_pk: int
    doubted: Entry
    overtaken: Entry
    note: LogEntry
    remark: Point
    story: Entry
    guide: Entry
    rest_pk: int


def _questions(domain: Domain, *asked: Membership, at: datetime) -> None:
    """One question open, to these; and one of the quarter before, answered."""
    pulse = domain.pulses.create(
        quarter=asking.quarter_of(at),
        opened_at=at - DAY,
        closes_at=at + asking.OPEN_FOR,
        key=b"k" * 32,
    )
    for one in asked:
        pulse.askings.create(membership=one)
    domain.pulses.create(
        quarter=asking.quarter_of(at - 92 * DAY),
        preset="learned",
        opened_at=at - 92 * DAY,
        closes_at=at - 64 * DAY,
        closed_at=at - 64 * DAY,
        asked=14,
        yes=6,
        no=1,
        unsure=2,
        words=["The route card, from Maya.", "Not yet."],
    )


def set_up() -> Scene:
    now = timezone.now()
    domain = make_domain(
        slug="river-watch", name="River Watch", areas=("Sampling", "Data", "Kit")
    )
    newcomer = _member(
        make_membership, domain, "Maya Lindt", position=0.8, joined_at=now - 20 * DAY
    )
    veteran = _member(make_core, domain, "Amara Okoye")
    organizer = _member(make_full, domain, "Jun Sato", is_organizer=True)
    raiser = _member(make_full, domain, "Ines Duarte", name_=LONG)
    inbound = _member(
        make_membership, domain, "Noor Haddad", zone=Zone.INBOUND, position=2.6
    )
    agent = make_agent(handle="driftwood", name="Driftwood", sponsor=veteran.member)
    make_membership(domain=domain, member=agent)

    tasks = {
        centrality: make_task(
            domain=domain,
            raised_by=raiser,
            title=f"Look after gauge {centrality} by the weir",
            centrality=centrality,
            observer_seats=3,
            is_awaited=centrality == Centrality.INBOUND,
        )
        for centrality in Centrality
    }
    entry = _write(domain, veteran, raiser)
    held = make_task(
        domain=domain,
        raised_by=raiser,
        title=f"Transcribe the sheets of the {LONG}"[:80],
        brief="Type the [[field blank]] in as it stands.\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        done_means="Every reading stands in the sheet.",
        if_wrong="The reading is taken again.",
        observer_seats=3,
    )
    make_claim(task=held, membership=newcomer, claimed_at=now - DAY)
    observing.observe(task=held, membership=inbound, at=now)
    note = narrating.note(
        task=held, membership=newcomer, body="A field blank is missing.", at=now
    )
    narrating.note(
        task=held, membership=inbound, body="Is it on page two?", at=now, about=note
    )
    highlighting.mark(
        task=held, membership=veteran, first=note, last=note, why="The gap.", at=now
    )
    _ask(held, inbound, newcomer)
    _bring_together(domain, newcomer, inbound, veteran)
    jigsaw = _piece(domain, raiser, newcomer, inbound)
    coming, gone_by = _gather(domain, veteran, newcomer, held, jigsaw)
    draft = make_task(
        domain=domain,
        raised_by=inbound,
        opened_by=None,
        opened_at=None,
        state=Task.State.DRAFT,
        title="Paint the gauge board",
        consequence=Consequence.DAY_LOST,
        reliance=Reliance.ONE,
    )

    returned = _handed_in(domain, raiser, newcomer, "Label the photographs")
    review = make_verdict(
        Verdict.RETURNED, submission=returned, reviewer=veteran, sent_at=now - 2 * HOUR
    )
    remark = Point.objects.create(
        review=review, number=1, text="Name the bank in each label."
    )
    _settle(returned, Verdict.RETURNED, now - 2 * HOUR)
    settled = _handed_in(domain, raiser, newcomer, "Count the herons")
    make_verdict(submission=settled, reviewer=veteran, sent_at=now - DAY)
    _settle(settled, Verdict.RECOGNISED, now - DAY, is_threshold=True)
    Task.objects.filter(pk=settled.task_id).update(
        state=Task.State.DONE, closed_at=now - DAY
    )
    waiting = _handed_in(domain, raiser, inbound, "Clean the sensor log")
    other = _handed_in(domain, raiser, inbound, "Check the autumn charts")
    reading = make_review(submission=other, reviewer=veteran, claimed_at=now - HOUR / 6)
    sent = _handed_in(domain, raiser, inbound, f"Number the {LONG}"[:80])
    sending.finish(
        review=make_review(submission=sent, reviewer=veteran, claimed_at=now - HOUR),
        verdict=Verdict.RECOGNISED,
        works="You left the smudged reading open instead of guessing at it.",
        version=1,
        at=now,
    )
    blind = _to_read_again(domain, organizer, inbound, veteran)

    notifying.notify(
        member=newcomer.member,
        kind=Notification.Kind.REVIEWED,
        key="review:1",
        domain=domain,
        actor=veteran,
        quote="You left the smudged reading open.",
        title="Count the herons",
        sentence="Amara recognised your work.",
        path=settled.get_absolute_url(),
        at=now,
    )
    proposal = revising.revise(
        entry=entry,
        membership=newcomer,
        base=entry.current,
        text=Text(entry.title, entry.meaning, "A wholly other text.\n\n" + "so " * 40),
        why="It was out of date.",
        at=now,
    )
    doubted, overtaken = _to_tend(domain, inbound, raiser)
    story = _grow(note, veteran)
    rest = _taken_in_part(domain, newcomer, veteran)
    joining.invite(domain=domain, organizer=organizer, email="b@example.org", at=now)
    mapping.lay_out(domain=domain)
    measuring.measure(domain=domain, at=now)
    moving.offer(domain=domain, at=now)
    _diagnosed(domain, organizer)
    _questions(domain, newcomer, veteran, organizer, at=now)
    return Scene(
        domain,
        newcomer,
        veteran,
        organizer,
        held,
        tasks[Centrality.PERIPHERY],
        draft,
        jigsaw,
        coming,
        gone_by,
        returned,
        settled,
        waiting,
        reading,
        blind,
        entry,
        proposal.revision.pk,
        doubted,
        overtaken,
        note,
        remark,
        story,
        rest.entry,
        rest.pk,
    )


def _member(make, domain, name, *, name_="", **given) -> Membership:
    handle = name.lower().replace(" ", "-")
    return make(
        domain=domain, member=make_member(handle=handle, name=name_ or name), **given
    )


def _ask(held, watcher, holder) -> None:
    """Two questions of whoever watches, one of them answered."""
    now = timezone.now()
    answered, _waiting = (
        questioning.ask(task=held, membership=watcher, asked=holder, body=body, at=now)
        for body in ("Why page by page?", f"Who reads it, the {LONG}?")
    )
    questioning.answer(
        question=answered, membership=holder, body="They were numbered late.", at=now
    )


def _bring_together(domain, newcomer, inbound, veteran) -> None:
    """Somebody walks with the newcomer; the veteran walks one in and is asked by one."""
    now = timezone.now()
    stuck, asking = (
        _member(make_membership, domain, handle, name_=name, joined_at=now - 20 * DAY)
        for handle, name in (("Wen Liu", LONG), ("Ravi Vance", ""))
    )
    for new, peer, is_begun, bond in (
        (newcomer, inbound, True, Companion.Bond.COMPANION),
        (stuck, veteran, True, Companion.Bond.COMPANION),
        (asking, veteran, False, Companion.Bond.COMPANION),
        (inbound, veteran, True, Companion.Bond.MENTOR),
    ):
        at = now - 9 * DAY if is_begun else None
        Companion.objects.create(
            newcomer=new,
            peer=peer,
            bond=bond,
            offered_at=now - 10 * DAY,
            newcomer_said_at=at,
            peer_said_at=at,
            begun_at=at,
        )


def _piece(domain, raiser, newcomer, inbound) -> Task:
    """A task in three parts: one taught and ready, one in hand, one free."""
    now = timezone.now()
    jigsaw = make_task(
        domain=domain, raised_by=raiser, title="The yearbook of the Tamsel", seats=3
    )
    for seat, area in enumerate(domain.areas.order_by("place"), start=1):
        Part.objects.create(
            task=jigsaw,
            seat=seat,
            area=area,
            title=f"Chapter {seat}, by the {LONG}"[:80],
        )
    make_claim(task=jigsaw, membership=newcomer, claimed_at=now - DAY)
    make_claim(task=jigsaw, membership=inbound, claimed_at=now - DAY, seat=2)
    piecing.teach(task=jigsaw, membership=inbound, body="Read the scale.", at=now)
    piecing.mark_ready(task=jigsaw, membership=inbound, at=now)
    return jigsaw


def _gather(domain, veteran, newcomer, held, jigsaw) -> tuple[Gathering, Gathering]:
    """One that comes, and one of which is told what came of it."""
    now = timezone.now()
    coming, gone_by = (
        gathering.announce(
            membership=veteran,
            plan=gathering.Plan(
                title=f"Sheets with the {LONG}"[:80],
                what_for=f"Every sheet of the {LONG} is in the dataset.",
                place=f"https://meet.example.org/{LONG}/{LONG}",
                starts_at=starts_at,
                length=2 * HOUR,
                tasks=[held, jigsaw],
            ),
            at=now - 9 * DAY,
        )
        for starts_at in (now + 5 * DAY, now - 3 * DAY)
    )
    for one in (coming, gone_by):
        gathering.answer(
            gathering=one, membership=newcomer, coming=True, at=now - 8 * DAY
        )
    gone_by = gathering.tell(
        gathering=gone_by,
        membership=veteran,
        there=[veteran, newcomer],
        came_of_it=f"Two sheets are in, and the {LONG} stays to be done.",
        version=1,
        at=now - 2 * DAY,
    )
    return coming, gone_by


def _write(domain, veteran, raiser) -> Entry:
    now = timezone.now()
    for kind in (Entry.Kind.TOOL, Entry.Kind.APPROACH, Entry.Kind.STORY):
        make_entry(domain=domain, kind=kind, aliases=["bottle"], written_by=raiser)
    entry = make_entry(
        domain=domain,
        title="Field blank",
        slug="field-blank",
        body=f"# Why\n\n{LONG}\n\n- one\n- two\n\n```\nlong code {LONG} {LONG}\n```",
        written_by=veteran,
    )
    revising.revise(
        entry=entry,
        membership=veteran,
        base=entry.current,
        text=Text(
            entry.title, "Water taken along.", entry.current.body + "\n\nAnd back."
        ),
        why="Said how it ends.",
        at=now,
    )
    entry.refresh_from_db()
    _say(domain, veteran, entry)
    return entry


def _say(domain, veteran, entry) -> None:
    """Words in use: without an entry, set aside, by two names, and perhaps one thing."""
    make_coinage(domain=domain, words="sonde")
    make_coinage(domain=domain, words=LONG, elsewhere=None)
    make_coinage(
        domain=domain,
        words="tuesday",
        set_aside_by=veteran,
        set_aside_at=timezone.now(),
    )
    Entry.objects.filter(pk=entry.pk).update(aliases=["trip blank"])
    speakers = [veteran.pk]
    make_name_use(entry=entry, name="trip blank", speakers=speakers)
    make_name_use(entry=entry, name=entry.title, said=3, people=2, speakers=speakers)
    other = make_entry(domain=domain, written_by=veteran)
    make_likeness(entries=(entry, other))


def _to_tend(domain, inbound, raiser) -> tuple[Entry, Entry]:
    """Something on the tending desk: a doubt, a mend, and an entry overtaken."""
    now = timezone.now()
    doubted, mended, old = (
        make_entry(
            domain=domain, title=title, body="Carry a bottel.", written_by=raiser
        )
        for title in ("Lock spike", f"Kit of {LONG}", "Spirit level")
    )
    contradicting.contradict(
        entry=doubted, membership=inbound, words="It spikes at noon too.", at=now
    )
    revising.revise(
        entry=mended,
        membership=inbound,
        base=mended.current,
        text=Text(mended.title, mended.meaning, "Carry a bottle."),
        at=now,
    )
    confirming.overtake(entry=old, by=mended, membership=raiser, at=now)
    return doubted, old


def _grow(note, teller) -> Entry:
    """A story out of a note, told on by others since."""
    now = timezone.now()
    told = Story(
        who="@maya-lindt, @nobody-here",
        happened="On a Tuesday",
        told=f"> {note.body}\n\nThe {LONG} had it.",
        went_wrong="| a | b |\n|---|---|\n| 1 | 2 |",
        taught="Look on page two.",
        touches=f"[[field blank]], [[chain of custody]], #{note.task_id}",
    )
    source = sources.find("note", note.pk, task=note.task, reader=teller, at=now)
    story = growing.write(
        source=source,
        membership=teller,
        kind=Entry.Kind.STORY,
        text=Text("The blank on page two", "It was there.", stories.written(told)),
        at=now,
    )
    Entry.objects.filter(pk=story.pk).update(canonical_at=now)
    return story


def _taken_in_part(domain, newcomer, veteran) -> Revision:
    """A page of many parts that some of a proposal went into; the rest is given back."""
    now = timezone.now()
    guide = make_entry(
        domain=domain,
        kind=Entry.Kind.APPROACH,
        title=f"A day with the {LONG}",
        body=(
            "Before you go, read this[^1].\n\n## Before\n\n- [ ] bottles\n- [x] ice\n\n"
            f"## At the river\n\nRinse.\n\n### {LONG}\n\nTerm\n: What it means\n\n"
            "[^1]: All of it."
        ),
        written_by=veteran,
    )
    body = guide.current.body.replace("Rinse.", "Rinse three times with the river.")
    proposed = revising.revise(
        entry=guide,
        membership=newcomer,
        base=guide.current,
        text=Text(guide.title, guide.meaning, f"{body}\n\nAnd sing, {LONG}."),
        at=now,
    )
    proposing.take_in(
        proposal=proposed.revision,
        membership=veteran,
        words="Thank you.",
        numbers=[0],
        reason="Nobody sings here.",
        at=now,
    )
    return Revision.objects.get(rest_of=proposed.revision)


def _handed_in(domain, raiser, author, title) -> Submission:
    now = timezone.now()
    task = make_task(domain=domain, raised_by=raiser, title=title)
    claim = make_claim(task=task, membership=author, claimed_at=now - 2 * DAY)
    return make_submission(
        claim=claim,
        handed_in_at=now - 5 * HOUR,
        links=[f"https://example.org/{LONG}"],
        unsure="The third nitrate.",
    )


def _to_read_again(domain, first, author, reader) -> Rereading:
    """Settled work in the hands of somebody who does not know what was said of it."""
    now = timezone.now()
    work = _handed_in(domain, first, author, "Sketch the weir")
    review = make_verdict(submission=work, reviewer=first, sent_at=now - DAY)
    _settle(work, Verdict.RECOGNISED, now - DAY)
    return Rereading.objects.create(
        submission=work,
        first=review,
        chosen_at=now - DAY,
        reader=reader,
        claimed_at=now,
        due_at=now + HOUR,
    )


def _diagnosed(domain, organizer) -> None:
    """One failure called and explained, and one that is gone again."""
    today = timezone.localdate()
    for mode, closed in (("no-path-inward", None), ("no-domain", today)):
        domain.diagnoses.create(
            mode=mode,
            opened_on=today - 9 * DAY,
            measured_on=today,
            closed_on=closed,
            sentence="Hardly. The way in is blocked in more than one place.",
            words=f"The {LONG} is away.",
            said_by=organizer,
            said_at=timezone.now(),
        )


def _settle(submission, outcome, at, *, is_threshold=False) -> None:
    submission.outcome, submission.settled_at = outcome, at
    submission.is_threshold = is_threshold
    submission.save()
