import pytest
from hypothesis import HealthCheck, settings

from tests.makers import make_domain, make_full, make_membership

#: A busy machine draws slowly; what is tested is what comes out, not when.
settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")


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
