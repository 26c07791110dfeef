import pytest

from tests.makers import make_domain, make_full, make_membership


@pytest.fixture
def domain():
    return make_domain()


@pytest.fixture
def newcomer(client, domain):
    """Somebody at the periphery, signed in."""
    membership = make_membership(domain=domain, name="Maya Lindt")
    client.force_login(membership.member)
    return membership


@pytest.fixture
def veteran(client, domain):
    """Somebody active, signed in."""
    membership = make_full(domain=domain, name="Amara Osei")
    client.force_login(membership.member)
    return membership
