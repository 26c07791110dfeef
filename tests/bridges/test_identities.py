import pytest

from cop.bridges.identities import Contact, People, pseudonym


def people(*met):
    known = People()
    for at, contact in enumerate(met):
        known.meet(contact, at=at)
    return known


JUN = Contact("Jun Sato", "jun@example.org")


@pytest.mark.parametrize(
    "other",
    [
        Contact("jun", "Jun@Example.org"),
        Contact("Jun  Sato", "sato@example.org"),
        Contact("jun sato", ""),
    ],
)
def test_the_same_address_or_full_name_is_one_person(other):
    known = people(JUN, other)

    assert known.person(other) == known.person(JUN)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Contact("Jun", "jun@example.org"), Contact("Jun", "other@example.org")),
        (Contact("J S", "jun@example.org"), Contact("J S", "other@example.org")),
    ],
)
def test_a_first_name_or_initials_are_not(one, other):
    known = people(one, other)

    assert known.person(one) != known.person(other)


def test_two_are_one_when_a_third_links_them():
    one = Contact("Jun", "jun@example.org")
    other = Contact("Jun Sato", "sato@example.org")

    known = people(one, other, Contact("Jun Sato", "jun@example.org"))

    assert known.person(one) == known.person(other) == "address:jun@example.org"
    assert known.name(one) == "Jun Sato"


def test_a_history_that_grows_at_its_end_renames_nobody():
    before = people(JUN)
    after = people(JUN, Contact("Jun Sato", "a@example.org"), Contact("J", "a@e.org"))

    assert after.person(JUN) == before.person(JUN)


@pytest.mark.parametrize(
    "contact",
    [
        Contact("dependabot[bot]", "1+dependabot[bot]@users.noreply.example.org"),
        Contact("River Bot", "bot@example.org"),
        Contact("renovate", "bot@renovate.example.org"),
        Contact("GitHub", "noreply@github.com"),
        Contact("Jun", ""),
        Contact("", ""),
    ],
)
def test_bots_hosts_and_nobody_in_particular_are_left_out(contact):
    assert people(contact).person(contact) is None


def test_people_whose_names_only_look_like_a_bots_stay():
    for contact in (
        Contact("Ana Abbot", "abbot@example.org"),
        Contact("Bo Talbot", "talbot@example.org"),
    ):
        assert people(contact).person(contact)


def test_pseudonyms_hang_on_the_key():
    one = pseudonym("m", "address:jun@example.org", key=b"one")

    assert one == pseudonym("m", "address:jun@example.org", key=b"one")
    assert one != pseudonym("m", "address:jun@example.org", key=b"other")
    assert one != pseudonym("w", "address:jun@example.org", key=b"one")
    assert "jun" not in one
