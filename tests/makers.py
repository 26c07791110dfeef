"""Plain makers of nouns for tests: one function each, nothing surprising."""

from datetime import UTC, datetime, timedelta
from itertools import count

from allauth.account.models import EmailAddress
from django.utils import timezone

from domain.centrality import Centrality, Consequence, Reliance, Zone
from domain.models import Area, Domain
from members.models import Agent, Member, Membership, Reckoning
from repertoire.models import Coinage, Entry, Likeness, NameUse, Revision
from tasks import sending
from tasks.models import Claim, Review, Submission, Task, Verdict
from tasks.models.submission import TAKEN_BACK_WITHIN

#: The moment at which everything in a test happens, unless it says otherwise.
NOON = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)

HTMX = {"HX-Request": "true"}

_number = count(1)


def make_reckoning(*, domain, **given) -> Reckoning:
    """Return the domain's reckoning in force."""
    return Reckoning.objects.get_or_create(
        domain=domain,
        state=Reckoning.State.CURRENT,
        defaults={"begun_at": NOON, **given},
    )[0]


def make_domain(**given) -> Domain:
    number = next(_number)
    areas = given.pop("areas", ("Sampling", "Data"))
    domain = Domain.objects.create(
        **{
            "name": f"River Watch {number}",
            "slug": f"river-watch-{number}",
            "concern": "We measure the river and publish what we find.",
            "stakes": "The authority could say it did not know.",
            "served": "Everyone who drinks, fishes or swims downstream.",
            "founded_at": NOON - timedelta(days=400),
            **given,
        }
    )
    for place, name in enumerate(areas):
        Area.objects.create(
            domain=domain, name=name, slug=name.lower().replace(" ", "-"), place=place
        )
    return domain


def make_member(**given) -> Member:
    number = next(_number)
    confirmed = given.pop("confirmed", True)
    member = Member.objects.create(
        **{
            "handle": f"member-{number}",
            "name": f"Member {number}",
            "email": f"member-{number}@example.org",
            "created_at": NOON - timedelta(days=100),
            **given,
        }
    )
    if confirmed and member.email:
        EmailAddress.objects.create(
            user=member, email=member.email, verified=True, primary=True
        )
    return member


def make_agent(**given) -> Member:
    sponsor = given.pop("sponsor", None) or make_member()
    about = {
        name: given.pop(name)
        for name in ("seats", "calls_a_minute", "most_returned", "stopped_at")
        if name in given
    }
    agent = make_member(kind=Member.Kind.AGENT, sponsor=sponsor, email=None, **given)
    Agent.objects.create(
        member=agent,
        purpose="Transcribes what was written by hand.",
        runs_on="a script",
        contact="agents@example.org",
        registered_at=NOON - timedelta(days=100),
        **about,
    )
    return agent


def make_membership(**given) -> Membership:
    domain = given.pop("domain", None) or make_domain()
    member = given.pop("member", None) or make_member()
    return Membership.objects.create(
        **{
            "domain": domain,
            "member": member,
            "kind": member.kind,
            "handle": member.handle,
            "name": member.name,
            "joined_at": NOON - timedelta(days=90),
            "zone_since": NOON - timedelta(days=90),
            **given,
        }
    )


def make_full(**given) -> Membership:
    """Somebody active: may recognise others' work at the edge."""
    return make_membership(**{"zone": Zone.ACTIVE, "position": 5.5, **given})


def make_core(**given) -> Membership:
    return make_membership(**{"zone": Zone.CORE, "position": 9.0, **given})


def make_task(**given) -> Task:
    domain = given.pop("domain", None) or make_domain()
    raised_by = given.pop("raised_by", None) or make_full(domain=domain)
    return Task.objects.create(
        **{
            "domain": domain,
            "title": "Transcribe the Mill Bridge field sheets",
            "brief": "One scanned page of readings, to be typed in as they stand.",
            "beneficiary": "Readers of the autumn dataset",
            "use": "Feeds the public autumn dataset",
            "area": domain.areas.order_by("place")[0],
            "consequence": Consequence.PUT_RIGHT,
            "reliance": Reliance.ONE,
            "centrality": Centrality.PERIPHERY,
            "effort_minutes": 20,
            "raised_by": raised_by,
            "raised_at": NOON - timedelta(days=3),
            "opened_by": raised_by,
            "opened_at": NOON - timedelta(days=3),
            "state": Task.State.OPEN,
            **given,
        }
    )


