from datetime import timedelta

import pytest

from domain.centrality import Zone
from domain.refusal import Refused
from members.models import Notification, Participation
from repertoire import proposing, revising
from repertoire.models import Entry, EntryLink, Revision
from repertoire.revising import Clash, Saved
from repertoire.text import Text
from tests.makers import (
    NOON,
    make_agent,
    make_entry,
    make_full,
    make_membership,
)

pytestmark = pytest.mark.django_db

BODY = "Carry one per trip.\n\nRinse it.\n\nLabel it."
MORE = " ".join(["more"] * 20)


@pytest.fixture
def entry():
    return make_entry(title="Field blank", slug="field-blank", body=BODY)


def text_of(entry: Entry, **fields: str) -> Text:
    current = entry.current
    return Text(
        **{
            "title": current.title,
            "meaning": current.meaning,
            "body": current.body,
            **fields,
        }
    )


def revise(entry: Entry, *, by, base=None, at=NOON, **fields) -> Saved | Clash:
    given = {key: fields.pop(key) for key in ("aliases", "why") if key in fields}
    return revising.revise(
        entry=entry,
        membership=by,
        base=base or entry.current,
        text=text_of(entry, **fields),
        at=at,
        **given,
    )


def write(membership, **given) -> Entry:
    fields = {
        "title": "Lock spike",
        "meaning": "A jump after the gate opens.",
        "body": "",
    }
    text = Text(**{key: given.pop(key, value) for key, value in fields.items()})
    return revising.write(
        **{
            "domain": membership.domain,
            "membership": membership,
            "kind": Entry.Kind.TERM,
            "text": text,
            "at": NOON,
            **given,
        }
    )


def refused(act, *args, **given) -> str:
    with pytest.raises(Refused) as caught:
        act(*args, **given)
    return caught.value.refusal.code


def fresh(entry: Entry) -> Entry:
    return Entry.objects.select_related("current", "domain").get(pk=entry.pk)


def test_what_a_full_member_writes_is_live():
    author = make_full()

    entry = write(author, aliases=["gate spike", " gate  spike ", "Lock spike", ""])

    assert list(Entry.objects.living()) == [entry]
    assert (entry.current.number, entry.current.state) == (1, Revision.State.LIVE)
    assert (entry.slug, entry.aliases) == ("lock-spike", ["gate spike"])


def test_what_a_newcomer_writes_is_proposed():
    newcomer = make_membership()

    entry = write(newcomer)

    assert entry.current is None
    assert list(Entry.objects.proposed()) == [entry]
    assert entry.revisions.get().author_zone == Zone.PERIPHERY


def test_what_an_agent_writes_is_proposed_however_central():
    agent = make_full(member=make_agent())

    assert write(agent).current is None


def test_writing_is_one_line_in_the_ledger_and_moves_nobody():
    entry = write(make_full())

    line = Participation.objects.get()
    assert (line.kind, line.channel, line.amount) == ("wrote", "", 0.0)
    assert line.path == entry.get_absolute_url()


def test_an_entry_needs_a_name_and_a_word_about_it():
    author = make_full()

    assert refused(write, author, title="  ") == "no_title"
    assert refused(write, author, meaning="", body=" \n ") == "no_text"
    assert refused(write, author, body="a" * 200_001) == "too_long"


def test_a_name_is_taken_once_on_each_shelf(entry):
    author = make_full(domain=entry.domain)

    assert refused(write, author, title="field BLANK") == "title_taken"
    assert write(author, title="Field blank", kind=Entry.Kind.TOOL).current


def test_a_name_without_latin_letters_has_an_address_of_its_own():
    author = make_full()

    first, second = write(author, title="Проба"), write(author, title="Полевая проба")

    assert first.slug.startswith("entry-")
    assert first.slug != second.slug


