"""Every page of the main job, looked over at both widths and in both themes."""

import pytest
from django.utils import timezone

from members import delivering
from repertoire import revising
from repertoire.text import Text
from tests.browser import scene

HERE = "/c/river-watch/"

SIGNED_OUT = [
    "/",
    "/help/",
    "/search/",
    "/search/?q=field",
    "/search/?q=field+blank&in=river-watch",
    "/search/?q=feild+blnk",
    "/search/?q=lock+spike",
    "/search/?q=the&type=log&time=year&in=river-watch",
    "/search/?q=(((",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/signup/passkey/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/no-such-page/",
    f"{HERE}no-such-page/",
    HERE,
    f"{HERE}about/",
    f"{HERE}path/",
    f"{HERE}tasks/",
    f"{HERE}tasks/?view=table",
    f"{HERE}tasks/?q=nothing-like-this",
    f"{HERE}repertoire/",
    f"{HERE}repertoire/book/",
    f"{HERE}repertoire/choice/?name=bottle",
    "{story}",
    "{guide}",
    "{guide}authors/",
    f"{HERE}people/",
    f"{HERE}people/?view=list",
    f"{HERE}join/",
    "{held}questions/",
    "{jigsaw}",
    "{jigsaw}parts/",
    f"{HERE}gatherings/",
    "{coming}",
    "{gone_by}",
]

AS_NEWCOMER = [
    "/",
    "/me/",
    "/me/notifications/",
    "/me/settings/",
    "/me/settings/closing/",
    "/me/settings/in/river-watch/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/logout/",
    "/accounts/2fa/",
    "/start-a-community/",
    f"{HERE}start/",
    f"{HERE}?front",
    f"{HERE}tasks/",
    f"{HERE}tasks/?view=table&zone=1&time=quick",
    f"{HERE}tasks/new/",
    "{held}",
    "{held}submit/",
    "{held}history/",
    "{returned}",
    "{returned_task}submit/",
    "{settled}",
    f"{HERE}review/",
    f"{HERE}repertoire/?q=blank&kind=vocabulary",
    "{entry}",
    "{entry}edit/",
    "{entry}history/",
    "{entry}diff/1..2/",
    "{entry}authors/",
    "{entry}uses/",
    "{entry}card/",
    "{story}edit/",
    "{guide}history/",
    "{guide}diff/1..2/",
    "{rest}",
    "{remark}?as=entry",
    "{note}?as=story",
    "{note}?as=addition",
    "{addition}",
    f"{HERE}repertoire/new/?kind=stories",
    f"{HERE}repertoire/tending/",
    f"{HERE}repertoire/words/",
    f"{HERE}repertoire/choice/?name=bottle",
    f"{HERE}people/?member=amara-okoye",
    f"{HERE}people/maya-lindt/",
    f"{HERE}people/maya-lindt/log/",
    f"{HERE}people/maya-lindt/why/",
    f"{HERE}people/driftwood/",
    f"{HERE}companions/",
    "{cohort}",
    f"{HERE}people/cohort/2020-01/",
    "{held}questions/",
    "{jigsaw}",
    "{jigsaw}parts/",
    f"{HERE}gatherings/",
    f"{HERE}gatherings/new/",
    "{coming}",
    "{gone_by}",
]

AS_VETERAN = [
    HERE,
    f"{HERE}health/pulse/",
    "/me/agents/",
    "/me/agents/driftwood/",
    "/me/agents/driftwood/stop/",
    "/me/tokens/",
    "/me/hooks/",
    f"{HERE}people/driftwood/",
    "{held}",
    "{free}edit/",
    "{free}withdraw/",
    "{draft}",
    f"{HERE}review/",
    f"{HERE}review/?fits=5",
    f"{HERE}review/sitting/",
    "{blind}",
    "{waiting_review}",
    "{reading}",
    "{waiting_review}first-look/",
    "{proposal}",
    "{doubted}",
    "{overtaken}",
    f"{HERE}repertoire/tending/",
    f"{HERE}repertoire/words/",
    f"{HERE}repertoire/book/approaches/",
    "{story}",
    "{guide}edit/",
    "{rest}",
    f"{HERE}people/",
    f"{HERE}people/amara-okoye/",
    f"{HERE}companions/",
    "{cohort}",
    "{held}questions/",
    "{jigsaw}",
    f"{HERE}gatherings/",
    f"{HERE}gatherings/new/",
    "{coming}",
    "{coming}edit/",
    "{gone_by}",
]

