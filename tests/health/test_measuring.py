"""Measuring a community: what is written down, and that it can be worked out again."""


import pytest

from cop.health import measuring
from cop.health.models import Reading
from cop.health.signs import SIGNS
from tests.makers import (
    NOON,
    make_domain,
)

pytestmark = pytest.mark.django_db


def test_everything_is_read_of_a_community_with_nothing_in_it():
    domain = make_domain()

    measuring.measure(domain=domain, at=NOON)

    assert set(Reading.objects.of(domain).values_list("sign", flat=True)) == set(SIGNS)