def test_a_name_proposed_and_turned_down_can_be_proposed_again():
    newcomer = make_membership()
    first = write(newcomer)
    proposing.decline(
        proposal=first.revisions.get(),
        membership=make_full(domain=newcomer.domain),
        words="It is called a gate spike.",
        at=NOON,
    )

    again = write(make_full(domain=newcomer.domain))

    assert again.pk == first.pk
    assert (again.current.number, again.revisions.count()) == (1, 2)


def test_a_visitor_from_elsewhere_writes_nothing(entry):
    stranger = make_full()

    assert refused(revise, entry, by=stranger, body="x") == "elsewhere"
    assert refused(write, stranger, domain=entry.domain) == "elsewhere"


def test_somebody_who_left_writes_nothing(entry):
    gone = make_full(domain=entry.domain, left_at=NOON)

    assert refused(revise, entry, by=gone, body="x") == "gone"


def test_a_change_by_a_full_member_is_the_next_version(entry):
    author = make_full(domain=entry.domain)

    saved = revise(entry, by=author, body=f"{BODY}\n\n{MORE}", why="winter")

    entry = fresh(entry)
    assert entry.current == saved.revision
    assert (saved.revision.number, saved.revision.is_mend) == (2, False)
    assert (entry.current.why, entry.changed_at) == ("winter", NOON)


def test_a_newcomers_mend_goes_live_and_is_marked(entry):
    newcomer = make_membership(domain=entry.domain)

    saved = revise(entry, by=newcomer, body=BODY.replace("Rinse it.", "Rinse it well."))

    assert fresh(entry).current == saved.revision
    assert saved.revision.is_mend


def test_more_by_a_newcomer_waits_beside_the_living_text(entry):
    newcomer = make_membership(domain=entry.domain)

    saved = revise(entry, by=newcomer, body=f"{BODY}\n\n{MORE}")

    assert fresh(entry).current == entry.current
    assert saved.revision.state == Revision.State.PROPOSED
    assert saved.revision.base == entry.current


def test_even_an_agents_mend_is_proposed(entry):
    agent = make_membership(domain=entry.domain, member=make_agent())

    saved = revise(entry, by=agent, body=BODY.replace("Rinse", "Wash"))

    assert saved.revision.state == Revision.State.PROPOSED


def test_nothing_different_is_no_version(entry):
    saved = revise(
        entry, by=make_full(domain=entry.domain), body=BODY.replace("\n", "\r\n")
    )

    assert not saved.is_new
    assert entry.revisions.count() == 1


def test_other_words_for_it_may_change_alone(entry):
    revise(entry, by=make_full(domain=entry.domain), aliases=["trip blank"])

    assert fresh(entry).aliases == ["trip blank"]


def test_newcomers_cannot_change_what_else_it_is_called(entry):
    newcomer = make_membership(domain=entry.domain)

    revise(entry, by=newcomer, body=BODY + " Twice.", aliases=["rubbish"])

    assert fresh(entry).aliases == []


def test_changes_of_different_paragraphs_are_put_together(entry):
    first, second = make_full(domain=entry.domain), make_full(domain=entry.domain)
    theirs = revise(entry, by=first, body=BODY.replace("Rinse it.", "Rinse it twice."))

    mine = revise(
        entry,
        by=second,
        base=entry.current,
        body=BODY.replace("Label it.", "Label all."),
    )

    assert mine.merged_with == theirs.revision
    assert fresh(entry).current.body == (
        "Carry one per trip.\n\nRinse it twice.\n\nLabel all."
    )
    assert mine.revision.base == theirs.revision


def test_changes_of_one_line_come_back_with_both_texts(entry):
    first, second = make_full(domain=entry.domain), make_full(domain=entry.domain)
    theirs = revise(entry, by=first, body=BODY.replace("Rinse it.", "Rinse it twice."))

    clash = revise(entry, by=second, body=BODY.replace("Rinse it.", "Never rinse it."))

    assert isinstance(clash, Clash)
    assert clash.theirs == theirs.revision
    assert "Never rinse it." in clash.merged.text.body
    assert "Rinse it twice." in clash.merged.text.body
    assert entry.revisions.count() == 2