def make_claim(**given) -> Claim:
    task = given.pop("task", None) or make_task()
    membership = given.pop("membership", None) or make_membership(domain=task.domain)
    task.generation += 1
    task.state = Task.State.HELD
    task.save(update_fields=["generation", "state"])
    claimed_at = given.pop("claimed_at", NOON - timedelta(days=1))
    return Claim.objects.create(
        **{
            "task": task,
            "membership": membership,
            "seat": 1,
            "generation": task.generation,
            "claimed_at": claimed_at,
            "due_at": claimed_at + task.window,
            **given,
        }
    )


def make_submission(**given) -> Submission:
    claim = given.pop("claim", None) or make_claim(
        **{key: given.pop(key) for key in ("task", "membership") if key in given}
    )
    claim.task.state = Task.State.IN_REVIEW
    claim.task.save(update_fields=["state"])
    return Submission.objects.create(
        **{
            "task": claim.task,
            "claim": claim,
            "author": claim.membership,
            "body": "Time 09:10, water 11.4, turbidity 6.2, nitrate 2.1",
            "narration": "I read the whole sheet once before typing anything.",
            "handed_in_at": NOON - timedelta(hours=5),
            **given,
        }
    )


def make_review(**given) -> Review:
    submission = given.pop("submission", None) or make_submission()
    reviewer = given.pop("reviewer", None) or make_full(domain=submission.task.domain)
    claimed_at = given.pop("claimed_at", NOON - timedelta(minutes=10))
    return Review.objects.create(
        **{
            "submission": submission,
            "reviewer": reviewer,
            "place": 1,
            "claimed_at": claimed_at,
            "due_at": claimed_at + submission.task.domain.review_window,
            **given,
        }
    )


def make_verdict(verdict: Verdict = Verdict.RECOGNISED, **given) -> Review:
    """A review that was sent, without what the deed of sending does besides."""
    return make_review(
        **{
            "verdict": verdict,
            "works": "You left the smudged reading open instead of guessing.",
            "version_read": 1,
            "sent_at": NOON,
            **given,
        }
    )


def let_reviews_go(*, at: datetime | None = None) -> int:
    """Let the minute pass in which finished reviews can be taken back."""
    at = at or timezone.now()
    Review.objects.finished().update(finished_at=at - TAKEN_BACK_WITHIN)
    return sending.send_finished(at=at)


def make_entry(**given) -> Entry:
    domain = given.pop("domain", None) or make_domain()
    author = given.pop("written_by", None) or make_full(domain=domain)
    number = next(_number)
    body = given.pop("body", "Clean water carried along to show what the trip added.")
    entry = Entry.objects.create(
        **{
            "domain": domain,
            "kind": Entry.Kind.TERM,
            "title": f"Field blank {number}",
            "slug": f"field-blank-{number}",
            "meaning": "Clean water carried along to show what the trip itself added.",
            "written_by": author,
            "written_at": NOON - timedelta(days=30),
            "changed_at": NOON - timedelta(days=30),
            **given,
        }
    )
    entry.current = Revision.objects.create(
        entry=entry,
        number=1,
        author=author,
        author_zone=author.zone,
        title=entry.title,
        meaning=entry.meaning,
        body=body,
        written_at=entry.written_at,
    )
    entry.save(update_fields=["current"])
    return entry


def make_coinage(**given) -> Coinage:
    """A word said often that has no entry."""
    words = given.pop("words", "lock spike")
    return Coinage.objects.create(
        **{
            "key": words,
            "words": words,
            "said": 14,
            "people": 5,
            "texts": 9,
            "elsewhere": 0.5e-6,
            "weight": 20.0,
            "places": [
                {"path": "/t/1/", "title": "Weir walk", "sentence": "A lock spike."}
            ],
            "heard_at": NOON,
            **given,
        }
    )


def make_name_use(**given) -> NameUse:
    said = given.pop("said", 9)
    return NameUse.objects.create(
        **{
            "said": said,
            "people": 4,
            "texts": said,
            "lately": said,
            "before": 0,
            "counted_at": NOON,
            **given,
        }
    )


def make_likeness(*, entries: tuple[Entry, Entry], **given) -> Likeness:
    first, second = sorted(entries, key=lambda entry: entry.pk)
    return Likeness.objects.create(
        **{
            "first": first,
            "second": second,
            "near": 0.8,
            "company": 0.7,
            "around": ["bridge"],
            "found_at": NOON,
            **given,
        }
    )
