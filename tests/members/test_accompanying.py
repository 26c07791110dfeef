from datetime import timedelta

import pytest

from domain.centrality import Zone
from domain.refusal import Refused
from members import accompanying, joining, leaving, preferring
from members.models import Companion, Notification, Participation
from tests.makers import (
    NOON,
    make_agent,
    make_domain,
    make_full,
    make_member,
    make_membership,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def domain():
    return make_domain()


def make_peer(domain, *, acted_at=NOON - DAY, **given):
    """Somebody one zone in who did something lately."""
    peer = make_membership(domain=domain, **{"zone": Zone.INBOUND, **given})
    act(peer, at=acted_at)
    return peer


def act(membership, *, at):
    Participation.objects.create(
        domain=membership.domain,
        key=f"acted:{membership.pk}:{at}",
        kind=Participation.Kind.NARRATED,
        giver=membership,
        item="task:1",
        occurred_at=at,
    )


def join(domain, *, areas=(), why="", at=NOON, **given):
    return joining.join(
        domain=domain, member=make_member(**given), areas=areas, why=why, at=at
    )


def offered_to(newcomer):
    return Companion.objects.near_peers().offered().get(newcomer=newcomer)


def walking(domain, *, at=NOON):
    """A newcomer and the peer who walks with them."""
    peer = make_peer(domain)
    newcomer = join(domain, at=at)
    bond = offered_to(newcomer)
    accompanying.accept(companion=bond, membership=newcomer, at=at)
    return accompanying.accept(companion=bond, membership=peer, at=at)


def told(membership):
    return list(
        Notification.objects.filter(member=membership.member, kind="companion")
        .order_by("pk")
        .values_list("key", flat=True)
    )


def refusal_of(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.refusal.code


def test_joining_offers_a_companion_and_tells_both(domain):
    peer = make_peer(domain)

    newcomer = join(domain, why="My children swim there.")

    bond = offered_to(newcomer)
    assert (bond.peer, bond.bond, bond.begun_at) == (peer, "companion", None)
    assert told(peer) == told(newcomer) == [f"companion:{bond.pk}:offered"]
    news = Notification.objects.get(member=peer.member)
    assert (news.quote, news.actor) == ("My children swim there.", newcomer)


def test_one_zone_in_comes_before_the_core_even_if_the_core_shares_more(domain):
    area = domain.areas.get(slug="data")
    make_peer(domain, zone=Zone.CORE).areas.add(area)
    near = make_peer(domain)

    newcomer = join(domain, areas=[area])

    assert offered_to(newcomer).peer == near


def test_shared_areas_then_fewest_walked_then_longest_unasked(domain):
    area = domain.areas.get(slug="data")
    busy = make_peer(domain, room=3)
    busy.areas.add(area)
    free = make_peer(domain, room=3)
    free.areas.add(area)
    make_peer(domain)

    asked = [offered_to(join(domain, areas=[area])).peer for _ in range(4)]

    assert asked == [busy, free, busy, free]


def test_nobody_is_asked_beyond_the_room_they_gave(domain):
    peer = make_peer(domain, room=2)
    make_peer(domain, room=0)

    newcomers = [join(domain) for _ in range(3)]

    assert [Companion.objects.filter(newcomer=n).count() for n in newcomers] == [
        1,
        1,
        0,
    ]
    assert Companion.objects.open().filter(peer=peer).count() == 2


@pytest.mark.parametrize(
    "given",
    [
        {"is_silent": True},
        {"away_until": NOON.date()},
        {"left_at": NOON - DAY},
        {"acted_at": NOON - 40 * DAY},
        {"zone": Zone.PERIPHERY},
    ],
    ids=lambda given: next(iter(given)),
)
def test_who_is_not_there_or_no_further_in_is_not_asked(domain, given):
    make_peer(domain, **given)

    newcomer = join(domain)

    assert not newcomer.companions.exists()


def test_agents_neither_walk_anybody_in_nor_are_walked_in(domain):
    person = make_peer(domain, room=3)
    bot = make_membership(
        domain=domain, member=make_agent(sponsor=person.member), zone=Zone.INBOUND
    )
    act(bot, at=NOON)
    preferring.arrange(
        membership=person,
        areas=[],
        hours="",
        trajectory_sight="members",
        away_until=None,
        room=0,
    )

    newcomer = join(domain)
    brought = joining.bring_agent(
        sponsor=person, agent=make_agent(sponsor=person.member), at=NOON
    )

    assert not newcomer.companions.exists()
    assert not brought.companions.exists()
    assert (
        refusal_of(lambda: accompanying.seek(newcomer=brought, at=NOON))
        == "agents_have_sponsors"
    )


def test_it_begins_with_the_second_yes(domain):
    peer = make_peer(domain)
    newcomer = join(domain)
    bond = offered_to(newcomer)

    one = accompanying.accept(companion=bond, membership=peer, at=NOON)
    both = accompanying.accept(companion=bond, membership=newcomer, at=NOON + DAY)

    assert (one.begun_at, both.begun_at) == (None, NOON + DAY)
    assert told(newcomer)[-2:] == [
        f"companion:{bond.pk}:yes:{peer.pk}",
        f"companion:{bond.pk}:begun",
    ]
    assert told(peer)[-1] == f"companion:{bond.pk}:begun"


def test_saying_yes_twice_says_it_once(domain):
    peer = make_peer(domain)
    bond = offered_to(join(domain))

    accompanying.accept(companion=bond, membership=peer, at=NOON)
    again = accompanying.accept(companion=bond, membership=peer, at=NOON + DAY)

    assert again.peer_said_at == NOON


@pytest.mark.parametrize("who", ["peer", "newcomer"])
def test_either_may_pass_and_the_next_is_asked(domain, who):
    first, second = make_peer(domain), make_peer(domain)
    newcomer = join(domain)
    bond = offered_to(newcomer)
    assert bond.peer == first

    following = accompanying.pass_on(
        companion=bond, membership=getattr(bond, who), at=NOON
    )

    assert following == offered_to(newcomer)
    assert following.peer == second
    assert accompanying.pass_on(companion=following, membership=second, at=NOON) is None


def test_a_newcomer_who_passed_three_times_goes_alone_until_they_ask(domain):
    for _ in range(5):
        make_peer(domain)
    newcomer = join(domain)
    for _ in range(3):
        accompanying.pass_on(
            companion=offered_to(newcomer), membership=newcomer, at=NOON
        )

    assert accompanying.go_on(at=NOON + 3 * DAY) == 0
    asked = accompanying.seek(newcomer=newcomer, at=NOON + 3 * DAY)

    assert asked == offered_to(newcomer)


def test_answers_belong_to_the_two(domain):
    bond = walking(domain)
    other = make_full(domain=domain)

    def answer(deed, who):
        return lambda: deed(companion=bond, membership=who, at=NOON)

    assert refusal_of(answer(accompanying.accept, other)) == "not_yours"
    assert refusal_of(answer(accompanying.part, other)) == "not_yours"
    assert refusal_of(answer(accompanying.pass_on, bond.peer)) == "begun"
    assert refusal_of(lambda: accompanying.seek(newcomer=bond.newcomer, at=NOON)) == (
        "walked_already"
    )


def test_an_unanswered_offer_gets_another_beside_it_and_lapses_in_the_end(domain):
    first, second = make_peer(domain), make_peer(domain)
    newcomer = join(domain)
    for peer in (first, second):
        act(peer, at=NOON + DAY)

    assert accompanying.go_on(at=NOON + DAY) == 0
    assert accompanying.go_on(at=NOON + 2 * DAY) == 1
    assert accompanying.go_on(at=NOON + 2 * DAY) == 0
    assert newcomer.companions.offered().count() == 2
    accompanying.go_on(at=NOON + 8 * DAY)

    assert list(
        newcomer.companions.order_by("pk").values_list("ending", flat=True)
    ) == [
        "lapsed",
        "",
    ]


def test_of_two_asked_the_first_to_say_yes_walks_and_the_other_is_told_so(domain):
    first, second = make_peer(domain), make_peer(domain)
    newcomer = join(domain)
    accompanying.go_on(at=NOON + 2 * DAY)
    one = Companion.objects.get(peer=first)
    other = Companion.objects.get(peer=second)
    for bond in (one, other):
        accompanying.accept(companion=bond, membership=newcomer, at=NOON)

    accompanying.accept(companion=other, membership=second, at=NOON)
    code = refusal_of(
        lambda: accompanying.accept(companion=one, membership=first, at=NOON)
    )

    assert code == "walked_already"
    assert Companion.objects.begun().get() == other


def test_a_crowd_nobody_has_room_for_is_asked_about_in_three_questions(
    domain, django_assert_num_queries
):
    for _ in range(5):
        join(domain)

    with django_assert_num_queries(3):
        assert accompanying.go_on(at=NOON + DAY) == 0


def test_those_nobody_has_room_for_keep_nobody_else_waiting(domain, monkeypatch):
    monkeypatch.setattr(accompanying, "MOST_AT_ONCE", 2)
    elsewhere = make_domain()
    for _ in range(3):
        join(domain)
    newcomer = join(elsewhere, at=NOON + DAY)
    peer = make_peer(elsewhere)

    accompanying.go_on(at=NOON + DAY)

    assert offered_to(newcomer).peer == peer


def test_whoever_has_room_later_is_asked_then(domain):
    newcomer = join(domain)
    assert refusal_of(lambda: accompanying.seek(newcomer=newcomer, at=NOON)) == (
        "nobody_has_room"
    )
    peer = make_peer(domain)

    assert accompanying.go_on(at=NOON) == 1

    assert offered_to(newcomer).peer == peer


@pytest.mark.parametrize("who", ["peer", "newcomer"])
def test_either_may_end_it(domain, who):
    bond = walking(domain)

    ended = accompanying.part(
        companion=bond, membership=getattr(bond, who), at=NOON + DAY
    )

    assert (ended.ending, ended.ended_by) == ("parted", getattr(bond, who))
    assert told(ended.other_than(ended.ended_by))[-1].endswith(":parted")


def test_it_ends_with_leaving_and_the_newcomer_is_offered_another(domain):
    bond = walking(domain)
    other = make_peer(domain)

    leaving.leave(membership=bond.peer, at=NOON)

    bond.refresh_from_db()
    assert bond.ending == Companion.Ending.LEFT
    assert offered_to(bond.newcomer).peer == other


def test_a_newcomer_who_goes_is_walked_by_nobody(domain):
    bond = walking(domain)

    leaving.close_account(member=bond.newcomer.member, at=NOON)

    bond.refresh_from_db()
    assert bond.ending == Companion.Ending.LEFT
    assert not Companion.objects.open().exists()


def test_a_word_reaches_the_other_in_their_own_words(domain):
    bond = walking(domain)

    accompanying.say(
        companion=bond, membership=bond.peer, words=" How goes it? ", at=NOON
    )

    news = Notification.objects.filter(member=bond.newcomer.member).latest("pk")
    assert (news.quote, news.actor) == ("How goes it?", bond.peer)
    assert (
        refusal_of(
            lambda: accompanying.say(
                companion=bond, membership=bond.peer, words=" ", at=NOON
            )
        )
        == "empty"
    )


def test_a_longer_bond_follows_by_mutual_wish_and_ends_by_either(domain):
    bond = walking(domain)
    accompanying.end_with_threshold(newcomer=bond.newcomer, at=NOON)

    wished = accompanying.wish(companion=bond, membership=bond.newcomer, at=NOON)
    again = refusal_of(
        lambda: accompanying.wish(companion=bond, membership=bond.peer, at=NOON)
    )
    longer = accompanying.accept(companion=wished, membership=bond.peer, at=NOON)

    assert (again, longer.bond, longer.is_begun) == ("wished_already", "mentor", True)
    ended = accompanying.part(companion=longer, membership=bond.peer, at=NOON)
    assert ended.ending == Companion.Ending.PARTED


def test_a_longer_bond_is_not_wished_for_out_of_nowhere(domain):
    make_peer(domain)
    bond = offered_to(join(domain))

    assert (
        refusal_of(
            lambda: accompanying.wish(companion=bond, membership=bond.peer, at=NOON)
        )
        == "not_walked"
    )