def test_the_same_change_twice_is_one_version(entry):
    body = BODY.replace("Rinse it.", "Rinse it twice.")
    first, second = make_full(domain=entry.domain), make_full(domain=entry.domain)

    revise(entry, by=first, body=body)
    again = revise(entry, by=second, base=entry.current, body=body)

    assert not again.is_new
    assert entry.revisions.count() == 2


def test_a_new_name_keeps_the_old_address(entry):
    author = make_full(domain=entry.domain)

    revise(entry, by=author, title="Trip blank")

    entry = fresh(entry)
    assert (entry.slug, entry.former_slugs) == ("trip-blank", ["field-blank"])

    revise(entry, by=author, title="Field blank")

    entry = fresh(entry)
    assert (entry.slug, entry.former_slugs) == ("field-blank", ["trip-blank"])


def test_a_new_name_may_not_be_another_entrys(entry):
    make_entry(domain=entry.domain, title="Trip blank", slug="trip-blank")

    author = make_full(domain=entry.domain)
    assert refused(revise, entry, by=author, title="Trip blank") == "title_taken"
    assert fresh(entry).title == "Field blank"


def test_an_entry_out_of_use_is_brought_back_first(entry):
    Entry.objects.filter(pk=entry.pk).update(retired_at=NOON)

    author = make_full(domain=entry.domain)
    assert refused(revise, entry, by=author, body="x") == "retired"


@pytest.mark.parametrize(
    "said", [{"meaning": "Water."}, {"title": "Blank"}, {"aliases": ["Blank"]}]
)
def test_what_is_said_of_a_word_renews_the_vocabulary(entry, said):
    before = entry.domain.vocabulary_version

    revise(entry, by=make_full(domain=entry.domain), **said)

    assert fresh(entry).domain.vocabulary_version == before + 1


def test_a_changed_text_leaves_the_vocabulary_as_it_is_kept(entry):
    before = entry.domain.vocabulary_version
    author = make_full(domain=entry.domain)

    revise(entry, by=author, body=MORE)

    assert fresh(entry).domain.vocabulary_version == before
    write(author)
    assert fresh(entry).domain.vocabulary_version == before + 1


def test_an_entry_does_not_use_itself_under_its_new_name(entry):
    author = make_full(domain=entry.domain)

    revise(entry, by=author, title="Clean bottle", body="A clean bottle, [[it]].")

    assert [link.wanted for link in entry.links_out.all()] == ["it"]


def test_links_and_wishes_are_noted_and_wishes_come_true(entry):
    author = make_full(domain=entry.domain)
    kit = make_entry(domain=entry.domain, title="Kit list", slug="kit-list")

    revise(entry, by=author, body="By [[KIT LIST]] against a [[Lock spike]], `[[no]]`.")
    wanted = EntryLink.objects.wanted_most(5)
    spike = write(author)

    assert wanted == [("Lock spike", 1)]
    assert EntryLink.objects.wanted_most(5) == []
    assert {link.target for link in entry.links_out.all()} == {kit, spike}


@pytest.fixture
def proposal(entry):
    newcomer = make_membership(domain=entry.domain)
    return revise(entry, by=newcomer, body=f"{BODY}\n\n{MORE}").revision


def take_in(proposal, by, **given):
    return proposing.take_in(
        **{"proposal": proposal, "membership": by, "words": "Good catch.", **given},
        at=NOON,
    )


def test_taking_in_makes_it_live_and_thanks_its_author(entry, proposal):
    steward = make_full(domain=entry.domain)

    saved = take_in(proposal, steward, words="Good catch.")

    entry = fresh(entry)
    assert entry.current == proposal
    assert entry.current.number == 2
    assert (entry.current.settled_by, entry.current.settled_words) == (
        steward,
        "Good catch.",
    )
    assert saved.merged_with is None
    told = Notification.objects.get(member=proposal.author.member)
    assert told.quote == "Good catch."


