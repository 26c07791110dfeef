"""One scene for each act: everything is as it should be, whoever asks.

``of`` sets it up with a member of the role in it; ``SCENES`` says what the API is called
with, ``FORMS`` what the page is sent.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cop.programs.acts import Role
from domain.centrality import Zone
from repertoire import contradicting, revising
from repertoire.models import Revision
from repertoire.text import Text
from tasks import gathering, observing, questioning
from tasks.models import Ask, LogEntry, Task, Verdict
from tests.makers import (
    make_agent,
    make_claim,
    make_core,
    make_domain,
    make_entry,
    make_full,
    make_membership,
    make_submission,
    make_task,
    make_verdict,
)


@dataclass
class Scene:
    domain: Any
    own: Any
    client: Client
    method: str = "POST"
    path: str = ""
    given: Any = None
    #: What its page is about, for its address; and what is typed there.
    about: list = field(default_factory=list)
    typed: dict = field(default_factory=dict)
    needs_tag: bool = False

    def path_at(self, program):
        """Where the community is, whether the member belongs to it or not."""
        if self.path.startswith("/"):
            return self.path
        return f"/api/v1/communities/{self.domain.slug}/{self.path}"

    def headers(self, program):
        if not self.needs_tag:
            return {}
        tag = program.get(self.path_at(program)).headers.get("ETag", '"none"')
        return {"If-Match": tag}


def of(act, role):
    domain = make_domain(agents="core")
    # Enough of the core that nobody's place is kept for somebody else.
    for _ in range(3):
        make_core(domain=domain)
    scene = Scene(domain, _member(role, domain), Client())
    SCENES[act.name](scene)
    return scene


def form_of(act, scene):
    return (
        reverse(act.page, args=[scene.domain.slug, *scene.about]),
        FORMS[act.name] | scene.typed,
    )


def shown_refusal(response):
    """What a page says that asks whether before it does."""
    html = response.content.decode()
    return html.partition('data-refusal="')[2].partition('"')[0]


def _member(role, domain):
    if role == Role.VISITOR:
        return make_membership(domain=make_domain())
    zones = {
        Role.INBOUND: Zone.INBOUND,
        Role.ACTIVE: Zone.ACTIVE,
        Role.CORE: Zone.CORE,
        Role.AGENT: Zone.ACTIVE,
    }
    given = {"zone": zones.get(role, Zone.PERIPHERY), "position": 0.0}
    if role == Role.AGENT:
        sponsor = make_full(domain=domain)
        given["member"] = make_agent(sponsor=sponsor.member, calls_a_minute=120)
    return make_membership(domain=domain, is_organizer=role == Role.ORGANIZER, **given)


def _task(scene, **given):
    now = timezone.now()
    return make_task(
        domain=scene.domain,
        raised_by=make_core(domain=scene.domain),
        raised_at=now - timedelta(minutes=1),
        **{"opened_at": now - timedelta(minutes=1), **given},
    )


def _held(scene, **given):
    """A task the member holds; a visitor cannot, so somebody else does."""
    task = _task(scene, **given)
    return make_claim(
        task=task,
        membership=scene.own
        if scene.own.domain_id == scene.domain.pk
        else make_membership(domain=scene.domain),
        claimed_at=timezone.now(),
    )


def _claim(scene):
    task = _task(scene)
    scene.path, scene.given, scene.about = f"tasks/{task.pk}/claim", {}, [task.pk]


def _heartbeat(scene):
    task = _held(scene).task
    scene.path = f"tasks/{task.pk}/claim/heartbeat"
    scene.given, scene.about = {"generation": 1}, [task.pk]


def _release(scene):
    task = _held(scene).task
    scene.path = f"tasks/{task.pk}/claim/release"
    scene.given, scene.about = {"generation": 1}, [task.pk]


def _extend_for(scene):
    claim = make_claim(task=_task(scene), claimed_at=timezone.now())
    scene.path, scene.about = f"claims/{claim.pk}/extend", [claim.task_id]
    scene.typed = {"claim": claim.pk}


def _write_note(scene):
    task = _held(scene).task
    scene.path, scene.about = f"tasks/{task.pk}/notes", [task.pk]
    scene.given = {"generation": 1, "body": "Half is done."}


def _ask_about_note(scene):
    claim = make_claim(task=_task(scene), claimed_at=timezone.now())
    note = LogEntry.objects.create(
        task=claim.task,
        claim=claim,
        author=claim.membership,
        body="Left first.",
        written_at=timezone.now(),
    )
    scene.path, scene.about = f"notes/{note.pk}/questions", [claim.task_id]
    scene.given, scene.typed = {"body": "Why?"}, {"about": note.pk}


def _hand_in(scene):
    task = _held(scene).task
    scene.path, scene.about = f"tasks/{task.pk}/rounds", [task.pk]
    scene.given = {"generation": 1, "body": "All of it."}


def _round(scene, **given):
    return make_submission(claim=_held(scene), handed_in_at=timezone.now(), **given)


def _edit_round(scene):
    made = _round(scene)
    scene.method, scene.path = "PUT", f"rounds/{made.pk}"
    scene.given, scene.about = {"body": "Better."}, [made.task_id, made.pk]
    scene.needs_tag = True


def _withdraw_round(scene):
    made = _round(scene)
    scene.path, scene.about = f"rounds/{made.pk}/withdraw", [made.task_id, made.pk]


def _ask_second_opinion(scene):
    made = _round(
        scene, outcome=Verdict.DECLINED, settled_at=timezone.now(), is_first=False
    )
    make_verdict(Verdict.DECLINED, submission=made)
    scene.path = f"rounds/{made.pk}/second-opinion"
    scene.about = [made.task_id, made.pk]


def _asked(scene, by):
    return Ask.objects.create(
        task=by.task,
        claim=by,
        asked_by=by.membership,
        question="Which one?",
        asked_at=timezone.now(),
    )


def _ask_for_a_person(scene):
    task = _held(scene).task
    scene.path = f"tasks/{task.pk}/asks"
    scene.given = {"generation": 1, "question": "Which sheet counts?"}


def _take_ask_back(scene):
    claim = _held(scene)
    if not claim.membership.is_agent:
        claim = _held_by_an_agent(scene)
    ask = _asked(scene, claim)
    scene.method, scene.path = "DELETE", f"asks/{ask.pk}"


def _held_by_an_agent(scene):
    sponsor = make_membership(domain=scene.domain)
    agent = make_membership(
        domain=scene.domain, member=make_agent(sponsor=sponsor.member)
    )
    return make_claim(task=_task(scene), membership=agent, claimed_at=timezone.now())


def _answer_ask(scene):
    ask = _asked(scene, _held_by_an_agent(scene))
    scene.path, scene.about = f"asks/{ask.pk}/answer", [ask.task_id, ask.pk]
    scene.given = {"body": "The left one."}


def _observe(scene):
    task = _task(scene, centrality=Zone.CORE)
    scene.method, scene.path = "PUT", f"tasks/{task.pk}/observing"
    scene.about = [task.pk]


def _unobserve(scene):
    task = _task(scene)
    if scene.own.domain_id == scene.domain.pk:
        observing.observe(task=task, membership=scene.own, at=timezone.now())
    scene.method, scene.path = "DELETE", f"tasks/{task.pk}/observing"
    scene.about = [task.pk]


def _ask_question(scene):
    claim = make_claim(task=_task(scene), claimed_at=timezone.now())
    scene.path, scene.about = f"tasks/{claim.task_id}/questions", [claim.task_id]
    scene.given = {"claim": claim.pk, "body": "How?"}
    scene.typed = {"claim": claim.pk}


def _answer_question(scene):
    claim = _held(scene)
    question = questioning.ask(
        task=claim.task,
        membership=make_full(domain=scene.domain),
        asked=claim.membership,
        body="How?",
        at=timezone.now(),
    )
    scene.path = f"questions/{question.pk}/answer"
    scene.given, scene.about = {"body": "So."}, [claim.task_id, question.pk]


def _mark_stretch(scene):
    claim = make_claim(task=_task(scene), claimed_at=timezone.now())
    note = LogEntry.objects.create(
        task=claim.task,
        claim=claim,
        author=claim.membership,
        body="Left first.",
        written_at=timezone.now(),
    )
    scene.path, scene.about = f"tasks/{claim.task_id}/stretches", [claim.task_id]
    scene.given = scene.typed = {"first": note.pk, "last": note.pk}


NEED = {
    "title": "Check 12 photo labels",
    "beneficiary": "Readers",
    "use": "Goes on the map",
    "brief": "Look at each.",
    "area": "sampling",
    "consequence": "put_right",
    "reliance": "one",
    "effort_minutes": 20,
}


def _propose_task(scene):
    scene.path, scene.given = "tasks", NEED


def _open_task(scene):
    task = _task(scene, state=Task.State.DRAFT, opened_at=None)
    scene.path, scene.about = f"tasks/{task.pk}/open", [task.pk]


def _edit_task(scene):
    task = _task(scene)
    scene.method, scene.path = "PUT", f"tasks/{task.pk}"
    scene.given, scene.needs_tag = NEED, True


def _place_task(scene):
    task = _task(scene)
    scene.path, scene.about = f"tasks/{task.pk}/place", [task.pk]
    scene.given = {"zone": "inbound", "reason": "Others build on it."}


def _withdraw_task(scene):
    task = _task(scene)
    scene.path, scene.about = f"tasks/{task.pk}/withdraw", [task.pk]
    scene.given = {"ending": "unwanted", "reason": "The mill closed."}


def _mark_used(scene):
    task = _task(scene, state=Task.State.DONE, closed_at=timezone.now())
    scene.path, scene.about = f"tasks/{task.pk}/used", [task.pk]
    scene.given = {"used_in": "The dataset"}


def _others_round(scene):
    author = make_membership(domain=scene.domain, threshold_at=timezone.now())
    return make_submission(
        claim=make_claim(
            task=_task(scene), membership=author, claimed_at=timezone.now()
        ),
        handed_in_at=timezone.now(),
    )


def _draw_review(scene):
    author = make_membership(domain=scene.domain)
    make_submission(
        claim=make_claim(
            task=_task(scene), membership=author, claimed_at=timezone.now()
        ),
        handed_in_at=timezone.now(),
        is_first=True,
    )
    scene.path, scene.given = "desk/draw", {}


def _take_review(scene):
    made = _others_round(scene)
    scene.path, scene.about = f"rounds/{made.pk}/review", [made.pk]


def _give_first_look(scene):
    made = _others_round(scene)
    scene.path, scene.about = f"rounds/{made.pk}/first-look", [made.pk]
    scene.given = {"works": "The dates in rows 3 to 9 follow the sheet exactly."}


def _make_room(scene):
    scene.method, scene.path = "PUT", "desk/room"
    scene.given = {"capacity": "half", "minutes": 10}


def _write_entry(scene):
    scene.path = "entries"
    scene.given = {"shelf": "vocabulary", "title": "Lock spike", "meaning": "A nail."}


def _entry(scene, **given):
    return make_entry(
        domain=scene.domain, written_by=make_core(domain=scene.domain), **given
    )


def _at(entry):
    return [entry.shelf, entry.slug]


def _edit_entry(scene):
    entry = _entry(scene)
    scene.method, scene.path = "PUT", f"entries/{entry.pk}"
    scene.given = {"title": entry.title, "body": "Quite another text, and longer."}
    scene.given["base"] = entry.current_id
    scene.about = _at(entry)
    scene.typed = {"title": entry.title, "base": entry.current_id}


def _on_entry(name, **given):
    def scene_of(scene):
        entry = _entry(scene, **given)
        scene.path, scene.about = f"entries/{entry.pk}/{name}", _at(entry)

    return scene_of


def _overtake_entry(scene):
    entry, by = _entry(scene), _entry(scene)
    scene.path, scene.about = f"entries/{entry.pk}/overtaken", _at(entry)
    scene.given, scene.typed = {"by": by.pk}, {"by": by.title}


def _contradict_entry(scene):
    entry = _entry(scene)
    scene.path, scene.about = f"entries/{entry.pk}/doubts", _at(entry)
    scene.given = {"words": "Below the weir it does not."}


def _doubt(scene, name):
    entry = _entry(scene)
    said = contradicting.contradict(
        entry=entry,
        membership=make_membership(domain=scene.domain),
        words="Below the weir it does not.",
        at=timezone.now() - timedelta(hours=1),
    )
    entry.changed_at = timezone.now()
    entry.save(update_fields=["changed_at"])
    scene.path, scene.about = f"doubts/{said.pk}/{name}", [*_at(entry), said.pk]


def _answer_doubt_mended(scene):
    _doubt(scene, "mended")


def _answer_doubt_holds(scene):
    _doubt(scene, "holds")
    scene.given = {"words": "It does: see the sheets of May."}


def _mend(scene, name):
    entry = _entry(scene)
    mend = Revision.objects.create(
        entry=entry,
        number=2,
        base=entry.current,
        author=make_membership(domain=scene.domain),
        author_zone=Zone.PERIPHERY,
        title=entry.title,
        meaning=entry.meaning,
        body=f"{entry.current.body}!",
        is_mend=True,
        written_at=timezone.now(),
    )
    entry.current = mend
    entry.save(update_fields=["current"])
    scene.path, scene.about = f"mends/{mend.pk}/{name}", [*_at(entry), mend.pk]


def _look_at_mend(scene):
    _mend(scene, "looked")


def _undo_mend(scene):
    _mend(scene, "undo")
    scene.given = {"reason": "It was right before."}


def _proposal(scene, name, *, by=None):
    entry = revising.write(
        domain=scene.domain,
        membership=by or make_membership(domain=scene.domain),
        kind="term",
        text=Text("Lock spike", "A nail.", "A nail."),
        at=timezone.now(),
    )
    [proposal] = entry.revisions.all()
    scene.path = f"proposals/{proposal.pk}/{name}"
    scene.about = [*_at(entry), proposal.pk]


def _take_in_proposal(scene):
    _proposal(scene, "take-in")
    scene.given = {"words": "Thank you: that was missing."}


def _decline_proposal(scene):
    _proposal(scene, "decline")
    scene.given = {"reason": "It is called a dog spike here."}


def _withdraw_proposal(scene):
    proposed = Revision.State.PROPOSED
    entry = _entry(scene)
    own = scene.own if scene.own.domain_id == scene.domain.pk else entry.written_by
    proposal = Revision.objects.create(
        entry=entry,
        base=entry.current,
        author=own,
        author_zone=own.zone,
        title=entry.title,
        body="Another.",
        state=proposed,
        written_at=timezone.now(),
    )
    scene.path = f"proposals/{proposal.pk}/withdraw"
    scene.about = [*_at(entry), proposal.pk]


def _gathering(scene, *, starts_in=timedelta(days=3)):
    task, now = _task(scene), timezone.now()
    plan = gathering.Plan(
        title="Sheets at the mill",
        what_for="The sheets of May are typed up.",
        place="The mill",
        starts_at=now + starts_in,
        length=timedelta(hours=2),
        tasks=[task],
    )
    made = gathering.announce(
        membership=make_core(domain=scene.domain),
        plan=plan,
        at=now - timedelta(days=1),
    )
    scene.about = [made.pk]
    return made, task


def _plan(task):
    return {
        "title": "Sheets at the mill",
        "what_for": "The sheets of May are typed up.",
        "place": "The mill",
        "starts_at": (timezone.now() + timedelta(days=3)).isoformat(),
        "minutes": 90,
        "tasks": [task.pk],
    }


def _typed(task):
    day = timezone.localtime() + timedelta(days=3)
    plan = _plan(task)
    del plan["starts_at"]
    return plan | {"day": f"{day:%Y-%m-%d}", "clock": "18:00", "version": 1}


def _call_gathering(scene):
    task = _task(scene)
    scene.path, scene.given, scene.typed = "gatherings", _plan(task), _typed(task)


def _change_gathering(scene):
    made, task = _gathering(scene)
    scene.method, scene.path = "PUT", f"gatherings/{made.pk}"
    scene.given, scene.typed = _plan(task) | {"version": 1}, _typed(task)


def _call_off_gathering(scene):
    made, _of_it = _gathering(scene)
    scene.path = f"gatherings/{made.pk}/call-off"
    scene.given = {"because": "The bridge is closed."}


def _answer_gathering(scene):
    made, _of_it = _gathering(scene)
    scene.method, scene.path = "PUT", f"gatherings/{made.pk}/answer"
    scene.given = {"coming": True}


def _tell_gathering(scene):
    made, _of_it = _gathering(scene, starts_in=-timedelta(hours=1))
    scene.method, scene.path = "PUT", f"gatherings/{made.pk}/told"
    scene.given = {"came_of_it": "Half of them.", "version": 1}


SCENES = {
    "claim": _claim,
    "heartbeat": _heartbeat,
    "release": _release,
    "extend_for": _extend_for,
    "write_note": _write_note,
    "ask_about_note": _ask_about_note,
    "hand_in": _hand_in,
    "edit_round": _edit_round,
    "withdraw_round": _withdraw_round,
    "ask_second_opinion": _ask_second_opinion,
    "ask_for_a_person": _ask_for_a_person,
    "take_ask_back": _take_ask_back,
    "answer_ask": _answer_ask,
    "observe": _observe,
    "unobserve": _unobserve,
    "ask_question": _ask_question,
    "answer_question": _answer_question,
    "mark_stretch": _mark_stretch,
    "propose_task": _propose_task,
    "open_task": _open_task,
    "edit_task": _edit_task,
    "place_task": _place_task,
    "withdraw_task": _withdraw_task,
    "mark_used": _mark_used,
    "draw_review": _draw_review,
    "take_review": _take_review,
    "give_first_look": _give_first_look,
    "make_room": _make_room,
    "write_entry": _write_entry,
    "edit_entry": _edit_entry,
    "confirm_entry": _on_entry("confirm"),
    "retire_entry": _on_entry("retire"),
    "bring_entry_back": _on_entry("bring-back", retired_at=timezone.now()),
    "overtake_entry": _overtake_entry,
    "contradict_entry": _contradict_entry,
    "answer_doubt_mended": _answer_doubt_mended,
    "answer_doubt_holds": _answer_doubt_holds,
    "look_at_mend": _look_at_mend,
    "undo_mend": _undo_mend,
    "take_in_proposal": _take_in_proposal,
    "decline_proposal": _decline_proposal,
    "withdraw_proposal": _withdraw_proposal,
    "call_gathering": _call_gathering,
    "change_gathering": _change_gathering,
    "call_off_gathering": _call_off_gathering,
    "answer_gathering": _answer_gathering,
    "tell_gathering": _tell_gathering,
}

#: What each page is sent besides what the scene says.
FORMS = {
    "claim": {},
    "release": {},
    "extend_for": {},
    "write_note": {"body": "Half is done."},
    "ask_about_note": {"body": "Why?"},
    "hand_in": {"body": "All of it.", "generation": 1},
    "withdraw_round": {},
    "ask_second_opinion": {},
    "answer_ask": {"body": "The left one."},
    "observe": {},
    "unobserve": {},
    "ask_question": {"body": "How?"},
    "answer_question": {"body": "So."},
    "mark_stretch": {},
    "open_task": {},
    "place_task": {"centrality": 2, "reason": "Others build on it."},
    "withdraw_task": {"ending": "unwanted", "reason": "The mill closed."},
    "mark_used": {"used_in": "The dataset"},
    "draw_review": {},
    "take_review": {},
    "give_first_look": {"works": "The dates in rows 3 to 9 follow the sheet exactly."},
    "confirm_entry": {},
    "retire_entry": {},
    "bring_entry_back": {},
    "overtake_entry": {},
    "contradict_entry": {"words": "Below the weir it does not."},
    "answer_doubt_mended": {},
    "answer_doubt_holds": {"words": "It does: see the sheets of May."},
    "look_at_mend": {},
    "undo_mend": {"words": "It was right before."},
    "take_in_proposal": {"words": "Thank you: that was missing."},
    "decline_proposal": {"reason": "It is called a dog spike here."},
    "withdraw_proposal": {},
    "call_gathering": {},
    "change_gathering": {},
    "call_off_gathering": {"because": "The bridge is closed."},
    "answer_gathering": {"answer": "coming"},
    "tell_gathering": {"came_of_it": "Half of them.", "version": 1},
}