AS_ORGANIZER = [
    HERE,
    "{draft}",
    f"{HERE}health/",
    f"{HERE}health/?who=agents",
    f"{HERE}health/?area=data",
    f"{HERE}health/reviews/",
    f"{HERE}health/competence/",
    f"{HERE}health/signs/",
    f"{HERE}health/signs/first_response/",
    f"{HERE}health/signs/reach_active/",
    f"{HERE}health/pulse/",
    f"{HERE}health/sharing/",
    f"{HERE}health/no-domain/",
    f"{HERE}health/practice-in-disguise/",
    f"{HERE}health/no-path-inward/",
    f"{HERE}people/maya-lindt/",
    f"{HERE}companions/",
    "{cohort}",
    "{jigsaw}",
    f"{HERE}settings/members/?member=amara-okoye",
    *(
        f"{HERE}settings/{section}/"
        for section in ("domain", "zones", "seats", "areas", "agents", "members", "log")
    ),
]


@pytest.fixture
def set_up(transactional_db):
    return scene.set_up()


def addresses(set_up):
    entry = set_up.entry
    returned_task = set_up.returned.task.get_absolute_url()
    note = f"{set_up.held.get_absolute_url()}grow/note/{set_up.note.pk}/"
    return {
        "held": set_up.held.get_absolute_url(),
        "free": set_up.free.get_absolute_url(),
        "draft": set_up.draft.get_absolute_url(),
        "jigsaw": set_up.jigsaw.get_absolute_url(),
        "coming": set_up.coming.get_absolute_url(),
        "gone_by": set_up.gone_by.get_absolute_url(),
        "cohort": f"{HERE}people/cohort/{set_up.newcomer.cohort}/",
        "returned": set_up.returned.get_absolute_url(),
        "returned_task": returned_task,
        "settled": set_up.settled.get_absolute_url(),
        "waiting_review": set_up.waiting.get_review_url(),
        "reading": set_up.reading.submission.get_review_url(),
        "blind": f"{HERE}review/again/{set_up.blind.pk}/",
        "entry": entry.get_absolute_url(),
        "proposal": f"{entry.get_absolute_url()}proposals/{set_up.proposal_pk}/",
        "doubted": set_up.doubted.get_absolute_url(),
        "overtaken": set_up.overtaken.get_absolute_url(),
        "story": set_up.story.get_absolute_url(),
        "guide": set_up.guide.get_absolute_url(),
        "rest": f"{set_up.guide.get_absolute_url()}proposals/{set_up.rest_pk}/",
        "remark": f"{returned_task}grow/remark/{set_up.remark.pk}/",
        "note": note,
        "addition": f"{note}?as=addition&entry={entry.pk}",
    }


@pytest.mark.parametrize(
    ("who", "pages"),
    [
        (None, SIGNED_OUT),
        ("newcomer", AS_NEWCOMER),
        ("veteran", AS_VETERAN),
        ("organizer", AS_ORGANIZER),
    ],
    ids=["visitor", "newcomer", "veteran", "organizer"],
)
def test_pages_are_without_fault(who, pages, set_up, open_window):
    member = getattr(set_up, who).member if who else None
    window = open_window(member)
    known = addresses(set_up)

    for page in pages:
        window.expected = (404,) if "no-such-page" in page else ()
        window.visit(page.format(**known))
        window.look_over()


def test_two_texts_in_the_way_of_each_other_are_without_fault(set_up, open_window):
    window = open_window(set_up.veteran.member)
    window.visit(f"{set_up.guide.get_absolute_url()}edit/")
    guide = set_up.guide
    guide.refresh_from_db()
    theirs = guide.current.body.replace("- [x] ice", f"- [x] ice, and the {scene.LONG}")
    revising.revise(
        entry=guide,
        membership=set_up.organizer,
        base=guide.current,
        text=Text(guide.title, guide.meaning, theirs),
        at=timezone.now(),
    )
    mine = window.page.locator("textarea[name=body]")
    mine.fill(mine.input_value().replace("- [x] ice", "- [x] ice, in a box"))
    window.expected = (409,)
    window.press("button", "Save")

    assert window.sees("Somebody changed the same lines")
    window.look_over()


def test_changes_are_offered_to_readers_of_feeds(set_up, open_window):
    window = open_window()
    window.visit(f"{HERE}repertoire/")
    feeds = window.page.locator("link[type='application/atom+xml']")

    for address in feeds.evaluate_all("links => links.map(link => link.href)"):
        answer = window.page.request.get(address)
        assert answer.ok
        assert "atom+xml" in answer.headers["content-type"]
    assert feeds.count()


def test_stopping_mail_needs_no_sign_in(set_up, open_window):
    window = open_window()
    token = delivering.stop_token(set_up.newcomer.member)

    window.visit(f"/me/mail/{token}/")
    window.look_over()