def test_taking_in_is_evidence_for_both(entry, proposal):
    steward = make_full(domain=entry.domain)

    take_in(proposal, steward)

    lines = Participation.objects.evidence().values_list(
        "kind", "channel", "giver", "receiver", "amount"
    )
    assert set(lines) == {
        ("taken_in", "work", steward.pk, proposal.author_id, 0.5),
        ("tended", "stewardship", steward.pk, proposal.author_id, 0.5),
    }


def test_a_proposed_entry_taken_in_is_its_first_version():
    newcomer = make_membership()
    entry = write(newcomer)

    take_in(entry.revisions.get(), make_full(domain=newcomer.domain))

    assert fresh(entry).current.number == 1


def test_a_proposal_is_put_together_with_what_changed_meanwhile(entry, proposal):
    steward = make_full(domain=entry.domain)
    revise(entry, by=steward, body=BODY.replace("Rinse it.", "Rinse it twice."))

    saved = take_in(proposal, steward)

    body = fresh(entry).current.body
    assert "Rinse it twice." in body
    assert MORE in body
    assert saved.merged_with.number == 2


def test_a_proposal_that_clashes_is_settled_by_hand(entry, proposal):
    steward = make_full(domain=entry.domain)
    revise(entry, by=steward, body=f"{BODY}\nOther words.")

    clash = take_in(proposal, steward)
    settled = take_in(
        proposal,
        steward,
        text=text_of(entry, body="By hand."),
        base=clash.theirs,
    )

    assert isinstance(clash, Clash)
    assert fresh(entry).current == settled.revision == proposal
    assert fresh(entry).current.body == "By hand."


def test_who_may_settle(entry, proposal):
    assert refused(take_in, proposal, proposal.author) == "for_full_members"
    agent = make_full(domain=entry.domain, member=make_agent())
    assert refused(take_in, proposal, agent) == "agents_propose"
    assert refused(take_in, proposal, make_full()) == "elsewhere"


def test_nobody_settles_what_they_or_their_agent_wrote(entry):
    sponsor = make_full(domain=entry.domain)
    agent = make_membership(
        domain=entry.domain, member=make_agent(sponsor=sponsor.member)
    )
    proposal = revise(entry, by=agent, body=MORE).revision

    assert refused(take_in, proposal, sponsor) == "own_work"


def test_a_proposal_is_settled_once(entry, proposal):
    steward = make_full(domain=entry.domain)
    take_in(proposal, steward)

    assert refused(take_in, proposal, steward) == "settled"


def test_turning_down_needs_a_reason_and_tells_it(entry, proposal):
    steward = make_full(domain=entry.domain)

    def decline(words):
        return proposing.decline(
            proposal=proposal, membership=steward, words=words, at=NOON
        )

    assert refused(decline, " ") == "no_reason"
    decline("We carry two since May.")

    proposal.refresh_from_db()
    assert proposal.state == Revision.State.DECLINED
    assert fresh(entry).current.number == 1
    told = Notification.objects.get(member=proposal.author.member)
    assert told.quote == "We carry two since May."


def test_an_author_takes_a_proposal_back(entry, proposal):
    other = make_membership(domain=entry.domain)

    def withdraw(by):
        return proposing.withdraw(proposal=proposal, membership=by, at=NOON)

    assert refused(withdraw, other) == "not_yours"
    assert withdraw(proposal.author).state == Revision.State.DECLINED
    assert refused(withdraw, proposal.author) == "settled"


def test_former_newcomers_keep_the_zone_they_wrote_in(entry):
    author = make_full(domain=entry.domain)

    saved = revise(entry, by=author, body=BODY + " Twice.", at=NOON + timedelta(days=1))

    assert saved.revision.author_zone == Zone.ACTIVE
